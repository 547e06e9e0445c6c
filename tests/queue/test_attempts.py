"""A run is an attempt: what takes its process along is tried so often, alone the last time, and then buried."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import connect

import pytest

from anzol.queue import Again, Queue, Work, open_queue
from tests.queue.support import Log, pull_the_plug, task, wait_until

ATTEMPTS = 3


class Lives:
    """A server that dies while certain tasks run, and is started again on what is left."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "a.db"
        self.runs: list[tuple[int, str, int]] = []  # life, key, attempt
        self.together: list[set[str]] = []
        self.queues: list[Queue] = []
        self.dead: list[str] = []
        self._stuck = threading.Event()
        self._lock = threading.Lock()
        self._running: set[str] = set()

    def start(self, poison: set[str]) -> Queue:
        life = len(self.queues)

        def handle(work: Work) -> None:
            with self._lock:
                self._running.add(work.key)
                self.runs.append((life, work.key, work.attempt))
                self.together.append(set(self._running))
            if work.key in poison:
                self._stuck.wait(60)
            with self._lock:
                self._running.discard(work.key)

        def on_dead(work: Work, error: BaseException) -> tuple[()]:
            self.dead.append(f"{work.key}: {error}")
            return ()

        self._running = set()
        queue = open_queue(
            f"sqlite:///{self.path}",
            handle,
            attempts=ATTEMPTS,
            schedule=(0.01,),
            drain=0.0,
            on_dead=on_dead,
        )
        self.queues.append(queue)
        queue.start()
        return queue

    def die(self) -> None:
        self.path = pull_the_plug(self.path)

    def end(self) -> None:
        self._stuck.set()
        for queue in self.queues:
            queue.stop()


@pytest.fixture
def lives(tmp_path: Path) -> Iterator[Lives]:
    lives = Lives(tmp_path)
    yield lives
    lives.end()


def test_what_takes_its_process_along_is_buried_and_the_innocent_run_meanwhile(lives: Lives):
    queue = lives.start({"1"})
    queue.put(task(1, "poison"))
    queue.put(task(2, "poison"))
    for number in range(10, 20):
        queue.put(task(number, f"chat:{number}"))
    wait_until(lambda: queue.counts()["done"] == 10)
    for _ in range(ATTEMPTS - 1):
        lives.die()
        queue = lives.start({"1"})
        wait_until(lambda: ("1", len(lives.queues)) in [(key, n) for _, key, n in lives.runs])

    lives.die()
    queue = lives.start({"1"})

    wait_until(lambda: queue.counts()["done"] == 11)
    assert [attempt for _, key, attempt in lives.runs if key == "1"] == [1, 2, 3]
    assert len([key for _, key, _ in lives.runs if key == "2"]) == 1
    (dead,) = queue.list("dead")
    assert (dead.key, dead.attempts) == ("1", 3)
    assert "took the process along" in (dead.error or "")
    assert lives.dead == ["1: took the process along each time it was run"]


def test_the_last_time_it_runs_alone_so_that_the_innocent_beside_it_is_cleared(lives: Lives):
    """A slow innocent runs beside the poison at every crash: both are suspects at the end."""
    queue = lives.start({"1", "2"})
    queue.put(task(1, "poison"))
    queue.put(task(2, "slow"))
    for life in range(1, ATTEMPTS):
        wait_until(lambda life=life: sum(n == life for _, _, n in lives.runs) == 2)
        lives.die()
        queue = lives.start({"1", "2"} if life < ATTEMPTS - 1 else {"1"})
        if life == ATTEMPTS - 1:
            queue.put(task(3, "quick"))
    wait_until(lambda: ("1", ATTEMPTS) in [(key, n) for _, key, n in lives.runs])
    lives.die()
    queue = lives.start({"1"})

    wait_until(lambda: queue.counts()["open"] == 0)
    last = [beside for beside, run in zip(lives.together, lives.runs, strict=True) if run[2] == 3]
    assert {frozenset(beside) for beside in last} == {frozenset({"1"}), frozenset({"2"})}
    assert [entry.key for entry in queue.list("dead")] == ["1"]
    assert queue.counts()["done"] == 2


def test_a_first_crash_is_made_up_for_at_once(lives: Lives):
    queue = lives.start({"1"})
    queue.put(task(1))
    wait_until(lambda: lives.runs)
    lives.die()
    queue = lives.start(set())

    wait_until(lambda: queue.counts()["done"] == 1)
    assert [attempt for _, _, attempt in lives.runs] == [1, 2]


def test_the_attempt_is_counted_before_the_handler_starts(tmp_path: Path):
    found = []

    def handle(work: Work) -> None:
        with connect(tmp_path / "a.db") as db:
            found.append(db.execute("select attempts, owner is not null from task").fetchone())
        if work.attempt < 2:
            raise Again()

    queue = open_queue(f"sqlite:///{tmp_path}/a.db", handle, schedule=(0.01,))
    queue.put(task(1))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert found == [(1, 1), (2, 1)]
    queue.stop()


def test_a_stop_that_leaves_a_handler_behind_blames_it_for_nothing(tmp_path: Path):
    go = threading.Event()
    queue = open_queue(f"sqlite:///{tmp_path}/a.db", Log(lambda work: go.wait(60)), drain=0.05)
    queue.put(task(1))
    wait_until(lambda: queue.counts()["running"] == 1)

    queue.stop()

    (left,) = queue.list("open")
    assert left.attempts == 0
    go.set()


def test_an_operator_skips_what_is_open(tmp_path: Path):
    go = threading.Event()
    queue = open_queue(
        f"sqlite:///{tmp_path}/a.db", log := Log(lambda work: work.key == "1" and go.wait(60))
    )
    for number in (1, 2, 3):
        queue.put(task(number))
    waiting = next(entry.seq for entry in queue.list() if entry.key == "2")
    running = next(entry.seq for entry in queue.running())

    assert queue.skip(waiting)
    assert queue.skip(running)

    # Its lane goes on although the handler is still there, and what that leaves is not written.
    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.ids() == [1, 3]
    go.set()
    assert not queue.skip(running)
    assert not queue.skip(999)
    wait_until(lambda: queue.workers()["busy"] == 0)
    assert {entry.key: entry.error for entry in queue.list("dead")} == {
        "1": "skipped by an operator",
        "2": "skipped by an operator",
    }
    queue.stop()


def test_what_a_dead_process_left_is_not_told_to_run(lives: Lives):
    queue = lives.start({"1"})
    queue.put(task(1))
    wait_until(lambda: queue.counts()["running"] == 1)
    lives.die()

    left = open_queue(f"sqlite:///{lives.path}", Log())
    assert (left.counts()["running"], left.counts()["waiting"], left.running()) == (0, 1, [])
