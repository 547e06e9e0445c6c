"""waitress as we run it, from outside: what a hostile or a broken client meets."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from anzol.server import webhook
from anzol.server.door import READING_ON
from anzol.server.draining import connections
from anzol.server.strangers import STRANGERS, STRANGERS_EACH
from anzol.settings import Settings
from tests.processes import eventually
from tests.servers import create_app, listening

pytestmark = pytest.mark.attack

SECRET = "right-secret"
HEAD = f"POST /webhook HTTP/1.1\r\nHost: x\r\n{webhook.SECRET_HEADER}: {SECRET}\r\n".encode()


class Nowhere:
    """A store that is always done."""

    def store(self, update: Any, body: bytes) -> None:
        pass

    def store_soon(self, update: Any, body: bytes, done: Callable[[None], None]) -> None:
        done(None)


class Server:
    """A webhook behind waitress with six threads."""

    def __init__(self, server: Any, address: tuple[str, int]) -> None:
        self.server, self.address = server, address

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=60)

    def deliver(self) -> int:
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        with closing(connection):
            body = b'{"update_id": 7}'
            connection.request("POST", "/webhook", body, {webhook.SECRET_HEADER: SECRET})
            return connection.getresponse().status


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., Server]]:
    app = Flask("test")
    route = webhook.Webhook({SECRET: Nowhere()}, path="/webhook")
    webhook.add_routes(app, route)
    few = replace(settings, webhook_max_connections=2)
    with ExitStack() as stack:
        yield lambda seconds=60.0: Server(*stack.enter_context(listening(app, few, seconds, route)))


def answer(connection: socket.socket) -> bytes:
    """Everything until the server closes the connection; nothing when it does not read all that was sent."""
    received = b""
    with suppress(ConnectionResetError):
        while data := connection.recv(65536):
            received += data
    return received


def is_closed(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_many_slow_clients_keep_no_thread_and_are_cut_off(serve: Callable[..., Server]):
    """Six threads, sixty clients that send a byte now and then: deliveries pass, and the slow ones go."""
    server = serve(1.0)
    with ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(60)]
        for number, connection in enumerate(slow):
            half = HEAD if number % 2 else HEAD + b"Content-Length: 100\r\n\r\n{"
            connection.sendall(half)
        assert server.deliver() == 200

        def drip() -> bool:
            for connection in slow:
                try:
                    connection.send(b"x")
                except OSError:
                    continue
            return not connections(server.server)[1:]

        eventually(drip)
        assert all(is_closed(connection) for connection in slow)
    assert server.deliver() == 200


def test_a_quick_client_is_not_cut_off(serve: Callable[..., Server]):
    """The time of one request counts, not that of its connection."""
    server = serve(1.0)
    connection = http.client.HTTPConnection(*server.address, timeout=60)
    with closing(connection):
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            connection.request("POST", "/webhook", b"{}", {webhook.SECRET_HEADER: SECRET})
            response = connection.getresponse()
            response.read()
            assert response.status == 400
            assert connection.sock is not None


@pytest.mark.parametrize(
    ("raw", "statuses"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n", (400,)),
        (b"GET\r\n\r\n", (400,)),
        (b"POST /webhook HTTP/9.9\r\n\r\n", (400, 403, 505)),
        (HEAD + b"Content-Length: -5\r\n\r\n", (400,)),
        (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", (400,)),
        (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", (501,)),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", (400,)),
        (HEAD + b"Content-Length: 99999999999\r\n\r\n", (413,)),
        (HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\n", (431,)),
        (HEAD + b"Bad Name: 1\r\n\r\n", (400,)),
    ],
)
def test_what_is_no_http_gets_one_answer_and_the_end(
    serve: Callable[..., Server], raw: bytes, statuses: tuple[int, ...]
):
    server = serve()
    with server.connect() as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        line = answer(connection).partition(b"\r\n")[0]
    assert not line or int(line.split()[1]) in statuses, line
    assert server.deliver() == 200


def test_a_length_of_thousands_of_digits_is_refused(serve: Callable[..., Server], caplog):
    # As `logs.setup` does: it warns where threads are slow.
    caplog.set_level("ERROR", logger="waitress.queue")
    server = serve()
    with server.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n")
        line = answer(connection).partition(b"\r\n")[0]
    assert int(line.split()[1]) == 400
    assert not caplog.records


def test_a_body_in_chunks_over_the_limit_is_refused(serve: Callable[..., Server]):
    server = serve()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with server.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):  # refused half-way: it does not read on
            for _ in range(40):
                connection.sendall(chunk)
        line = answer(connection).partition(b"\r\n")[0]
    assert line in (b"", b"HTTP/1.1 413 Request Entity Too Large")
    assert server.deliver() == 200


def test_more_connections_than_select_can_watch(serve: Callable[..., Server]):
    """With descriptors above 1023 a select() would end the server."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2600
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"only {hard} descriptors are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    try:
        server = serve()
        with ExitStack() as stack:
            for _ in range(1100):
                stack.enter_context(server.connect())
            assert server.deliver() == 200  # the oldest of them make room
            eventually(lambda: len(connections(server.server)) == STRANGERS + 1)
        eventually(lambda: len(connections(server.server)) == 1)
        assert server.deliver() == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_one_address_may_not_fill_the_room(serve: Callable[..., Server], monkeypatch):
    """Its own oldest connection goes, and nobody else's; who has delivered is no stranger."""
    monkeypatch.setattr("anzol.server.strangers.is_loopback", lambda peer: False)
    server = serve()
    known = http.client.HTTPConnection(*server.address, timeout=60)
    with ExitStack() as stack, closing(known):
        body = b'{"update_id": 7}'
        known.request("POST", "/webhook", body, {webhook.SECRET_HEADER: SECRET})
        assert known.getresponse().read() == b""
        slow = [stack.enter_context(server.connect()) for _ in range(STRANGERS_EACH + 5)]
        eventually(lambda: all(is_closed(connection) for connection in slow[:5]))
        assert not any(is_closed(connection) for connection in slow[5:])
        known.request("POST", "/webhook", body, {webhook.SECRET_HEADER: SECRET})
        assert known.getresponse().status == 200


def test_a_crowd_with_large_bodies_and_no_secret_costs_little_memory(serve: Callable[..., Server]):
    server = serve()
    before = memory()
    with ExitStack() as stack:
        for number in range(300):
            connection = stack.enter_context(server.connect())
            path = b"/webhook" if number % 2 else b"/admin/sign-in"
            head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
            with suppress(OSError):
                connection.sendall(head + b"x" * 499_999)
        assert server.deliver() == 200
        assert memory() - before < 20_000_000


def memory() -> int:
    """Return how much of this process is in memory, in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        pytest.skip("only Linux tells")


def test_a_refused_body_is_no_request_of_its_own(serve: Callable[..., Server]):
    server = serve()
    inner = HEAD + b"Content-Length: 16\r\n\r\n" + b'{"update_id": 7}'
    head = b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inner)
    for parts in ((head + inner,), (head, inner)):
        with server.connect() as connection:
            for part in parts:
                with suppress(OSError):
                    connection.sendall(part)
            received = answer(connection)
            assert received.count(b"HTTP/1.1") <= 1
            assert b" 200 " not in received


LARGE = {
    "an update": (HEAD, 413),
    "a stranger's update": (b"POST /webhook HTTP/1.1\r\nHost: x\r\n", 403),
    "a stranger's form": (b"POST /admin/sign-in HTTP/1.1\r\nHost: x\r\n", 413),
}


@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_who_sends_a_large_body_in_one_go_reads_why_it_was_refused(
    serve: Callable[..., Server], kind: str, is_chunked: bool
):
    server = serve()
    head, status = LARGE[kind]
    body = b"x" * 5_000_000
    if is_chunked:
        head += b"Transfer-Encoding: chunked\r\n\r\n"
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    else:
        head += b"Content-Length: %d\r\n\r\n" % len(body)
    with server.connect() as connection:
        connection.sendall(head + body)  # all of it, before anything is read
        received = b""
        while data := connection.recv(65536):
            received += data
    assert received.startswith(b"HTTP/1.1 %d " % status), received[:200]
    assert received.count(b"HTTP/1.1") == 1
    eventually(lambda: not connections(server.server)[1:])
    assert not server.server.door.reading_on
    assert server.deliver() == 200


def test_it_is_not_read_on_for_ever(serve: Callable[..., Server], monkeypatch):
    """Neither past so many bytes, nor past so many seconds of a client that drips, nor for more than some at once."""
    monkeypatch.setattr("anzol.server.door.READ_ON_BYTES", 1_000_000)
    server = serve(3.0)
    large = b"POST /admin/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(large)
        with pytest.raises(OSError):
            for _ in range(99):
                connection.sendall(b"x" * 1_000_000)
    with ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(READING_ON + 5)]
        reading_on = server.server.door.reading_on
        for connection in slow:
            connection.sendall(large)
        eventually(lambda: len(reading_on) == READING_ON)

        def drip() -> bool:
            assert len(reading_on) <= READING_ON
            for connection in slow:
                with suppress(OSError):
                    connection.send(b"x")
            return not connections(server.server)[1:]

        eventually(drip)
        assert not reading_on
    assert server.deliver() == 200


def test_the_health_check_is_answered_while_every_thread_is_busy(settings: Settings):
    app = create_app(replace(settings, webhook_max_connections=1))
    busy = threading.Event()
    app.add_url_rule("/busy", "busy", lambda: str(busy.wait(60)))
    few = app.extensions["anzol"].settings
    with listening(app, few) as (server, address), ExitStack() as stack:
        stack.callback(busy.set)
        for _ in range(len(server.task_dispatcher.threads) + 2):
            waiting = stack.enter_context(socket.create_connection(address, timeout=60))
            waiting.sendall(b"GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
        for extra in ("", "Connection: close\r\n"):
            with socket.create_connection(address, timeout=60) as connection:
                connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: x\r\n{extra}\r\n".encode())
                received = connection.recv(65536)
                assert received.startswith(b"HTTP/1.1 200 OK\r\n")
                assert received.endswith(b"\r\n\r\nok\n")
                assert not extra or connection.recv(1) == b""


@pytest.mark.parametrize(("is_shared", "status"), [(False, 413), (True, 200)])
def test_what_strangers_may_send_to_an_apps_own_pages_is_the_apps_to_say(
    settings: Settings, is_shared: bool, status: int
):
    app = create_app(settings)
    if is_shared:
        app.add_url_rule(
            "/upload", "upload", lambda: str(len(request.get_data())), methods=["POST"]
        )
    with listening(app, settings) as (_, address):
        connection = http.client.HTTPConnection(*address, timeout=60)
        with closing(connection):
            connection.putrequest("POST", "/upload")
            connection.putheader("Content-Length", "500000")
            connection.endheaders()
            if is_shared:
                connection.send(b"x" * 500_000)
            assert connection.getresponse().status == status
