"""What handlers of a test keep: under the queue's rules, in plain dicts that a test may read and prepare."""

from __future__ import annotations

import json
import threading
from typing import Any, NamedTuple

from anzol.queue.session import Change, State


class Sessions:
    """The values kept under each name, such as "chat:5"; `values` is what is stored now."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def texts(self, name: str) -> dict[str, str]:
        """Return the JSON of each key under a name."""
        with self._lock:
            return {key: json.dumps(value) for key, value in self.values.get(name, {}).items()}

    def peek(self, name: str) -> dict[str, Any]:
        """Return a copy of what is stored under a name."""
        return {key: json.loads(text) for key, text in self.texts(name).items()}

    def store(self, changes: list[tuple[str, list[Change]]]) -> bool:
        """Store all changes, or return False and store none if one of the keys has changed since it was read."""
        with self._lock:
            for name, found in changes:
                kept = self.values.get(name, {})
                for key, before, _ in found:
                    if (json.dumps(kept[key]) if key in kept else None) != before:
                        return False
            for name, found in changes:
                kept = self.values.setdefault(name, {})
                for key, _, after in found:
                    if after is None:
                        kept.pop(key, None)
                    else:
                        kept[key] = json.loads(after)
                if not kept:
                    del self.values[name]
        return True


class Kept(NamedTuple):
    """What is stored under one name."""

    sessions: Sessions
    name: str

    def value(self, key: str) -> str | None:
        """Return the JSON of one key, None when it is not there."""
        return self.values().get(key)

    def values(self) -> dict[str, str]:
        """Return the JSON of every key."""
        return self.sessions.texts(self.name)

    def size(self) -> int:
        """Return the length of all keys and their JSON, in characters."""
        return sum(len(key) + len(text) for key, text in self.values().items())


class Open:
    """The sessions that one run has opened."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()

    def state(self, name: str) -> State:
        """Return the session under a name, the same one each time."""
        with self._lock:  # a handler's own threads may ask, too
            if name not in self._states:
                self._states[name] = State(name, Kept(self._sessions, name))
            return self._states[name]

    def revert(self) -> None:
        """Forget what was changed so far."""
        for state in self._states.values():
            state.revert()

    def commit(self) -> bool:
        """Store what was changed; return False if another run has changed the same meanwhile.

        Raise TypeError or ValueError for what became unfit for storing.
        """
        changes = [(n, found) for n, state in self._states.items() if (found := state.changes())]
        return not changes or self._sessions.store(changes)

    def end(self) -> None:
        """Refuse changes from now on."""
        for state in self._states.values():
            state.has_ended = True
