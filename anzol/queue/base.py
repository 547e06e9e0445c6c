"""The inbox's contract: what goes in, what comes out, and what a database engine must supply.

1. Stored before acknowledged: `put` returns after the commit that holds the update.
2. Once: `(bot, update_id)` is taken one time, also by simultaneous callers; remembered for `retention`.
3. In order, one at a time, per lane; lanes in parallel; a lane yields its worker while others wait.
4. As long as it takes: a handler may run for minutes.
5. Retried (`Again`) or buried (any other exception), and replayed by an operator.
6. In time: urgent lanes first; past its life an update is expired, not run.
7. Taken over: what a dead process left is run by the next one, or by a living neighbour.
8. State commits with the update, in one transaction, or not at all.
9. Replies are remembered: a call that succeeded is not sent again by a retry.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .work import Work

OPEN, DONE, DEAD, EXPIRED = range(4)
STATES = ("open", "done", "dead", "expired")

Key = tuple[int, str]  # a bot's number and the name of one of its lanes


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update as it was received; `lifetime` is in seconds, None for no limit."""

    bot: int
    update_id: int
    lane: str
    body: bytes
    kind: str = ""
    priority: int = 2  # 0 inline query, 1 button or checkout, 2 the rest
    lifetime: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored update as an operator sees it; times in epoch seconds, `due` only while it waits for a retry."""

    seq: int
    bot: int
    update_id: int
    lane: str
    kind: str
    state: str
    attempts: int
    received: float
    expires: float | None
    due: float | None
    error: str | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Options:
    """How an inbox behaves; seconds where it is about time."""

    workers: int = 100
    attempts: int = 5
    drain: float = 10.0
    retention: float = 48 * 3600.0
    schedule: Sequence[float] = (1.0, 4.0, 15.0, 60.0)
    on_dead: Callable[[Work, BaseException], None] | None = None
    clock: Callable[[], float] = time.time


class Unavailable(Exception):
    """The update could not be stored now; nothing of it was kept, so the sender should try again."""


class OpenError(Exception):
    """The database cannot be used; the text says what to change."""


class Again(Exception):
    """Raised by a handler to run again, `after` seconds from now or by the schedule; uncounted is no failed attempt."""

    def __init__(
        self, after: float | None = None, cause: BaseException | None = None, counted: bool = True
    ) -> None:
        super().__init__(after, cause, counted)
        self.after, self.cause, self.counted = after, cause, counted


class Rows(Protocol):
    """What `Session.execute` returns; a sqlite3 or psycopg cursor is one."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Session(Protocol):
    """One connection. Statements use `?` for a value; the session translates if its engine wants another sign."""

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Rows: ...

    def insert(self, statement: str, values: Sequence[Any]) -> int | None:
        """Insert one row and return its `seq`, or None when it was there already."""

    def transaction(self) -> AbstractContextManager[None]:
        """Write in one transaction: committed durably on leaving, rolled back on any error."""

    def version(self) -> int:
        """Return a number that changes when another session has committed."""

    def close(self) -> None: ...


class Owner(Protocol):
    """A process in the eyes of others. It is alive as long as it runs, without clocks or heartbeats."""

    name: str

    def is_dead(self, other: str) -> bool: ...

    def bury(self, other: str) -> None:
        """Remove what a dead process left besides its rows."""

    def release(self) -> None: ...


class Driver(Protocol):
    """A database engine: everything that differs between SQLite and another one."""

    serial: str  # the column type of a growing primary key
    blob: str  # the column type of bytes
    skip_locked: str  # what follows a select that claims rows, where the engine locks rows

    @property
    def place(self) -> str:
        """Name the database in messages, without a password."""

    def writer(self) -> Session: ...

    def describe(self, session: Session) -> str:
        """Name the database and how it is kept, for an operator."""

    def reader(self) -> Session:
        """Open a session that never waits for writers."""

    def owner(self) -> Owner: ...

    def create(self) -> None:
        """Create what must exist before the first session; raise OpenError when that is impossible."""

    def exists(self) -> bool: ...

    def trouble(self, error: Exception) -> str | None:
        """Say in a few words why the database refused; None when it is not the database's trouble."""

    def tables(self, session: Session) -> set[str]: ...
