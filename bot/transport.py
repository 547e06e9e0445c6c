"""HTTP to the Bot API: one kept-alive session, timeouts always set, no token in any error."""

from __future__ import annotations

import json
import logging
import os
import re
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from .errors import ApiError, NetworkError, api_error
from .uploads import Multipart

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 65.0  # above the 50 s that getUpdates may wait
DOWNLOAD = "file download"
BLOCK = 64 * 1024
TOKEN_IN_PATH = re.compile(r"(/bot)\d+:[\w-]+")


class Transport:
    """Send method calls of one bot to one Bot API server.

    Proxies and certificate bundles are read from the environment once, here, and not at each call.
    """

    def __init__(
        self, token: str, api_url: str, *, pool_size: int = 10, read_timeout: float = READ_TIMEOUT
    ) -> None:
        self._token = token
        self.api_url = api_url.rstrip("/")
        self._timeout = (CONNECT_TIMEOUT, read_timeout)
        self._session = requests.Session()
        self._session.trust_env = False
        self._proxies = dict(get_environ_proxies(self.api_url))
        self._verify = (
            os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        )
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=pool_size)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def __repr__(self) -> str:
        return f"<Transport to {self.api_url}>"

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        """Make one call and return its result; `ApiError` or `NetworkError`, both free of the URL."""
        if not files:
            body = json.dumps(fields, separators=(",", ":")).encode()
            return self._post(method, body, len(body), "application/json")
        with Multipart(fields, files) as upload:
            return self._post(method, upload, len(upload), upload.content_type)

    def _post(self, method: str, body: Any, length: int, content_type: str) -> Any:
        headers = {
            "Content-Type": content_type,
            "Content-Length": str(length),
            "Accept-Encoding": "gzip",
        }
        response = self._send(
            method, self._prepare("POST", f"bot{self._token}/{method}", headers, body)
        )
        answer = self._answer(method, response)
        if not answer.get("ok"):
            raise api_error(method, answer)
        return answer.get("result")

    def download(self, file_path: str) -> Iterator[bytes]:
        """Read a file in blocks by the path that getFile told."""
        path = f"file/bot{self._token}/{quote(file_path)}"
        request = self._prepare("GET", path, {"Accept-Encoding": "identity"}, None)
        with self._send(DOWNLOAD, request, stream=True) as response:
            if response.status_code != 200:
                raise ApiError(DOWNLOAD, response.status_code, str(response.reason))
            yield from self._blocks(response)

    def _blocks(self, response: requests.Response) -> Iterator[bytes]:
        left = int(response.headers.get("Content-Length", -1))
        try:
            for block in response.iter_content(BLOCK):
                left -= len(block)
                yield block
        except requests.RequestException:
            left = 1
        if left > 0:
            raise NetworkError(DOWNLOAD, "the connection broke before the end", sent=True)

    def _prepare(
        self, verb: str, path: str, headers: dict[str, str], body: Any
    ) -> requests.PreparedRequest:
        """Fill a request in by hand: `Session.prepare_request` costs as much as the rest of the call."""
        prepared = requests.PreparedRequest()
        prepared.method = verb
        prepared.url = f"{self.api_url}/{path}"
        prepared.headers = CaseInsensitiveDict({"User-Agent": "gancho", **headers})
        prepared.body = body
        return prepared

    def _send(
        self, method: str, prepared: requests.PreparedRequest, *, stream: bool = False
    ) -> requests.Response:
        failure: NetworkError
        try:
            return self._session.send(
                prepared,
                timeout=self._timeout,
                proxies=self._proxies,
                verify=self._verify,
                allow_redirects=False,
                stream=stream,
            )
        except requests.RequestException as error:
            # The exception of requests holds the URL and so the token: only its kind goes on.
            failure = NetworkError(method, _reason(error), sent=not _never_sent(error))
        raise failure

    def _answer(self, method: str, response: requests.Response) -> dict[str, Any]:
        try:
            answer = json.loads(response.content)
        except (ValueError, requests.RequestException):
            answer = None
        if isinstance(answer, dict) and "ok" in answer:
            return answer
        # A proxy in between, or an address that is no Bot API server.
        text = f"HTTP {response.status_code} without Telegram's JSON"
        raise NetworkError(method, text, sent=response.status_code < 500)


def _never_sent(error: requests.RequestException) -> bool:
    """Whether the connection failed before a byte of the request went out."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return True
    # Any other TLS failure may be a connection cut while we waited for the answer.
    causes = reason.args if isinstance(reason, Exception) else ()
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)


def hide_token(record: logging.LogRecord) -> bool:
    """Take tokens out of what urllib3 logs at level DEBUG: the address of each request."""
    record.msg, record.args = TOKEN_IN_PATH.sub(r"\1<token>", record.getMessage()), ()
    return True


logging.getLogger("urllib3.connectionpool").addFilter(hide_token)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.Timeout):
        kind = "connect" if isinstance(error, requests.exceptions.ConnectTimeout) else "read"
        return f"{kind} timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "TLS failed (is the certificate bundle current? is api_url right?)"
    if _never_sent(error):
        return "cannot connect"
    return "the connection broke before the answer"
