"""What is known of sessions: values kept in memory for as long as they are certain to be those of the database."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from enum import Enum
from math import inf
from typing import Final

LIMIT = 4 * 1024 * 1024  # characters in all
ENTRY = 400  # characters that one more value counts for, beside its text: what Python takes for it, in bytes
# Seconds that a handler finds it known what was certain when a transaction ended. One that starts then and asks first does
# so; one that has called Telegram or slept since, and may have heard of something, asks the database.
FRESH = 0.02


class Unknown(Enum):
    """The type of UNKNOWN, so that a comparison with it narrows what is left."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Value = str | None | Unknown
Name = tuple[int, str, str]  # a bot, the name of a session, a key


class Known:
    """Values of sessions, as JSON or None for no key, for the writer and for handlers.

    The writer's transactions exclude everybody else's: if nobody has committed since the last one when it begins,
    everything known holds, and after it with what it has changed. Else nothing is known any more, before it hands out
    a run. So whoever runs sees what was committed before it was given its task, by whichever process.
    """

    def __init__(self, limit: int = LIMIT, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._values: OrderedDict[Name, str | None] = OrderedDict()  # the last one was used last
        self._size = 0
        self._until = -inf  # by the clock: until then handlers are told
        self._is_doubted = False
        self._version: int | None = None
        self._lock = threading.Lock()
        # What handlers have read: it holds if nobody has committed before the next transaction begins.
        self._read: dict[Name, str | None] = {}
        self._read_size = 0
        self.generation = 0  # grows with each change

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing that a version could confirm."""
        return not self._values and not self._read

    def tell(self, name: Name) -> Value:
        """Return a value to a handler, UNKNOWN when it is to ask the database."""
        if self._is_doubted or self._clock() > self._until:
            return UNKNOWN
        try:
            # Each is one step that no other thread can come between.
            value = self._values[name]
            self._values.move_to_end(name)
        except KeyError:
            return UNKNOWN
        return value

    def certain(self, name: Name) -> Value:
        """Return a value, UNKNOWN where it is not known; for the writer, in a transaction that has confirmed it."""
        return self._values.get(name, UNKNOWN)

    def note(self, name: Name, value: str | None, generation: int) -> None:
        """Keep what a handler has read from the database since there was that `generation`, until it is confirmed."""
        size = ENTRY + len(value or "")
        with self._lock:
            if generation == self.generation and self._read_size + size <= self._limit // 4:
                self._read[name] = value
                self._read_size += size

    def doubt(self) -> None:
        """Tell handlers nothing until the next transaction, if there is one.

        This process has committed something on another connection, or closes the one of the writer.
        """
        self._is_doubted = True

    def confirm(self, version: int) -> None:
        """Go on with what is known if `version` is that of the last call, and forget it otherwise.

        A version is what `Session.version` returns within a transaction of the writer.
        """
        with self._lock:
            read, self._read, self._read_size = self._read, {}, 0
            if version != self._version:
                self.generation += 1
                read = {}
        if version != self._version:
            self._version = version
            self._values.clear()
            self._size = 0
        self._keep(read)
        self._is_doubted = False

    def commit(self, changes: Mapping[Name, str | None]) -> None:
        """Know what a confirmed transaction has changed, now that it is committed, before anybody is told of it."""
        if changes:
            with self._lock:
                self.generation += 1
                for name in changes:
                    self._read.pop(name, None)
            self._keep(changes)
        self._until = self._clock() + FRESH

    def _keep(self, values: Mapping[Name, str | None]) -> None:
        for name, value in values.items():
            before = self._values.pop(name, UNKNOWN)
            self._size -= -ENTRY if before is UNKNOWN else len(before or "")
            self._values[name] = value
            self._size += len(value or "")
        while self._size > self._limit:
            _, value = self._values.popitem(last=False)
            self._size -= ENTRY + len(value or "")
