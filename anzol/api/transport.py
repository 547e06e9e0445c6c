"""HTTP to the Bot API: kept-alive connections, timeouts always set, no token in any error."""

from __future__ import annotations

import json
import logging
import os
import re
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import quote, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidProxyURL, InvalidSchema
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies, select_proxy
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    SSLError,
    TimeoutError,
)

from .envelope import read_answer
from .errors import ApiError, NetworkError, ProxyError
from .uploads import Multipart
from .wire import TLS_FAILED, Wire

CONNECT_TIMEOUT = 5.0  # seconds, as all timeouts here
READ_TIMEOUT = 65.0  # above the 50 s that getUpdates may wait
DOWNLOAD = "file download"
BLOCK = 64 * 1024
COMPACT = json.JSONEncoder(separators=(",", ":"))
TOKEN_IN_PATH = re.compile(r"(/bot)\d+:[\w-]+")


class Transport:
    """Send method calls of one bot to one Bot API server.

    Plain calls go over connections of our own (wire.py); files, and everything that goes through a proxy, by urllib3.
    Proxies and certificate bundles are read from the environment once, here, by the rules of requests; so is the pool
    of connections found, which `Session` would look up at each call for as long as the call itself takes. Raises
    `ProxyError` for a proxy that cannot be used.
    """

    def __init__(
        self, token: str, api_url: str, *, pool_size: int = 10, read_timeout: float = READ_TIMEOUT
    ) -> None:
        self._token = token
        self.api_url = api_url.rstrip("/")
        self._timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=read_timeout)
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=pool_size)
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        somewhere = requests.Request("POST", f"{self.api_url}/").prepare()
        url = somewhere.url or self.api_url
        proxies = {} if is_loopback(url) else get_environ_proxies(url)
        self._pool = self._find_pool(somewhere, bundle or True, proxies)
        # A path, or for a plain HTTP proxy the whole address.
        self._prefix = self._adapter.request_url(somewhere, proxies).rstrip("/")
        self._wire: Wire | None = None
        if not select_proxy(url, proxies):
            self._wire = Wire(
                url,
                certificates=bundle or DEFAULT_CA_BUNDLE_PATH,
                connect_timeout=CONNECT_TIMEOUT,
                read_timeout=read_timeout,
                keep=pool_size,
            )

    def _find_pool(
        self, request: requests.PreparedRequest, verify: str | bool, proxies: dict[str, str]
    ) -> urllib3.HTTPConnectionPool:
        try:
            pool = self._adapter.get_connection_with_tls_context(request, verify, proxies)
        except InvalidSchema:
            raise ProxyError(
                "The environment names a SOCKS proxy, which needs one more package: "
                "pip install 'requests[socks]'"
            ) from None
        except InvalidProxyURL:
            raise ProxyError(
                "The environment names a proxy whose address is malformed; write HTTPS_PROXY=http://host:port"
            ) from None
        self._adapter.cert_verify(pool, self.api_url, verify, None)  # type: ignore[no-untyped-call]
        return cast(urllib3.HTTPConnectionPool, pool)

    def __repr__(self) -> str:
        return f"<Transport to {self.api_url}>"

    def close(self) -> None:
        """Close the kept connections."""
        self._adapter.close()
        if self._wire is not None:
            self._wire.close()

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        """Make one call and return its result. Raises `ApiError` or `NetworkError`, both free of the URL."""
        if files:
            with Multipart(fields, files) as upload:
                return self._post(method, upload, len(upload), upload.content_type)
        body = COMPACT.encode(fields).encode()
        if self._wire is None:
            return self._post(method, body, len(body), "application/json")
        return read_answer(method, *self._wire.post(method, self._path(method), body))

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
        path = f"{self._prefix}/file/bot{self._token}/{quote(file_path)}"
        response = self._send(DOWNLOAD, "GET", path, {}, None, stream=True)
        try:
            if response.status != 200:
                raise ApiError(DOWNLOAD, response.status, str(response.reason))
            yield from _blocks(response)
        finally:
            response.close()

    def _post(self, method: str, body: Any, length: int, content_type: str) -> Any:
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(length),
            "Accept-Encoding": "gzip",
        }
        response = self._send(method, "POST", self._path(method), headers, body, stream=False)
        return read_answer(method, response.status, response.data)

    def _send(
        self, method: str, verb: str, path: str, headers: dict[str, str], body: Any, *, stream: bool
    ) -> urllib3.BaseHTTPResponse:
        failure: NetworkError
        try:
            return self._pool.urlopen(
                verb,
                path,
                body=body,
                headers={"User-Agent": "anzol", **headers},
                timeout=self._timeout,
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=not stream,
                decode_content=not stream,
            )
        except HTTPError as error:
            # The exception may hold the URL and so the token: only its kind goes on.
            failure = NetworkError(method, _reason(error), sent=not _never_sent(error))
        raise failure


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


def _blocks(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from response.stream(BLOCK)
        return
    except HTTPError:
        pass
    raise NetworkError(DOWNLOAD, "the connection broke before the end", sent=True)


def _never_sent(error: HTTPError) -> bool:
    """Return whether the connection failed before a byte of the request went out."""
    # Any other TLS failure may be a connection cut while we waited for the answer.
    refused = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
    return refused or isinstance(
        error, NewConnectionError | ConnectTimeoutError | urllib3.exceptions.ProxyError
    )


def _reason(error: HTTPError) -> str:
    if isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError):
        kind = "connect" if isinstance(error, ConnectTimeoutError) else "read"
        return f"{kind} timeout"
    if isinstance(error, SSLError):
        return TLS_FAILED
    if _never_sent(error):
        return "cannot connect"
    return "the connection broke before the answer"


def hide_token(record: logging.LogRecord) -> bool:
    """Replace tokens in what urllib3 logs at level DEBUG, the address of each request."""
    record.msg, record.args = TOKEN_IN_PATH.sub(r"\1<token>", record.getMessage()), ()
    return True


logging.getLogger("urllib3.connectionpool").addFilter(hide_token)
