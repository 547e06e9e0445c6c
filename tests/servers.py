"""The server of the suite: an app as app.py makes it, and waitress as we run it, in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from anzol import Anzol
from anzol.server.door import Door
from anzol.server.waitress import bind, create_server, door_of
from anzol.server.webhook import Webhook
from anzol.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Build the server with the settings' handlers; the author's own app.py may differ."""
    app = Flask("anzol", static_folder=None)
    Anzol(app, settings=settings)
    return app


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
        # First those who may still wake the loop, then what it waits for: with nothing left it ends.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join()
