"""The SQLite driver: WAL, synchronous=FULL, one file that many processes may share."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from random import SystemRandom
from typing import Any

from . import statements as sql
from .base import MIGRATION_PATIENCE, Lane, OpenError, Session
from .fileowner import FileOwner, is_dead
from .known import UNKNOWN, Known, Name, Value
from .lanes import Lanes
from .session import Change
from .store import Store

log = logging.getLogger(__name__)

# Without a state: forked workers do not share it, and no seed of the program's is used up.
RANDOM = SystemRandom()

# Seconds to wait for another process's transaction: Telegram gets its 503 within three.
LOCK_PATIENCE = 2.0
OLDEST = (3, 35, 0)  # the first SQLite with "returning"

NEW_LANE = """
insert into lane (bot, queue, name, owner, priority, rank, since) values (?, ?, ?, ?, ?, ?, ?)
on conflict (bot, queue, name) do nothing"""

# What replaces a row is a new one at the table's end. A value is moved there once, when it changes for the second time: so what
# many chats change again and again lies together, a hundred values on a page, and not each on a page of its chat. A move
# costs two pages more, of the index and of where the row lay, which a value that changes once would never earn back.
MOVE = "replace into session (bot, name, key, value) values (?, ?, ?, ?)"
# From then on it is found by its row's number, without the index. The rest makes sure that it still is that row.
CHANGE = "update session set value = ? where rowid = ? and bot = ? and name = ? and key = ?"
FOLLOWED = 10_000  # values of which the row is remembered, at some 100 bytes each

REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another process keeps the database locked",
    "SQLITE_READONLY": "the database is read-only",
    "SQLITE_CANTOPEN": "the database file cannot be opened",
    "SQLITE_IOERR": "the disk refuses to read or write",
    "SQLITE_CORRUPT": "the database file is damaged",
    "SQLITE_NOTADB": "the file is not an SQLite database",
}


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Return whether another process holds the lock."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_BUSY


Wait = Callable[
    [Callable[[], Any], float], None
]  # repeats a step for some seconds while another process holds the lock


def patiently(step: Callable[[], Any], patience: float) -> None:
    """Repeat a step while another process holds the lock, for at most `patience` seconds."""
    # SQLite's own busy wait sleeps up to 100 ms between two tries and is ignored by journal_mode.
    deadline = time.monotonic() + patience
    while True:
        try:
            step()
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(RANDOM.uniform(0.0005, 0.003))


def very_patiently(step: Callable[[], Any], patience: float) -> None:
    """Repeat a step as `patiently` does, and then, with a line in the log, while another process may be migrating."""
    try:
        patiently(step, patience)
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        log.warning(
            "Another process keeps the database locked: waiting for it, for up to %.0f s.",
            MIGRATION_PATIENCE,
        )
        patiently(step, MIGRATION_PATIENCE)


class SqliteSession:
    """One SQLite connection; see `Session`."""

    def __init__(self, path: Path, cache_kib: int, patience: float, wait: Wait) -> None:
        self._name, self._patience = os.fspath(path), patience
        self._db = sqlite3.connect(
            path, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        self.execute, self.cursor = self._db.execute, self._db.cursor
        wait(lambda: self.execute("pragma journal_mode = wal"), patience)
        self.execute("pragma synchronous = full")
        self.execute(f"pragma cache_size = -{cache_kib}")
        self._inode = os.stat(self._name).st_ino

    def transaction(self) -> AbstractContextManager[None]:
        """Write in one transaction, as `Session.transaction` does."""
        return self._transaction(patiently)

    def migration(self) -> AbstractContextManager[None]:
        """Change the tables in one transaction, as `Session.migration` does."""
        return self._transaction(very_patiently)

    @contextlib.contextmanager
    def _transaction(self, wait: Wait) -> Iterator[None]:
        wait(lambda: self.execute("begin immediate"), self._patience)
        try:
            yield
            self.execute("commit")
            self._refuse_deleted()
        except BaseException:
            # A full disk may have rolled back already.
            if self._db.in_transaction:
                self.execute("rollback")
            raise

    def _refuse_deleted(self) -> None:
        # What was committed to a file without a name is lost with this process.
        try:
            # Not of the path object, which takes as long again to come to the same call.
            is_there = os.stat(self._name).st_ino == self._inode
        except FileNotFoundError:
            is_there = False
        if not is_there:
            raise FileNotFoundError(errno.ENOENT, "the database file was deleted or replaced")

    def version(self) -> int:
        """Return a number that changes when another connection has committed."""
        row = self.execute("pragma data_version").fetchone()
        return int(row[0])

    def is_usable(self) -> bool:
        """Return True: a file does not go away between two statements."""
        return True

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


class SqliteStore(Store):
    """See `Store`. What is known of sessions goes with the connection, by which alone `version` means something."""

    keeps_lanes = True

    def __init__(self, session: SqliteSession) -> None:
        super().__init__(session)
        # By one cursor: the connection makes one for each statement. Reading does not go by it, since what is not fetched
        # would keep a view of the database open.
        self._write = session.cursor().execute
        self.known: Known = Known()
        self._changed: dict[Name, str | None] = {}
        # Of each value that has changed lately: its row once it was moved, 0 before. By the hash of its name, which may be
        # as long as somebody likes; two of the same are both moved again and again.
        self._rows: dict[int, int] = {}
        self.lanes = Lanes()
        self._owner = ""
        self._version: int | None = None

    @contextlib.contextmanager
    def transaction(self, owner: str) -> Iterator[None]:
        """Write in one transaction, as `Store.transaction` does."""
        self._owner, self._changed = owner, {}
        with self.session.transaction():
            is_alone = self._confirm()
            self.contested = [] if is_alone else self._give_up_lanes()
            yield
            for lane in self.lanes.surplus(is_alone):
                self._close(lane)
        self.known.commit(self._changed)

    def leave(self) -> None:
        """Close the lanes that are kept, as `Store.leave` does."""
        for lane in self.lanes.forget():
            self._close(lane)

    def _confirm(self) -> bool:
        """Return whether nobody else has committed since the last transaction: then all that is known holds."""
        before, self._version = self._version, self.session.version()
        self.known.confirm(self._version)
        return self._version == before

    def _give_up_lanes(self) -> list[Lane]:
        """Close the lanes that were kept; return those in which others have left a task to us."""
        kept = [lane for lane in self.lanes.forget() if self.lane_owner(lane) == self._owner]
        return [lane for lane in kept if not self._close(lane)]

    # What "returning" returns, SQLite keeps in a table made for it: the two statements of each new update take a fifth
    # less time without.

    def _insert(self, statement: str, values: Sequence[Any]) -> int | None:
        rows: Any = self._write(statement, values)
        return rows.lastrowid if rows.rowcount else None

    def open_lane(
        self, lane: Lane, owner: str | None, priority: int, rank: int, now: float
    ) -> tuple[str | None, float | None]:
        """Make sure that a lane has its row, as `Store.open_lane` does; most are new, or were kept."""
        if self.lanes.take(lane):
            if owner is None:
                self._execute(sql.PARK, (None, now, rank, priority, *lane))
            else:
                self.lanes.note(lane)  # ours, as the row says already
            return owner, None
        if self._write(NEW_LANE, (*lane, owner, priority, rank, now)).rowcount:
            if owner is not None:
                self.lanes.note(lane)
            return owner, None
        self.lanes.doubt(lane)
        found = super().open_lane(lane, owner, priority, rank, now)
        # Another process may have kept the row of a lane in which nothing is left. Who can run the task takes it; else
        # that process finds it left to itself.
        if owner is not None and found[0] not in (None, owner) and self._close(lane):
            return self.open_lane(lane, owner, priority, rank, now)
        return found

    def close_lane(self, lane: Lane) -> bool:
        """Close a lane, as `Store.close_lane` does, or keep its row for the next task."""
        return self.lanes.keep(lane) or self._close(lane)

    def _close(self, lane: Lane) -> bool:
        return super().close_lane(lane)

    def park(self, lane: Lane, due: float | None, now: float, rank: int, aging: int) -> int:
        """Give a lane back, as `Store.park` does."""
        self.lanes.doubt(lane)
        return super().park(lane, due, now, rank, aging)

    def differs(self, bot: int, name: str, change: Change) -> bool:
        """Return whether somebody else has changed this key since the run read it."""
        named = bot, name, change.key
        value: Value = self._changed.get(named, UNKNOWN)
        if value is UNKNOWN:
            value = self.known.values.get(named, UNKNOWN)
        return super().differs(bot, name, change) if value is UNKNOWN else value != change.before

    def save(self, bot: int, name: str, change: Change) -> None:
        """Write one key of a session."""
        named = bot, name, change.key
        self._changed[named] = change.after
        if change.after is None:
            self._execute(sql.DROP, named)
            return
        number = hash(named)
        row = self._rows.get(number)
        if row and self._write(CHANGE, (change.after, row, *named)).rowcount:
            return
        if row is None:
            if len(self._rows) >= FOLLOWED:
                self._rows.clear()
            self._rows[number] = 0
            self._write(sql.SAVE, (*named, change.after))
        else:
            moved: Any = self._write(MOVE, (*named, change.after))
            self._rows[number] = moved.lastrowid


class SqliteDriver:
    """SQLite as a `Driver`; its methods are explained there."""

    clustered = " without rowid"
    readers = 1
    advice = "Check DATABASE_URL and the permissions of its folder."

    def __init__(self, path: Path, patience: float = LOCK_PATIENCE) -> None:
        self._path, self._patience = path, patience
        self._is_open = False

    def spell(self, schema: str) -> str:
        """Return statements that create tables, in SQLite's words."""
        return schema.format(serial="integer primary key", blob="blob", clustered=self.clustered)

    def writer(self) -> SqliteSession:
        """Open the session that writes."""
        # SQLite's own default. With half a megabyte, what two hundred chats change in their sessions in turn was read from
        # the file again and again: 0.3 pages an update.
        # The first time it may have to wait for a process that makes the file. Later, what waits is requests.
        wait = patiently if self._is_open else very_patiently
        session = SqliteSession(self._path, 2048, self._patience, wait)
        self._is_open = True
        return session

    def reader(self) -> SqliteSession:
        """Open a session that never waits for writers."""
        return SqliteSession(self._path, 256, self._patience, patiently)

    def store(self, session: Session) -> SqliteStore:
        """Return the statements for the session that writes."""
        assert isinstance(session, SqliteSession)
        return SqliteStore(session)

    def owner(self) -> FileOwner:
        """Make this process an owner, by a locked file beside the database."""
        return FileOwner(self._path.with_name(self._path.name + "-owners"))

    def is_dead(self, owner: str, session: Session) -> bool:
        """Return whether the process of that name is gone."""
        return is_dead(self._path.with_name(self._path.name + "-owners") / owner)

    def living(self) -> list[str]:
        """Return the names of the processes that use the file."""
        folder = self._path.with_name(self._path.name + "-owners")
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return [name for name in names if not is_dead(folder / name)]

    def exists(self) -> bool:
        """Return whether the file exists."""
        return self._path.exists()

    def backup(self, session: Session, target: str) -> None:
        """Write a complete copy to a new file, mode 0600; raise OpenError when it cannot be written."""
        if Path(target).exists():
            raise OpenError(f"{target} exists already. Name a new file.")
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise OpenError(f"Cannot write {target}: {error.strerror}.") from None
        try:
            session.execute("vacuum into ?", (target,))
        except BaseException:
            os.unlink(target)
            raise

    def create(self) -> None:
        """Create the file, mode 0600; raise OpenError when this Python's SQLite is too old."""
        if sqlite3.sqlite_version_info < OLDEST:
            raise OpenError(
                f"This Python has SQLite {sqlite3.sqlite_version}; Anzol needs 3.35 or later."
            )
        # Updates are private: the file is made for its owner alone before SQLite sees it.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    @property
    def place(self) -> str:
        """Return the file's path."""
        return str(self._path)

    def describe(self, session: Session) -> str:
        """Return the file's path and its journal mode."""
        (mode,) = session.execute("pragma journal_mode").fetchone()
        return f"{self.place}, journal mode {mode}"

    def trouble(self, error: Exception) -> str | None:
        """Say in a few words why SQLite refused; None for an error in a statement or value."""
        if isinstance(error, OSError):
            return error.strerror or str(error)
        # Its other subclasses mean a wrong statement or value, not the file.
        if (
            not isinstance(error, sqlite3.OperationalError)
            and type(error) is not sqlite3.DatabaseError
        ):
            return None
        primary = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        return REASONS.get(primary, str(error))

    def tables(self, session: Session) -> set[str]:
        """Return the names of the tables."""
        rows = session.execute("select name from sqlite_master where type = 'table'").fetchall()
        return {name for (name,) in rows}


def driver(url: str) -> SqliteDriver:
    """Return the driver for a `sqlite:///` address; raise OpenError for any other."""
    path = url.removeprefix("sqlite:///")
    if path == url or path in ("", ":memory:"):
        raise OpenError(
            f"DATABASE_URL has value {url!r}. Use sqlite:///anzol.db (beside the server) or "
            "sqlite:////var/lib/anzol/anzol.db (an absolute path)."
        )
    return SqliteDriver(Path(path).absolute())
