from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from anzol.queue import Task, Work, open_queue
from anzol.queue.recent import LIMIT, Recent

CHAT = (1, "chat:5")


def never() -> Any:
    raise AssertionError("The database was asked.")


def test_what_was_read_or_written_is_not_asked_for_again():
    recent = Recent(LIMIT)
    recent.follow(lambda: 7)

    assert recent.value(CHAT, "seen", lambda: "1") == "1"
    assert recent.value(CHAT, "gone", lambda: None) is None
    recent.keep({CHAT: {"seen": "2", "new": "3"}})

    known = [recent.value(CHAT, key, never) for key in ("seen", "gone", "new")]
    assert known == ["2", None, "3"]
    assert recent.values(CHAT, lambda: {"seen": "2", "new": "3"}) == {"seen": "2", "new": "3"}
    recent.keep({CHAT: {"new": None}})
    assert recent.values(CHAT, never) == {"seen": "2"}
    assert recent.value(CHAT, "never there", never) is None


def test_a_commit_of_somebody_else_ends_what_is_known():
    recent = Recent(LIMIT)
    recent.keep({CHAT: {"seen": "1"}})
    recent.follow(lambda: 7)
    recent.keep({CHAT: {"seen": "1"}})

    recent.follow(lambda: 7)
    assert recent.value(CHAT, "seen", never) == "1"
    recent.follow(lambda: 8)

    assert recent.value(CHAT, "seen", lambda: "2") == "2"


def test_what_was_read_before_a_commit_does_not_come_after_it():
    def read_during(change: Callable[[], None]) -> Callable[[], str]:
        def read() -> str:
            change()
            return "old"

        return read

    recent = Recent(LIMIT)
    change = {CHAT: {"seen": "new"}}
    assert recent.value(CHAT, "seen", read_during(lambda: recent.keep(change))) == "old"
    assert recent.value(CHAT, "seen", never) == "new"

    other = (1, "chat:6")
    recent.value(other, "seen", read_during(recent.clear))
    assert recent.value(other, "seen", lambda: "new") == "new"


def test_it_takes_a_bounded_room():
    recent = Recent(10_000)
    for chat in range(100):
        recent.keep({(1, f"chat:{chat}"): {"note": "x" * 1000}})

    assert recent.value((1, "chat:99"), "note", never) == "x" * 1000
    assert recent.value((1, "chat:0"), "note", lambda: "read") == "read"
    assert recent.value((1, "chat:1"), "note", lambda: "x" * 20_000) == "x" * 20_000
    assert recent.value((1, "chat:1"), "note", lambda: "read") == "read"
    assert Recent(0).value(CHAT, "seen", lambda: "1") == "1"


def test_a_run_finds_what_others_have_committed_before_it(tmp_path: Path):
    """A web page, and another process, write by sessions of their own."""
    told: list[int] = []

    def count(work: Work) -> None:
        state = work.state("chat:5")
        told.append(state.get("seen", 0))
        state["seen"] = state.get("seen", 0) + 1

    url = f"sqlite:///{tmp_path}/x.db"
    mine, other = open_queue(url, count), open_queue(url, count)
    try:
        for number in range(12):
            queue = other if number % 3 == 2 else mine
            queue.put_and_wait(Task(1, f"{number}", "chat:5", b"{}"), 30)
        with mine.session(1, "chat:5") as state:
            state["seen"] = 100
        mine.put_and_wait(Task(1, "last", "chat:5", b"{}"), 30)
    finally:
        mine.stop()
        other.stop()

    assert told == [*range(12), 100]
