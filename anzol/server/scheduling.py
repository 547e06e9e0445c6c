"""How the system's scheduler is to treat the server's threads."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def give_way() -> None:
    """Have no thread preempt the one that wakes it: the calling one, and those that it starts from now on; on Linux.

    Elsewhere, and where it is forbidden, nothing changes. See sched(7), SCHED_BATCH.
    """
    # Linux runs a thread that is woken at once, in place of the one that has woken it. That one still holds the
    # interpreter's lock: the woken thread finds it taken and sleeps again, for two switches that did nothing. On one core
    # they were a tenth of an update's processor time. Now it waits until the other one sleeps itself; where a core is
    # idle it starts as soon as any.
    if sys.platform == "linux":
        with suppress(OSError):
            if os.sched_getscheduler(0) == os.SCHED_OTHER:  # not if somebody has chosen otherwise
                os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
