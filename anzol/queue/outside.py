"""Sessions outside a task: read and changed in a transaction of their own, such as by a web page's view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from .base import Session
from .session import State
from .store import Store


class SessionChanged(Exception):
    """Raised when somebody else has changed the same key of a session meanwhile; nothing was stored."""


class Snapshot:
    """What was stored under a name when it was read."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def value(self, key: str) -> str | None:
        """Return the JSON of one key, None when it is not there."""
        return self._texts.get(key)

    def values(self) -> dict[str, str]:
        """Return the JSON of every key."""
        return dict(self._texts)

    def size(self) -> int:
        """Return the length of all keys and their JSON, in characters."""
        return sum(len(key) + len(text) for key, text in self._texts.items())


@contextmanager
def open_session(
    bot: int, name: str, session: Callable[[], AbstractContextManager[Session]]
) -> Iterator[State]:
    """Yield the session under a name, and store what the block has changed in it. Raises `SessionChanged`."""
    with session() as reading:
        state = State(name, Snapshot(Store(reading).values(bot, name)))
    try:
        yield state
        changes = state.changes()
        if changes:
            with session() as writing, writing.transaction():
                store = Store(writing)
                for key in sorted(change.key for change in changes):
                    store.touch(bot, name, key)
                if any(store.differs(bot, name, change) for change in changes):
                    raise SessionChanged(f"state {name} was changed by somebody else meanwhile.")
                for change in changes:
                    store.save(bot, name, change)
    finally:
        state.has_ended = True
