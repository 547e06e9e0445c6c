"""HTTP to the Bot API: kept-alive connections, timeouts always set, no token in any error."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator
from copy import copy
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies

from certifi import where

from .envelope import read_answer
from .jsontext import encode_json
from .uploads import Multipart
from .wire import Wire

if TYPE_CHECKING:
    from .pool import Pool

CONNECT_TIMEOUT = 5.0  # seconds, as all timeouts here
READ_TIMEOUT = 65.0  # above the 50 s that getUpdates may wait
PUSH = "X-Anzol-Push"  # names to the simulator the push that a call belongs to
HEADS = 256  # methods whose head is kept; there are some two hundred
TOKEN_IN_PATH = re.compile(r"(/bot)\d+:[\w-]+")


class Transport:
    """Send method calls of one bot to one Bot API server.

    Plain calls go over connections of our own (wire.py); files, and everything that goes through a proxy, by urllib3
    (pool.py). Proxies and certificate bundles are read from the environment once. Raises `ProxyError` for a proxy that
    cannot be used.
    """

    def __init__(
        self, token: str, api_url: str, *, pool_size: int = 10, read_timeout: float = READ_TIMEOUT
    ) -> None:
        self._token = token
        self.api_url = api_url.rstrip("/")
        self._size, self._read_timeout = pool_size, read_timeout
        self._lock = threading.Lock()
        self._made: Pool | None = None
        self._bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._direct = is_loopback(self.api_url) or not getproxies()
        self._wire: Wire | None = None
        if self._direct or not self._pool.has_proxy:
            self._wire = Wire(
                self.api_url,
                certificates=self._bundle or where(),
                connect_timeout=CONNECT_TIMEOUT,
                read_timeout=read_timeout,
                keep=pool_size,
            )
        # Without a proxy a path, and then nothing is asked of urllib3.
        path = quote(urlsplit(self.api_url).path, safe="/%:@!$&'()*+,;=~")
        self._prefix = path if self._wire else self._pool.prefix
        self._headers: dict[str, str] = {}
        self._heads: dict[str, bytes] = {}

    @property
    def _pool(self) -> Pool:
        """Return the connections for files and proxies; requests and urllib3 take 5 MB, so they come when wanted."""
        from .pool import Pool

        with self._lock:
            if self._made is None:
                self._made = Pool(
                    self.api_url,
                    verify=self._bundle or True,
                    direct=self._direct,
                    size=self._size,
                    connect_timeout=CONNECT_TIMEOUT,
                    read_timeout=self._read_timeout,
                )
            return self._made

    def __repr__(self) -> str:
        return f"<Transport to {self.api_url}>"

    @property
    def round_trip(self) -> float:
        """Return the seconds that the network alone takes there and back at least; 0.0 where nobody knows."""
        return 0.0 if self._wire is None else self._wire.round_trip

    def close(self) -> None:
        """Close the kept connections."""
        if self._made is not None:
            self._made.close()
        if self._wire is not None:
            self._wire.close()

    def naming(self, push: str) -> Transport:
        """Return a view of this transport, on the same connections, whose calls name a push to the simulator."""
        _ = self._pool  # one for all views
        view = copy(self)
        view._headers = {PUSH: quote(push, safe="")}
        view._heads = {}
        return view

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        """Make one call and return its result. Raises `ApiError` or `NetworkError`, both free of the URL."""
        if files:
            with Multipart(fields, files) as upload:
                return self._post(method, upload, len(upload), upload.content_type)
        body = encode_json(fields)
        wire = self._wire
        if wire is None:
            return self._post(method, body, len(body), "application/json")
        head = self._heads.get(method)
        if head is None:
            more = "".join(f"{name}: {value}\r\n" for name, value in self._headers.items())
            head = wire.head(self._path(method), more.encode())
            if len(self._heads) < HEADS:
                self._heads[method] = head
        return read_answer(method, *wire.post(method, head, body))

    def _path(self, method: str) -> str:
        # A method's name comes from the caller: nothing in it may end the path, or the line.
        name = (
            method
            if method.isascii() and method.isalnum()
            else quote(method, safe="", errors="replace")
        )
        return f"{self._prefix}/bot{self._token}/{name}"

    def download(self, file_path: str) -> Iterator[bytes]:
        """Yield a file in blocks, by the `file_path` of getFile, https://core.telegram.org/bots/api#file"""
        return self._pool.download(f"{self._prefix}/file/bot{self._token}/{quote(file_path)}")

    def _post(self, method: str, body: Any, length: int, content_type: str) -> Any:
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(length),
            "Accept-Encoding": "gzip",
            **self._headers,
        }
        response = self._pool.send(method, "POST", self._path(method), headers, body, stream=False)
        return read_answer(method, response.status, response.data)


def is_loopback(url: str) -> bool:
    """Return whether an address is this machine's own, which no proxy can reach on our behalf."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified  # 0.0.0.0 leads here, too


def hide_token(record: logging.LogRecord) -> bool:
    """Replace tokens in what urllib3 logs at level DEBUG, the address of each request."""
    record.msg, record.args = TOKEN_IN_PATH.sub(r"\1<token>", record.getMessage()), ()
    return True


logging.getLogger("urllib3.connectionpool").addFilter(hide_token)
