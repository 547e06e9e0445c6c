"""What is SQLite's own: files, permissions, trouble with the disk, two inboxes on one file, query plans."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from anzol.queue import (
    Crew,
    OpenError,
    Queue,
    Unavailable,
    Work,
    batches,
    catalog,
    migration,
    open_queue,
)
from anzol.queue import statements as sql
from anzol.queue.dispatch import Options
from anzol.queue.driver import Driver
from anzol.queue.schema import VERSION
from anzol.queue.session import Change
from anzol.queue.sqlite import SqliteDriver, SqliteSession
from anzol.queue.workers import Handler
from tests.queue.support import Log, Time, task, wait_until


def opened(driver: Driver, handle: Handler, **crew: Any) -> Queue:
    """Return a queue on a driver of the test's own."""
    queue = Queue(driver, Options())
    queue.serve("updates", Crew(handle, **crew))
    return queue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.db"


def test_the_file_is_for_its_owner_alone(path: Path):
    queue = open_queue(f"sqlite:///{path}", Log())
    queue.put(task(1))

    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    queue.stop()

    assert modes.pop("queue.db-owners") == 0o700
    assert set(modes) == {"queue.db", "queue.db-wal", "queue.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_stopped_inbox_leaves_one_file_and_no_owner(path: Path):
    queue = open_queue(f"sqlite:///{path}", Log())
    queue.start()
    queue.stop()

    assert sorted(entry.name for entry in path.parent.rglob("*")) == ["queue.db", "queue.db-owners"]


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
    go = threading.Event()
    queue = opened(driver, log := Log(lambda work: go.wait(60)), schedule=(0.01,))
    stored = []
    with pytest.raises(Unavailable, match="the disk is full"):
        for update_id in range(200):
            queue.put(task(update_id, f"chat:{update_id}", body=b"x" * 4000))
            stored.append(update_id)
    assert stored

    driver.pages = 1000
    go.set()

    def accepted() -> bool:
        with contextlib.suppress(Unavailable):
            return queue.put(task(1000))
        return False

    wait_until(accepted)
    wait_until(lambda: queue.counts()["open"] == 0)
    assert queue.counts()["done"] == len(stored) + 1
    assert sorted(log.ids()) == [*stored, 1000]
    queue.stop()


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
    queue = opened(driver, log := Log())
    queue.check()
    driver.failing = True
    with pytest.raises(Unavailable):
        queue.put(task(1))

    assert not queue.put(task(1))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.ids() == [1]
    queue.stop()


def test_a_locked_file_refuses_and_recovers(path: Path):
    queue = opened(SqliteDriver(path, patience=0.05), log := Log())
    queue.start()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(Unavailable, match="another process keeps the database locked"):
            queue.put(task(1))
        other.execute("commit")

    assert queue.put(task(1))
    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.ids() == [1]
    queue.stop()


def test_only_the_first_connection_waits_longer_than_a_request_may(
    path: Path, caplog: pytest.LogCaptureFixture
):
    driver = SqliteDriver(path, patience=0.05)
    driver.writer().close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("create table beside (x)")
        for connect in (driver.writer, driver.reader):
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                connect()

    assert caplog.messages == []


def test_a_result_waits_out_the_trouble(path: Path):
    """The handler has run: while the file is locked its `done` is kept and written later, once."""
    held = threading.Event()
    queue = opened(SqliteDriver(path, patience=0.02), log := Log(lambda work: held.wait(60)))
    queue.put(task(1))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        held.set()
        with pytest.raises(Unavailable):
            queue.put(task(2))
        other.execute("commit")

    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.ids() == [1]
    queue.stop()


def test_what_cannot_be_opened_is_told_in_one_line(path: Path, tmp_path: Path):
    def told(location: Path) -> str:
        with pytest.raises(OpenError) as caught:
            open_queue(f"sqlite:///{location}", Log()).start()
        assert "\n" not in str(caught.value)
        return str(caught.value)

    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"not a database at all" * 100)
    assert "garbage.db: the file is not an SQLite database" in told(garbage)

    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("create table task (x)")
    assert "Point DATABASE_URL at another database" in told(tmp_path / "other.db")

    open_queue(f"sqlite:///{path}", Log()).put(task(1))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("update queue_version set version = 99")
    assert f"version 99, this Anzol knows versions up to {VERSION}" in told(path)

    assert "No such file or directory" in told(tmp_path / "missing" / "queue.db")


def test_a_first_put_that_cannot_open_is_refused_and_the_next_one_works(tmp_path: Path):
    queue = open_queue(f"sqlite:///{tmp_path}/later/queue.db", Log())
    with pytest.raises(Unavailable, match="No such file"):
        queue.put(task(1))

    (tmp_path / "later").mkdir()

    assert queue.put(task(1))
    queue.stop()


def test_commands_do_not_make_a_file(path: Path):
    queue = open_queue(f"sqlite:///{path}", Log())

    with pytest.raises(OpenError, match="There is no queue at"):
        queue.counts()

    assert not path.exists()


def test_other_tables_may_share_the_file(path: Path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("create table outbox (id integer primary key)")
    queue = open_queue(f"sqlite:///{path}", Log())

    assert queue.put(task(1))
    queue.stop()


def statements() -> list[str]:
    """Every statement on the tables, from the modules that hold them."""
    found: list[str] = []
    for module in (sql, catalog, batches):
        for name, value in vars(module).items():
            value = tuple(value.values()) if isinstance(value, dict) else value
            if name.isupper() and name not in (
                "ALL",
                "SCHEMA",
                "STATES",
                "COUNTED",
                "ENTRY",
                "ROW",
                "MINE",
            ):
                found += (
                    [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
                )
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with 100,000 finished updates and statistics about them."""
    path = tmp_path_factory.mktemp("filled") / "queue.db"
    queue = open_queue(f"sqlite:///{path}", Log())
    queue.start()
    queue.stop()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "insert into task (bot, queue, key, lane, kind, priority, state, attempts, received)"
            " values (1, 'updates', ?, ?, 'message', 2, 1, 1, ?)",
            ((str(number), f"chat:{number % 500}", time.time()) for number in range(100_000)),
        )
    return path


# Our own indexes of this table are partial; those made by SQLite for its constraints hold every row.
FULL_SCAN = re.compile(r"SCAN task($| USING .*sqlite_autoindex)")


def scans_of_tasks(db: sqlite3.Connection, statement: str) -> list[str]:
    values = [1] * statement.count("?")
    plan = [row[3] for row in db.execute(f"explain query plan {statement}", values)]
    return [step for step in plan if FULL_SCAN.match(step)]


def test_no_statement_reads_the_finished_rows_one_by_one(filled: Path):
    found = statements()
    assert len(found) > 40
    with contextlib.closing(sqlite3.connect(filled)) as db:
        scanning = {statement: scans_of_tasks(db, statement) for statement in found}

        # The check can fail.
        assert scans_of_tasks(db, "select seq from task where kind = 'x'") != []
    # The newest updates, read backwards from the end and cut off by the limit.
    assert scanning.pop(catalog.LIST_ALL) == scanning.pop(sql.NEWEST) == ["SCAN task"]
    assert {statement: scans for statement, scans in scanning.items() if scans} == {}


def test_no_statement_on_a_session_looks_at_another_one(filled: Path):
    statements = sql.VALUES, sql.VALUE, sql.SIZE, sql.TOUCH, sql.DROP
    with contextlib.closing(sqlite3.connect(filled)) as db:
        for statement in statements:
            ((*_, step),) = db.execute(
                f"explain query plan {statement}", [1] * statement.count("?")
            )
            assert re.match(r"SEARCH session USING .*INDEX \S+ \(bot=\? AND name=\?", step), (
                statement
            )


@pytest.mark.parametrize("each", [1, 2, 3, 4])
def test_what_many_chats_change_comes_to_lie_together(path: Path, each: int):
    """Counted in pages of the write-ahead log, for commits that change some values in each of 16 sessions."""
    driver = SqliteDriver(path)
    session = driver.writer()
    migration.prepare(driver, session)
    session.execute("pragma synchronous = off")
    store = driver.store(session)
    chance = Random(7)
    chats = [f"chat:{number}" for number in range(48)]
    keys = [f"n{number}" for number in range(each)]

    def change(names: Sequence[str], keys: Sequence[str], text: str) -> None:
        with store.transaction("1-a"):
            for name in names:
                for key in keys:
                    store.save(1, name, Change(key, None, text))

    # Each has 10 kB, so that no two are on one page.
    for name in chats:
        change([name], [f"note{number}" for number in range(40)], json.dumps("x" * 250))
        change([name], keys, "0")
    for number in range(40):
        for start in range(0, 48, 16):
            change(chats[start : start + 16], keys, str(number))
    session.execute("pragma wal_checkpoint(truncate)")
    for number in range(10):
        change(chance.sample(chats, 16), keys, str(number))

    # Each page with its head.
    written = path.with_name("queue.db-wal").stat().st_size / (4096 + 24)
    assert written / 10 <= 1 + each / 3
    found = store.values(1, "chat:7")
    assert len(found) == 40 + each
    assert {found[key] for key in keys} <= {*map(str, range(40))}
    session.close()


def test_a_value_is_stored_though_somebody_else_has_moved_or_deleted_its_row(path: Path):
    driver = SqliteDriver(path)
    session = driver.writer()
    migration.prepare(driver, session)
    store = driver.store(session)

    def save(text: str) -> None:
        with store.transaction("1-a"):
            for name in ("chat:1", "chat:2"):
                store.save(1, name, Change("n", None, name[-1] + text))

    for number in range(3):  # their rows are remembered from now on
        save(str(number))
    with contextlib.closing(sqlite3.connect(path)) as other, other:
        rows = [row for (row,) in other.execute("select rowid from session").fetchall()]
        other.execute("update session set rowid = -rowid")  # one has the other's from here on
        other.execute("update session set rowid = ? + rowid", (sum(rows),))
    save("3")
    assert [store.value(1, name, "n") for name in ("chat:1", "chat:2")] == ["13", "23"]
    with contextlib.closing(sqlite3.connect(path)) as other, other:
        other.execute("delete from session where name = 'chat:1'")
    save("4")
    assert [store.value(1, name, "n") for name in ("chat:1", "chat:2")] == ["14", "24"]
    session.close()


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

        queue = opened(Counting(location), Log())
        queue.start()
        counted = 0
        for update_id in range(200_000, 200_020):
            queue.put_and_wait(task(update_id))
        queue.stop()
        return counted

    assert steps(filled) < steps(path) * 1.5


def test_retention_forgets_the_done_and_keeps_the_dead(path: Path):
    time = Time()

    def handle(work: Work) -> None:
        if work.key == "2":
            raise ValueError

    queue = open_queue(f"sqlite:///{path}", handle, clock=time.clock())
    for number in (1, 2):
        queue.put_and_wait(task(number))
    assert [entry.body for entry in queue.list("done")] == [None]
    time.advance(48 * 3600 - 1)
    queue.put_and_wait(task(3))
    assert queue.counts()["done"] == 2

    time.advance(2)
    queue.retry([])  # looks at once

    wait_until(lambda: queue.counts()["done"] == 1)
    assert not queue.put(task(3))
    assert [int(entry.key) for entry in queue.list()] == [3, 2]
    time.advance(29 * 86400)
    queue.retry([])
    wait_until(lambda: queue.counts()["dead"] == 0)
    with pytest.raises(ValueError, match="still to be run"):
        queue.purge("open", older_than=0)
    queue.stop()


def test_a_clock_that_is_ahead_forgets_nothing(path: Path):
    """Neither during a run nor at a start: an id is kept for 48 hours in which a process has run."""
    first = Time()
    queue = open_queue(f"sqlite:///{path}", Log(), clock=first.clock())
    queue.put_and_wait(task(1))
    first.step(3 * 86400)
    queue.retry([])
    queue.check()
    assert not queue.put(task(1))
    queue.stop()

    queue = open_queue(f"sqlite:///{path}", Log(), clock=Time(first.wall + 30 * 86400).clock())
    queue.start()
    queue.check()

    assert not queue.put(task(1))
    queue.stop()


def test_a_finished_task_of_last_month_swallows_no_new_one(path: Path):
    """Telegram counts from anywhere after a quiet week; the dead are kept for a month."""
    time = Time()

    def act(work: Work) -> None:
        if not log.runs[1:]:
            raise ValueError

    queue = open_queue(f"sqlite:///{path}", log := Log(act), clock=time.clock())
    queue.put_and_wait(task(1))
    assert not queue.put(task(1))
    time.advance(49 * 3600)

    assert queue.put_and_wait(task(1))

    assert log.ids() == [1, 1]
    assert [entry.key for entry in queue.list("dead")] == ["1~1"]
    queue.stop()


def test_a_deleted_file_is_noticed_before_the_answer(path: Path):
    queue = open_queue(f"sqlite:///{path}", log := Log())
    queue.put_and_wait(task(1))
    for name in path.parent.glob("queue.db*"):
        if name.is_file():
            name.unlink()

    with pytest.raises(Unavailable, match="the database file was deleted or replaced"):
        queue.put(task(2))

    assert queue.put_and_wait(task(2))
    assert log.ids() == [1, 2]
    assert sqlite3.connect(path).execute("select key from task").fetchall() == [("2",)]
    queue.stop()


def test_a_locked_file_is_told_within_three_seconds_and_results_wait(path: Path):
    ran, go = threading.Event(), threading.Event()

    def handle(work: Work) -> None:
        ran.set()
        go.wait(60)

    queue = open_queue(f"sqlite:///{path}", handle)
    queue.put(task(1))
    ran.wait(60)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        go.set()
        started = time.monotonic()
        with pytest.raises(Unavailable):
            queue.put(task(2))
        assert time.monotonic() - started < 3.0
        other.execute("commit")

    wait_until(lambda: queue.counts()["done"] >= 1)
    queue.stop()


def test_a_check_writes_what_an_update_needs(path: Path):
    driver = Cramped(path)
    queue = opened(driver, Log())
    queue.check()
    queue.stop()
    driver.pages = 40
    go = threading.Event()
    queue = opened(driver, Log(lambda work: go.wait(60)))
    with contextlib.suppress(Unavailable):
        for number in range(200):
            queue.put(task(number, f"chat:{number}", body=bytes(4000)))

    with pytest.raises(Unavailable, match="the disk is full"):
        queue.check()

    driver.pages = 1000
    go.set()
    wait_until(lambda: queue.counts()["open"] == 0)
    queue.stop()


def test_a_backup_is_whole_and_ends_beside_a_busy_server(path: Path, tmp_path: Path):
    queue = open_queue(f"sqlite:///{path}", Log())
    stop = threading.Event()
    numbers = iter(range(10**6))

    def fill() -> None:
        while not stop.is_set():
            queue.put(task(next(numbers)))

    queue.start()
    filler = threading.Thread(target=fill)
    filler.start()
    wait_until(lambda: queue.counts()["done"] > 5)
    queue.backup(str(tmp_path / "copy.db"))
    stop.set()
    filler.join()

    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("select count(*) from task").fetchone()[0] > 5
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    with pytest.raises(OpenError, match="exists already. Name a new file."):
        queue.backup(str(tmp_path / "copy.db"))
    queue.stop()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_starts_on_its_own(path: Path):
    queue = open_queue(f"sqlite:///{path}", Log())
    queue.put(task(1))

    child = os.fork()
    if child == 0:
        try:
            stored = queue.put(task(2)) and not queue.put(task(1))
            wait_until(lambda: queue.counts()["done"] == 2)
            os._exit(0 if stored else 1)
        except BaseException:
            os._exit(2)

    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert queue.put(task(3))
    wait_until(lambda: queue.counts()["done"] == 3)
    queue.stop()
