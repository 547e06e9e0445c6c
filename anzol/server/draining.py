"""The way out: running handlers finish, every request gets its answer, then the server ends."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.trigger import trigger

from .door import Door

# Long enough for the next request of a busy connection, so that it is answered with "Connection: close" and not cut.
LINGER_SECONDS = 1.0
LOOK_EVERY = 0.02  # seconds

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Drain:
    """On the first SIGTERM or Ctrl-C: `stop()`, let connections end, leave. On the second: leave at once."""

    def __init__(
        self,
        app: Flask,
        door: Door,
        stop: Callable[[], object],
        *,
        server: Any = None,
        is_shared: bool = False,
    ) -> None:
        """Drain an app's waitress `server`, where it is known; `is_shared` says that others accept on its socket, too."""
        self._door = door
        self._stop = stop
        self._thread: threading.Thread | None = None
        self._server: Any = server
        self._is_shared = is_shared
        self._is_over = self._has_left = False
        self._wsgi: Wsgi = app.wsgi_app
        app.wsgi_app = self._serve  # type: ignore[method-assign]

    def install(self) -> None:
        """Install SIGTERM and SIGINT handlers, in the main thread and unless the host has its own."""
        if threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # waitress-serve makes its server after the app and exposes it nowhere: each request leads back to it.
        client = environ.get("waitress.client_disconnected")
        if client is not None:
            channel = client.__self__
            self._server = channel.server
            if self._thread is not None:
                # An app may not send Connection itself; waitress does when the client has asked for it.
                channel.requests[0].headers["CONNECTION"] = "close"
        return self._wsgi(environ, start_response)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._thread is not None:
            if self._is_shared and not self._is_over:
                return  # who ends all processes of a service sends it twice: itself, and through our parent
            if is_inside_trigger(frame):
                return  # where waitress swallows whatever is raised: the signal comes again
            self._has_left = True
            raise SystemExit(0)
        self._thread = threading.Thread(target=self._drain, args=(number,), daemon=True)
        self._thread.start()

    def _drain(self, number: int) -> None:
        self._door.is_open = False  # from here on each answer ends its connection
        if self._is_shared:
            # What comes is stored as before until the last connection has ended: the next one is another process'.
            finish_connections(self._server)
            close_idle(self._server)
        self._stop()
        if self._server is not None:
            finish_connections(self._server)
        # The signal again, to the main thread itself: it sleeps in select() and must wake to leave.
        self._is_over = True
        while not self._has_left:
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident or 0, number)
            else:
                _thread.interrupt_main(signal.SIGINT)
            time.sleep(LOOK_EVERY)


def is_inside_trigger(frame: FrameType | None) -> bool:
    """Return whether a signal has interrupted a call that another thread has handed to waitress' loop."""
    while frame is not None:
        if frame.f_code is trigger.handle_read.__code__:
            return True
        frame = frame.f_back
    return False


def finish_connections(server: Any, seconds: float = LINGER_SECONDS) -> None:
    """Accept no further connection on a waitress server and wait until the open ones have ended, or for `seconds`."""
    # The sockets belong to the thread that waits for them.
    server.trigger.pull_trigger(lambda: close_listeners(server))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and connections(server):
        time.sleep(LOOK_EVERY)


def close_listeners(server: Any) -> None:
    """Accept what waits in the backlog, which closing would reset, then close the listening sockets."""
    for listener in [part for part in server._map.values() if part.accepting]:
        known = -1
        while known != len(server._map):
            known = len(server._map)
            listener.handle_accept()
        listener.asyncore.dispatcher.close(listener)


def close_idle(server: Any, seconds: float = LINGER_SECONDS) -> None:
    """Close the connections on which nothing is asked, and wait until the others have their answer, or for `seconds`."""

    def close() -> None:
        for channel in connections(server):
            if not getattr(channel, "requests", True) and channel.request is None:
                channel.handle_close()

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and connections(server):
        server.trigger.pull_trigger(close)
        time.sleep(LOOK_EVERY)


def connections(server: Any) -> list[Any]:
    """Return what is still open: connections, and the listeners that may bring more."""
    parts = list(server._map.values())
    return [part for part in parts if part.accepting or isinstance(part, HTTPChannel)]
