"""Durable tasks: stored once, run in order per lane, retried, buried, replayed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from .base import (
    UPDATES,
    Again,
    Cancelled,
    Entry,
    Failed,
    OpenError,
    Sent,
    Task,
    TookProcess,
    Unavailable,
)
from .catalog import ALL
from .clock import Clock
from .dispatch import Options
from .engine import engine
from .outside import SessionChanged
from .queue import Queue
from .session import State
from .subscriptions import Subscription, Subscriptions
from .work import Work
from .workers import Crew, Handler, nothing

__all__ = [
    "ALL",
    "Again",
    "Cancelled",
    "Clock",
    "Crew",
    "Entry",
    "Failed",
    "OpenError",
    "Queue",
    "Sent",
    "SessionChanged",
    "State",
    "Subscription",
    "Subscriptions",
    "Task",
    "TookProcess",
    "UPDATES",
    "Unavailable",
    "Work",
    "open_queue",
]


def open_queue(
    url: str,
    handle: Handler,
    *,
    queue: str = UPDATES,
    bots: Collection[int] | None = None,
    workers: int = 200,
    urgent: int = 20,
    attempts: int = 5,
    schedule: Sequence[float] = (1.0, 4.0, 15.0, 60.0),
    stuck: float = 300.0,
    outage: float = 24 * 3600.0,
    drain: float = 10.0,
    retention: float = 48 * 3600.0,
    dead_retention: float = 30 * 86400.0,
    on_dead: Callable[[Work, BaseException], Iterable[Task]] = nothing,
    on_slow: Callable[[int], None] = lambda bot: None,
    on_stuck: Callable[[int], None] = lambda bot: None,
    clock: Clock | None = None,
) -> Queue:
    """Return the queue kept at `url`, whose tasks named `queue` are run by `handle`; nothing is opened or started yet.

    `bots` are those whose tasks it runs and shows, None for all. The rest is explained by `Crew` and
    `Options`; `Queue.serve` adds another queue. Raise OpenError for a `url` that no engine takes.
    """
    options = Options(bots, drain, retention, dead_retention, clock or Clock())
    opened = Queue(engine(url), options, queue)
    rules = handle, workers, urgent, attempts, tuple(schedule), stuck, outage
    opened.serve(queue, Crew(*rules, on_dead, on_slow, on_stuck))
    return opened
