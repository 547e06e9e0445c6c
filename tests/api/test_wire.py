"""The connections of plain calls: kept, looked at before use, and every way in which an answer may come."""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anzol import NetworkError
from anzol.api.transport import Transport
from anzol.api.wire import UNREADABLE, Kept
from tests.api.conftest import TOKEN, BotApi, Handler, answer, cut

BODY = b'{"ok":true,"result":"yes"}'
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)  # fmt: skip
ZIPPED = gzip.compress(BODY)


@pytest.fixture
def transport(api: BotApi):
    transport = Transport(TOKEN, api.url, read_timeout=5)
    yield transport
    transport.close()


def raw(*parts: bytes, close: bool = False) -> Callable[[Handler], None]:
    """Answer with these bytes, each part in a packet of its own."""

    def step(handler: Handler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
        handler.close_connection = close

    return step


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how long the network takes")
def test_the_networks_own_round_trip_is_known_however_slow_an_answer_is(api: BotApi):
    def late(handler: Handler) -> None:
        time.sleep(0.2)
        answer(BODY)(handler)

    api.script.append(late)
    transport = Transport(TOKEN, api.url, read_timeout=30)
    assert transport.round_trip == 0.0
    assert transport.request("getMe", {}, {}) == "yes"
    assert 0.0 < transport.round_trip < 0.2
    transport.close()


def test_a_call_goes_out_in_one_piece():
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        transport = Transport(TOKEN, f"http://127.0.0.1:{listener.getsockname()[1]}")
        call = pool.submit(transport.request, "sendMessage", {"chat_id": 1, "text": "hi"}, {})
        connection, _ = listener.accept()
        with connection:
            request = connection.recv(65536)
            connection.sendall(PLAIN)
            assert call.result(5) == "yes"
        transport.close()
    head, _, body = request.partition(b"\r\n\r\n")
    assert json.loads(body) == {"chat_id": 1, "text": "hi"}
    assert f"Content-Length: {len(body)}".encode() in head


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        (raw(PLAIN), True),
        (raw(PLAIN.replace(b"Content-Length", b"content-length")), True),
        (raw(PLAIN[:60], PLAIN[60:]), None),
        (raw(PLAIN[:-5], PLAIN[-5:]), True),
        (raw(*(bytes([byte]) for byte in PLAIN)), None),
        (raw(PLAIN + b"rubbish"), False),
        (raw(PLAIN.replace(b"\r\n\r\n", b"\r\nX-Proxy: %b\r\n\r\n" % (b"x" * 3000))), False),
        (raw(PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"), close=True), False),
        (raw(PLAIN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), close=True), False),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n" + BODY, close=True), False),
        (raw(b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN), False),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", BODY[:5], b"\r\n15\r\n", BODY[5:], b"\r\n0\r\n\r\n"), False),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(ZIPPED), ZIPPED)), False),
    ],
)  # fmt: skip
def test_an_answer_is_read_however_it_comes(
    api: BotApi, transport: Transport, step: Callable[[Handler], None], kept: bool | None
):
    """Whether packets of their own are read one by one is the kernel's affair: there `kept` is None."""
    api.script = [step]
    assert transport.request("getMe", {}, {}) == "yes"
    transport.request("getMe", {}, {})
    assert len(api.requests) == 2
    if kept is not None:
        assert len(api.connections) == (1 if kept else 2)


@pytest.mark.parametrize(
    "step",
    [
        cut,
        raw(PLAIN[:10], close=True),
        raw(PLAIN[:-5], close=True),
        raw(b"SSH-2.0-OpenSSH_9.2\r\n", close=True),
        raw(PLAIN.replace(b"%d" % len(BODY), b"999999999"), close=True),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", close=True),
        raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", close=True),
    ],
)  # fmt: skip
def test_an_answer_that_breaks_off_may_have_been_carried_out(
    api: BotApi, transport: Transport, step: Callable[[Handler], None]
):
    transport.request("getMe", {}, {})
    api.script = [step]
    with pytest.raises(NetworkError, match="before the answer") as caught:
        transport.request("sendMessage", {}, {})
    assert caught.value.sent
    assert len(api.requests) == 2  # and it was not sent again


PARTS = st.sampled_from(
    [
        b"HTTP/1.1 ", b"HTTP/1.0 ", b"200", b"20x", b" OK", b"\r\n", b"\r\n\r\n", b"Content-Length: ", b"26",
        b"999999999", b"-1", b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Connection: close",
        b"5", b"zz", b"0", BODY, ZIPPED, b"\x00\xff", b"HTTP/1.1 100 Continue", b"Content-Length: 26\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
    ]
)  # fmt: skip


@pytest.mark.attack
@given(st.lists(PARTS, max_size=14).map(b"".join) | st.binary(max_size=60))
def test_whatever_comes_is_an_answer_or_a_broken_connection(data: bytes):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        with contextlib.suppress(*UNREADABLE):
            status, body, _ = Kept(ours).receive(time.monotonic() + 5)
            assert isinstance(status, int) and isinstance(body, bytes)


def test_a_large_answer_is_read_whole(api: BotApi, transport: Transport):
    api.result = "x" * 5_000_000
    assert len(transport.request("getUpdates", {}, {})) == 5_000_000
    api.result = True
    transport.request("getMe", {}, {})
    assert len(api.connections) == 1


@pytest.mark.attack
def test_an_answer_that_never_ends_has_a_limit_of_time(api: BotApi):
    stop = threading.Event()

    def drip(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.01):
            handler.wfile.write(b"x")

    transport = Transport(TOKEN, api.url, read_timeout=0.2)
    api.script = [drip]
    with pytest.raises(NetworkError, match="read timeout") as caught:
        transport.request("sendMessage", {}, {})
    stop.set()
    assert caught.value.sent
    transport.close()


def test_a_connection_that_the_server_has_closed_is_noticed_before_a_call_goes_out(
    api: BotApi, transport: Transport
):
    closed = threading.Event()

    def say_and_leave(handler: Handler) -> None:
        answer({"ok": True, "result": True})(handler)
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
        closed.set()

    for _ in range(3):
        api.script = [say_and_leave]
        closed.clear()
        transport.request("sendMessage", {}, {})
        assert closed.wait(5)
    assert len(api.requests) == len(api.connections) == 3


def test_calls_of_many_threads_get_their_own_answers(api: BotApi, transport: Transport):
    numbers: dict[int, int] = {}  # of the call that each thread of the server is answering

    def read(stream: Any, length: int) -> bytes:
        body = stream.read(length)
        numbers[threading.get_ident()] = json.loads(body)["n"]
        return body

    def reply(handler: Handler) -> None:
        answer({"ok": True, "result": numbers[threading.get_ident()]})(handler)

    api.read, api.script = read, [reply] * 200
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: transport.request("getMe", {"n": n}, {}), range(200)))
    assert results == list(range(200))
    assert len(api.connections) <= 8


FORK = """
import os, sys
from anzol.api.transport import Transport
from anzol.api.wire import UNREADABLE, Kept
transport = Transport({token!r}, {url!r})
transport.request("getMe", {{}}, {{}})
child = os.fork()
transport.request("getChat", {{}}, {{}})
if not child:
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_fork_uses_connections_of_its_own(api: BotApi):
    code = FORK.format(token=TOKEN, url=api.url)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert sorted(method for method, _, _ in api.requests) == ["getChat", "getChat", "getMe"]
    assert len(api.connections) == 2


def test_no_more_connections_are_kept_than_were_asked_for(api: BotApi):
    transport = Transport(TOKEN, api.url, pool_size=1)
    barrier = threading.Barrier(2)

    def together(handler: Handler) -> None:
        barrier.wait(5)
        answer({"ok": True, "result": True})(handler)

    for _ in range(2):
        api.script = [together] * 2
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda n: transport.request("getMe", {}, {}), range(2)))
    assert len(api.connections) == 3  # one of the first two was kept
    transport.close()


def test_what_is_dropped_without_a_word_closes_its_connections(api: BotApi):
    transport = Transport(TOKEN, api.url)
    transport.request("getMe", {}, {})
    sockets = [kept.socket for kept in transport._wire._free]
    del transport
    gc.collect()
    assert [sock.fileno() for sock in sockets] == [-1]
