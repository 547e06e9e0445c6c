"""A Bot API server on loopback that does what a test tells it, and a bot that talks to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from anzol import Bot

TOKEN = "4242:SECRET-token_that-must-never-show-up"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BotApi

    def do_POST(self) -> None:
        self.server.connections.add(self.client_address)
        length = int(self.headers["Content-Length"])
        method = self.path.rpartition("/")[2]
        body = self.server.read(self.rfile, length)
        self.server.requests.append((method, dict(self.headers), body))
        self.server.paths.append(self.path)
        step = self.server.script.pop(0) if self.server.script else None
        if step is None:
            step = answer({"ok": True, "result": self.server.result})
        step(self)

    def do_GET(self) -> None:
        self.server.files[self.path.partition(f"/file/bot{TOKEN}/")[2]](self)

    def log_message(self, *_: Any) -> None:
        pass


class BotApi(ThreadingHTTPServer):
    """`script` holds what the next requests get; after it, `result`. `requests` are (method, headers, body)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.connections: set[Any] = set()
        self.script: list[Callable[[Handler], None]] = []
        self.files: dict[str, Callable[[Handler], None]] = {}
        self.result: Any = True
        self.read: Callable[[Any, int], bytes] = lambda stream, length: stream.read(length)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        pass  # the client of a cut connection is gone

    def sent(self) -> list[Any]:
        """The JSON bodies that came in."""
        return [json.loads(body) for _, _, body in self.requests]


def answer(envelope: Any, status: int = 200) -> Callable[[Handler], None]:
    body = envelope if isinstance(envelope, bytes) else json.dumps(envelope).encode()

    def step(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return step


def refuse(code: int, description: str, **parameters: Any) -> Callable[[Handler], None]:
    envelope = {"ok": False, "error_code": code, "description": description}
    return answer(envelope | ({"parameters": parameters} if parameters else {}), code)


def cut(handler: Handler) -> None:
    """End the connection without an answer."""
    handler.close_connection = True
    handler.connection.close()


@pytest.fixture
def api() -> Iterator[BotApi]:
    server = BotApi()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    """Time that passes only in `sleep`."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(api: BotApi, clock: Clock) -> Iterator[Bot]:
    bot = Bot(TOKEN, api_url=api.url, sleep=clock.sleep, clock=clock)
    yield bot
    bot.transport.close()
