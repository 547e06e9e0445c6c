"""A clock that may run faster than the wall's, so that a day of retries fits a test."""

from __future__ import annotations

import threading
import time


class Clock:
    """Unix time, `speed` times as fast from the moment it was made."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._started = time.time()
        self._zero = time.monotonic()

    def now(self) -> float:
        """Return the simulated unix time in seconds."""
        return self._started + (time.monotonic() - self._zero) * self.speed

    def date(self) -> int:
        """Return the simulated unix time in whole seconds, as Telegram's dates are."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Jump ahead; waiting threads notice when they look again."""
        self._started += seconds

    def real(self, seconds: float) -> float:
        """Return how many real seconds `seconds` of this clock take."""
        return max(0.0, seconds / self.speed)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait on `condition`, at most `seconds` of this clock. Its lock must be held."""
        condition.wait(self.real(seconds))
