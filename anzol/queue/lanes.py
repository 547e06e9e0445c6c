"""What is known of lanes: rows of ours that stay for the next task, for as long as nobody else commits."""

from __future__ import annotations

from itertools import islice

from .base import Lane

MANY = 1000  # rows kept: more chats than write in the same minute to all but the largest bots


class Lanes:
    """Lanes that a process has and knows without reading, for its writer.

    Most lanes have a single task, and the chat's next one comes a moment later. A row that stays meanwhile spares the
    statement that deletes it, and the one that makes it anew. As with `Known`, all of it holds until somebody else has
    committed.
    """

    def __init__(self) -> None:
        self._single: set[Lane] = set()  # one task is open in them, which runs
        self._empty: dict[Lane, None] = {}  # none is; what was closed last comes last

    def note(self, lane: Lane) -> None:
        """Know that a task, which runs at once, is about to be the only one of a lane."""
        self._single.add(lane)

    def doubt(self, lane: Lane) -> None:
        """Know no more of a lane."""
        self._single.discard(lane)

    def keep(self, lane: Lane) -> bool:
        """Keep the row of a lane whose only task has ended; return False for one that may have more."""
        if lane not in self._single:
            return False
        self._single.discard(lane)
        self._empty[lane] = None
        return True

    def take(self, lane: Lane) -> bool:
        """Take out a lane whose row was kept; return False for any other."""
        if lane not in self._empty:
            return False
        del self._empty[lane]
        return True

    def surplus(self, is_alone: bool) -> list[Lane]:
        """Take out the lanes of which too many are kept, those that were closed first; all beside other processes."""
        found = list(islice(self._empty, max(0, len(self._empty) - (MANY if is_alone else 0))))
        for lane in found:
            del self._empty[lane]
        return found

    def forget(self) -> list[Lane]:
        """Know nothing any more; return the lanes that were kept."""
        found, self._empty = list(self._empty), {}
        self._single.clear()
        return found
