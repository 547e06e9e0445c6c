"""Worker threads, started when no other is idle and kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from .work import Work


class Seat:
    """Where one idle thread sleeps until it is handed work, or None to end."""

    def __init__(self) -> None:
        self.work: Work | None = None
        self._gate = threading.Lock()
        self._gate.acquire()

    def hand(self, work: Work | None) -> None:
        self.work = work
        self._gate.release()

    def wait(self) -> Work | None:
        self._gate.acquire()
        return self.work


class Workers:
    """Each thread sleeps on a seat of its own: a common queue wakes a second thread for every item."""

    def __init__(self, run: Callable[[Work], None], limit: int) -> None:
        self._run, self._limit = run, limit
        self._lock = threading.Lock()
        self._idle: list[Seat] = []
        self._queue: deque[Work] = deque()
        self._threads: list[threading.Thread] = []
        self._started = 0
        self._stopped = False

    def hand(self, work: Work) -> None:
        """Let the thread that became idle last run `work`, or a new one, or the next one to finish."""
        with self._lock:
            if self._idle:
                self._idle.pop().hand(work)
                return
            if self._started == self._limit:
                self._queue.append(work)
                return
            self._started += 1
        name = f"inbox-worker-{self._started}"
        thread = threading.Thread(target=self._loop, args=(work,), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left: one of ours will take it
            with self._lock:
                self._started -= 1
                self._queue.append(work)
            return
        with self._lock:
            self._threads.append(thread)

    def counts(self) -> dict[str, int]:
        """Count threads: `busy`, `idle`, `lost` (ended by themselves); and updates `refused` one by the system."""
        with self._lock:
            alive = sum(thread.is_alive() for thread in self._threads)
            return {
                "busy": alive - len(self._idle),
                "idle": len(self._idle),
                "lost": 0 if self._stopped else len(self._threads) - alive,
                "refused": len(self._queue) if self._started < self._limit else 0,
            }

    def stop(self) -> None:
        """Let the threads end once they have nothing to run."""
        with self._lock:
            self._stopped = True
            for seat in self._idle:
                seat.hand(None)
            self._idle = []

    def _loop(self, work: Work | None) -> None:
        seat = Seat()
        while work is not None:
            self._run(work)
            work = None  # an idle thread keeps no update in memory
            work = self._next(seat)

    def _next(self, seat: Seat) -> Work | None:
        seat.work = None
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            if self._stopped:
                return None
            self._idle.append(seat)
        return seat.wait()
