"""No wait takes a seat among the workers; what is stuck is seen, ended and replaced; urgent tasks have workers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from anzol.queue import Cancelled, Queue, Work
from tests.queue.support import Log, task, wait_until

Open = Callable[..., Queue]


def test_a_hundred_chats_that_wait_take_nobody_s_seat(opened: Open):
    go = threading.Event()

    def act(work: Work) -> None:
        if work.lane.startswith("held"):
            with work.waiting() as goes_on:
                assert goes_on()
                go.wait(60)

    queue = opened(log := Log(act), workers=110, urgent=0)
    for number in range(110):
        queue.put(task(number, f"held:{number}"))
    wait_until(lambda: len(log.runs) == 110)

    queue.put(task(1000, "free"))

    wait_until(lambda: 1000 in log.ids())
    go.set()
    wait_until(lambda: queue.counts()["done"] == 111)


def test_more_than_may_wait_are_told_to_come_back(opened: Open):
    """As many threads may wait as there are workers; the next one is not kept."""
    go, answers = threading.Event(), []

    def act(work: Work) -> None:
        with work.waiting() as goes_on:
            answers.append(goes_on())
            go.wait(60)

    queue = opened(Log(act), workers=2, urgent=0)
    for number in range(5):
        queue.put(task(number, f"chat:{number}"))

    wait_until(lambda: len(answers) == 4)
    assert sorted(answers) == [False, False, True, True]
    go.set()
    wait_until(lambda: queue.counts()["done"] == 5)


def test_a_call_that_takes_long_takes_no_seat_either(opened: Open, monkeypatch):
    monkeypatch.setattr("anzol.queue.workers.SLOW_CALL", 0.05)
    go, slow = threading.Event(), []

    def act(work: Work) -> None:
        if work.lane == "slow":
            with work.calling():
                go.wait(60)

    queue = opened(log := Log(act), workers=1, urgent=0, on_slow=slow.append)
    queue.put(task(1, "slow"))
    queue.put(task(2, "quick"))

    wait_until(lambda: 2 in log.ids())
    assert slow == [1]
    go.set()
    wait_until(lambda: queue.counts()["done"] == 2)


def test_a_stuck_run_is_told_with_its_stack_and_replaced(
    opened: Open, caplog: pytest.LogCaptureFixture
):
    go, told = threading.Event(), []

    def hang() -> None:
        go.wait(60)

    queue = opened(
        log := Log(lambda work: work.lane == "stuck" and hang()),
        workers=1,
        urgent=0,
        stuck=0.1,
        on_stuck=told.append,
    )
    queue.put(task(1, "stuck", kind="message"))
    queue.put(task(2, "quick"))

    wait_until(lambda: 2 in log.ids())
    assert (queue.workers()["stuck"], told) == (1, [1])
    (line,) = [
        record.getMessage() for record in caplog.records if "has been running for" in record.msg
    ]
    assert "message 1 has been running for" in line and "flask inbox cancel 1" in line
    assert "in hang" in line
    go.set()
    wait_until(lambda: queue.counts()["done"] == 2)
    assert (queue.workers()["stuck"], told) == (0, [1])


def test_urgent_tasks_are_run_though_all_workers_hang(opened: Open):
    go = threading.Event()
    queue = opened(
        log := Log(lambda work: work.lane.startswith("hung") and go.wait(60)), workers=3, urgent=1
    )
    for number in range(5):
        queue.put(task(number, f"hung:{number}"))
    wait_until(lambda: len(log.runs) == 3)

    for number in (10, 11, 12):
        queue.put(task(number, f"user:{number}", priority=0, lifetime=30.0))

    wait_until(lambda: log.ids()[3:] == [10, 11, 12])
    go.set()
    wait_until(lambda: queue.counts()["done"] == 8)


def test_a_message_is_run_though_presses_never_end(opened: Open):
    """Urgent ones go first, but so many later ones at most as aging allows."""
    numbers = iter(range(10_000, 100_000))

    def press(work: Work) -> None:
        if len(log.runs) < 6000 and 1 not in log.ids():
            for _ in range(2):
                number = next(numbers)
                queue.put_soon(task(number, f"user:{number}", priority=1), lambda told: None)

    queue = opened(log := Log(press), workers=1, urgent=0)
    for number in (5000, 5001, 1, 5002):
        queue.put(task(number, f"user:{number}", priority=2 if number == 1 else 1))

    wait_until(lambda: 1 in log.ids())
    assert log.ids().index(1) < 1500


def test_what_runs_can_be_seen_and_cancelled_at_its_next_call(opened: Open):
    waiting = threading.Event()

    def act(work: Work) -> None:
        for _ in range(2000):
            with work.calling():
                waiting.wait(0.005)

    queue = opened(Log(act))
    queue.put(task(1, kind="message"))
    wait_until(queue.running)
    (running,) = queue.running()
    assert (running.key, running.kind, running.owner is not None) == ("1", "message", True)
    assert running.started is not None and running.started >= running.received

    assert queue.cancel(running.seq)

    wait_until(lambda: queue.counts()["dead"] == 1)
    assert "Cancelled: cancelled by an operator" in (queue.list("dead")[0].error or "")
    assert not queue.cancel(running.seq)


def test_a_cancelled_run_can_ask_for_it(opened: Open):
    def act(work: Work) -> None:
        wait_until(lambda: work.cancelled)

    queue = opened(Log(act))
    queue.put(task(1))
    wait_until(queue.running)
    queue.cancel(queue.running()[0].seq)

    wait_until(lambda: queue.counts()["done"] == 1)


def test_what_was_cancelled_by_another_process_before_a_crash_is_not_run_again(opened: Open):
    def act(work: Work) -> None:
        raise Cancelled("cancelled by an operator")

    queue = opened(Log(act))
    queue.put(task(1))

    wait_until(lambda: queue.counts()["dead"] == 1)
    queue.retry()
    wait_until(lambda: queue.counts()["dead"] == 1 and queue.counts()["open"] == 0)


def test_a_paused_bot_stands_still_and_goes_on_in_order(opened: Open):
    queue = opened(log := Log(), workers=1, urgent=0)
    queue.start()
    queue.pause(1, "Telegram is away")
    numbers = [3, 1, 2, 5, 4]
    for number in numbers:
        queue.put(task(number, f"chat:{number}"))
    queue.put(task(9, bot=2))

    wait_until(lambda: log.ids() == [9])
    (paused,) = queue.paused()
    assert (paused.bot, paused.reason) == (1, "Telegram is away")
    queue.resume(1)

    wait_until(lambda: queue.counts()["done"] == 6)
    assert log.ids() == [9, *numbers]
    wait_until(lambda: not queue.paused())
