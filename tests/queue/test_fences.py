"""Who lost a lane writes nothing of it any more; a commit whose answer is lost is recognised."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from anzol.queue import Crew, Queue, Unavailable, Work, gathered
from anzol.queue.dispatch import Options
from anzol.queue.workers import Handler
from tests.queue import postgres
from tests.queue.engines import Switched, switched
from tests.queue.support import Log, task, wait_until


@pytest.fixture
def driver(url: str) -> Switched:
    return switched(url)


@pytest.fixture
def queues() -> Iterator[list[Queue]]:
    queues: list[Queue] = []
    yield queues
    for queue in queues:
        queue.stop()


def start(driver: Switched, handle: Handler, queues: list[Queue], **crew: Any) -> Queue:
    queue = Queue(driver, Options(drain=3.0))
    queue.serve("updates", Crew(handle, **crew))
    queue.start()
    queues.append(queue)
    return queue


def test_a_process_that_slept_past_a_takeover_writes_nothing(driver: Switched, queues: list[Queue]):
    sleeps, wakes = threading.Event(), threading.Event()

    def oversleep(work: Work) -> None:
        if work.key != "1":
            return
        work.state("chat:1")["by"] = "the sleeper"
        work.add(task(99, "chat:99"))
        work.record(lambda: ("sendMessage", "", 0, "digest", "1"))
        sleeps.set()
        wakes.wait(60)

    sleeper = start(driver, slept := Log(oversleep), queues)
    sleeper.put(task(1))
    sleeper.put(task(2))
    sleeps.wait(60)
    seen = []

    def note(work: Work) -> None:
        seen.append((work.key, work.attempt, dict(work.state("chat:1"))))
        work.state("chat:1")[work.key] = len(work.calls())

    successor = start(driver, note, queues)
    driver.condemn(0)
    wait_until(lambda: successor.counts()["done"] == 2)
    assert sleeper.put(task(3))
    wait_until(lambda: successor.counts()["done"] == 3)

    wakes.set()

    wait_until(lambda: sleeper.workers()["busy"] == 0)
    sleeper.put_and_wait(task(4, "chat:4"))
    # The sleeper ran the one it had, and something new; of the lane that it lost it runs and writes nothing more.
    assert slept.ids()[0] == 1
    assert set(slept.ids()) <= {1, 4}
    assert [(key, attempt) for key, attempt, _ in seen if key in "123"] == [
        ("1", 2),
        ("2", 1),
        ("3", 1),
    ]
    assert all("by" not in state for _, _, state in seen)
    counts = successor.counts()
    assert (counts["open"], counts["dead"]) == (0, 0)
    assert "99" not in [entry.key for entry in successor.list()]


def test_a_commit_whose_answer_is_lost_is_recognised(driver: Switched, queues: list[Queue]):
    """The end of a run is written, though it looks as if it were not; the lane goes on, and nothing runs twice."""
    ends, seen = threading.Event(), []

    def act(work: Work) -> None:
        seen.append((work.key, work.attempt))
        state = work.state(work.lane)
        state["n"] = state.get("n", 0) + 1
        if work.key == "1":
            ends.wait(60)

    queue = start(driver, act, queues)
    for number in (1, 2, 3):
        queue.put(task(number))
    queue.put_and_wait(task(8, "chat:8"))
    driver.lose = 1
    ends.set()

    wait_until(lambda: queue.counts()["done"] == 4)
    assert [run for run in seen if run[0] != "8"] == [("1", 1), ("2", 1), ("3", 1)]
    assert queue.put_and_wait(task(4))
    assert driver.query("select value from session order by value") == [("1",), ("4",)]
    queue.stop()
    assert driver.query("select count(*) from lane") == [(0,)]


def test_lost_answers_one_after_another_lose_and_repeat_nothing(
    driver: Switched, queues: list[Queue]
):
    queue = start(driver, log := Log(), queues)
    queue.check()
    stored = []
    for number in range(60):
        driver.lose = number % 3 == 0
        for _ in range(3):
            with contextlib.suppress(Exception):
                queue.put(task(number, f"chat:{number % 4}"))
                break
        stored.append(number)

    wait_until(lambda: queue.counts()["done"] == len(stored))
    assert sorted(log.ids()) == stored
    assert all(attempt == 1 for _, attempt in log.runs)
    for lane in range(4):
        mine = [number for number in log.ids() if number % 4 == lane]
        assert mine == sorted(mine)


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_run_that_is_to_begin_again_does_so_though_the_answer_is_lost(
    driver: Switched, queues: list[Queue], is_paused: bool
):
    """The end that found a conflict has claimed the next run already, which nobody has begun."""
    reads, ends, seen = threading.Event(), threading.Event(), []

    def act(work: Work) -> None:
        count = work.state("shared").get("n", 0)
        if work.key == "1" and "1" not in seen:
            reads.set()
            ends.wait(60)
        seen.append(work.key)
        work.state("shared")["n"] = count + 1

    queue = start(driver, act, queues)
    queue.put(task(1))
    reads.wait(60)
    queue.put_and_wait(task(2, "chat:2"))
    queue.check()
    driver.lose = 1
    ends.set()
    if is_paused:
        # Between the commit whose answer is lost and the one that finds out.
        wait_until(lambda: driver.lose == 0)
        queue.pause(1, "nobody may write")
        wait_until(lambda: queue.workers()["busy"] == 0)
        queue.check()
        if seen == ["2", "1"]:  # else it had begun before the pause
            assert queue.running() == []
        queue.resume(1)

    wait_until(lambda: queue.counts()["done"] == 2)
    assert seen == ["2", "1", "1"]
    assert driver.query("select value from session") == [("2",)]


def test_a_process_that_slept_over_the_answer_to_its_commit_runs_nothing_of_it(
    postgresql: str, queues: list[Queue], monkeypatch: pytest.MonkeyPatch
):
    with postgres.schema(postgresql) as address:
        driver = switched(address)
        queue = start(driver, log := Log(), queues)
        queue.check()
        slept = [0.0]
        pending = gathered.GatheredStore._pending

        def sleepily(store: gathered.GatheredStore, *, whole: bool) -> Any:
            if store._added:
                slept[0] = 3600.0
            return pending(store, whole=whole)

        monkeypatch.setattr(gathered, "elapsed", lambda: slept[0])
        monkeypatch.setattr(gathered.GatheredStore, "_pending", sleepily)

        with contextlib.suppress(Unavailable):
            queue.put(task(1))

        wait_until(lambda: queue.counts()["done"] == 1)
        # By then under another name, and as one whose first run is not known to have begun.
        assert log.runs == [(1, 2)]
        assert len(driver.query("select name from owner")) == 1
        queue.stop()
