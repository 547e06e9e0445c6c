"""From SQLite to PostgreSQL: everything, once, and not beside a server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from anzol.queue import Again, OpenError, Queue, Work, open_queue
from tests.processes import PATIENCE, SERVED
from tests.queue import postgres
from tests.queue.crashing import Senders, Server, judge
from tests.queue.support import Log, task, wait_until


@pytest.fixture
def target(postgresql: str) -> Iterator[str]:
    with postgres.schema(postgresql) as address:
        yield address


def kept(tmp_path: Path, handle: Any = lambda work: None) -> Queue:
    return open_queue(f"sqlite:///{tmp_path}/old.db", handle, drain=1.0, schedule=(3600.0,))


def test_everything_is_moved_once(tmp_path: Path, target: str):
    def handle(work: Work) -> None:
        work.state(work.lane)["seen"] = {"key": work.key, "text": "naïve\0"}
        if work.key == "2":
            raise ZeroDivisionError("with a \0 in it")
        if work.key == "3":
            raise Again

    old = kept(tmp_path, handle)
    for number in range(1, 6):
        old.put(task(number, f"chat:{number % 2}", body=b"\x00\xff{}"))
    old.put(task(6, "chat:9", after=3600.0))
    wait_until(lambda: old.counts()["done"] == 2)
    old.stop()
    before = old.counts()

    counts = old.move(target)

    assert counts["task"] == 6
    new = open_queue(target, log := Log(), schedule=(0.01,))
    try:
        assert {**new.counts(), "oldest": 0} == {**before, "oldest": 0}
        assert "ZeroDivisionError" in (new.list("dead")[0].error or "")
        new.start()
        assert not new.put(task(1, "chat:1"))
        assert new.put(task(7, "chat:0"))
        wait_until(lambda: 7 in log.ids())
        with psycopg.connect(target) as db:
            (value,) = (
                db.execute("select value from session where name = 'chat:0'").fetchone() or ()
            )
            assert value == '{"key": "4", "text": "na\\u00efve\\u0000"}'
    finally:
        new.stop()
    with pytest.raises(OpenError, match=r"was moved to PostgreSQL .*: point DATABASE_URL there"):
        kept(tmp_path).start()


def test_a_file_in_use_stays_where_it_is(tmp_path: Path, target: str):
    old = kept(tmp_path, log := Log())
    old.put(task(1))

    with pytest.raises(
        OpenError, match=rf"used by a server \(process {os.getpid()}\). Stop it first"
    ):
        old.move(target)

    assert old.put(task(2))
    wait_until(lambda: log.ids() == [1, 2])
    old.stop()


def test_a_target_that_keeps_something_stays_as_it_is(tmp_path: Path, target: str):
    new = open_queue(target, Log())
    new.put(task(1))
    new.stop()
    old = kept(tmp_path)
    old.put(task(2))
    old.stop()

    with pytest.raises(OpenError, match="keeps something already"):
        old.move(target)

    assert [entry.key for entry in new.list()] == ["1"]
    old = kept(tmp_path, log := Log())
    assert old.put(task(3))
    wait_until(lambda: 3 in log.ids())
    old.stop()


@pytest.mark.parametrize("url", ["sqlite:///other.db", "mysql://x"])
def test_only_postgresql_is_moved_to(tmp_path: Path, url: str):
    old = kept(tmp_path)
    old.put(task(1))
    old.stop()

    with pytest.raises(OpenError, match="Only SQLite is moved, to postgresql://"):
        old.move(url)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_move_under_load_loses_nothing(tmp_path: Path, target: str):
    """A drain, the command, a start on PostgreSQL; the senders go on all the time, as Telegram does."""
    server = Server(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/old.db", DRAIN_SECONDS="1")
    wait_until(server.is_listening)
    load = Senders(server.port)

    def acknowledged() -> int:
        return sum(len(ids) for ids in list(load.acknowledged.values()))

    try:
        wait_until(lambda: acknowledged() > 300)
        server.end()
        before = acknowledged()
        moved = subprocess.run(
            [sys.executable, "-m", "flask", "inbox", "move", target],
            cwd=SERVED,
            env=server.environment,
            capture_output=True,
            text=True,
        )
        assert moved.returncode == 0, moved.stderr + moved.stdout
        assert "Moved. Set DATABASE_URL" in moved.stdout
        server.environment["DATABASE_URL"] = target
        server.start()
        wait_until(lambda: acknowledged() > before + 300)
    finally:
        load.stop()
    wanted = {number for ids in load.acknowledged.values() for number in ids}

    def all_ran() -> bool:
        lines = (line.split() for line in server.log.read_text().splitlines())
        return wanted <= {int(line[3]) for line in lines if line[0] == "E"}

    wait_until(all_ran, PATIENCE)
    server.kill()
    verdict = judge(server.log.read_text(), load.acknowledged)
    print(f"{verdict.acknowledged} acknowledged, {verdict.started_twice} started twice")
    assert verdict.broken == {}
