"""Durable updates: stored once, run in order per lane, retried, buried, replayed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from .base import Again, Arrival, Driver, Entry, OpenError, Options, Unavailable
from .inbox import Inbox
from .run import Handler
from .state import State
from .work import Work

__all__ = [
    "Again",
    "Arrival",
    "Entry",
    "Inbox",
    "OpenError",
    "State",
    "Unavailable",
    "Work",
    "open_inbox",
]


def open_inbox(
    url: str,
    handle: Handler,
    *,
    workers: int = 100,
    attempts: int = 5,
    drain: float = 10.0,
    retention: float = 48 * 3600.0,
    schedule: Sequence[float] = (1.0, 4.0, 15.0, 60.0),
    on_dead: Callable[[Work, BaseException], None] | None = None,
    clock: Callable[[], float] = time.time,
) -> Inbox:
    """Return the inbox kept at `url`, whose updates `handle` runs; nothing is opened or started yet.

    `schedule` has the seconds before each retry, its last value for all further ones. `on_dead(work, error)`
    is called after an update was buried. Raise OpenError for a `url` that no engine takes.
    """
    options = Options(workers, attempts, drain, retention, schedule, on_dead, clock)
    return Inbox(engine(url), handle, options)


def engine(url: str) -> Driver:
    if url.startswith("sqlite:"):
        from . import sqlite

        return sqlite.driver(url)
    if url.startswith(("postgresql:", "postgres:")):
        raise OpenError(
            "DATABASE_URL names PostgreSQL, which is not there yet. Use sqlite:///anzol.db."
        )
    scheme = url.partition(":")[0]
    raise OpenError(f"DATABASE_URL starts with {scheme!r}. Use sqlite:///anzol.db.")
