"""Both sides of a running simulator for tests: a bot that calls, people who act, a webhook that listens."""

from __future__ import annotations

import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from anzol.simulator import Running, start
from anzol.simulator.world.placeholder import picture
from tests.processes import PATIENCE

Json = dict[str, Any]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PIXEL = picture(640, 480)


class Side:
    """A simulator with one bot, spoken to as bots and people do."""

    def __init__(self, running: Running, token: str = "4242:test") -> None:
        self.running = running
        self.url = running.url
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, files: Any = None, **params: Any) -> Json:
        """Call a method and return the envelope."""
        url = f"{self.url}/bot{self.token}/{method}"
        sent = {"data": params, "files": files} if files else {"json": params}
        answer: Json = self.session.post(url, timeout=60, **sent).json()
        return answer

    def ok(self, method: str, **params: Any) -> Any:
        """Call a method that must succeed and return its result."""
        answer = self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    def refusal(self, method: str, **params: Any) -> str:
        """Call a method that must fail and return its description."""
        answer = self.call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    def act(self, deed: str, files: Any = None, **fields: Any) -> Any:
        """Do something as a person and return the result."""
        fields = {"bot": self.token, **fields}
        sent = {"data": fields, "files": files} if files else {"json": fields}
        answer = self.session.post(f"{self.url}/user/{deed}", timeout=60, **sent).json()
        assert answer["ok"], answer
        return answer["result"]

    def say(self, text: str, chat_id: int = 1001, **fields: Any) -> Json:
        """Say something as a person."""
        said: Json = self.act("send", chat_id=chat_id, text=text, **fields)
        return said

    def read(self, what: str, **query: Any) -> Any:
        """Read from the user side and return the result."""
        answer = self.session.get(f"{self.url}/user/{what}", params=query, timeout=60).json()
        assert answer["ok"], answer
        return answer["result"]

    def messages(self, chat_id: int = 1001, **query: Any) -> list[Json]:
        """Return a chat's messages."""
        found: list[Json] = self.read("messages", bot=self.token, chat_id=chat_id, **query)
        return found

    def log(self, kind: str, **query: Any) -> list[Json]:
        """Return the log entries of one kind."""
        entries = self.read("log", bot=self.token, **query)
        return [entry for entry in entries if entry["kind"] == kind]

    def updates(self, **params: Any) -> list[Json]:
        """Take updates by asking for them, and confirm them."""
        found: list[Json] = self.ok("getUpdates", **params)
        if found:
            self.ok("getUpdates", offset=found[-1]["update_id"] + 1)
        return found

    def again(self, **params: Any) -> None:
        """Set the webhook once more, a second after the last time: Telegram takes no two within one."""
        self.act("clock", advance=1)
        self.ok("setWebhook", **params)

    def group(self, kind: str = "supergroup", **fields: Any) -> int:
        """Make a group with Ana, person 1002 and the bot, and forget what that said."""
        bots = fields.pop("bots", [self.token])
        made = self.act("chat", type=kind, title="Team", members=[1002], bots=bots, **fields)
        self.updates()
        return int(made["id"])

    def promote(self, chat_id: int) -> None:
        """Make the bot an administrator."""
        self.act("join", chat_id=chat_id, status="administrator")
        self.updates()

    def hook(self, *answers: bytes | Callable[[bytes], bytes], **params: Any) -> Hook:
        """Set a webhook that gives these answers, the last one for ever."""
        hook = Hook(*answers)
        self.ok("setWebhook", url=hook.url, **params)
        return hook


class Hook:
    """A webhook on a bare socket: keeps the bytes of each request, answers by a script."""

    def __init__(self, *answers: bytes | Callable[[bytes], bytes], tls: Path | None = None) -> None:
        self.answers = list(answers or [OK])
        self.requests: queue.Queue[bytes] = queue.Queue()
        self.connections = 0
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook?a=1"
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._context and tls:
            self._context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        buffer = b""
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            while data := connection.recv(65_536):
                buffer += data
                head, gap, body = buffer.partition(b"\r\n\r\n")
                if not gap or len(body) < int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]):
                    continue
                self.requests.put(buffer)
                buffer = b""
                self._answer(connection, body)
        except OSError:
            pass
        finally:
            connection.close()

    def _answer(self, connection: socket.socket, body: bytes) -> None:
        with self._lock:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        given = answer if isinstance(answer, bytes) else answer(body)
        if not given:
            raise OSError("cut")
        connection.sendall(given)

    def next(self) -> Json:
        """Wait for the next update and return it."""
        body = self.requests.get(timeout=60).partition(b"\r\n\r\n")[2]
        found: Json = json.loads(body)
        return found

    def close(self) -> None:
        """Stop listening and close what is open."""
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._socket.close()
        for connection in self._open:
            connection.close()


def response(status: str, body: str = "", **headers: Any) -> bytes:
    """Return the bytes of an HTTP answer."""
    data = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def until(true: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait until something is true and return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        threading.Event().wait(0.01)
    raise AssertionError("it did not become true in time")


def begin(**options: Any) -> Side:
    """Start a simulator on a free port."""
    return Side(start(port=0, **options))
