"""Whatever arrives: the route answers 200, 400, 403, 405, 413, 429 or 503, soon, and goes on."""

from __future__ import annotations

import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anzol import settings as config
from anzol.api.updates import known_kinds
from anzol.server.addresses import Networks, group, parse
from tests.deliveries import SECRET_HEADER
from tests.fakes import FakeTransport, message
from tests.processes import HANDLERS
from tests.servers import create_app, listening

pytestmark = pytest.mark.attack

TOKEN = "123456:TEST-token_that-must-never-show-up"
SECRET = config.Settings(telegram_bot_token=TOKEN).secret
ALLOWED = {200, 400, 403, 405, 413, 429, 503}

texts = st.text(max_size=40) | st.sampled_from(["\ud800", "\0", "/start", "/" * 200, "🎉" * 50])
numbers = st.integers() | st.sampled_from([0, -1, 2**31, 2**63 - 1, 2**63, 10**400, -(2**63)])
leaves = st.none() | st.booleans() | numbers | st.floats() | texts
names = st.sampled_from(
    ["id", "chat", "from", "user", "message", "text", "type", "data", "date", "entities", "photo"]
)
things = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names | texts, inner, max_size=5),
    max_leaves=20,
)
kinds = st.sampled_from([*known_kinds(), "brand_new", "", "\ud800", "é"])
updates = st.builds(
    lambda number, content: {"update_id": number, **content},
    st.integers(0, 2**63 - 1) | leaves,
    st.dictionaries(kinds, things, max_size=2),
)
quick = settings(max_examples=100, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole server, its inbox and handlers at work; only Telegram's side of calls is a fake."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    app = create_app(
        config.Settings(
            telegram_bot_token=TOKEN,
            telegram_api_url="http://127.0.0.1:9",
            handlers=HANDLERS,
            database_url=f"sqlite:///{folder}/x.db",
            drain_seconds=5,
        )
    )
    app.extensions["anzol"].bot.transport = FakeTransport()
    app.extensions["anzol"].queue.start()
    yield app
    app.extensions["anzol"].queue.check()  # its threads have survived everything
    app.extensions["anzol"].queue.stop()
    assert app.extensions["anzol"].queue.counts()["open"] == 0


def deliver(app: Flask, body: bytes, **headers: str) -> int:
    answer = app.test_client().post(
        "/webhook", data=body, headers={SECRET_HEADER: SECRET} | headers
    )
    if answer.status_code != 200:
        assert answer.text.count("\n") == 1
        assert len(answer.text) < 300
        assert SECRET not in answer.text
    return answer.status_code


@quick
@given(updates)
def test_any_update(app: Flask, update: dict[str, Any]):
    body = json.dumps(update).encode()
    number = update["update_id"]
    is_update = type(number) is int and 0 <= number < 2**63
    # Python itself refuses to read numbers of thousands of digits: that is no update either.
    assert deliver(app, body) == (200 if is_update else 400)


@quick
@given(things)
def test_any_json(app: Flask, thing: Any):
    assert deliver(app, json.dumps(thing).encode()) in {200, 400}


@quick
@given(st.binary(max_size=500))
def test_any_bytes(app: Flask, body: bytes):
    assert deliver(app, body) in {200, 400}


@quick
@given(st.data())
def test_a_real_update_with_some_bytes_changed(app: Flask, data: st.DataObject):
    body = bytearray(
        json.dumps(message("hello", update_id=data.draw(st.integers(1, 10**9)))).encode()
    )
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert deliver(app, bytes(body)) in {200, 400}


@quick
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40),
    st.text(
        st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60
    ),
)
def test_any_method_secret_and_content_type(app: Flask, method: str, secret: str, kind: str):
    answer = app.test_client().open(
        "/webhook", method=method, headers={SECRET_HEADER: secret}, data=b"{}", content_type=kind
    )
    assert answer.status_code in ALLOWED
    assert answer.status_code != 200 or method == "OPTIONS"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_000_000,
        b'{"a":' * 180_000,
        b'{"update_id": 1, "message": ' + b'{"message": ' * 80_000,
        b'{"update_id": ' + b"1" * 1_000_000 + b"}",
        b'"' + b"\\u0000" * 170_000 + b'"',
        b'{"update_id": 1, "x": "' + "😀".encode() * 250_000 + b'"}',
        b'{"update_id": 3, "message": {"text": "' + b"/a " * 300_000 + b'"}}',
        b'{"update_id": 4, "message": {"entities": [' + b"{}," * 300_000 + b"{}]}}",
    ],
    ids=["lists", "objects", "messages", "number", "escapes", "emoji", "commands", "entities"],
)
def test_a_mebibyte_of_spite_costs_little_memory(app: Flask, body: bytes):
    tracemalloc.start()
    try:
        assert deliver(app, body[: 1024 * 1024]) in ALLOWED
        assert tracemalloc.get_traced_memory()[1] < 200 * 1024 * 1024
    finally:
        tracemalloc.stop()


@quick
@given(texts)
def test_any_address(text: str):
    parse(text)
    group(text)
    assert text not in Networks("127.0.0.1")


@quick
@given(
    st.dictionaries(
        st.sampled_from(config.Settings.names()), texts | st.integers().map(str), max_size=5
    )
)
def test_any_environment(environ: dict[str, str]):
    try:
        config.Settings.from_env(environ)
    except config.SettingsError as error:
        assert all(line.split()[0] in environ for line in error.lines)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[tuple[str, int]]:
    few = replace(app.extensions["anzol"].settings, webhook_max_connections=4)
    with listening(app, few) as (_, address):
        yield address


HEAD = f"POST /webhook HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 2\r\n\r\n{{}}"


@settings(quick, max_examples=80)
@given(st.binary(max_size=300) | st.just(b""), st.integers(0, len(HEAD)), st.integers(0, 40))
def test_any_bytes_on_the_wire(address: tuple[str, int], noise: bytes, place: int, replaced: int):
    raw = HEAD.encode()
    raw = raw[:place] + noise + raw[place + replaced :]
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        started, received = time.monotonic(), b""
        while data := receive(connection):
            received += data
        assert time.monotonic() - started < 10
    for line in received.split(b"\r\n"):
        if line.startswith(b"HTTP/1.") and line[9:12].isdigit():
            assert line[9:10] in b"24" or line[9:12] in (b"501", b"503", b"505"), line


def receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""
