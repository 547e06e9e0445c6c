"""Time for what is stored: it starts at the system's clock and then only moves forward, whatever that clock does."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

DRIFT = 60.0  # seconds that two machines' clocks may drift apart: more is a step of one of them
SLEW = 0.005  # seconds of correction in each

# Returns monotonic seconds, by a clock that also counts while the machine sleeps, where the system has one.
elapsed: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME)
    if hasattr(time, "CLOCK_BOOTTIME")
    else time.monotonic
)


class Clock:
    """Epoch seconds that never step: two moments of one process are as far apart as they were.

    `begin` takes the newest time in the database: a clock that was set back since then must not
    make what is stored wait for hours.
    """

    def __init__(
        self, wall: Callable[[], float] | None = None, elapsed: Callable[[], float] = elapsed
    ) -> None:
        self._wall, self._elapsed = wall or time.time, elapsed
        self._follows = wall is None  # the clock of a database that several machines share
        self._since = elapsed()
        self._base = self._newest = self._wall()

    def begin(self, newest: float | None, shared: float | None = None) -> None:
        """Start now, not before `newest`; `shared` is the time of a database that has a clock of its own."""
        self._since = self._elapsed()
        wall = self._wall() if shared is None or not self._follows else shared
        self._newest = wall if newest is None else newest
        self._base = max(wall, self._newest)

    def follow(self, shared: float | None) -> None:
        """Go a little faster or slower towards a database's time, once a second; a step of that clock is ignored."""
        if shared is None or not self._follows:
            return
        ahead = self.now() - shared
        if abs(ahead) < DRIFT:
            self._base -= max(-SLEW, min(ahead, SLEW))

    def now(self) -> float:
        """Return the time in epoch seconds."""
        return self._base + self._elapsed() - self._since

    def proven(self) -> float:
        """Return a time that is certainly past: the newest one stored before, and what has passed since the start.

        What this calls 48 hours old has been here for 48 hours at least: neither a clock that is ahead nor the
        time in which no process ran makes it forget.
        """
        return min(self._base, self._newest) + self._elapsed() - self._since
