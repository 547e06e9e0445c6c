"""Whether an update could be stored now, asked without storing one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from anzol.queue import Unavailable, open_queue
from tests.queue.support import Log


def test_a_healthy_inbox_checks_out_and_stores_nothing(opened):
    queue = opened(Log())

    queue.check()

    assert queue.counts()["open"] == queue.counts()["done"] == 0


def test_a_stopping_inbox_says_so(opened):
    queue = opened(Log())
    queue.start()
    queue.stop()

    with pytest.raises(Unavailable, match="shutting down"):
        queue.check()


def test_a_database_that_is_held_by_another_is_told_in_time(tmp_path: Path):
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", Log(), drain=5.0)
    queue.start()
    other = sqlite3.connect(tmp_path / "queue.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        with pytest.raises(Unavailable):
            queue.check(timeout=0.05)
    finally:
        other.close()
        queue.stop()


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path):
    with pytest.raises(Unavailable, match="Cannot open"):
        open_queue(f"sqlite:///{tmp_path}/nowhere/queue.db", Log()).check()
