"""What is known of sessions: values kept in memory for as long as they are certain to be those of the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sized
from enum import Enum
from itertools import islice
from math import inf
from typing import Final

LIMIT = 4 * 1024 * 1024  # bytes in all, as near as can be told without asking
ENTRY = 400  # bytes that Python takes for one more value, beside its text and its name
# Bytes of a name's character at most: four, and four more once SQLite has asked for it in its own way. A value is JSON,
# which is ASCII.
WIDE = 8
# Seconds that a handler finds it known what was certain when a transaction ended. One that starts then and asks first does
# so; one that has called Telegram or slept since, and may have heard of something, asks the database.
FRESH = 0.02


class Unknown(Enum):
    """The type of UNKNOWN, so that a comparison with it narrows what is left."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Value = str | None | Unknown
Name = tuple[int, str, str]  # a bot, the name of a session, a key


def weight(name: Name, value: str | None) -> int:
    """Return how many bytes a value counts for; a key may be whatever somebody wrote, also one that is not there."""
    return ENTRY + WIDE * (len(name[1]) + len(name[2])) + len(value or "")


class Known:
    """Values of sessions, as JSON or None for no key, for the writer and for handlers.

    The writer's transactions exclude everybody else's: if nobody has committed since the last one when it begins,
    everything known holds, and after it with what it has changed. Else nothing is known any more, before it hands out
    a run. So whoever runs sees what was committed before it was given its task, by whichever process.
    """

    def __init__(self, limit: int = LIMIT, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        # In the order in which they came. One of use would take as long to keep as a value takes to be told. For the writer
        # they are certain, in a transaction that has confirmed them.
        self.values: dict[Name, str | None] = {}
        self._size = 0
        self._until = -inf  # by the clock: until then handlers are told
        self._is_doubted = False
        self._version: int | None = None
        self._lock = threading.Lock()
        # What handlers have read: it holds if nobody has committed before the next transaction begins.
        self._read: dict[Name, str | None] = {}
        self._read_size = 0
        self.generation = 0  # grows with each change

    def tell(self, reads: Sized, bot: int, name: str, key: str) -> Value:
        """Return a value to a handler, UNKNOWN when it is to ask the database, as one that has `reads` from there."""
        generation = self.generation
        if reads or self._is_doubted or self._clock() > self._until:
            return UNKNOWN
        value = self.values.get((bot, name, key), UNKNOWN)
        # Of a commit that came meanwhile some values may be there and others not yet.
        return value if generation == self.generation else UNKNOWN

    def note(self, name: Name, value: str | None, generation: int) -> None:
        """Keep what a handler has read from the database since there was that `generation`, until it is confirmed."""
        size = weight(name, value)
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
            self.values.clear()
            self._size = 0
        self._keep(read)
        self._is_doubted = False

    def commit(self, changes: Mapping[Name, str | None]) -> None:
        """Know what a confirmed transaction has changed, now that it is committed, before anybody is told of it."""
        if changes:
            # Before the generation grows: nobody is told one change without the others.
            self._until = -inf
            with self._lock:
                self.generation += 1
                if self._read:
                    for name in changes:
                        self._read.pop(name, None)
            self._keep(changes)
        self._until = self._clock() + FRESH

    def _keep(self, values: Mapping[Name, str | None]) -> None:
        kept = self.values
        for name, value in values.items():
            before = kept.get(name, UNKNOWN)
            kept[name] = value
            if before is UNKNOWN:
                self._size += weight(name, value)
            else:
                self._size += len(value or "") - len(before or "")
        while self._size > self._limit:
            # A part at once: each that goes from a dict's beginning makes the next one longer to find.
            for name in list(islice(kept, len(kept) // 8 + 1)):
                self._size -= weight(name, kept.pop(name))
