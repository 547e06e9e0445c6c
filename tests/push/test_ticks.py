"""Ticks: each time of a schedule is run once over all processes, and a missed one is made up for once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from anzol.push.ticks import QUEUE, Ticks, crew
from anzol.queue import Queue, Work, open_queue
from tests.queue.support import wait_until


class Steps:
    """A schedule with a time every so many seconds."""

    def __init__(self, seconds: float, late: float | None = None, spec: str = "") -> None:
        self.seconds, self.late = seconds, late
        self.spec = spec or f"every {seconds}"

    def after(self, moment: float) -> float:
        return (moment // self.seconds + 1) * self.seconds


class Process:
    """One process that runs schedules, and notes the jobs."""

    def __init__(self, url: str, **schedules: Steps) -> None:
        self.jobs: list[dict[str, Any]] = []
        self.queue: Queue = open_queue(url, self._run, bots=(1,), drain=5.0)
        self.ticks = Ticks(self.queue, 1, lambda: schedules)
        self.queue.serve(QUEUE, crew(lambda bot: self.ticks))
        self.queue.when_started(self.ticks.plan)

    def _run(self, work: Work) -> None:
        self.jobs.append(json.loads(work.body)["job"])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ticks.db"


@pytest.fixture
def processes(url: str) -> Iterator[Any]:
    started: list[Process] = []

    def start(**schedules: Steps) -> Process:
        started.append(Process(url, **schedules))
        started[-1].queue.start()
        return started[-1]

    yield start
    for process in started:
        process.queue.stop()


def later(url: str, seconds: float) -> None:
    """Have the next time been so many seconds ago, as after a pause in which no process ran."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as db, db:
        for seq, body in db.execute("select seq, body from task where state = 4").fetchall():
            content = json.loads(body)
            content["due"] -= seconds
            db.execute(
                "update task set due = due - ?, body = ?, key = key || 'x' where seq = ?",
                (seconds, json.dumps(content).encode(), seq),
            )


def test_each_time_is_run_once_by_one_of_two_processes(processes: Any):
    first, second = (processes(beat=Steps(0.5)) for _ in range(2))
    wait_until(lambda: len(first.jobs) + len(second.jobs) >= 4, 30)
    times = [job["due"] for job in first.jobs + second.jobs]
    assert len(set(times)) == len(times)
    assert all(job["name"] == "beat" and job["args"] == {} for job in first.jobs)


def test_what_was_missed_is_made_up_for_once(processes: Any, url: str):
    before = processes(daily=Steps(86400.0))
    before.queue.stop()
    later(url, 3.5 * 86400)
    after = processes(daily=Steps(86400.0))
    wait_until(lambda: len(after.jobs) == 1)
    wait_until(lambda: after.queue.counts(QUEUE)["open"] == 0)
    assert after.queue.counts(QUEUE)["scheduled"] == 1
    assert len(after.jobs) == 1


def test_what_is_too_late_is_left_out_and_the_next_one_comes(processes: Any, url: str):
    before = processes(daily=Steps(86400.0, late=600.0))
    before.queue.stop()
    later(url, 2 * 86400)
    after = processes(daily=Steps(86400.0, late=600.0))
    wait_until(lambda: after.queue.counts(QUEUE)["done"] == 1)
    assert after.queue.counts(QUEUE)["scheduled"] == 1
    assert after.jobs == []


def test_a_schedule_that_was_changed_goes_by_the_new_times(processes: Any, url: str):
    before = processes(daily=Steps(86400.0))
    before.queue.stop()
    later(url, 86400)
    after = processes(daily=Steps(43200.0))
    wait_until(lambda: after.queue.counts(QUEUE)["done"] == 1)
    assert after.queue.counts(QUEUE)["scheduled"] == 1
    assert after.jobs == []
