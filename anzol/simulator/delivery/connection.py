"""One kept-alive connection to a webhook, never blocking: its owner waits for all of them at once."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import SplitResult

from .response import BadResponse, Response, ResponseReader

UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, 10035}  # the last is Windows' own
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class DeliveryError(Exception):
    """A delivery without an answer; `shown` says whether getWebhookInfo reports it."""

    def __init__(self, text: str, shown: bool = True) -> None:
        super().__init__(text)
        self.shown = shown


@dataclass
class Target:
    """Where a webhook is: its parsed URL, its address, its TLS context."""

    url: SplitResult
    ip: str
    context: ssl.SSLContext | None = None
    secret: str = field(default="", repr=False)
    authorization: str = field(default="", repr=False)

    @property
    def port(self) -> int:
        """Return the port to connect to."""
        return self.url.port or (443 if self.url.scheme == "https" else 80)

    def request(self, body: bytes) -> bytes:
        """Return the bytes Telegram sends, its headers in Telegram's order."""
        before, after = self._head
        return b"%s%d%s%s" % (before, len(body), after, body)

    @cached_property
    def _head(self) -> tuple[bytes, bytes]:
        """Return the head before and after the body's length, the same for every request."""
        host = self.url.hostname or ""
        host = f"[{host}]" if ":" in host else host
        if self.port != (443 if self.url.scheme == "https" else 80):
            host = f"{host}:{self.port}"
        path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        if self.url.fragment:
            path += f"#{self.url.fragment}"
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}"]
        if self.authorization:
            lines.append(f"Authorization: Basic {self.authorization}")
        if self.secret:
            lines.append(f"X-Telegram-Bot-Api-Secret-Token: {self.secret}")
        lines += [
            "Content-Type: application/json",
            "Content-Length: ",
        ]
        rest = ["", "Connection: keep-alive", "Accept-Encoding: gzip, deflate", "", ""]
        return "\r\n".join(lines).encode(), "\r\n".join(rest).encode()


class Connection:
    """A socket that carries one request at a time."""

    def __init__(self, target: Target, selector: selectors.BaseSelector, number: int) -> None:
        self.number = number
        self.events = WRITE
        self._target = target
        self._selector = selector
        self._unsent = memoryview(b"")
        self._reader = ResponseReader()
        self._is_open = False
        self._is_sent = False
        family = socket.AF_INET6 if ":" in target.ip else socket.AF_INET
        self._socket: socket.socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = self._socket.connect_ex((target.ip, target.port))
        self._started = 0 if started in UNDER_WAY else started
        selector.register(self._socket, WRITE, self)

    def send(self, request: bytes) -> None:
        """Start a request; `advance` goes on with it. Raises DeliveryError when the socket is gone."""
        self._reader = ResponseReader()
        self._unsent = memoryview(request)
        self._is_sent = False
        if self._is_open:
            self._write()

    def advance(self) -> Response | None:
        """Go on after the socket became ready; return the answer once complete. Raises DeliveryError."""
        try:
            if not self._is_open:
                self._open()
            elif self._unsent:
                self._write()
            else:
                return self._read()
        except (ssl.SSLWantReadError, BlockingIOError):
            self._listen(READ if self._is_sent or not self._unsent or self._is_tls else WRITE)
        except ssl.SSLWantWriteError:
            self._listen(WRITE)
        return None

    @property
    def _is_tls(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    def _open(self) -> None:
        if not self._is_tls:
            error = self._started or self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise DeliveryError(os.strerror(error))
            if self._target.context:
                self._selector.unregister(self._socket)
                self._socket = self._target.context.wrap_socket(
                    self._socket,
                    server_hostname=self._target.url.hostname,
                    do_handshake_on_connect=False,
                )
                self._selector.register(self._socket, self.events, self)
        if isinstance(self._socket, ssl.SSLSocket):
            try:
                self._socket.do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                raise DeliveryError(f"SSL error {{error:{error.reason or error}}}") from None
            except OSError as error:
                raise DeliveryError(error.strerror or str(error)) from None
        self._is_open = True
        self._write()

    def _write(self) -> None:
        try:
            while self._unsent:
                sent = self._socket.send(self._unsent)
                self._unsent = self._unsent[sent:]
        except (BlockingIOError, ssl.SSLWantWriteError):
            return self._listen(WRITE)
        except OSError as error:
            raise DeliveryError(error.strerror or str(error)) from None
        self._is_sent = True
        return self._listen(READ)

    def _read(self) -> Response | None:
        while True:
            try:
                data = self._socket.recv(65_536)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return None
            except OSError as error:
                raise DeliveryError(error.strerror or str(error)) from None
            if not data:
                raise DeliveryError("Webhook connection closed", shown=False)
            try:
                response = self._reader.feed(data)
            except BadResponse as error:
                raise DeliveryError(str(error)) from None
            if response:
                return response

    @property
    def timeout_text(self) -> str:
        """Return what Telegram calls a timer that runs out now."""
        return "Read timeout expired" if self._is_sent else "Write timeout expired"

    def _listen(self, events: int) -> None:
        if events != self.events:
            self._selector.modify(self._socket, events, self)
            self.events = events

    def close(self) -> None:
        """Close the socket."""
        self._selector.unregister(self._socket)
        self._socket.close()
