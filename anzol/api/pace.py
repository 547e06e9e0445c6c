"""Waiting where Telegram asked for it: one chat is held back, the others go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any


class Pace:
    """Remember until when each chat must not be called; calls without a chat are held back by method."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[Any, float] = {}
        self._lock = threading.Lock()

    def hold(self, key: Any, seconds: float) -> None:
        """Let nobody call this chat for so many seconds."""
        with self._lock:
            now = self._clock()
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[key] = max(self._until.get(key, 0.0), now + seconds)

    def left(self, key: Any) -> float:
        """How many seconds the chat is still to be left alone; 0 when it may be called."""
        if not self._until:
            return 0.0
        with self._lock:
            return max(0.0, self._until.get(key, 0.0) - self._clock())
