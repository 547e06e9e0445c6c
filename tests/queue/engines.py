"""The engines with a switch for what goes wrong: a process that others take for dead, a commit whose answer is lost."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from anzol.queue.driver import Driver
from anzol.queue.fileowner import FileOwner
from anzol.queue.membership import Membership
from anzol.queue.postgresql import PostgresqlDriver, PostgresqlSession
from anzol.queue.sqlite import SqliteDriver, SqliteSession

CLOSED = "server closed the connection unexpectedly"


class Switched(Driver):
    """A driver with switches."""

    lose: int  # so many commits happen, and are answered with an error

    def condemn(self, number: int) -> None:
        """Have everybody take the process that came as such a number for dead, as one that slept too long."""

    def query(self, statement: str) -> list[Any]:
        """Return the rows of a statement, read beside everybody."""


class SwitchedSqlite(SqliteDriver):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.lose = 0
        self._file = path
        self._dead: set[str] = set()
        self._made: list[FileOwner] = []

    def owner(self) -> FileOwner:
        owner, dead = super().owner(), self._dead
        self._made.append(owner)
        lives = owner.is_dead
        owner.is_dead = lambda other: other in dead or lives(other)  # type: ignore[method-assign]
        return owner

    def condemn(self, number: int) -> None:
        self._dead.add(self._made[number].name)

    def writer(self) -> SqliteSession:
        session = super().writer()
        commit = session.transaction

        @contextlib.contextmanager
        def transaction() -> Iterator[None]:
            with commit():
                yield
            if self.lose:
                self.lose -= 1
                raise sqlite3.OperationalError(CLOSED)

        session.transaction = transaction  # type: ignore[method-assign]
        return session

    def query(self, statement: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self._file)) as db:
            return db.execute(statement).fetchall()


class SwitchedPostgresql(PostgresqlDriver):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.lose = 0
        self._made: list[Membership] = []

    def owner(self) -> Membership:
        owner = super().owner()
        self._made.append(owner)
        return owner

    def condemn(self, number: int) -> None:
        member = self._made[number]
        member._renew = lambda: True  # type: ignore[method-assign]
        with contextlib.closing(self.connect()) as db:
            db.execute("update owner set seen = 'epoch' where name = %s", (member.name,))

    def writer(self) -> PostgresqlSession:
        session = super().writer()
        commit = session.commit

        def unsure(last: Sequence[Any] = ()) -> None:
            was_begun = not session._is_waiting or bool(last)
            commit(last)
            if self.lose and was_begun:
                self.lose -= 1
                raise psycopg.OperationalError(CLOSED)

        session.commit = unsure  # type: ignore[method-assign]
        return session

    def query(self, statement: str) -> list[Any]:
        with contextlib.closing(self.connect()) as db:
            return db.execute(statement).fetchall()


def switched(url: str) -> Switched:
    """Return the switched driver for a database's address."""
    if url.startswith("sqlite:///"):
        return SwitchedSqlite(Path(url.removeprefix("sqlite:///")))
    return SwitchedPostgresql(url)
