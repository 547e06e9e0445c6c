"""Starting and stopping the simulator in this process."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.wasyncore import dispatcher

from .api.methods.polls import close_all_in_time
from .channel import Channel
from .delivery.engine import Engine
from .server import create_app
from .threads import Threads
from .world.clock import Clock
from .world.journal import Journal
from .world.world import FIRST_PERSON, Options, World

log = logging.getLogger(__name__)

THREADS = 128  # every long poll and every open page holds one


class Running:
    """A started simulator."""

    def __init__(
        self,
        world: World,
        engine: Engine,
        server: Any,
        address: tuple[Any, ...],
        closing: list[Callable[[], None]],
    ) -> None:
        self.host, self.port = str(address[0]), int(address[1])
        near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        self.url = f"http://{f'[{near}]' if ':' in near else near}:{self.port}"
        self.page_url = f"{self.url}/"
        self.world = world
        self._engine = engine
        self._server = server
        self._closing = closing
        self._thread = threading.Thread(target=self._serve, name="simulator-http", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        self._server.run()

    def _leave(self) -> None:
        """Close everything but the trigger, in the loop's own thread, which ends when nothing is left to watch."""
        watched = self._server._map
        for part in list(watched.values()):
            if isinstance(part, HTTPChannel):
                part.handle_close()
            elif part is not self._server.trigger:
                dispatcher.close(part)  # a server's own close() takes the trigger along
        watched.clear()

    def stop(self) -> None:
        """Stop serving and delivering; with a data folder everything is kept. Twice is harmless."""
        if self.world.feed.closed:
            return
        self.world.feed.close()
        with self.world.lock:
            self.world.answered.notify_all()
            for bot in self.world.bots.values():
                bot.arrived.notify_all()
        self._engine.stop()
        self._server.trigger.pull_trigger(self._leave)
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        # Now that nobody is left who wakes the loop: the number of a closed trigger may be another file's.
        self._server.trigger.close()
        for close in self._closing:
            close()


def start(
    host: str = "127.0.0.1",
    port: int = 8081,
    data: str | None = None,
    speed: float = 1.0,
    local: bool = True,
    flood: bool = False,
    keep: int = 5000,
    hosts: Iterable[str] = (),
) -> Running:
    """Start the simulator on threads of this process; port 0 takes a free one.

    Raises OSError that says what to choose instead of an occupied port or a folder that is none.
    """
    listener = listen(host, port)
    world = World(Options(not local, flood, keep, data, looks=True), Clock(speed))
    journal = None
    if data:
        try:
            journal = Journal(world, data)
            journal.start()
        except OSError:
            listener.close()
            raise
    world.person(FIRST_PERSON)
    close_all_in_time(world)
    engine = Engine(world)
    app = create_app(world, {host, *hosts})
    server: Any = create_server(
        app,
        _dispatcher=Threads(THREADS),
        sockets=[listener],
        ident=None,
        log_socket_errors=False,
        connection_limit=1000,
        channel_timeout=500,
        asyncore_use_poll=True,
        max_request_body_size=2**31,
    )
    server.channel_class = Channel
    server.calls = app.wsgi_app
    engine.start()
    closing = [journal.stop] if journal else []
    running = Running(world, engine, server, listener.getsockname(), [*closing, world.files.close])
    log.info("the simulator listens on %s", running.url)
    return running


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError that says what to choose instead."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere it would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        what = "port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "host"
        message = f"{host}:{port} cannot be used ({error.strerror}): choose another {what}"
        raise OSError(error.errno, message) from None
    return listener
