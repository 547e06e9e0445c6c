"""Sessions that are changed outside a task."""

from __future__ import annotations

import pytest

from anzol.queue import SessionChanged, Task, Work, open_queue


@pytest.fixture
def queue(tmp_path):
    def count(work: Work) -> None:
        session = work.state("user:7")
        session["count"] = session.get("count", 0) + 1

    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", count, bots=[1])
    yield queue
    queue.stop()


def test_a_view_sees_what_a_task_has_stored_and_the_task_what_the_view_has(queue):
    with queue.session(1, "user:7") as session:
        assert dict(session) == {}
        session["count"] = 41
    queue.put_and_wait(Task(1, "1", "user:7", b"{}"))
    with queue.session(1, "user:7") as session:
        assert dict(session) == {"count": 42}
        del session["count"]
    with queue.session(1, "user:7") as session:
        assert len(session) == 0


def test_who_comes_second_to_a_key_stores_nothing(queue):
    with queue.session(1, "user:7") as session:
        session["count"] = 1
    with pytest.raises(SessionChanged, match="user:7"), queue.session(1, "user:7") as session:
        session["other"] = 1
        session["count"] = session["count"] + 1
        queue.put_and_wait(Task(1, "1", "user:7", b"{}"))
    with queue.session(1, "user:7") as session:
        assert dict(session) == {"count": 2}


def test_a_view_that_fails_changes_nothing_and_a_session_that_is_closed_takes_nothing(queue):
    with pytest.raises(ZeroDivisionError), queue.session(1, "user:7") as session:
        session["count"] = 1
        raise ZeroDivisionError
    with pytest.raises(RuntimeError):
        session["count"] = 2
    with queue.session(1, "user:7") as session:
        assert dict(session) == {}
