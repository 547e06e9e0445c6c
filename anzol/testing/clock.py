"""Time that passes only when somebody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable

from anzol.simulator.world.clock import Clock as SimulatorClock

START = 1767225600.0  # 2026-01-01 00:00 UTC: a date that is the same in every run


class Clock(SimulatorClock):
    """A manual clock of Unix time, shared by the simulated Telegram and the bot."""

    def __init__(self) -> None:
        super().__init__()
        self._now = START
        self._guard = threading.Lock()
        self.on_move: Callable[[], object] = lambda: None

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass for everybody."""
        with self._guard:
            self._now += max(0.0, seconds)
        self.on_move()

    def sleep(self, seconds: float) -> None:
        """Wait as a handler does: the time passes immediately."""
        self.advance(seconds)

    def sleep_until(self, when: float) -> None:
        """Let time pass until `when`, unless it has passed already."""
        with self._guard:
            self._now = max(self._now, when)
        self.on_move()

    def real(self, seconds: float) -> float:
        """Return how many real seconds `seconds` of this clock take: none."""
        return 0.0

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Let the time pass that somebody would wait on `condition`."""
        self.advance(seconds)
