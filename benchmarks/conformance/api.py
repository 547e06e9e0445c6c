"""A Bot API that remembers every call, and can be away, slow or busy on request."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ME = {"id": 4242, "is_bot": True, "first_name": "Probe", "username": "probe_bot"}
PART = re.compile(rb'name="([^"]+)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
Fault = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """One call that the bot made; `fault` is true when it was refused on request."""

    method: str
    params: dict[str, str]
    at: float
    fault: bool


class Api:
    """The Bot API on a port of its own. `calls` has all calls, `fault` may refuse one."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.fault: Callable[[str, dict[str, str]], Fault | None] = lambda method, params: None
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Listen, on the same port again after `close`."""
        self._server = Server(("127.0.0.1", self.port), handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections, and end those that are open."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, method: str, params: dict[str, str]) -> tuple[int, dict[str, Any]]:
        fault = self.fault(method, params)
        self.calls.append(Call(method, params, time.monotonic(), fault is not None))
        if fault:
            return fault
        return 200, {"ok": True, "result": self._result(method, params)}

    def _result(self, method: str, params: dict[str, str]) -> Any:
        match method:
            case "getme":
                return ME
            case "getwebhookinfo":
                return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
            case "getmycommands":
                return []
            case "sendmessage":
                chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "Ann"}
                number = len(self.calls) + 1000
                return {"message_id": number, "date": 1, "chat": chat, "text": params["text"]}
        return True

    def texts(self) -> list[str]:
        """Return the texts that arrived, in their order."""
        return [c.params["text"] for c in self.calls if c.method == "sendmessage" and not c.fault]

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 200

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[Any] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for request in list(self._open):
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: connections end when the API goes away."""


def handler(api: Api) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self._body()
            target = urlsplit(self.path)
            params = parameters(body, self.headers.get("Content-Type", ""))
            params = dict(parse_qsl(target.query)) | params
            status, answer = api.answer(target.path.rpartition("/")[2].lower(), params)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def parameters(body: bytes, kind: str) -> dict[str, str]:
    """Return a call's parameters, whichever of the three ways it has."""
    if kind.startswith("application/json"):
        return {name: str(value) for name, value in json.loads(body or b"{}").items()}
    if kind.startswith("multipart/"):
        return {name.decode(): value.decode() for name, value in PART.findall(body)}
    return dict(parse_qsl(body.decode()))
