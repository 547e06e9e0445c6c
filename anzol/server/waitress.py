"""waitress as we run it, each option with its reason."""

from __future__ import annotations

import os
import socket
from typing import Any

import waitress
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import BaseWSGIServer

from anzol.settings import Settings

from .door import REQUEST_SECONDS, STRANGERS_BODY, Channel, Door
from .extension import NAME, Anzol
from .webhook import MAX_BODY

# A waiting request costs a sleeping thread and little memory; fewer threads than Telegram's connections would make
# updates wait for each other's commits one after another instead of sharing them.
SPARE_THREADS = 4
MAX_HEAD = 64 * 1024  # Telegram's fits 4096 bytes; a proxy adds a few hundred
LISTENS = ("host", "port", "listen", "ipv4", "ipv6")  # the options that name the address


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


def check_port(options: dict[str, Any]) -> None:
    """Raise `OSError` with the address in its `filename` when a `waitress-serve` with these options could not listen."""
    chosen = Adjustments(**{name: value for name, value in options.items() if name in LISTENS})
    places: list[Any] = list(chosen.listen)
    for family, kind, protocol, address in places:
        with socket.socket(family, kind, protocol) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                probe.bind(address)
            except OSError as error:
                error.filename = f"{address[0]}:{address[1]}"
                raise


def create_server(
    app: Flask,
    settings: Settings,
    listener: socket.socket,
    door: Door,
    request_seconds: float = REQUEST_SECONDS,
) -> Any:
    """Return a waitress server on a bound socket; `run()` serves until it is ended.

    A request whose bytes take longer than `request_seconds` to arrive loses its connection.
    """
    chosen = options(settings, request_seconds)
    server: Any = waitress.create_server(  # type: ignore[attr-defined]
        app, sockets=[listener], **chosen
    )
    server.channel_class = Channel
    server.door = door
    server.request_seconds = request_seconds
    return server


def door_of(app: Flask, anzol: Anzol) -> Door:
    """Return the fast door to an app's webhook."""
    endpoint, _ = app.url_map.bind("").match("/healthz")
    ours = (NAME, "static")
    is_shared = any(rule.endpoint.split(".")[0] not in ours for rule in app.url_map.iter_rules())
    return Door(
        anzol.webhook,
        is_key=anzol.key.is_known,
        trusted=anzol.settings.trusted_proxies,
        tells_health=endpoint == f"{NAME}.healthz",  # the app may have had a limit of its own
        # What strangers may send to the app's own pages is for the app to decide.
        strangers_body=MAX_BODY if is_shared else STRANGERS_BODY,
        is_signed=anzol.intake.is_signed,
        explains=anzol.intake.explains,
    )


def set_defaults(settings: Settings, door: Door) -> None:
    """Make our options those of every waitress that this process starts from now on; what it is given wins."""
    # `waitress-serve --call` makes its server after the app and asks nobody. Its own defaults keep out everybody once
    # a hundred slow clients are in, and read a body of 1 GiB.
    for name, value in options(settings).items():
        setattr(Adjustments, name, value)
    BaseWSGIServer.channel_class = Channel
    BaseWSGIServer.door = door  # type: ignore[attr-defined]


def options(settings: Settings, request_seconds: float = REQUEST_SECONDS) -> dict[str, Any]:
    """Return waitress' options, by the names of its adjustments."""
    return {
        "threads": settings.webhook_max_connections + SPARE_THREADS,
        "max_request_body_size": MAX_BODY + 1,  # waitress refuses a body of exactly this length too
        "max_request_header_size": MAX_HEAD,
        "channel_timeout": 120,  # Telegram ends a silent connection after 60 s, and should be the one to do so
        "cleanup_interval": max(1, int(request_seconds / 10)),
        "connection_limit": 1000,
        "asyncore_use_poll": True,  # select() cannot watch a descriptor above 1023
        "log_socket_errors": False,  # a client that went away is no event
        "ident": None,
        # Without a trusted proxy in front these are whatever the client likes to write.
        "clear_untrusted_proxy_headers": not settings.trusted_proxies,
    }
