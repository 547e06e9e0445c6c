"""A lane whose last task ends in the transaction that stores its next one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from anzol.queue import Queue, Task, Work, plan, writer
from tests.queue.support import Log, held_back, task, traced, wait_until
from tests.queue.test_sqlite import opened as opened_on

Open = Callable[..., Queue]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task behind one that runs comes with the end of that, however slow this machine is."""
    monkeypatch.setattr(writer, "COMPANY", 60.0)


class Chain:
    """Hands in what comes next in a run of what comes before, so that one transaction ends the one and stores the other."""

    def __init__(self, coming: Callable[[int], list[Task]]) -> None:
        self.queue: Queue | None = None
        self.log = Log(self.act)
        self.stored: list[bool | Exception] = []
        self._coming = coming

    def act(self, work: Work) -> None:
        assert self.queue is not None
        for each in self._coming(int(work.key)):
            self.queue.put_soon(each, self.stored.append)

    def start(self, queue: Queue) -> Queue:
        self.queue = queue
        queue.put(task(1))
        return queue


def following(last: int) -> Callable[[int], list[Task]]:
    return lambda number: [task(number + 1)] if number < last else []


def test_the_task_that_comes_takes_the_lane_over(opened: Open):
    chain = Chain(following(50))
    queue = chain.start(opened(chain.log))

    wait_until(lambda: queue.counts()["done"] == 50)
    assert chain.log.ids() == list(range(1, 51))
    assert chain.stored == [True] * 49
    queue.stop()


def test_its_row_is_neither_deleted_nor_made_anew(tmp_path: Path):
    driver, statements = traced(tmp_path / "queue.db")
    chain = Chain(following(50))
    queue = opened_on(driver, chain.log)
    queue.start()
    chain.start(queue)
    wait_until(lambda: queue.counts()["done"] == 50)
    queue.stop()

    about = [" ".join(each.split()[:3]) for each in statements]
    written = [each for each in about if each in ("insert into lane", "delete from lane")]
    assert written == ["insert into lane", "delete from lane"]
    assert "update lane set" not in about


def test_one_that_was_here_before_takes_nothing_over(opened: Open):
    chain = Chain(lambda number: [task(number)])
    queue = chain.start(opened(chain.log))

    wait_until(lambda: queue.counts()["done"] == 1)
    wait_until(lambda: chain.stored == [False])
    assert queue.put(task(2))
    wait_until(lambda: queue.counts()["done"] == 2)
    assert chain.log.ids() == [1, 2]


def test_one_that_is_to_come_later_takes_nothing_over(opened: Open):
    go = threading.Event()

    def coming(number: int) -> list[Task]:
        if number == 3:
            go.wait(60)
        return [task(2, after=3600.0)] if number == 1 else []

    chain = Chain(coming)
    queue = chain.start(opened(chain.log))

    wait_until(lambda: chain.stored == [True])
    assert queue.counts()["running"] == 0
    queue.put(task(3))
    assert queue.counts()["running"] == 1
    go.set()
    wait_until(lambda: queue.counts()["done"] == 2)
    assert chain.log.ids() == [1, 3]
    assert queue.counts()["scheduled"] == 1
    assert queue.counts()["running"] == 0


def test_what_waits_in_the_lane_goes_first(opened: Open):
    stored = threading.Event()

    def coming(number: int) -> list[Task]:
        stored.wait(60)
        return [task(number + 10)] if number < 4 else []

    chain = Chain(coming)
    queue = opened(chain.log)
    chain.queue = queue
    # In one transaction, of which the first starts and the others wait behind it.
    queue.put_all([task(number) for number in (1, 2, 3)])
    stored.set()

    wait_until(lambda: queue.counts()["done"] == 6)
    assert chain.log.ids() == [1, 2, 3, 11, 12, 13]


def test_of_several_that_come_the_first_takes_it_over(opened: Open):
    chain = Chain(lambda number: [task(2), task(3), task(4)] if number == 1 else [])
    queue = chain.start(opened(chain.log))

    wait_until(lambda: queue.counts()["done"] == 4)
    assert chain.log.ids() == [1, 2, 3, 4]


def test_other_lanes_that_wait_go_first(opened: Open, monkeypatch: pytest.MonkeyPatch):
    """One worker, and a lane that always has a next one: another lane does not wait for its end."""
    monkeypatch.setattr(plan, "QUANTUM", 0.0)
    filled = threading.Event()

    def coming(number: int) -> list[Task]:
        filled.wait(60)
        return [task(number + 1)] if number < 200 else []

    chain = Chain(coming)
    queue = chain.start(opened(chain.log, workers=1, urgent=0))
    queue.put(task(1000, "chat:2"))
    filled.set()

    wait_until(lambda: 1000 in chain.log.ids())
    assert chain.log.ids().index(1000) <= 2
    wait_until(lambda: queue.counts()["done"] > 0 and queue.counts()["open"] == 0)


def test_a_paused_bot_starts_nothing_of_it(opened: Open):
    def coming(number: int) -> list[Task]:
        if number == 1:
            queue.pause(1, "nobody may write")
        return [task(2)] if number == 1 else []

    chain = Chain(coming)
    queue = opened(chain.log)
    chain.start(queue)

    wait_until(lambda: chain.stored == [True])
    wait_until(lambda: queue.workers()["busy"] == 0)
    assert chain.log.ids() == [1]
    assert queue.counts()["open"] == 1
    queue.resume(1)
    wait_until(lambda: queue.counts()["done"] == 2)


def test_one_that_fails_for_good_leaves_the_lane_to_the_next(opened: Open):
    def act(work: Work) -> None:
        chain.act(work)
        if work.key == "1":
            raise ValueError("no retry mends this")

    chain = Chain(following(3))
    queue = chain.start(opened(Log(act), attempts=1))

    wait_until(lambda: queue.counts()["done"] == 2)
    assert queue.counts()["dead"] == 1


def test_an_urgent_lane_that_goes_on_and_on_lets_the_others_run(
    opened: Open, monkeypatch: pytest.MonkeyPatch
):
    """One worker, and an urgent lane that always has a next one: a normal lane has its turn once it has aged."""
    monkeypatch.setattr(plan, "QUANTUM", 0.02)
    monkeypatch.setattr(plan, "AGING", 10)
    ran, filled = threading.Event(), threading.Event()

    def coming(number: int) -> list[Task]:
        filled.wait(60)
        if number == 0:
            ran.set()
        return [] if ran.is_set() else [task(number + 1, priority=0)]

    chain = Chain(coming)
    queue = chain.start(opened(chain.log, workers=1, urgent=0))
    queue.put(task(0, "chat:2"))
    filled.set()

    wait_until(ran.is_set)
    wait_until(lambda: queue.counts()["open"] == 0)
    urgent = [number for number in chain.log.ids() if number]
    assert urgent == list(range(1, len(urgent) + 1))


def test_what_one_thread_hands_in_keeps_its_order(opened: Open):
    """Whether it waits for that, or not; and also before what its run leaves behind."""

    def act(work: Work) -> None:
        if work.lane == "chat:1":
            queue.put_soon(task(1, "chat:2"), lambda stored: None)
            queue.put_soon(task(20, "chat:1"), lambda stored: None)
            work.add(task(2, "chat:2"))

    queue = opened(log := Log(act))
    queue.put_soon(task(3, "chat:3"), lambda stored: None)
    queue.put_all([task(4, "chat:3")])
    wait_until(lambda: queue.counts()["done"] == 2)
    queue.put(task(10, "chat:1"))
    wait_until(lambda: queue.counts()["done"] >= 6 and queue.counts()["open"] == 0)

    for first, second in ((3, 4), (1, 2)):
        assert log.ids().index(first) < log.ids().index(second)


def test_what_a_handler_drops_is_gone_with_what_it_has_stored_before(opened: Open):
    def act(work: Work) -> None:
        if work.key == "1":
            queue.put_soon(task(2, batch="b"), lambda stored: None)
            work.drop("b")

    queue = opened(log := Log(act))
    queue.put(task(1))

    wait_until(lambda: queue.counts()["cancelled"] == 1)
    wait_until(lambda: queue.counts()["open"] == 0)
    assert log.ids() == [1]


def test_a_run_that_lost_its_task_ends_with_the_one_that_has_its_lane(opened: Open):
    """A task that an operator has skipped still runs; the next one has begun, and both end in one transaction."""
    go = {"1": threading.Event(), "2": threading.Event()}

    def act(work: Work) -> None:
        go[work.key].wait(60)

    queue = opened(log := Log(act))
    queue.put_all([task(1), task(2)])
    wait_until(lambda: log.ids() == [1])
    queue.skip(queue.running()[0].seq)
    wait_until(lambda: log.ids() == [1, 2])
    with held_back(queue):
        go["2"].set()
        wait_until(lambda: queue.workers()["idle"] == 1)
        go["1"].set()
        wait_until(lambda: queue.workers()["idle"] == 2)

    queue.check()
    wait_until(lambda: queue.workers()["busy"] == 0)
    assert log.ids() == [1, 2]
    assert [entry.owner for entry in queue.list()] == [None, None]
    assert queue.counts()["open"] == 0
