"""What is SQLite's own: files, permissions, trouble with the disk, two inboxes on one file, query plans."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anzol.queue import Inbox, OpenError, Unavailable, Work, catalog, open_inbox, store
from anzol.queue.base import Options
from anzol.queue.sqlite import SqliteDriver, SqliteSession
from tests.queue.support import Log, arrival, wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.db"


def test_the_file_is_for_its_owner_alone(path: Path):
    inbox = open_inbox(f"sqlite:///{path}", Log())
    inbox.put(arrival(1))

    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    inbox.stop()

    assert modes.pop("inbox.db-owners") == 0o700
    assert set(modes) == {"inbox.db", "inbox.db-wal", "inbox.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_stopped_inbox_leaves_one_file_and_no_owner(path: Path):
    inbox = open_inbox(f"sqlite:///{path}", Log())
    inbox.start()
    inbox.stop()

    assert sorted(entry.name for entry in path.parent.rglob("*")) == ["inbox.db", "inbox.db-owners"]


def test_commits_are_synced(path: Path):
    session = SqliteDriver(path).writer()

    assert session.execute("pragma journal_mode").fetchone() == ("wal",)
    assert session.execute("pragma synchronous").fetchone() == (2,)
    session.close()


class Cramped(SqliteDriver):
    """A disk on which the file may not grow beyond `pages`."""

    pages: int | None = None

    def writer(self) -> SqliteSession:
        session = super().writer()
        if self.pages is not None:
            session.execute(f"pragma max_page_count = {self.pages}")
        return session


def test_a_full_disk_refuses_whole_updates_and_recovers(path: Path):
    driver = Cramped(path)
    driver.pages = 40
    inbox = Inbox(driver, log := Log(), Options(schedule=(0.01,)))
    stored = []
    with pytest.raises(Unavailable, match="the disk is full"):
        for update_id in range(200):
            inbox.put(arrival(update_id, f"chat:{update_id}", body=b"x" * 4000))
            stored.append(update_id)
    assert stored

    driver.pages = 1000

    def accepted() -> bool:
        with contextlib.suppress(Unavailable):
            return inbox.put(arrival(1000))
        return False

    wait_until(accepted)
    wait_until(lambda: inbox.counts()["open"] == 0)
    assert inbox.counts()["done"] == len(stored) + 1
    assert sorted(log.ids()) == [*stored, 1000]
    inbox.stop()


class Doubtful(SqliteDriver):
    """A disk that reports an error for a commit that did happen, once."""

    failing = False

    def writer(self) -> SqliteSession:
        session = super().writer()
        commit = session.transaction

        @contextlib.contextmanager
        def transaction() -> Iterator[None]:
            with commit():
                yield
            if self.failing:
                self.failing = False
                raise sqlite3.OperationalError("disk I/O error")

        session.transaction = transaction  # type: ignore[method-assign]
        return session


def test_a_commit_that_happened_after_all_is_run(path: Path):
    driver = Doubtful(path)
    inbox = Inbox(driver, log := Log(), Options())
    inbox.start()
    driver.failing = True
    with pytest.raises(Unavailable):
        inbox.put(arrival(1))

    assert not inbox.put(arrival(1))

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert log.ids() == [1]
    inbox.stop()


def test_a_locked_file_refuses_and_recovers(path: Path):
    inbox = Inbox(SqliteDriver(path, patience=0.05), log := Log(), Options())
    inbox.start()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(Unavailable, match="another process keeps the database locked"):
            inbox.put(arrival(1))
        other.execute("commit")

    assert inbox.put(arrival(1))
    wait_until(lambda: inbox.counts()["done"] == 1)
    assert log.ids() == [1]
    inbox.stop()


def test_a_result_waits_out_the_trouble(path: Path):
    """The handler has run: while the file is locked its `done` is kept and written later, once."""
    held = threading.Event()
    inbox = Inbox(
        SqliteDriver(path, patience=0.02), log := Log(lambda work: held.wait(10)), Options()
    )
    inbox.put(arrival(1))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        held.set()
        with pytest.raises(Unavailable):
            inbox.put(arrival(2))
        other.execute("commit")

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert log.ids() == [1]
    inbox.stop()


def test_what_cannot_be_opened_is_told_in_one_line(path: Path, tmp_path: Path):
    def told(location: Path) -> str:
        with pytest.raises(OpenError) as caught:
            open_inbox(f"sqlite:///{location}", Log()).start()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"not a database at all" * 100)
    assert "garbage.db: the file is not an SQLite database" in told(garbage)

    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("create table inbox (x)")
    assert "Point DATABASE_URL at another file" in told(tmp_path / "other.db")

    open_inbox(f"sqlite:///{path}", Log()).put(arrival(1))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("update inbox_version set version = 99")
    assert "version 99, this Anzol knows version 1" in told(path)

    assert "No such file or directory" in told(tmp_path / "missing" / "inbox.db")


def test_a_first_put_that_cannot_open_is_refused_and_the_next_one_works(tmp_path: Path):
    inbox = open_inbox(f"sqlite:///{tmp_path}/later/inbox.db", Log())
    with pytest.raises(Unavailable, match="No such file"):
        inbox.put(arrival(1))

    (tmp_path / "later").mkdir()

    assert inbox.put(arrival(1))
    inbox.stop()


def test_commands_do_not_make_a_file(path: Path):
    inbox = open_inbox(f"sqlite:///{path}", Log())

    with pytest.raises(OpenError, match="There is no inbox at"):
        inbox.counts()

    assert not path.exists()


def test_other_tables_may_share_the_file(path: Path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("create table outbox (id integer primary key)")
    inbox = open_inbox(f"sqlite:///{path}", Log())

    assert inbox.put(arrival(1))
    inbox.stop()


def statements() -> list[str]:
    """Every statement on the tables, from the modules that hold them."""
    found: list[str] = []
    for module in (store, catalog):
        for name, value in vars(module).items():
            if name.isupper() and name not in ("SCHEMA", "STATES", "COUNTED", "ENTRY"):
                found += (
                    [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
                )
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with 100,000 finished updates and statistics about them."""
    path = tmp_path_factory.mktemp("filled") / "inbox.db"
    inbox = open_inbox(f"sqlite:///{path}", Log())
    inbox.start()
    inbox.stop()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "insert into inbox (bot, update_id, lane, kind, priority, state, attempts, received)"
            " values (1, ?, ?, 'message', 2, 1, 1, ?)",
            ((number, f"chat:{number % 500}", time.time()) for number in range(100_000)),
        )
    return path


# Our own indexes of this table are partial; those made by SQLite for its constraints hold every row.
FULL_SCAN = re.compile(r"SCAN inbox($| USING .*sqlite_autoindex)")


def scans_of_inbox(db: sqlite3.Connection, statement: str) -> list[str]:
    values = [1] * statement.count("?")
    plan = [row[3] for row in db.execute(f"explain query plan {statement}", values)]
    return [step for step in plan if FULL_SCAN.match(step)]


def test_no_statement_reads_the_finished_rows_one_by_one(filled: Path):
    found = statements()
    assert len(found) > 40
    with contextlib.closing(sqlite3.connect(filled)) as db:
        scanning = {statement: scans_of_inbox(db, statement) for statement in found}

        # The check can fail.
        assert scans_of_inbox(db, "select seq from inbox where kind = 'x'") != []
    # The newest updates, read backwards from the end and cut off by the limit.
    assert scanning.pop(catalog.LIST_ALL) == ["SCAN inbox"]
    assert {statement: scans for statement, scans in scanning.items() if scans} == {}


def test_finished_rows_do_not_slow_a_put_or_a_run(filled: Path, path: Path):
    """Counted in steps of SQLite's machine, which do not depend on how busy this computer is."""

    def steps(location: Path) -> int:
        counted = 0

        def count() -> None:
            nonlocal counted
            counted += 1

        class Counting(SqliteDriver):
            def writer(self) -> SqliteSession:
                session = super().writer()
                session._db.set_progress_handler(count, 1)
                return session

        inbox = Inbox(Counting(location), Log(), Options())
        inbox.start()
        counted = 0
        for update_id in range(200_000, 200_020):
            inbox.put_and_wait(arrival(update_id))
        inbox.stop()
        return counted

    assert steps(filled) < steps(path) * 1.5


def test_retention_forgets_the_done_and_keeps_the_dead(path: Path):
    now = 1_000_000.0

    def handle(work: Work) -> None:
        if work.update_id == 2:
            raise ValueError

    options: dict[str, Any] = {"retention": 48 * 3600.0, "clock": lambda: now}
    inbox = open_inbox(f"sqlite:///{path}", handle, **options)
    for update_id in (1, 2):
        inbox.put_and_wait(arrival(update_id))
    assert [entry.body for entry in inbox.list("done")] == [None]
    now += 48 * 3600 - 1
    inbox.put_and_wait(arrival(3))
    assert inbox.counts()["done"] == 2

    now += 2
    inbox.retry([])  # looks at once

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert not inbox.put(arrival(3))
    assert [entry.update_id for entry in inbox.list()] == [3, 2]
    assert inbox.purge("dead", older_than=0) == 1
    with pytest.raises(ValueError, match="still to be run"):
        inbox.purge("open", older_than=0)
    inbox.stop()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_starts_on_its_own(path: Path):
    inbox = open_inbox(f"sqlite:///{path}", Log())
    inbox.put(arrival(1))

    child = os.fork()
    if child == 0:
        try:
            stored = inbox.put(arrival(2)) and not inbox.put(arrival(1))
            wait_until(lambda: inbox.counts()["done"] == 2)
            os._exit(0 if stored else 1)
        except BaseException:
            os._exit(2)

    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert inbox.put(arrival(3))
    wait_until(lambda: inbox.counts()["done"] == 3)
    inbox.stop()
