"""waitress as we run it, each option with its reason."""

from __future__ import annotations

import os
import socket
import time
from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel

from config import Settings
from webhook import MAX_BODY

# A waiting request costs a sleeping thread and little memory; fewer threads than Telegram's connections would make
# updates wait for each other's commits one after another instead of sharing them.
SPARE_THREADS = 4
MAX_HEAD = 64 * 1024  # Telegram's fits 4096 bytes; a proxy adds a few hundred


def bind(host: str, port: int) -> socket.socket:
    """Take the port; 0 is any free one. Raises `OSError` when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # there it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener


def create_server(
    app: Flask, settings: Settings, listener: socket.socket, request_seconds: float = 60.0
) -> Any:
    """A waitress server on a bound socket; `run()` serves until it is ended.

    A request whose bytes take longer than `request_seconds` to arrive loses its connection.
    """
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=settings.webhook_max_connections + SPARE_THREADS,
        max_request_body_size=MAX_BODY,
        max_request_header_size=MAX_HEAD,
        channel_timeout=120,  # Telegram ends a silent connection after 60 s: it is to be the first
        cleanup_interval=max(1, int(request_seconds / 10)),
        connection_limit=1000,
        asyncore_use_poll=True,  # select() cannot watch a descriptor above 1023
        log_socket_errors=False,  # a client that went away is no event
        ident="",
        # Without a trusted proxy in front these are whatever the client likes to write.
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    server.channel_class = PunctualChannel
    server.request_seconds = request_seconds
    return server


class PunctualChannel(HTTPChannel):
    """A connection that knows since when its request is arriving: one byte a minute would keep it open for ever."""

    _since: float | None = None

    def received(self, data: bytes) -> Any:
        """Take bytes and note when an unfinished request began."""
        result = super().received(data)
        if self.request is None:
            self._since = None
        elif self._since is None:
            self._since = time.time()
        return result

    @property
    def last_activity(self) -> float:
        """What waitress compares with its `channel_timeout` when it looks for connections to close."""
        limit = self.server.request_seconds
        late = self._since is not None and time.time() - self._since > limit
        return 0.0 if late else self._active

    @last_activity.setter
    def last_activity(self, moment: float) -> None:
        self._active = moment
