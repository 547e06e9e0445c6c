"""What a database engine must supply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .base import Session
from .store import Store


class Displaced(Exception):
    """Other processes have taken this one for dead: what it holds is theirs."""


class Owner(Protocol):
    """A process as others see it: alive as long as it runs, without clocks or heartbeats."""

    name: str

    def watch(self, wake: Callable[[], None]) -> None:
        """Call `wake`, on any thread, as soon as others leave something to do; an engine need not be able to."""

    def is_dead(self, other: str) -> bool: ...

    def bury(self, other: str) -> None:
        """Remove what a dead process left apart from its rows."""

    def release(self) -> None:
        """Count as dead from now on."""


class Driver(Protocol):
    """A database engine: everything that differs between SQLite and another one."""

    clustered: str  # what ends a table that is to be kept in the order of its primary key
    readers: int  # sessions that handlers may read with side by side
    advice: str  # what to check when the database cannot be opened

    @property
    def place(self) -> str:
        """Name the database in messages, without a password."""

    def spell(self, schema: str) -> str:
        """Return statements that create tables, with the engine's words for `{serial}` and `{blob}`."""

    def writer(self) -> Session:
        """Open the session that writes."""

    def reader(self) -> Session:
        """Open a session that never waits for writers."""

    def store(self, session: Session) -> Store:
        """Return the statements for the session that writes."""

    def describe(self, session: Session) -> str:
        """Name the database and how it is kept, for an operator."""

    def owner(self) -> Owner:
        """Make this process an owner that others can see alive."""

    def create(self) -> None:
        """Create what must exist before the first session; raise OpenError when that is impossible."""

    def exists(self) -> bool:
        """Return whether there is a database already."""

    def trouble(self, error: Exception) -> str | None:
        """Say in a few words why the database refused; None when it is not the database's trouble."""

    def tables(self, session: Session) -> set[str]:
        """Return the names of the tables."""

    def is_dead(self, owner: str, session: Session) -> bool:
        """Return whether the process of that name is gone, asked without being an owner."""

    def backup(self, session: Session, target: str) -> None:
        """Write a complete copy of the database, even beside a busy server."""
