"""A database of the first version is brought forward in place; one of a newer version is left alone."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from anzol.queue import Crew, OpenError, Queue, Subscription, Work, open_queue
from anzol.queue.dispatch import Options
from anzol.queue.fileowner import FileOwner
from anzol.queue.schema import VERSION
from anzol.queue.sqlite import SqliteDriver
from tests.queue.support import Log, task, wait_until

# Written by the first version: updates 1 (done), 2 (dead), 3 (waits for a retry, has sent something), 4 (behind it)
# and 6 (expired) of bot 42, 5 (done) of bot 43; two sessions.
FIRST = Path(__file__).parent / "first_version.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return shutil.copyfile(FIRST, tmp_path / "anzol.db")


def test_what_the_first_version_left_goes_on(path: Path):
    calls, sessions = [], {}

    def act(work: Work) -> None:
        calls.extend(work.calls())
        sessions.update(work.state("chat:5"), **work.state("user:7"))

    queue = open_queue(f"sqlite:///{path}", log := Log(act), bots=(42,))
    queue.start()

    wait_until(lambda: queue.counts()["done"] == 3)
    assert log.runs == [(3, 2), (4, 1)]
    assert calls == [("sendMessage", "", None, "aaaa", '{"message_id": 33}')]
    assert sessions == {"name": "Ann", "cart": [1, {"two": 2.5}], "lang": "de"}
    assert [queue.put(task(number, bot=42)) for number in (1, 2, 3, 4, 6)] == [False] * 5
    (dead,) = queue.list("dead")
    assert (dead.key, dead.lane, dead.kind) == ("2", "chat:6", "message")
    assert "a bug of its time" in (dead.error or "")
    queue.stop()
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = {name for (name,) in db.execute("select name from sqlite_master")}
        assert not {name for name in tables if name.startswith("inbox")}
        assert db.execute("select count(*) from task where bot = 43").fetchone() == (1,)


def test_two_processes_that_start_at_once_bring_it_forward_once(path: Path):
    queues = [open_queue(f"sqlite:///{path}", Log()) for _ in range(4)]
    barrier = threading.Barrier(4)
    errors: list[Exception] = []

    def start(queue: Queue) -> None:
        barrier.wait()
        try:
            queue.start()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=start, args=(queue,)) for queue in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    wait_until(lambda: queues[0].counts()["open"] == 0)
    for queue in queues:
        queue.stop()


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_start_waits_for_a_process_that_migrates_longer_than_a_request_would(
    path: Path, mode: str, caplog: pytest.LogCaptureFixture
):
    queue = Queue(SqliteDriver(path, patience=0.01), Options())
    queue.serve("updates", Crew(log := Log()))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"pragma journal_mode = {mode}")
        other.execute("begin immediate")
        starting = threading.Thread(target=queue.start)
        starting.start()
        wait_until(lambda: bool(caplog.messages))
        assert caplog.messages == [
            "Another process keeps the database locked: waiting for it, for up to 60 s."
        ]
        other.execute("commit")
    starting.join()

    wait_until(lambda: log.ids() == [3, 4])
    queue.stop()


def test_a_server_of_the_older_version_is_not_pulled_the_file_from_under(path: Path):
    owner = FileOwner(path.with_name("anzol.db-owners"))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("update inbox_lane set owner = ?", (owner.name,))
    queue = open_queue(f"sqlite:///{path}", Log())

    with pytest.raises(OpenError, match="used by a server of an older version .* Stop it first"):
        queue.start()

    owner.release()
    queue.start()
    queue.stop()


def test_a_newer_version_is_refused_with_a_line_and_left_as_it_is(path: Path):
    open_queue(f"sqlite:///{path}", Log()).put(task(1))
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("alter table task add column colour text")
        db.execute(f"update queue_version set version = {VERSION + 1}")
    queue = open_queue(f"sqlite:///{path}", Log())

    with pytest.raises(OpenError, match=f"has version {VERSION + 1}, this Anzol knows") as told:
        queue.start()

    assert "\n" not in str(told.value)
    with pytest.raises(OpenError, match=f"has version {VERSION + 1}"):
        queue.counts()


def test_a_command_beside_an_old_file_says_what_to_do(path: Path):
    with pytest.raises(OpenError, match="has version 1: start the server once"):
        open_queue(f"sqlite:///{path}", Log()).counts()


SECOND = """
drop table subscription;
drop index task_batch;
drop index task_cancelled;
drop index task_done;
drop index task_dead;
drop index task_expired;
create index task_done on task (bot, received) where state = 1;
create index task_dead on task (bot, received) where state = 2;
create index task_expired on task (bot, received) where state = 3;
alter table task drop column batch;
alter table task drop column result;
update queue_version set version = 2
"""


# Its lanes, as the second version had them, too.
THIRD = """
drop table lane;
create table lane (
  bot bigint not null, queue text not null, name text not null, owner text, due double precision,
  priority int not null, rank bigint not null, since double precision not null,
  primary key (bot, queue, name));
create index lane_waiting on lane (queue, bot, rank) where owner is null and due is null;
create index lane_hurrying on lane (queue, bot, rank)
  where owner is null and due is null and priority < 2;
create index lane_due on lane (due) where owner is null and due is not null;
update queue_version set version = 3
"""


def test_a_database_of_the_third_version_keeps_its_lanes(path: Path):
    first = open_queue(f"sqlite:///{path}", Log())
    first.start()
    first.stop()
    # A task that waits in a lane, as a kill -9 leaves it.
    lane = "insert into lane values (1, 'updates', 'chat:7', null, null, 2, 1000, 0)"
    left = (
        "insert into task (bot, queue, key, lane, kind, priority, received, body) "
        "values (1, 'updates', '8', 'chat:7', 'message', 2, 0, '{}')"
    )
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for statement in [*THIRD.split(";"), lane, left]:
            db.execute(statement)
    queue = open_queue(f"sqlite:///{path}", log := Log(), bots=(1,))
    queue.start()
    wait_until(lambda: log.runs == [(8, 1)])
    queue.stop()
    with contextlib.closing(sqlite3.connect(path)) as db:
        (made,) = db.execute("select sql from sqlite_master where name = 'lane'").fetchone()
        assert made.endswith("without rowid")
        assert db.execute("select version from queue_version").fetchone() == (VERSION,)


def test_a_database_of_the_second_version_gets_what_is_new_and_goes_on(path: Path):
    first = open_queue(f"sqlite:///{path}", Log())
    first.put(task(1))
    wait_until(lambda: first.counts()["open"] == 0)
    first.stop()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for statement in (THIRD + ";" + SECOND).split(";"):
            db.execute(statement)
    queue = open_queue(f"sqlite:///{path}", Log())
    assert queue.put(task(1)) is False
    queue.subscriptions(1).add([Subscription("news", 7)])
    assert queue.subscriptions(1).count("news") == 1
    assert queue.put(task(2, batch="b"))
    with queue.batches(1) as batches:
        assert [tally.number for tally in batches.tallies("b")] == [1]
    queue.stop()
