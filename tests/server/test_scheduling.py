"""How the system's scheduler treats the server's threads."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from anzol.server.scheduling import give_way

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is such a policy on Linux")


def policies(before: int) -> list[int]:
    """Return the policies of a thread that gives way, and of one that it starts; it begins with `before`."""
    found = []

    def look() -> None:
        found.append(os.sched_getscheduler(0))

    def begin() -> None:
        os.sched_setscheduler(0, before, os.sched_param(0))
        give_way()
        look()
        later = threading.Thread(target=look)
        later.start()
        later.join()

    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
    return found


def test_a_thread_and_those_that_it_starts_do_not_preempt_who_wakes_them() -> None:
    here = os.sched_getscheduler(0)
    assert policies(os.SCHED_OTHER) == [os.SCHED_BATCH, os.SCHED_BATCH]
    assert os.sched_getscheduler(0) == here  # the others stay as they are


def test_what_somebody_has_chosen_stays() -> None:
    assert policies(os.SCHED_IDLE) == [os.SCHED_IDLE, os.SCHED_IDLE]
