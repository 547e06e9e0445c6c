"""Whether an update could be stored now, asked without storing one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from anzol.queue import Unavailable, open_inbox
from tests.queue.support import Log


def test_a_healthy_inbox_checks_out_and_stores_nothing(opened):
    inbox = opened(Log())

    inbox.check()

    assert inbox.counts()["open"] == inbox.counts()["done"] == 0


def test_a_stopping_inbox_says_so(opened):
    inbox = opened(Log())
    inbox.start()
    inbox.stop()

    with pytest.raises(Unavailable, match="shutting down"):
        inbox.check()


def test_a_database_that_is_held_by_another_is_told_in_time(tmp_path: Path):
    inbox = open_inbox(f"sqlite:///{tmp_path}/inbox.db", Log(), drain=5.0)
    inbox.start()
    other = sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        with pytest.raises(Unavailable):
            inbox.check(timeout=0.05)
    finally:
        other.close()
        inbox.stop()


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path):
    with pytest.raises(Unavailable, match="Cannot open"):
        open_inbox(f"sqlite:///{tmp_path}/nowhere/inbox.db", Log()).check()
