"""Batches: counted, cancelled and held back together; queues that one process at a time runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from anzol.queue import ALL, Crew, Failed, Queue, Task, Work

from .support import Log, task, wait_until

Open = Callable[..., Queue]


def states(queue: Queue, batch: str = "b") -> dict[str, int]:
    with queue.batches(1) as batches:
        return {tally.state: tally.number for tally in batches.tallies(batch)}


def test_a_batch_is_counted_by_state_and_keeps_what_its_runs_left(opened: Open):
    def handle(work: Work) -> None:
        if work.key == "2":
            raise Failed("the chat is gone")
        work.result = json.dumps({"message_id": int(work.key)})

    queue = opened(handle)
    queue.put_all([task(number, f"chat:{number}", batch="b") for number in (1, 2)])
    queue.put(task(3, "chat:3", batch="b", after=1000.0))
    wait_until(lambda: states(queue) == {"done": 1, "dead": 1, "scheduled": 1})
    with queue.batches(1) as batches:
        (done,), (dead,) = batches.entries("b", "done"), batches.entries("b", "dead")
    assert done.result == '{"message_id": 1}'
    assert dead.error == "the chat is gone"


def test_what_waits_is_cancelled_and_its_lane_goes_on(opened: Open):
    gate = threading.Event()
    log = Log(lambda work: gate.wait(30) if work.key == "1" else None)
    queue = opened(log)
    queue.put(task(1))
    queue.put_all([task(2, batch="b"), task(3), task(4, "chat:9", batch="b", after=1000.0)])
    with queue.batches(1) as batches:
        assert sum(batches.cancel("b").values()) == 2
        assert sum(batches.cancel("b").values()) == 0
    gate.set()
    wait_until(lambda: log.ids() == [1, 3])
    assert states(queue) == {"cancelled": 2}
    assert not queue.put(task(2)), "a cancelled task is remembered like any other"
    assert queue.retry() == 0, "and no operator runs it by accident"


def test_a_run_cancels_a_batch_when_it_ends_and_not_when_it_fails(opened: Open):
    def handle(work: Work) -> None:
        work.drop("b")
        if work.key == "1":
            raise ValueError("this run does nothing")

    queue = opened(handle)
    queue.put(task(9, "chat:9", batch="b", after=1000.0))
    queue.put(task(1))
    wait_until(lambda: queue.counts()["dead"] == 1)
    assert states(queue) == {"scheduled": 1}
    queue.put(task(2))
    wait_until(lambda: queue.counts()["done"] == 1)
    assert states(queue) == {"cancelled": 1}


def test_what_is_held_back_goes_on_at_its_time(opened: Open):
    log = Log()
    queue = opened(log)
    queue.start()
    queue.pause(1, "to hold it in time")
    queue.put_all([task(1, batch="b"), task(2, "chat:2", batch="b", after=1000.0)])
    with queue.batches(1) as batches:
        assert batches.hold("b") == 2
        assert batches.hold("b") == 0
    queue.resume(1)
    assert states(queue) == {"held": 2}
    queue.put(task(3))
    wait_until(lambda: log.ids() == [3])
    with queue.batches(1) as batches:
        assert batches.resume("b") == 2
    queue.wake()
    wait_until(lambda: states(queue) == {"done": 1, "scheduled": 1})
    assert log.ids() == [3, 1]


def test_a_scheduled_task_is_as_old_as_its_time(opened: Open):
    ages: list[float] = []
    queue = opened(lambda work: ages.append(work.now() - work.received))
    queue.put(task(1, after=0.5))
    wait_until(lambda: bool(ages))
    assert ages[0] < 0.4


def test_one_process_runs_a_queue_of_its_own_and_another_takes_over(opened: Open):
    first, second = Log(), Log()
    queues = []
    for log in (first, second):
        queue = opened(lambda work: None)
        queue.serve("sole", Crew(log, workers=3, sole=True))
        queue.start()
        queues.append(queue)

    def put(number: int, by: Queue) -> Task:
        put = task(number, f"chat:{number}", queue="sole")
        assert by.put(put)
        return put

    put(0, queues[0])
    wait_until(lambda: first.ids() == [0])
    for number in range(1, 20):
        put(number, queues[number % 2])
    wait_until(lambda: sorted(first.ids()) == list(range(20)))
    assert second.runs == []
    queues[0].stop()
    put(20, queues[1])
    wait_until(lambda: second.ids() == [20])


@pytest.mark.parametrize("queue", ["updates", "other"])
def test_counts_and_lists_are_of_one_queue_or_of_all(opened: Open, queue: str):
    found = opened(lambda work: None)
    found.put(task(1, queue=queue))
    found.put(task(2, "chat:2", queue="another", after=1000.0))
    number = {"updates": 1, "other": 0}[queue]
    wait_until(lambda: found.counts("updates")["done"] == number)
    assert found.counts("another")["scheduled"] == 1
    assert [entry.key for entry in found.list(queue="another")] == ["2"]
    assert len(found.list(queue=ALL)) == 2
