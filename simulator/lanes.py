"""What a sender keeps of its queues, its requests and their retries."""

from __future__ import annotations

import random
from collections import deque

from .updates import Update


class Lane:
    """A queue in the window: strictly one update at a time."""

    __slots__ = ("name", "updates")

    def __init__(self, name: str) -> None:
        self.name = name
        self.updates: deque[Update] = deque()


class Task:
    """What a connection is doing."""

    __slots__ = ("deadline", "lane", "started")

    def __init__(self, lane: Lane | None, started: float, deadline: float) -> None:
        self.lane = lane
        self.started = started
        self.deadline = deadline


def next_wait(update: Update) -> int:
    """Return the next pause of an update: 0, 2, 4, 8, 16, 32, 60-64, then 60-120 s at random."""
    step, update.delay = update.delay, min(update.delay + 1, 8)
    if step == 1:
        return 0
    if step <= 6:
        return int(2 ** (step - 1))
    return random.randint(60, 64 if step == 7 else 120)
