"""HTTP by urllib3, for what `Wire` leaves: files, downloads and proxies. It is imported when the first of them comes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidProxyURL, InvalidSchema
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    SSLError,
    TimeoutError,
)

from .errors import ApiError, NetworkError, ProxyError
from .wire import TLS_FAILED

DOWNLOAD = "file download"
BLOCK = 64 * 1024


class Pool:
    """Kept connections to one Bot API server, through a proxy where the environment names one.

    The environment is read once, here, by the rules of requests, which `Session` would do at each call for as long as
    the call itself takes. Raises `ProxyError` for a proxy that cannot be used.
    """

    def __init__(
        self,
        api_url: str,
        *,
        verify: str | bool,
        direct: bool,
        size: int,
        connect_timeout: float,
        read_timeout: float,
    ) -> None:
        self._timeout = urllib3.Timeout(connect=connect_timeout, read=read_timeout)
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=size)
        somewhere = requests.Request("POST", f"{api_url}/").prepare()
        url = somewhere.url or api_url
        proxies = {} if direct else get_environ_proxies(url)
        self._api_url = api_url
        self._pool = self._find_pool(somewhere, verify, proxies)
        self.has_proxy = bool(select_proxy(url, proxies))
        # A path, or for a plain HTTP proxy the whole address.
        self.prefix = self._adapter.request_url(somewhere, proxies).rstrip("/")

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
        self._adapter.cert_verify(pool, self._api_url, verify, None)  # type: ignore[no-untyped-call]
        return cast(urllib3.HTTPConnectionPool, pool)

    def close(self) -> None:
        """Close the kept connections."""
        self._adapter.close()

    def download(self, path: str) -> Iterator[bytes]:
        """Yield a file in blocks. Raises `ApiError` or `NetworkError`."""
        response = self.send(DOWNLOAD, "GET", path, {}, None, stream=True)
        try:
            if response.status != 200:
                raise ApiError(DOWNLOAD, response.status, str(response.reason))
            yield from _blocks(response)
        finally:
            response.close()

    def send(
        self, method: str, verb: str, path: str, headers: dict[str, str], body: Any, *, stream: bool
    ) -> urllib3.BaseHTTPResponse:
        """Make one request; `method` names the call in errors. Raises `NetworkError`, free of the URL."""
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
