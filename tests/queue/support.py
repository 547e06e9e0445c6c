"""What the queue's tests share: tasks, a handler that notes what it ran, a clock, and waiting for a condition."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

from anzol.queue import Clock, Queue, Task, Work
from anzol.queue.sqlite import SqliteDriver, SqliteSession
from tests.processes import PATIENCE


def task(number: int, lane: str = "chat:1", **more: Any) -> Task:
    """Return a task that is known by a number."""
    return Task(**{"bot": 1, "key": str(number), "lane": lane, "body": b"{}"} | more)


def wait_until(condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not come true in time"
        threading.Event().wait(0.002)


@contextlib.contextmanager
def held_back(queue: Queue) -> Iterator[None]:
    """Have the writer take all that is handed in meanwhile into one transaction."""
    assert queue._dispatcher is not None
    writing = queue._dispatcher._writer

    def waits() -> bool:
        """Stop the writer where it has taken in nothing; not where it has, and waits to write that."""
        writing.busy.acquire()
        writing.wake()
        until = time.monotonic() + 1.0
        while not writing._queue.empty():
            if time.monotonic() > until:
                writing.busy.release()
                return False
            threading.Event().wait(0.002)
        return True

    wait_until(waits)
    try:
        yield
    finally:
        writing.busy.release()


def traced(path: Path) -> tuple[SqliteDriver, list[str]]:
    """Return a driver of a file, and a list of the statements that its writer makes from now on."""
    statements: list[str] = []

    class Traced(SqliteDriver):
        def writer(self) -> SqliteSession:
            session = super().writer()
            session._db.set_trace_callback(statements.append)
            return session

    return Traced(path), statements


class Log:
    """A handler that notes each task it runs, with its attempt, and then does what `act` says."""

    def __init__(self, act: Callable[[Work], None] = lambda work: None) -> None:
        self.runs: list[tuple[int, int]] = []
        self._act = act

    def __call__(self, work: Work) -> None:
        self.runs.append((int(work.key), work.attempt))
        self._act(work)

    def ids(self) -> list[int]:
        return [number for number, _ in self.runs]


class Time:
    """A system's two clocks: the one on the wall, which may be set, and the one that only passes."""

    def __init__(self, wall: float = 1_000_000.0) -> None:
        self.wall = wall
        self.elapsed = 0.0

    def clock(self) -> Clock:
        """Return a queue's clock that goes by these."""
        return Clock(lambda: self.wall, lambda: self.elapsed)

    def step(self, seconds: float) -> None:
        """Set the clock on the wall."""
        self.wall += seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.wall += seconds
        self.elapsed += seconds


def pull_the_plug(path: Path) -> Path:
    """Return the database as it would be after a power cut now: what is in the files is all that is left."""
    left = path.with_name(f"{path.stem}x.db")
    with closing(connect(path, isolation_level=None, timeout=10)) as db:
        db.execute("begin immediate")  # between two transactions of the writer
        for suffix in ("", "-wal"):
            if Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{left}{suffix}")
        db.execute("rollback")
    return left
