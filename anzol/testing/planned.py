"""What a test's bot is to do later: messages, jobs and schedules, each at its time of the test's clock."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from itertools import count


class Planned:
    """What is due at a time; `run` does it, in its order."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._numbers = count()
        self._waiting: list[tuple[float, int, str, Callable[[], None]]] = []

    def add(self, due: float, batch: str, act: Callable[[], None]) -> None:
        """Plan something for a moment, in epoch seconds."""
        with self._lock:
            heapq.heappush(self._waiting, (due, next(self._numbers), batch, act))

    def cancel(self, batch: str) -> None:
        """Forget what is planned under a name."""
        with self._lock:
            self._waiting = [each for each in self._waiting if each[2] != batch]
            heapq.heapify(self._waiting)

    def next_due(self) -> float | None:
        """Return when the next is due."""
        with self._lock:
            return self._waiting[0][0] if self._waiting else None

    def run(self) -> None:
        """Do what is due by now."""
        while (act := self._take()) is not None:
            act()

    def _take(self) -> Callable[[], None] | None:
        with self._lock:
            if not self._waiting or self._waiting[0][0] > self._now():
                return None
            return heapq.heappop(self._waiting)[3]
