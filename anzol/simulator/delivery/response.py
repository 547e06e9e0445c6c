"""Reading a webhook's HTTP answer as Telegram does."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

MAX_HEAD = 256 * 1024
MAX_BODY = 1024 * 1024
READ_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


class BadResponse(Exception):
    """An answer Telegram cannot read; the text goes to `last_error_message`."""


@dataclass
class Response:
    """A complete answer."""

    status: int
    reason: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    keep_alive: bool = True

    @property
    def mimetype(self) -> str:
        """Return the Content-Type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after(self) -> int:
        """Return the whole seconds of a plain Retry-After, at most an hour; 0 for any other form."""
        value = self.headers.get("retry-after", "")
        plain = value.isascii() and value.isdigit() and not value.startswith("0")
        return min(int(value[:9]), 3600) if plain else 0


class ResponseReader:
    """A parser that takes bytes until the answer is complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._response: Response | None = None
        self._length = 0
        self._chunked = False

    def feed(self, data: bytes) -> Response | None:
        """Take bytes; return the answer once it is complete. Raises BadResponse."""
        self._buffer += data
        if self._response is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > MAX_HEAD:
                    raise BadResponse("Request Header Fields Too Large: too many headers")
                return None
            self._head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
        return self._read_chunks() if self._chunked else self._read_body()

    def _head(self, head: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        version, _, rest = lines[0].partition(" ")
        code, _, reason = rest.partition(" ")
        if version not in ("HTTP/1.1", "HTTP/1.0"):
            raise BadResponse("HTTP Version Not Supported")
        if not (code.isdigit() and len(code) == 3):
            raise BadResponse("Bad Request: invalid status code")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        response = Response(int(code), reason, headers)
        connection = headers.get("connection", "").lower()
        response.keep_alive = (
            connection != "close" if version == "HTTP/1.1" else connection == "keep-alive"
        )
        self._response = response
        self._body_kind(response)

    def _body_kind(self, response: Response) -> None:
        coding = response.headers.get("transfer-encoding", "").lower()
        length = response.headers.get("content-length", "")
        if coding and coding != "chunked":
            raise BadResponse("Unimplemented: unsupported transfer-encoding")
        self._chunked = coding == "chunked"
        has_body = response.status >= 200 and response.status not in (204, 304)
        self._length = int(length) if length.isdigit() and has_body else 0
        if not length and not self._chunked and has_body:
            response.keep_alive = False
        encoding = response.headers.get("content-encoding", "")
        if encoding and (self._length or self._chunked) and encoding not in ("gzip", "deflate"):
            raise BadResponse("Unsupported Media Type: unsupported content-encoding")

    def _read_body(self) -> Response | None:
        if len(self._buffer) < self._length:
            self._check_size(self._length)
            return None
        return self._finish(bytes(self._buffer[: self._length]))

    def _read_chunks(self) -> Response | None:
        body, at = bytearray(), 0
        while True:
            end = self._buffer.find(b"\r\n", at)
            if end < 0:
                return None
            try:
                size = int(self._buffer[at:end].partition(b";")[0], 16)
            except ValueError:
                raise BadResponse("Bad Request: invalid chunk size") from None
            self._check_size(len(body) + size)
            at = end + 2
            if len(self._buffer) < at + size + 2:
                return None
            if size == 0:
                return self._finish(bytes(body))
            body += self._buffer[at : at + size]
            at += size + 2

    def _check_size(self, size: int) -> None:
        if self._response and self._response.mimetype in READ_TYPES and size > MAX_BODY:
            raise BadResponse("Request Entity Too Large: too many parameters")

    def _finish(self, body: bytes) -> Response:
        response = self._response
        assert response  # the head was read before the body
        self._check_size(len(body))
        encoding = response.headers.get("content-encoding")
        if encoding and body:
            try:
                body = zlib.decompressobj(47).decompress(body, 16 * MAX_BODY)
            except zlib.error:
                raise BadResponse("Bad Request: can't decode the content") from None
            self._check_size(len(body))
        response.body = body
        return response
