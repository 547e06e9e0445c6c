"""Several inboxes on one database, and one that has less workers than lanes."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable

import pytest

from anzol.queue import Again, Queue, Work, open_queue
from anzol.queue.operations import Check, Put
from tests.queue.support import Log, Time, task, wait_until

Open = Callable[..., Queue]


def test_a_busy_lane_yields_its_worker_to_lanes_that_wait(opened: Open):
    """One worker, a lane with a long backlog: another lane does not wait until that is drained."""
    filled = threading.Event()
    turn = threading.Event()

    def act(work: Work) -> None:
        filled.wait(60)
        if work.lane == "busy":
            turn.wait(
                0.02
            )  # a handler that takes its time: the quantum is over after some of these

    queue = opened(log := Log(act), workers=1, urgent=0)
    for update_id in range(100):
        queue.put(task(update_id, "busy"))
    for update_id in range(100, 105):
        queue.put(task(update_id, f"chat:{update_id}"))
    filled.set()

    wait_until(lambda: set(range(100, 105)) <= set(log.ids()))
    assert len(log.ids()) < 50
    turn.set()
    wait_until(lambda: queue.counts()["open"] == 0)
    assert [update_id for update_id in log.ids() if update_id < 100] == list(range(100))


def test_lanes_that_wait_for_a_retry_hold_no_worker(opened: Open):
    def act(work: Work) -> None:
        if work.lane != "well":
            raise Again(after=3600)

    queue = opened(Log(act), workers=2, urgent=0)
    for update_id in range(10):
        queue.put(task(update_id, f"ill:{update_id}"))
    queue.put(task(10, "well"))

    wait_until(lambda: queue.counts()["done"] == 1)
    wait_until(lambda: queue.counts()["retrying"] == 10)


def test_no_more_handlers_run_than_there_are_workers(opened: Open):
    running, most, lock, go = 0, 0, threading.Lock(), threading.Event()

    def act(work: Work) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        go.wait(60)
        with lock:
            running -= 1

    queue = opened(Log(act), workers=3, urgent=0)
    for update_id in range(60):
        queue.put(task(update_id, f"chat:{update_id}"))
    wait_until(lambda: running == 3)
    assert queue.counts()["waiting"] == 57
    go.set()

    wait_until(lambda: queue.counts()["open"] == 0)
    assert most == 3


def test_two_inboxes_never_run_one_lane_together(opened: Open):
    running: set[str] = set()
    order: dict[str, list[int]] = {}
    together: list[str] = []
    lock = threading.Lock()

    def handle(work: Work) -> None:
        with lock:
            if work.lane in running:
                together.append(work.lane)
            running.add(work.lane)
            order.setdefault(work.lane, []).append(int(work.key))
        threading.Event().wait(0.001)
        with lock:
            running.remove(work.lane)

    first, second = opened(handle, workers=4), opened(handle, workers=4)
    first.start()
    second.start()

    def fill(queue: Queue, offset: int) -> None:
        for number in range(100):
            queue.put(task(2 * number + offset, f"chat:{number % 5}"))

    fillers = [threading.Thread(target=fill, args=pair) for pair in ((first, 0), (second, 1))]
    for filler in fillers:
        filler.start()
    for filler in fillers:
        filler.join()

    wait_until(lambda: first.counts()["open"] == 0)
    assert together == []
    ran = Counter(update_id for ids in order.values() for update_id in ids)
    assert ran == Counter(range(200))
    for ids in order.values():
        # Each queue's updates of a chat in the order they were put.
        for offset in (0, 1):
            mine = [update_id for update_id in ids if update_id % 2 == offset]
            assert mine == sorted(mine)


def test_the_same_update_put_into_two_inboxes_is_one(opened: Open):
    first, second = opened(log := Log()), opened(log)
    barrier, answers = threading.Barrier(8), []

    def put(queue: Queue) -> None:
        barrier.wait()
        answers.append(queue.put(task(1)))

    threads = [threading.Thread(target=put, args=(queue,)) for queue in [first, second] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]
    wait_until(lambda: first.counts()["done"] == 1)
    assert log.ids() == [1]


def test_a_neighbour_takes_the_lanes_for_which_one_has_no_worker(opened: Open):
    go = threading.Event()
    full = opened(Log(lambda work: go.wait(60)), workers=1, urgent=0)
    idle = opened(log := Log())
    idle.start()
    for update_id in (1, 2, 3):
        full.put(task(update_id, f"chat:{update_id}"))

    wait_until(lambda: set(log.ids()) == {2, 3})
    go.set()
    wait_until(lambda: full.counts()["done"] == 3)


def test_a_replay_beside_a_running_inbox_is_noticed(opened: Open):
    broken = True

    def act(work: Work) -> None:
        if broken:
            raise ValueError

    server, command = opened(log := Log(act)), opened(Log())
    server.put(task(1))
    wait_until(lambda: server.counts()["dead"] == 1)
    broken = False

    assert command.retry() == 1

    wait_until(lambda: server.counts()["done"] == 1)
    assert log.ids() == [1, 1]


@pytest.mark.parametrize("ahead", [0, 3600])
def test_a_clock_set_back_does_not_hold_a_retry(opened: Open, ahead: int):
    """Also a clock that had gone wrong shortly before."""
    time = Time()

    def act(work: Work) -> None:
        if work.attempt == 1:
            raise Again(after=60)

    queue = opened(log := Log(act), clock=time.clock())
    queue.start()
    time.step(ahead)
    queue.put(task(1))
    wait_until(lambda: queue.counts()["retrying"] == 1)

    time.step(-3600)
    time.advance(60)
    queue.retry([])  # looks at once

    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.runs == [(1, 1), (1, 2)]


def test_a_handler_that_outlives_the_drain_keeps_its_lane(opened: Open):
    go = threading.Event()
    leaving = opened(running := Log(lambda work: go.wait(60)), drain=0.01)
    leaving.put(task(1))
    leaving.put(task(2, "chat:2"))
    wait_until(lambda: len(running.runs) == 2)

    assert leaving.stop() == 2

    staying = opened(log := Log())
    staying.put(task(3, "chat:3"))
    wait_until(lambda: staying.counts()["done"] == 1)
    assert staying.counts()["open"] == 2
    go.set()
    # What the handler did is still written down.
    wait_until(lambda: staying.counts()["done"] == 3)
    assert log.ids() == [3]


@pytest.mark.parametrize("seconds", [-7200.0, 7200.0, 5 * 86400.0])
def test_a_step_of_the_clock_blocks_nothing_and_forgets_nothing(opened: Open, seconds: float):
    """While a handler runs, while a retry waits, and between two processes."""
    time = Time()

    def act(work: Work) -> None:
        if work.key == "1" and work.attempt == 1:
            time.step(seconds)
            raise Again(after=60)

    queue = opened(log := Log(act), clock=time.clock())
    queue.put(task(1))
    queue.put(task(2, lifetime=150.0))
    wait_until(lambda: queue.counts()["retrying"] == 1)
    queue.retry([])  # looks at once
    queue.check()
    assert log.runs == [(1, 1)]

    time.advance(60)
    queue.retry([])

    wait_until(lambda: queue.counts()["done"] == 2)
    assert log.runs == [(1, 1), (1, 2), (2, 1)]
    queue.stop()
    time.step(-3 * seconds)
    after = opened(log, clock=time.clock())
    assert [after.put(task(number)) for number in (1, 2)] == [False, False]
    after.put(task(3))
    wait_until(lambda: after.counts()["done"] == 3)
    assert after.counts()["expired"] == 0


def test_only_what_would_wait_anyway_waits_for_company():
    """A task behind one that runs shares the commit with its end; any other is stored at once."""
    busy = {task(1).line}

    assert Put(task(2)).may_wait(busy)
    assert not Put(task(3, "chat:2")).may_wait(busy)
    assert not Put(task(4, queue="push")).may_wait(busy)
    assert not Check().may_wait(busy)


def test_a_run_is_reported_once_its_end_is_stored(opened: Open):
    """Whatever it leaves behind, even nothing: what is told could still come otherwise before."""
    told: list[tuple[bool, int]] = []

    def act(work: Work) -> None:
        work.when_returned(lambda conflict: told.append((conflict, queue.counts()["done"])))

    queue = opened(Log(act))
    queue.put_and_wait(task(1))
    wait_until(lambda: told)
    assert told == [(False, 1)]


def test_a_run_that_has_ended_leaves_nothing_to_the_garbage_collector(opened: Open):
    """Else the collector goes through thousands of dead runs again and again."""
    kept: list[weakref.ref[Work]] = []
    told: list[int] = []

    def act(work: Work) -> None:
        work.state("chat:1")["seen"] = True
        work.record(lambda: ("sendMessage", "chat_id=1", 0, "digest", "{}"))
        work.when_returned(lambda conflict: told.append(work.seq))
        kept.append(weakref.ref(work))

    queue = opened(Log(act))
    gc.collect()
    gc.disable()
    try:
        queue.put_and_wait(task(1))
        wait_until(lambda: kept[0]() is None)
        assert len(told) == 1
    finally:
        gc.enable()


@pytest.mark.parametrize("early", ["queue-writer", "updates-worker"])
def test_a_thread_that_is_faster_than_its_start_loses_nothing(
    url: str, early: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """What runs before whoever starts it goes on finds everything there that it needs, and its end is written."""
    before = open_queue(url, Log())
    before.pause(1, "Telegram is away")
    before.put_all([task(number, lane=f"chat:{number % 7}") for number in range(70)])
    before.stop()
    start = threading.Thread.start

    def start_slowly(thread: threading.Thread) -> None:
        start(thread)
        if thread.name.startswith(early):
            time.sleep(0.2)  # the thread's head start, which no result depends on

    monkeypatch.setattr(threading.Thread, "start", start_slowly)
    queue = open_queue(url, log := Log())
    queue.start()
    try:
        assert queue.put(task(70))
        wait_until(lambda: queue.counts()["done"] == 71)
    finally:
        queue.stop()
    assert sorted(log.ids()) == list(range(71))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
