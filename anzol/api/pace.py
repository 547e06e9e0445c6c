"""The pauses that Telegram has asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from .recent import Recent


class Pace:
    """Remember until when each chat must not be called; calls without a chat are held back by method."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.until: Recent[Any, float] = Recent()  # empty while Telegram asks for no pause
        self._lock = threading.Lock()

    def hold(self, key: Any, seconds: float) -> None:
        """Block calls to this chat for `seconds`."""
        with self._lock:
            now = self._clock()
            while self.until and next(iter(self.until.values())) <= now:
                self.until.popitem(last=False)
            self.until[key] = max(self.until.get(key, 0.0), now + seconds)

    def left(self, key: Any) -> float:
        """Return for how many seconds the chat is still blocked; 0 when it may be called."""
        with self._lock:
            return max(0.0, self.until.get(key, 0.0) - self._clock())
