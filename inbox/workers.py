"""Worker threads, started when there is work for them and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from .work import Work


class Workers:
    def __init__(self, run: Callable[[Work], None], limit: int) -> None:
        self._run, self._limit = run, limit
        self._queue: SimpleQueue[Work | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._started = 0

    def hand(self, work: Work) -> None:
        """Let an idle or a new thread run `work`. Called by the writer's thread only."""
        self._queue.put(work)
        if self._idle.acquire(blocking=False) or self._started == self._limit:
            return
        self._started += 1
        name = f"inbox-worker-{self._started}"
        threading.Thread(target=self._loop, name=name, daemon=True).start()

    def stop(self) -> None:
        """Let the threads end once they have nothing to run."""
        for _ in range(self._started):
            self._queue.put(None)

    def _loop(self) -> None:
        while (work := self._queue.get()) is not None:
            self._run(work)
            self._idle.release()
