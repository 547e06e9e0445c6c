"""The route, through each of its doors: Flask's, the one in front of Flask, and waitress' own loop."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any, NamedTuple, Protocol

import pytest
from flask import Flask

from anzol.queue import Unavailable
from anzol.server import webhook
from anzol.server.keys import SECURITY
from anzol.server.webhook import Front, Result, Webhook
from anzol.settings import Settings
from tests.processes import eventually
from tests.servers import listening

SECRET = "right-secret"
HEADERS = {webhook.SECRET_HEADER: SECRET, "Content-Type": "application/json"}
LIMIT = 1024 * 1024


class Shelf:
    """Stands for the queue: remembers what it got, cannot store, or takes its time."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], bytes]] = []
        self.is_full = False
        self.call: dict[str, Any] | None = None
        self.slow: list[Callable[[], None]] | None = None

    def store(self, update: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        if self.is_full:
            raise Unavailable("disk full")
        if update.get("broken"):
            raise RuntimeError("inner workings")
        self.got.append((update, body))
        return self.call

    def store_soon(
        self, update: dict[str, Any], body: bytes, done: Callable[[Result], None]
    ) -> None:
        def later() -> None:
            try:
                done(self.store(update, body))
            except Unavailable as error:
                done(error)

        if self.slow is not None:
            self.slow.append(later)
        elif update.get("broken"):
            raise RuntimeError("inner workings")
        else:
            threading.Thread(target=later).start()


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Door(Protocol):
    def __call__(
        self, body: bytes, headers: dict[str, str] = ..., method: str = ..., path: str = ...
    ) -> Reply: ...


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def route(shelf: Shelf) -> Webhook:
    return Webhook({SECRET: shelf}, path="/webhook")


def app_of(route: Webhook) -> Flask:
    app = Flask("test")
    webhook.add_routes(app, route)
    return app


@pytest.fixture
def address(route: Webhook) -> Iterator[tuple[str, int]]:
    """Where waitress serves it as we run it."""
    with listening(app_of(route), Settings(), webhook=route) as (_, address):
        yield address


@pytest.fixture(params=["flask", "front", "loop"])
def door(request: pytest.FixtureRequest, route: Webhook) -> Iterator[Door]:
    """A function that sends one request by one of the doors."""
    with ExitStack() as stack:
        app = app_of(route)
        if request.param == "front":
            Front(app, route)
        if request.param == "loop":
            serving = listening(app, Settings(), webhook=route)
            _, address = stack.enter_context(serving)
            connection = http.client.HTTPConnection(*address, timeout=60)
            stack.enter_context(closing(connection))

        def send(
            body: bytes,
            headers: dict[str, str] = HEADERS,
            method: str = "POST",
            path: str = "/webhook",
        ) -> Reply:
            if request.param == "loop":
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                return Reply(response.status, dict(response.getheaders()), response.read())
            found = app.test_client().open(path, method=method, data=body, headers=headers)
            return Reply(found.status_code, dict(found.headers), found.data)

        yield send


def test_an_update_is_accepted_with_an_empty_200(door: Door, shelf: Shelf):
    body = b'{"update_id": 7, "message": {}}'
    reply = door(body)
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Content-Length"] == "0"
    assert "Content-Type" not in reply.headers
    assert dict(SECURITY).items() <= reply.headers.items()
    assert shelf.got == [({"update_id": 7, "message": {}}, body)]


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""]
)
def test_json_is_read_whatever_the_content_type(door: Door, shelf: Shelf, content_type: str):
    door(b'{"update_id": 7}', {**HEADERS, "Content-Type": content_type})
    assert shelf.got[0][0] == {"update_id": 7}


@pytest.mark.attack
@pytest.mark.parametrize(
    "given", [None, "", "wrong", "right-secre", "right-secret2", "ünright", "秘密"]
)
def test_without_the_right_secret_nobody_comes_in(door: Door, shelf: Shelf, given: str | None):
    headers = {} if given is None else {webhook.SECRET_HEADER: given.encode().decode("latin-1")}
    reply = door(b'{"update_id": 7}', headers)
    assert reply.status == 403
    assert SECRET.encode() not in reply.body
    assert not shelf.got


def test_without_a_configured_secret_nobody_comes_in(shelf: Shelf):
    route = Webhook({"": shelf}, path="/webhook")
    client = app_of(route).test_client()
    assert (
        client.post("/webhook", data=b"{}", headers={webhook.SECRET_HEADER: ""}).status_code == 403
    )
    assert not route.is_welcome(webhook.Head("", b"", 2))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"update_id=7",
        b'{"update_id": 7',
        b"[]",
        b"7",
        b"null",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 7.0}',
        b'{"update_id": -1}',
        b'{"update_id": 9223372036854775808}',
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_update_gets_400_and_one_line(door: Door, shelf: Shelf, body: bytes):
    reply = door(body)
    assert reply.status == 400
    assert reply.body.count(b"\n") == 1
    assert not shelf.got


@pytest.mark.attack
def test_the_secret_is_looked_at_before_the_body(door: Door):
    assert door(b"nonsense", {}).status == 403


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
def test_a_mebibyte_is_taken_and_not_a_byte_more(door: Door, shelf: Shelf, more: int, status: int):
    update = b'{"update_id": 7, "x": "%s"}' % (b"x" * (LIMIT - 25 + more))
    assert len(update) == LIMIT + more
    try:
        assert door(update).status == status
    except OSError:  # refused before it was sent
        assert more
    assert len(shelf.got) == (0 if more else 1)


def test_what_cannot_be_stored_is_asked_for_again(door: Door, shelf: Shelf):
    shelf.is_full = True
    reply = door(b'{"update_id": 7}')
    assert reply.status == 503
    assert reply.headers["Retry-After"] == "2"


def test_a_defect_is_told_to_the_log_alone(door: Door, caplog: pytest.LogCaptureFixture):
    reply = door(b'{"update_id": 7, "broken": 1}')
    assert reply.status == 500
    assert b"inner workings" not in reply.body
    assert "inner workings" in caplog.text


def test_a_call_travels_in_the_response(door: Door, shelf: Shelf):
    shelf.call = {"method": "sendMessage", "chat_id": 7, "text": "ü"}
    reply = door(b'{"update_id": 7}')
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.body == b'{"method":"sendMessage","chat_id":7,"text":"\\u00fc"}'


def test_a_trailing_slash_is_no_redirect(door: Door):
    assert door(b'{"update_id": 7}', path="/webhook/").status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_other_methods_are_explained(door: Door, method: str):
    reply = door(b"", method=method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "POST"
    if method != "HEAD":
        assert b"Telegram" in reply.body


def test_other_addresses_are_not_found(door: Door):
    assert door(b"", {}, "GET", "/").status == 404


def test_one_connection_carries_many_updates(address: tuple[str, int], shelf: Shelf):
    connection = http.client.HTTPConnection(*address, timeout=60)
    with closing(connection):
        for number in range(3):
            connection.request("POST", "/webhook", b'{"update_id": %d}' % number, HEADERS)
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, b"")
            assert response.version == 11
            assert response.headers.get("Connection", "keep-alive").lower() != "close"
            assert "Server" not in response.headers
    assert [update["update_id"] for update, _ in shelf.got] == [0, 1, 2]


HEAD = f"POST /webhook HTTP/1.1\r\nHost: x\r\n{webhook.SECRET_HEADER}: {SECRET}\r\n".encode()
UPDATE = b'{"update_id": 7}'
SIZED = b"Content-Length: 16\r\n"

# What is odd, and what every door says to it.
ODD = {
    "in chunks": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n8\r\n" + UPDATE[:8] + b"\r\n8\r\n" + UPDATE[8:]
        + b"\r\n0\r\n\r\n",
        [200],
    ),
    "HTTP/1.0": (HEAD.replace(b"1.1", b"1.0") + SIZED + b"\r\n" + UPDATE, [200]),
    "ends the connection": (HEAD + b"Connection: close\r\n" + SIZED + b"\r\n" + UPDATE, [200]),
    "folded": (HEAD + b"X-Long: one\r\n two\r\n" + SIZED + b"\r\n" + UPDATE, [200]),
    "two in one": ((HEAD + SIZED + b"\r\n" + UPDATE) * 2, [200, 200]),
    "two lengths": (HEAD + SIZED * 2 + b"\r\n" + UPDATE, [400]),
    "two secrets": (
        HEAD + f"{webhook.SECRET_HEADER}: {SECRET}\r\n".encode() + SIZED + b"\r\n" + UPDATE, [403],
    ),
    "length and chunks": (
        HEAD + SIZED + b"Transfer-Encoding: chunked\r\n\r\n10\r\n" + UPDATE + b"\r\n0\r\n\r\n", [200],
    ),
    "no length": (HEAD + b"\r\n", [400]),
    "a name with a blank": (HEAD + b"Bad Name: 1\r\n" + SIZED + b"\r\n" + UPDATE, [400]),
    "a whole address": (
        HEAD.replace(b"/webhook", b"http://x/webhook") + SIZED + b"\r\n" + UPDATE, [200],
    ),
    "a query": (HEAD.replace(b"/webhook", b"/webhook?a=1") + SIZED + b"\r\n" + UPDATE, [200]),
    "small letters": (HEAD.lower().replace(b"post /webhook http", b"POST /webhook HTTP") + SIZED
                      + b"\r\n" + UPDATE, [200]),
}  # fmt: skip


def exchange(address: tuple[str, int], *parts: bytes, replies: int = 1) -> list[int]:
    """Send the parts, each after the one before has surely arrived, and return the statuses that come."""
    with socket.create_connection(address, timeout=60) as connection:
        for part in parts:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(part)
        return statuses_of(connection, replies)


def statuses_of(connection: socket.socket, replies: int) -> list[int]:
    """Read so many responses and return their statuses."""
    found = []
    with connection.makefile("rb") as stream:
        for _ in range(replies):
            found.append(int(stream.readline().split()[1]))
            headers = http.client.parse_headers(stream)
            stream.read(int(headers["Content-Length"]))
    return found


@pytest.mark.parametrize("kind", ODD)
def test_what_is_odd_is_answered_by_flask(address: tuple[str, int], kind: str):
    raw, statuses = ODD[kind]
    assert exchange(address, raw, replies=len(statuses)) == statuses


@pytest.mark.parametrize("kind", ["in chunks", "two in one", "folded"])
def test_what_comes_in_single_bytes_is_the_same(address: tuple[str, int], kind: str):
    raw, statuses = ODD[kind]
    parts = [raw[place : place + 1] for place in range(len(raw))]
    assert exchange(address, *parts, replies=len(statuses)) == statuses


def test_who_waits_to_be_told_to_continue_is_told(address: tuple[str, int]):
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(HEAD + SIZED + b"Expect: 100-continue\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(UPDATE)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_what_follows_while_an_update_is_stored_waits_for_its_answer(
    address: tuple[str, int], shelf: Shelf
):
    shelf.slow = []
    one, two = (b'{"update_id": %d}' % number for number in (11, 12))
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(HEAD + b"Content-Length: 17\r\n\r\n" + one)
        (first,) = eventually(lambda: shelf.slow)
        shelf.slow = None
        connection.sendall(HEAD + b"Content-Length: 17\r\n\r\n" + two)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
        connection.settimeout(10)
        first()
        assert statuses_of(connection, 2) == [200, 200]
    assert [update["update_id"] for update, _ in shelf.got] == [11, 12]


@pytest.mark.attack
def test_a_client_that_leaves_before_the_answer_disturbs_nobody(
    address: tuple[str, int], shelf: Shelf
):
    shelf.slow = []
    for _ in range(20):
        with socket.create_connection(address, timeout=60) as connection:
            connection.sendall(HEAD + SIZED + b"\r\n" + UPDATE)
    eventually(lambda: len(shelf.slow or ()) == 20)
    gone, shelf.slow = shelf.slow, None
    for answer in gone:
        answer()
    assert exchange(address, HEAD + SIZED + b"\r\n" + UPDATE) == [200]
    assert len(shelf.got) == 21


@pytest.mark.attack
@pytest.mark.parametrize(
    "length", [b"Content-Length: 1000000000\r\n", b"Content-Length: 1048577\r\n"]
)
def test_a_huge_body_is_refused_before_it_is_sent(address: tuple[str, int], length: bytes):
    assert exchange(address, HEAD + length + b"\r\n") == [413]


@pytest.mark.attack
@pytest.mark.parametrize(
    "length", [b"Content-Length: 500000\r\n", b"Transfer-Encoding: chunked\r\n", SIZED]
)
def test_a_strangers_body_is_refused_before_it_is_sent(address: tuple[str, int], length: bytes):
    for head in (HEAD.replace(SECRET.encode(), b"wrong"), b"POST /webhook HTTP/1.1\r\nHost: x\r\n"):
        assert exchange(address, head + length + b"\r\n") == [403]
