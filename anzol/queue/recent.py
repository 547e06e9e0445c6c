"""What sessions hold, as this process has last read or written it: most runs need not ask the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

LIMIT = 4 * 1024 * 1024  # bytes of memory, about
ROOM = 200  # bytes that a session takes, and each of its keys, besides their text

Name = tuple[int, str]  # a bot, and the name of one of its sessions
UNKNOWN = ""  # no JSON is empty


class Copy:
    """What is known of one session. It never changes: who has read more, or committed a change, makes another one.

    So whoever reads the database can tell by it whether anything was committed, or forgotten, meanwhile.
    """

    __slots__ = ("is_whole", "size", "values")

    def __init__(
        self, values: Mapping[str, str | None], size: int = ROOM, *, is_whole: bool = False
    ) -> None:
        self.values, self.size, self.is_whole = values, size, is_whole

    def with_values(self, values: Mapping[str, str | None]) -> Copy:
        """Return one that knows these keys, too; None for a key that is not there."""
        known = self.values
        size = self.size + sum(room(key, text) for key, text in values.items())
        size -= sum(room(key, known[key]) for key in values if key in known)
        return Copy({**known, **values}, size, is_whole=self.is_whole)


class Recent:
    """Values of sessions, valid as long as nobody else commits to the database.

    The writer looks for that in each transaction, so a run finds what was committed before it was claimed, by whomever.
    What others commit while it runs it may find a second later; that no change of theirs is overwritten is decided by
    the database.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.lock = Lock()  # held at a fork, so that no other thread has it then
        self._copies: dict[Name, Copy] = {}
        self._size = 0
        self._version: int | None = None  # of the database, as the writer's session counts

    def value(self, name: Name, key: str, read: Callable[[], str | None]) -> str | None:
        """Return the JSON of one key, None when it is not there; `read()` asks the database."""
        copy = self._copies.get(name)
        if copy is not None:
            text = copy.values.get(key, UNKNOWN)
            if text != UNKNOWN:
                return text
            if copy.is_whole:
                return None
        before = self._copy(name)
        text = read()
        self._replace(name, before, before.with_values({key: text}))
        return text

    def values(self, name: Name, read: Callable[[], dict[str, str]]) -> dict[str, str]:
        """Return the JSON of every key; `read()` asks the database."""
        before = self._copy(name)
        if before.is_whole:
            return {key: text for key, text in before.values.items() if text is not None}
        values = read()
        size = ROOM + sum(room(key, text) for key, text in values.items())
        self._replace(name, before, Copy(values, size, is_whole=True))
        return values

    def follow(self, version: Callable[[], int]) -> None:
        """Forget everything when somebody else has committed.

        `version()` says so inside a transaction, so that nobody commits behind this look.
        """
        if self._copies and (found := version()) != self._version:
            self.clear()
            self._version = found

    def keep(self, saved: Mapping[Name, Mapping[str, str | None]]) -> None:
        """Take what a transaction has written, once it is committed."""
        for name, values in saved.items():
            with self.lock:
                # Taken out, so that it comes to stand behind those which were not changed for longer.
                before = self._take(name) or Copy({})
                self._put(name, before.with_values(values))

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self._copies, self._size, self._version = {}, 0, None

    def _copy(self, name: Name) -> Copy:
        """Return what is known, by which it can be told later whether that has changed."""
        with self.lock:
            copy = self._copies.get(name)
            if copy is None:
                copy = Copy({})
                self._put(name, copy)
            return copy

    def _replace(self, name: Name, before: Copy, after: Copy) -> None:
        with self.lock:
            if self._copies.get(name) is before:
                self._take(name)
                self._put(name, after)

    def _take(self, name: Name) -> Copy | None:
        copy = self._copies.pop(name, None)
        if copy is not None:
            self._size -= copy.size
        return copy

    def _put(self, name: Name, copy: Copy) -> None:
        self._copies[name] = copy
        self._size += copy.size
        while self._size > self._limit:
            self._take(next(iter(self._copies)))


def room(key: str, text: str | None) -> int:
    """Return how many bytes of memory a key takes, about."""
    return ROOM + len(key) + len(text or "")
