"""Waiting where Telegram asked for it: one chat is held back, the others go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any


class Pace:
    """Remember until when each chat must not be called; `None` stands for calls without a chat."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._until: dict[Any, float] = {}
        self._lock = threading.Lock()

    def hold(self, chat: Any, seconds: float) -> None:
        """Let nobody call this chat for so many seconds."""
        with self._lock:
            now = time.monotonic()
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[chat] = max(self._until.get(chat, 0.0), now + seconds)

    def wait(self, chat: Any) -> None:
        """Return when the chat may be called."""
        if not self._until:
            return
        with self._lock:
            seconds = self._until.get(chat, 0.0) - time.monotonic()
        if seconds > 0:
            self._sleep(seconds)
