"""The threads that answer requests."""

from __future__ import annotations

import threading
from typing import Any

from waitress.task import ThreadedTaskDispatcher


class Threads(ThreadedTaskDispatcher):
    """Up to `most` threads, each started when a request finds none idle: most bots' tests need two or three."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._growing = threading.Lock()

    def add_task(self, task: Any) -> None:
        """Have a request served, by a new thread where all are busy."""
        with self._growing:
            with self.lock:
                self.queue.append(task)
                self.queue_cv.notify()
                count = len(self.threads)
                idle = count - self.stop_count - self.active_count
                is_short = len(self.queue) > idle
            if is_short and count < self._most:
                self.set_thread_count(count + 1)
            elif is_short:
                self.queue_logger.warning("All %d threads are busy.", count)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        """End the threads; none is started any more."""
        with self._growing:
            self._most = 0
        return bool(super().shutdown(cancel_pending, timeout))
