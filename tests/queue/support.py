"""What the inbox's tests share: arrivals, a handler that notes what it ran, and waiting for a condition."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from anzol.queue import Arrival, Work


def arrival(update_id: int, lane: str = "chat:1", **more: Any) -> Arrival:
    return Arrival(**{"bot": 1, "update_id": update_id, "lane": lane, "body": b"{}"} | more)


def wait_until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not come true in time"
        threading.Event().wait(0.002)


class Log:
    """A handler that notes each update it runs, with its attempt, and then does what `act` says."""

    def __init__(self, act: Callable[[Work], None] = lambda work: None) -> None:
        self.runs: list[tuple[int, int]] = []
        self._act = act

    def __call__(self, work: Work) -> None:
        self.runs.append((work.update_id, work.attempt))
        self._act(work)

    def ids(self) -> list[int]:
        return [update_id for update_id, _ in self.runs]
