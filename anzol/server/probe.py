"""Checks of a public address, by asking it as Telegram does: TLS, secret, redirect, keep-alive, body limit."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .webhook import SECRET_HEADER

OK, WARN, FAIL = "ok", "warn", "fail"
DAY = 86400
# The route refuses this body after it has accepted the secret, so nothing is stored.
PROBE = b"[]"
LARGE = b"[" + b" " * 600_000 + b"]"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what to type when it is not ok."""

    status: str
    what: str
    text: str
    remedy: str = ""


def address(url: str, secret: str, own: Path | None = None) -> Iterator[Finding]:
    """Ask the public address as Telegram does: check TLS, secret, redirect, keep-alive and body limit.

    `own` is a certificate that Telegram was given, so that it trusts it too.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        yield from certificate(host, parts.port or 443, own)
    try:
        with closing(connect(parts.scheme, host, parts.port, own)) as connection:
            yield from answers(connection, parts.path, secret)
    except ssl.SSLError as error:
        yield Finding(FAIL, "address", f"TLS failed: {error.reason}", "Serve the full chain.")
        return
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        yield Finding(
            FAIL,
            "address",
            f"{url} does not answer: {reason}",
            "Is the server running, and does PUBLIC_URL lead to it?",
        )
        return


def answers(connection: http.client.HTTPConnection, path: str, secret: str) -> Iterator[Finding]:
    """Return the route's answers to a small and a large body on one connection."""
    yield secret_finding(*post(connection, path, PROBE, secret))
    if connection.sock is None:
        yield Finding(
            WARN,
            "keep-alive",
            "the server closes after each answer: about 20 updates/s at most",
            "Turn HTTP/1.1 keep-alive on in the proxy.",
        )
    else:
        yield Finding(OK, "keep-alive", "the connection stays open")
    if post(connection, path, LARGE, secret)[0] == 413:
        yield Finding(
            FAIL, "body limit", "a body of 600 kB is refused", "nginx: client_max_body_size 1m;"
        )
    else:
        yield Finding(OK, "body limit", "600 kB pass")


def secret_finding(status: int, text: str) -> Finding:
    """Return what the route's answer to our own post means."""
    if status == 403 and "addresses" in text:
        return Finding(OK, "secret", "not tried: TELEGRAM_IPS_ONLY rightly refuses us")
    if status == 400:
        return Finding(OK, "secret", "our own request is accepted")
    if status == 403:
        return Finding(
            FAIL, "secret", "refused", "Does that server have another token or WEBHOOK_SECRET?"
        )
    if 300 <= status < 400:
        return Finding(FAIL, "secret", f"{status}: a redirect", "Register the final address.")
    return Finding(
        FAIL, "secret", f"our own request got {status}", "Does PUBLIC_URL lead to this server?"
    )


def certificate(host: str, port: int, own: Path | None) -> Iterator[Finding]:
    """Check the certificate's chain against this machine's trust store, and the days that are left."""
    try:
        with (
            socket.create_connection((host, port), timeout=10) as plain,
            context(own).wrap_socket(plain, server_hostname=host) as secured,
        ):
            ends: Any = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            FAIL, "tls", error.verify_message, "Serve a valid certificate with its chain."
        )
        return
    except OSError:
        return  # the address's own finding says it
    days = (ssl.cert_time_to_seconds(ends["notAfter"]) - time.time()) / DAY
    if days < 14:
        yield Finding(WARN, "tls", f"expires in {days:.0f} days", "Renew the certificate.")
    else:
        yield Finding(OK, "tls", f"valid for {days:.0f} days")


def context(own: Path | None) -> ssl.SSLContext:
    """Return a TLS context that also trusts our `own` certificate."""
    found = ssl.create_default_context()
    if own is not None:
        found.load_verify_locations(own)
    return found


def connect(
    scheme: str, host: str, port: int | None, own: Path | None = None
) -> http.client.HTTPConnection:
    """Return a connection to the address, with a timeout of 15 s."""
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=15, context=context(own))
    return http.client.HTTPConnection(host, port, timeout=15)


def post(
    connection: http.client.HTTPConnection, path: str, body: bytes, secret: str
) -> tuple[int, str]:
    """Post with exactly Telegram's headers, in its order; return status and text."""
    connection.putrequest("POST", path, skip_accept_encoding=True)
    connection.putheader(SECRET_HEADER, secret)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.putheader("Connection", "keep-alive")
    connection.putheader("Accept-Encoding", "gzip, deflate")
    connection.endheaders(body)
    response = connection.getresponse()
    return response.status, response.read().decode("utf-8", "replace")
