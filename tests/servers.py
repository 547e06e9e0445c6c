"""The server of the suite: an app as app.py makes it, and waitress as we run it, in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.wasyncore import dispatcher

from anzol import Anzol
from anzol.server.door import Door
from anzol.server.waitress import bind, create_server, door_of
from anzol.server.webhook import Webhook
from anzol.settings import Settings
from tests.processes import PATIENCE


def create_app(settings: Settings) -> Flask:
    """Build the server with the settings' handlers; the author's own app.py may differ."""
    app = Flask("anzol", static_folder=None)
    Anzol(app, settings=settings)
    return app


def end(server: Any, thread: threading.Thread) -> None:
    """End a waitress whose loop runs in a thread."""

    def leave() -> None:
        for part in list(server._map.values()):
            if isinstance(part, HTTPChannel):
                part.handle_close()
            elif part is not server.trigger:
                dispatcher.close(part)  # a server's own close() takes the trigger along
        server._map.clear()  # with nothing left to watch the loop ends

    # First those who are at work, then the loop, and what wakes it when nobody is left who does: its number may be
    # another file's by then.
    server.task_dispatcher.shutdown(timeout=PATIENCE)
    server.trigger.pull_trigger(leave)
    thread.join()
    server.trigger.close()


@contextmanager
def listening(
    app: Flask,
    settings: Settings,
    request_seconds: float = 60.0,
    webhook: Webhook | None = None,
) -> Iterator[tuple[Any, tuple[str, int]]]:
    """The server and its address, until the context ends."""
    listener = bind("127.0.0.1", 0)
    door = Door(webhook) if webhook else door_of(app, app.extensions["anzol"])
    server = create_server(app, settings, listener, door, request_seconds)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server, listener.getsockname()
    finally:
        end(server, thread)
