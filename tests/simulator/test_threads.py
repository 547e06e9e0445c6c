"""The threads that answer the simulator's requests."""

from __future__ import annotations

import threading

import pytest

from anzol.simulator.threads import Threads
from tests.processes import PATIENCE, eventually


class Request:
    """A request that is answered when it is told."""

    def __init__(self) -> None:
        self.began, self.answer, self.ended = (threading.Event() for _ in range(3))

    def service(self) -> None:
        self.began.set()
        assert self.answer.wait(PATIENCE)
        self.ended.set()

    def cancel(self) -> None: ...


def test_a_request_that_finds_all_threads_busy_gets_a_new_one_up_to_the_most(
    caplog: pytest.LogCaptureFixture,
):
    threads = Threads(3)
    try:
        assert not threads.threads
        requests = [Request() for _ in range(4)]
        for request in requests[:3]:
            threads.add_task(request)
        assert all(request.began.wait(PATIENCE) for request in requests[:3])
        assert len(threads.threads) == 3 and not caplog.text
        threads.add_task(requests[3])
        assert "All 3 threads are busy." in caplog.text
        assert not requests[3].began.is_set()
        for request in requests:
            request.answer.set()
        assert all(request.ended.wait(PATIENCE) for request in requests)
        assert len(threads.threads) == 3
    finally:
        threads.shutdown()
    assert not threads.threads


def test_a_thread_that_waits_takes_the_next_request():
    threads = Threads(3)
    try:
        for _ in range(5):
            request = Request()
            request.answer.set()
            threads.add_task(request)
            eventually(lambda: request.ended.is_set() and threads.active_count == 0)  # noqa: B023
        assert len(threads.threads) == 1
    finally:
        threads.shutdown()


def test_a_request_after_the_end_starts_no_thread():
    threads = Threads(3)
    threads.shutdown()
    threads.add_task(Request())
    assert not threads.threads
