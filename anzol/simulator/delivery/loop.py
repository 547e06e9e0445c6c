"""One thread's wait for all webhooks' sockets and timers at once."""

from __future__ import annotations

import heapq
import itertools
import selectors
import socket
import threading
from collections.abc import Callable, Container
from typing import Protocol

from ..world.clock import Clock
from .connection import Connection

LONGEST_WAIT = 1.0  # seconds of the clock without a timer; only a bound, every event wakes the loop


class Owner(Protocol):
    """The owner of connections, whom the loop calls when a socket is ready."""

    @property
    def tasks(self) -> Container[Connection]:
        """Return the connections with a request under way."""

    def advance(self, connection: Connection) -> None:
        """Go on with the request under way."""

    def drop(self, connection: Connection) -> None:
        """Forget a connection that the server closed while it was idle."""


class Loop:
    """Sockets, timers and a wake-up for other threads; everything else runs in its one thread."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.selector = selectors.DefaultSelector()
        self.connections: dict[Connection, Owner] = {}
        self.idle_since: dict[Connection, float] = {}
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._called: set[int] = set()
        self._guard = threading.Lock()
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self.selector.register(self._ear, selectors.EVENT_READ, None)

    def call(self, number: int = 0) -> None:
        """Wake the loop, for the bot with this number; any thread may."""
        with self._guard:
            asleep = not self._called
            self._called.add(number)
        if asleep:
            self._bell.send(b"x")

    def after(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something in the loop's thread later."""
        heapq.heappush(self._timers, (self.clock.now() + seconds, next(self._order), work))

    def release(self, connection: Connection) -> None:
        """Close a connection."""
        if self.connections.pop(connection, None):
            self.idle_since.pop(connection, None)
            connection.close()

    def turn(self, latest: float | None) -> set[int]:
        """Wait for what happens next, let the owners go on, and return the numbers that were called.

        It waits no longer than to `latest`, a time of the clock.
        """
        called: set[int] = set()
        now = self.clock.now()
        wait = self._timers[0][0] - now if self._timers else LONGEST_WAIT
        if latest is not None:
            wait = min(wait, latest - now)
        for key, _ in self.selector.select(self.clock.real(max(0.0, wait))):
            if key.data is None:
                called = self._answer()
            elif key.data in self.connections:
                self._advance(key.data)
        now = self.clock.now()
        while self._timers and self._timers[0][0] <= now:
            heapq.heappop(self._timers)[2]()
        return called

    def close(self) -> None:
        """Close what the loop itself holds; connections are their owners' to close."""
        self.selector.close()
        self._bell.close()
        self._ear.close()

    def _advance(self, connection: Connection) -> None:
        owner = self.connections[connection]
        if connection in owner.tasks:
            owner.advance(connection)
        else:
            owner.drop(connection)

    def _answer(self) -> set[int]:
        try:
            self._ear.recv(4096)
        except BlockingIOError:
            return set()
        with self._guard:
            called, self._called = self._called, set()
        return called
