"""How fast a webhook's connections may grow: quickly while deliveries succeed, one by one when they do not."""

from __future__ import annotations

ACTIVE_SECONDS = 10  # after a success
BURST, PER_SECOND = 10, 20  # new connections while active
IDLE_PAUSE = 2.0  # seconds between new connections otherwise


class Ramp:
    """When one webhook last succeeded and opened connections, in the clock's seconds."""

    def __init__(self) -> None:
        self.last_success = 0.0
        self._last_open = 0.0
        self._tokens, self._tokens_at = float(BURST), 0.0

    def pause(self, now: float, busy: int) -> float:
        """Return how long to wait before one more connection; at 0 it counts as opened."""
        wait = self._active(now) if now - self.last_success <= ACTIVE_SECONDS else IDLE_PAUSE
        if now - self.last_success > ACTIVE_SECONDS and not busy:
            wait = max(0.0, self._last_open + IDLE_PAUSE - now)
        if wait <= 0:
            self._last_open = now
        return wait

    def _active(self, now: float) -> float:
        self._tokens = min(BURST, self._tokens + (now - self._tokens_at) * PER_SECOND)
        self._tokens_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / PER_SECOND
        self._tokens -= 1
        return 0.0
