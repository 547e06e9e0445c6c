"""HTTP/1.1 to one host for plain calls: one send and usually one receive on a connection that is kept.

A general client takes most of a call's time for what a Bot API call does not need. What is rare in an answer (chunks,
compression, an end by closing) is read by `http.client` here; proxies, files and downloads go through urllib3, in
transport.py.
"""

from __future__ import annotations

import http.client
import io
import os
import re
import select
import socket
import ssl
import struct
import sys
import threading
import time
import weakref
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, cast
from urllib.parse import urlsplit

from .errors import NetworkError

# Bytes taken at first: an answer to a send, mostly. Each thread that waits for one holds so much memory meanwhile, and
# with 64 KiB two hundred came to ten megabytes.
FIRST = 2048
MOST = 1024 * 1024  # bytes taken at a time of the rest, whose length is known
# bytes; no answer comes near it, so a longer one is not worth waiting for
LARGEST = 64 * 1024 * 1024
HEADS = (
    64  # heads of answers that are kept: of two kilobytes at most, and mostly of a quarter of one
)
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.I)
ODD = re.compile(rb"\r\n(?:transfer-encoding|content-encoding|connection:[ \t]*close)", re.I)
# What reading an answer raises when it breaks off or is not HTTP/1.1.
UNREADABLE = (OSError, ValueError, http.client.HTTPException, zlib.error)
TCP_RTT = 68  # where Linux's tcp_info has the round trip, in microseconds
TLS_FAILED = "TLS failed (is the certificate bundle current? is api_url right?)"


class Kept:
    """A connection; `is_stale()` tells without waiting whether the server has closed it, or has sent something unasked."""

    __slots__ = ("is_new", "is_stale", "socket")

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.is_new = True
        self.is_stale = _watch(sock)

    def receive(self, deadline: float) -> tuple[int, bytes, bool]:
        """Return the answer's status and body, and whether the connection may be used again."""
        data = self.socket.recv(FIRST)
        head = data.find(b"\r\n\r\n") + 4
        found = _read_head(data[:head])
        if found is None:
            return _read_by_the_book(self.socket, data, deadline)
        status, length = found
        end = head + length
        if len(data) < end:
            if end > LARGEST:
                raise ConnectionError("an implausibly large answer")
            data = self._receive_rest(data, end, deadline)
        return status, data[head:end], len(data) == end

    def _receive_rest(self, data: bytes, end: int, deadline: float) -> bytes:
        parts, missing = [data], end - len(data)
        while missing > 0:
            part = self.socket.recv(min(missing, MOST))
            _check(part, deadline)
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


class Wire:
    """The connections of one process to one host, safe to share between threads.

    Raises `NetworkError`, which says whether the request may have been carried out: on a new connection once it is
    sent, and on a kept one as well; one that was closed meanwhile is noticed before, and the request goes on another.
    """

    def __init__(
        self,
        url: str,
        *,
        certificates: str,
        connect_timeout: float,
        read_timeout: float,
        keep: int,
    ) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._tls else 80)
        self._certificates = certificates
        self._context: ssl.SSLContext | None = None
        self._session: ssl.SSLSession | None = None
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        # Seconds that the network alone takes at least, 0.0 where nobody knows.
        self.round_trip = 0.0
        self._free: deque[Kept] = deque(maxlen=keep)
        self._process = os.getpid()
        self._lock = threading.Lock()  # one context: sessions belong to the one they were made with
        weakref.finalize(self, _close_all, self._free)
        host = parts.netloc.rpartition("@")[2]
        self._lines = (
            f"Host: {host}\r\nUser-Agent: anzol\r\nContent-Type: application/json\r\nContent-Length: "
        ).encode()

    def close(self) -> None:
        """Close the kept connections."""
        _close_all(self._free)

    def head(self, path: str, more: bytes = b"") -> bytes:
        """Return the head of all calls to a path, up to the length of their JSON; `more` is header lines, each with its end."""
        return b"POST %b HTTP/1.1\r\n%b%b" % (path.encode("ascii"), more, self._lines)

    def post(self, method: str, head: bytes, body: bytes) -> tuple[int, bytes]:
        """Send JSON with its `head` and return the answer's status and body; `method` names the call in errors."""
        request = b"%b%d\r\n\r\n%b" % (head, len(body), body)
        connection = self._send(request) or self._send_anew(method, request)
        reason = "the connection broke before the answer"
        try:
            status, body, may_be_kept = connection.receive(time.monotonic() + self._read_timeout)
        except TimeoutError:
            reason = "read timeout"
        except UNREADABLE:
            pass
        else:
            if not may_be_kept or len(self._free) == self._free.maxlen:
                connection.socket.close()
            else:
                if connection.is_new:
                    self._remember(connection)
                self._free.append(connection)
            return status, body
        connection.socket.close()
        raise NetworkError(method, reason, sent=True)

    def _send(self, request: bytes) -> Kept | None:
        """Send a request on a kept connection that is still open, the one used last first; None when there is none."""
        if self._process != os.getpid():
            # A fork shares its parent's connections: two processes would read each other's answers.
            self.close()
            self._process = os.getpid()
        while True:
            try:
                connection = self._free.pop()
            except IndexError:
                return None
            if not connection.is_stale():
                try:
                    connection.socket.sendall(request)
                    return connection
                except OSError:
                    pass  # it broke before all of it was out, so that it was not carried out
            connection.socket.close()

    def _send_anew(self, method: str, request: bytes) -> Kept:
        """Send a request on a new connection."""
        connection = self._open(method)
        try:
            connection.socket.sendall(request)
            return connection
        except OSError:
            connection.socket.close()
        raise NetworkError(method, "the connection broke immediately", sent=False)

    def _remember(self, connection: Kept) -> None:
        connection.is_new = False
        if isinstance(connection.socket, ssl.SSLSocket):
            # With TLS 1.3 the ticket comes behind the handshake, before the first answer.
            self._session = connection.socket.session

    def _open(self, method: str) -> Kept:
        reason = "cannot connect"
        try:
            sock = socket.create_connection((self._host, self._port), self._connect_timeout)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            measured = round_trip_of(sock)
            self.round_trip = min(self.round_trip or measured, measured)
            if self._tls:
                sock = self._secure(sock)
            sock.settimeout(self._read_timeout)
            return Kept(sock)
        except TimeoutError:
            reason = "connect timeout"
        except ssl.SSLError:
            reason = TLS_FAILED
        except (OSError, ValueError):  # ValueError: a host name that is none
            pass
        raise NetworkError(method, reason, sent=False)

    def _secure(self, sock: socket.socket) -> ssl.SSLSocket:
        """Return the socket under TLS, its certificate verified."""
        try:
            with self._lock:
                if self._context is None:  # at the first call, not at the start
                    self._context = _trust(self._certificates)
            return self._context.wrap_socket(
                sock, server_hostname=self._host, session=self._session
            )
        except BaseException:
            sock.close()
            raise


def round_trip_of(sock: socket.socket) -> float:
    """Return the seconds that the system saw pass between a new connection's first packet and its answer, on Linux."""
    if sys.platform != "linux":
        return 0.0
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_RTT + 4)
    return float(struct.unpack_from("I", info, TCP_RTT)[0]) / 1e6 if len(info) > TCP_RTT else 0.0


def _close_all(connections: deque[Kept]) -> None:
    with suppress(IndexError):
        while True:
            connections.pop().socket.close()


@lru_cache(4)  # reading a bundle takes 20 ms and 0.7 MB, which fifty bots need only once
def _trust(certificates: str) -> ssl.SSLContext:
    """Return a context that verifies by a bundle of certificates, a file or a folder."""
    if os.path.isdir(certificates):
        return ssl.create_default_context(capath=certificates)
    return ssl.create_default_context(cafile=certificates)


@lru_cache(HEADS)
def _read_head(head: bytes) -> tuple[int, int] | None:
    """Return an answer's status and the length of its body, None for a head that is not plain.

    Within a second, which is all that the Date changes by, most heads are equal.
    """
    length = LENGTH.search(head) if head.startswith(b"HTTP/1.1 ") else None
    return None if length is None or ODD.search(head) else (int(head[9:12]), int(length[1]))


def _watch(sock: socket.socket) -> Callable[[], Any]:
    """Return a function that tells whether a socket can be read now; select() ends at 1,024 files, so prefer poll()."""
    if not hasattr(select, "poll"):
        return lambda: select.select([sock], [], [], 0)[0]
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return partial(poll.poll, 0)


def _check(part: bytes, deadline: float) -> None:
    if not part:
        raise ConnectionError("the answer ended early")
    if time.monotonic() > deadline:
        raise TimeoutError


class _Stream(io.RawIOBase):
    """What was received already, then the socket; `http.client` reads it as the file of a socket."""

    def __init__(self, sock: socket.socket, data: bytes, deadline: float) -> None:
        self._socket, self._data, self._deadline = sock, data, deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._data or self._socket.recv(len(buffer))
        part, self._data = part[: len(buffer)], part[len(buffer) :]
        if time.monotonic() > self._deadline:
            raise TimeoutError
        buffer[: len(part)] = part
        return len(part)


def _read_by_the_book(sock: socket.socket, data: bytes, deadline: float) -> tuple[int, bytes, bool]:
    """Read an answer that is not plain; the connection is not used again."""
    response = http.client.HTTPResponse(cast(socket.socket, _Stream(sock, data, deadline)))
    response.begin()
    body = response.read(LARGEST)
    if response.getheader("Content-Encoding", "").lower() == "gzip":
        body = zlib.decompressobj(wbits=31).decompress(body, LARGEST)
    return response.status, body, False
