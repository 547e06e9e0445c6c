"""What a sender keeps of its queues, its requests and their retries."""

from __future__ import annotations

from collections import deque
from random import SystemRandom
from typing import Any

from ..world.bots import Bot
from ..world.updates import Update
from ..world.world import World
from .response import Response

# Without a state: forked workers do not share it, and no seed of the program's is used up.
RANDOM = SystemRandom()


class Lane:
    """A queue in the window: strictly one update at a time."""

    __slots__ = ("name", "updates")

    def __init__(self, name: str) -> None:
        self.name = name
        self.updates: deque[Update] = deque()


class Task:
    """A request under way: the head of a lane on a connection, until a deadline."""

    __slots__ = ("connection", "deadline", "lane", "started", "update")

    def __init__(self, lane: Lane, connection: int, started: float, deadline: float) -> None:
        self.lane = lane
        self.update = lane.updates[0]
        self.connection = connection
        self.started = started
        self.deadline = deadline


def next_wait(update: Update) -> int:
    """Return the next pause of an update: 0, 2, 4, 8, 16, 32, 60-64, then 60-120 s at random."""
    step, update.delay = update.delay, min(update.delay + 1, 8)
    if step == 1:
        return 0
    if step <= 6:
        return int(2 ** (step - 1))
    return RANDOM.randint(60, 64 if step == 7 else 120)


def note_attempt(
    world: World, bot: Bot, url: str, task: Task, response: Response | None, outcome: dict[str, Any]
) -> None:
    """Log one delivery attempt."""
    elapsed = world.clock.real(world.clock.now() - task.started)
    with world.lock:
        world.log.add(
            "delivery",
            bot.id,
            update_id=task.update.id,
            attempt=task.update.attempts,
            url=url,
            status=response.status if response else None,
            ms=round(elapsed * 1000, 2),
            response=response.body[:4096].decode("utf-8", "replace") if response else "",
            connection=task.connection,
            **outcome,
        )
