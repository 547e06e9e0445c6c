"""Rows of lanes that stay on SQLite for the next task, beside other processes and operators."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from anzol.queue import Again, Crew, Failed, Queue, Work, lanes
from anzol.queue.database import _after, _before
from anzol.queue.dispatch import Options
from anzol.queue.sqlite import SqliteDriver
from anzol.queue.workers import Handler
from tests.queue.support import Log, Time, task, traced, wait_until

Join = Callable[..., Queue]
DAY = 86400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.db"


@pytest.fixture
def join(path: Path) -> Iterator[Join]:
    """Take part in the queue of one file, as another process would; without a handler, to store alone."""
    with ExitStack() as stops:

        def take_part(
            handle: Handler | None = None, options: Options | None = None, **crew: Any
        ) -> Queue:
            queue = Queue(SqliteDriver(path), options or Options())
            if handle is not None:
                queue.serve("updates", Crew(handle, **crew))
            queue.start()
            stops.callback(queue.stop)
            return queue

        yield take_part


def kept(path: Path) -> list[str]:
    """Return the names of the lanes that have a row."""
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("select name from lane order by name")]


def run(queue: Queue, number: int, lane: str = "chat:1") -> None:
    """Put a task, and wait until its end is stored."""
    done = queue.counts()["done"]
    assert queue.put(task(number, lane))
    wait_until(lambda: queue.counts()["done"] > done)


def hold_still(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a process look at what others do no more, but for when it writes itself."""
    monkeypatch.setattr("anzol.queue.dispatch.SWEEP", DAY)
    assert queue._dispatcher is not None
    queue._dispatcher._swept = time.monotonic()


def test_a_chat_that_writes_again_finds_its_row(path: Path):
    driver, statements = traced(path)
    queue = Queue(driver, Options())
    queue.serve("updates", Crew(log := Log()))
    queue.start()
    for number in range(10):
        run(queue, number)
    assert kept(path) == ["chat:1"]
    queue.stop()

    about = [" ".join(each.split()[:3]) for each in statements]
    written = [each for each in about if each in ("insert into lane", "delete from lane")]
    assert written == ["insert into lane", "delete from lane"]
    assert "update lane set" not in about
    assert log.ids() == list(range(10))
    assert kept(path) == []


def test_a_lane_that_is_kept_counts_as_none(join: Join, path: Path):
    queue = join(Log())
    run(queue, 1)

    assert kept(path) == ["chat:1"]
    counts = queue.counts()
    assert [counts[name] for name in ("running", "waiting", "retrying", "oldest")] == [0, 0, 0, 0]


def test_only_so_many_are_kept(join: Join, path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lanes, "MANY", 2)
    queue = join(Log())
    for number in (1, 2, 3, 2, 4):
        run(queue, 10 * number + queue.counts()["done"], f"chat:{number}")

    assert kept(path) == ["chat:2", "chat:4"]


def test_another_process_runs_what_comes_for_it_at_once(
    join: Join, monkeypatch: pytest.MonkeyPatch
):
    here, there = Log(), Log()
    first, second = join(here), join(there)
    hold_still(first, monkeypatch)
    run(first, 1)
    run(second, 2)
    run(first, 3)
    run(first, 4)
    run(second, 5)

    assert (here.ids(), there.ids()) == ([1, 3, 4], [2, 5])


def test_a_process_that_runs_nothing_leaves_it_to_the_others(join: Join):
    log = Log()
    first, second = join(log), join()
    run(first, 1)
    second.put(task(2))

    wait_until(lambda: log.ids() == [1, 2])


def test_what_another_one_stores_behind_a_run_comes_after_it(join: Join):
    """The run that was alone in its lane, when it began, is not when it ends."""
    go = threading.Event()
    log = Log(lambda work: work.key == "1" and go.wait(60))
    first, second = join(log), join()
    first.put(task(1))
    wait_until(lambda: log.ids() == [1])
    second.put(task(2))
    go.set()

    wait_until(lambda: first.counts()["done"] == 2)
    assert log.ids() == [1, 2]


def test_what_an_older_version_leaves_in_it_is_run(join: Join, path: Path):
    """It takes the lane for one in which something runs, whose end will go on with what it stores."""
    log = Log()
    queue = join(log)
    run(queue, 1)
    with closing(sqlite3.connect(path, timeout=10)) as db:
        db.execute(
            "insert into task (bot, queue, key, lane, kind, priority, received, body)"
            " values (1, 'updates', '2', 'chat:1', '', 2, 0, '{}')"
        )
        db.commit()

    wait_until(lambda: log.ids() == [1, 2])
    wait_until(lambda: queue.counts()["open"] == 0)


def test_a_dead_task_that_is_tried_again_finds_it_free(join: Join, path: Path):
    def fail(work: Work) -> None:
        if len(log.runs) == 1:
            raise Failed("not now")

    log = Log(fail)
    queue = join(log)
    queue.put(task(1))
    wait_until(lambda: queue.counts()["dead"] == 1)
    assert kept(path) == ["chat:1"]
    assert queue.retry() == 1

    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.ids() == [1, 1]


def test_what_is_due_later_finds_it_free(join: Join):
    log = Log()
    queue = join(log)
    queue.put(task(2, after=0.3))
    run(queue, 1)

    wait_until(lambda: log.ids() == [1, 2])


def test_a_repeated_task_leaves_it_as_it_is(join: Join, path: Path):
    log = Log()
    queue = join(log)
    run(queue, 1)
    assert not queue.put(task(1))
    assert kept(path) == ["chat:1"]
    run(queue, 2)
    assert log.ids() == [1, 2]


def test_a_paused_bot_waits_in_it(join: Join):
    log = Log()
    queue = join(log)
    run(queue, 1)
    queue.pause(1, "nobody may write")
    queue.put(task(2))
    assert queue.counts()["waiting"] == 1
    queue.resume(1)

    wait_until(lambda: log.ids() == [1, 2])


def test_a_fork_leaves_none_behind(join: Join, path: Path):
    """The connection by which they were known is closed then."""
    queue = join(log := Log())
    run(queue, 1, "chat:1")
    _before()
    _after()
    run(queue, 2, "chat:2")

    assert kept(path) == ["chat:2"]
    run(queue, 3, "chat:1")
    assert log.ids() == [1, 2, 3]


def test_a_process_that_stops_beside_others_takes_its_own_along(join: Join, path: Path):
    first, second = join(Log()), join(Log())
    run(first, 1, "chat:1")
    run(second, 2, "chat:2")
    first.stop()

    assert kept(path) == ["chat:2"]


def test_a_task_that_its_run_leaves_in_its_own_lane_runs_once(join: Join, path: Path):
    """The lane is held, and nothing is open in it, for the moment between the run's end and what it leaves."""

    def add(work: Work) -> None:
        if work.key == "1":
            work.add(task(2))
        else:
            go.wait(60)

    go = threading.Event()
    here, there = Log(add), Log()
    first, second = join(here), join(there)
    first.put(task(1))
    wait_until(lambda: here.ids() == [1, 2])
    assert first.counts()["running"] == 1
    assert second.put(task(3))
    go.set()

    wait_until(lambda: first.counts()["done"] == 3)
    assert here.ids() + there.ids() == [1, 2, 3]


@pytest.mark.parametrize("what", ["put", "store", "retry"])
def test_a_skipped_run_does_not_hold_its_lane(join: Join, what: str):
    """Also where the next task comes before the process that runs it has noticed."""

    def act(work: Work) -> None:
        if work.key == "1" and len(log.runs) == 1:
            go.wait(60)

    go, log = threading.Event(), Log(act)
    first = join(log)
    other = join() if what == "store" else join(log)
    first.put(task(1))
    wait_until(lambda: log.ids() == [1])
    seq = first.running()[0].seq
    assert other.skip(seq)
    if what == "retry":
        assert other.retry([seq]) == 1
    else:
        other.put(task(2))

    wait_until(lambda: len(log.runs) == 2)
    go.set()
    assert log.ids() == [1, 1 if what == "retry" else 2]
    wait_until(lambda: first.counts()["done"] == 1)


def test_a_process_that_drains_gives_them_up(join: Join, path: Path):
    go = threading.Event()
    log = Log(lambda work: work.key == "2" and go.wait(60))
    queue = join(log)
    run(queue, 1, "chat:1")
    queue.put(task(2, "chat:2"))
    wait_until(lambda: log.ids() == [1, 2])
    stop = threading.Thread(target=queue.stop)
    stop.start()

    wait_until(lambda: kept(path) == ["chat:2"])
    go.set()
    stop.join()
    assert kept(path) == []


def test_those_of_a_killed_process_go_whatever_bots_are_served(join: Join, path: Path):
    queue = join(Log())
    run(queue, 1)
    with closing(sqlite3.connect(path, timeout=10)) as db:
        db.execute("update lane set owner = '1-dead'")
        db.commit()
    queue.stop()
    assert kept(path) == ["chat:1"]
    join(Log()).run_for([2])

    wait_until(lambda: kept(path) == [])


def test_one_that_is_put_off_is_not_kept(join: Join, path: Path):
    """What waits in it may end without a run, and its row goes with it."""

    def put_off(work: Work) -> None:
        raise Again(3600.0)

    clock = Time()
    queue = join(Log(put_off), Options(clock=clock.clock()), outage=60.0)
    queue.put(task(1))
    wait_until(lambda: queue.counts()["retrying"] == 1)
    queue.pause(1, "nobody may write")
    clock.advance(120.0)

    wait_until(lambda: queue.counts()["dead"] == 1)
    assert kept(path) == []
