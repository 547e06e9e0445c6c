"""Timers for handlers that may take too long, all on one thread."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

log = logging.getLogger(__name__)


class Deadlines:
    """Call functions at their deadlines, each on its own thread, so that a slow network delays no other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = count()
        self._waiting: list[tuple[float, int]] = []
        self._calls: dict[int, Callable[[], None]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def after(self, seconds: float, call: Callable[[], None]) -> Iterator[None]:
        """Call `call` after `seconds`, unless the block has ended by then."""
        with self._changed:
            number = next(self._numbers)
            self._calls[number] = call
            heapq.heappush(self._waiting, (self._clock() + seconds, number))
            self._wake(first=self._waiting[0][1] == number)
        try:
            yield
        finally:
            with self._changed:
                self._calls.pop(number, None)

    def _wake(self, *, first: bool) -> None:
        # Threads do not survive a fork: the child starts its own.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
            self._thread.start()
        elif first:
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._waiting and self._waiting[0][1] not in self._calls:
                    heapq.heappop(self._waiting)
                rest = self._waiting[0][0] - self._clock() if self._waiting else None
                if rest is None or rest > 0:
                    self._changed.wait(rest)
                    continue
                call = self._calls.pop(heapq.heappop(self._waiting)[1])
                threading.Thread(
                    target=_attempt, args=(call,), name="deadline", daemon=True
                ).start()


def _attempt(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:  # nobody is there to catch it
        log.exception("A call at its deadline failed")


deadlines = Deadlines()
