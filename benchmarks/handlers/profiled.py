"""The echo, with a profiler in every thread: `PROFILE` names the file that is written at the end.

Each profiler counts the processor time of its own thread, so that waiting costs nothing.
"""

from __future__ import annotations

import atexit
import cProfile
import importlib
import os
import pstats
import threading
import time

router = importlib.import_module("echo").router  # beside this file, not in the package
profiles: list[cProfile.Profile] = []


def begin(*event: object) -> None:
    """Profile this thread from now on."""
    profile = cProfile.Profile(time.thread_time)
    profiles.append(profile)
    profile.enable()


@atexit.register
def write() -> None:
    pstats.Stats(*profiles).dump_stats(os.environ["PROFILE"])


threading.setprofile(begin)  # calls it in each thread that starts later
begin()
