"""Moving: everything that one database keeps, into another one that is empty."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from . import migration
from .base import OpenError, Session
from .postgresql import PostgresqlDriver, PostgresqlSession
from .schema import SCHEMA
from .sqlite import SqliteDriver
from .wire import storable

# The processes that paused a bot are not there any more, and each database has a version of its own.
TABLES = [
    name
    for name in re.findall(r"create table (\w+)", SCHEMA)
    if name not in ("pause", "queue_version", "queue_check")
]
PAGE = 1000  # rows in memory at a time


def move(source: SqliteDriver, target: PostgresqlDriver) -> dict[str, int]:
    """Copy what a SQLite file keeps into PostgreSQL and mark the file as moved; return the rows of each table.

    Nobody writes the file meanwhile, and all of it is committed or nothing. Raise OpenError while a server uses the
    file, or when the target keeps something already.
    """
    with contextlib.closing(source.writer()) as old, contextlib.closing(target.reader()) as new:
        migration.require(source, old)
        with old.transaction():
            # With the lock: from here on a server that starts waits, and then sees that it came too late.
            living = source.living()
            if living:
                raise OpenError(
                    f"{source.place} is used by a server (process {living[0].partition('-')[0]}). "
                    "Stop it first, and start it with the new DATABASE_URL afterwards."
                )
            migration.prepare(target, new)
            with new.transaction():
                _refuse_kept(target, new)
                new.execute(
                    "select set_config('statement_timeout', '0', true), "
                    "set_config('idle_in_transaction_session_timeout', '0', true)"
                )
                counts = {table: _copy(table, old, new) for table in TABLES}
                new.execute("select setval('task_seq_seq', (select max(seq) from task))")
            old.execute("update queue_version set version = ?", (migration.MOVED,))
    return counts


def _refuse_kept(target: PostgresqlDriver, session: Session) -> None:
    for table in TABLES:
        if session.execute(f"select 1 from {table} limit 1").fetchone():
            raise OpenError(
                f"{target.place} keeps something already (table {table}). Name an empty database or schema."
            )


def _copy(table: str, old: Session, new: PostgresqlSession) -> int:
    rows: Any = old.execute(f"select * from {table}")
    names = [column[0] for column in rows.description]
    return new.copy(table, names, _storable(rows))


def _storable(rows: Any) -> Iterator[Sequence[Any]]:
    while page := rows.fetchmany(PAGE):
        for row in page:
            yield [storable(value) if isinstance(value, str) else value for value in row]
