"""waitress as we run it, and the way out: finish running handlers while new updates get 503."""

from __future__ import annotations

import _thread
import signal
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


def listen(app: Flask, settings: Settings, port: int | None = None) -> Any:
    """Bind the port and return a waitress server; `run()` serves. Raises `OSError` when the port is taken."""
    options: dict[str, Any] = {}
    if settings.trusted_proxies:
        options["trusted_proxy"] = settings.trusted_proxies
        options["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
    return waitress.create_server(
        app,
        host=settings.host,
        port=settings.port if port is None else port,
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
