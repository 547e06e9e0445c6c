"""waitress as we run it, and the way out: finish running handlers while new updates get 503."""

from __future__ import annotations

import _thread
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import waitress
from flask import Flask

from config import Settings
from webhook import MAX_BODY

# A waiting request costs a sleeping thread and little memory; fewer threads than Telegram's connections would make
# updates wait for each other's commits one after another instead of sharing them.
SPARE_THREADS = 4


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


def create_server(app: Flask, settings: Settings, listener: socket.socket) -> Any:
    """A waitress server on a bound socket; `run()` serves until it is ended."""
    options: dict[str, Any] = {}
    if settings.trusted_proxies:
        options["trusted_proxy"] = settings.trusted_proxies
        options["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
    return waitress.create_server(
        app,
        sockets=[listener],
        threads=settings.webhook_max_connections + SPARE_THREADS,
        max_request_body_size=MAX_BODY,
        channel_timeout=120,  # Telegram ends a silent connection after 60 s: it is to be the first
        connection_limit=1000,
        ident="",
        clear_untrusted_proxy_headers=True,
        **options,
    )


class Drain:
    """On the first SIGTERM or Ctrl-C run `stop()` beside the server, then end it; a second one ends it at once."""

    def __init__(self, stop: Callable[[], object]) -> None:
        self._stop = stop
        self._previous: dict[int, Any] = {}
        self._thread: threading.Thread | None = None

    def install(self) -> None:
        """Take the signals over, if this is the main thread; elsewhere the host has its own way to stop."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            self._previous[number] = signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._drain, args=(number,), name="drain")
            self._thread.start()
            return
        previous = self._previous.get(number)
        if callable(previous) and previous is not signal.default_int_handler:
            previous(number, frame)  # a host such as gunicorn goes on with its own shutdown
            return
        raise SystemExit(0)

    def _drain(self, number: int) -> None:
        self._stop()
        # The signal again, to the main thread itself: it sleeps in select() and must wake to leave.
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, number)
        else:
            _thread.interrupt_main(signal.SIGINT)
