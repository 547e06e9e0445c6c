"""The published sending limits, enforced with `--flood`."""

from __future__ import annotations

from collections import deque

from ..api.errors import too_many
from .chats import Chat
from .clock import Clock

# (what is counted, messages, seconds)
PER_CHAT = (5, 5.0)  # 1/s with the short burst Telegram tolerates
PER_GROUP = (20, 60.0)
PER_BOT = (30, 1.0)


class Flood:
    """When each bot last sent what to whom."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: dict[tuple[object, ...], deque[float]] = {}

    def count(self, bot: int, chat: Chat, messages: int = 1) -> None:
        """Count sent messages. Raises Refused 429 over a limit; then nothing is counted."""
        per_chat = PER_CHAT if chat.type == "private" else PER_GROUP
        now = self._clock.now()
        windows = [self._window((bot, chat.id), *per_chat), self._window((bot,), *PER_BOT)]
        for times, (allowed, seconds) in zip(windows, (per_chat, PER_BOT), strict=True):
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) + messages > allowed:
                raise too_many(max(1, round(times[0] + seconds - now)) if times else 1)
        for times in windows:
            times.extend([now] * messages)

    def _window(self, key: tuple[object, ...], allowed: int, seconds: float) -> deque[float]:
        return self._sent.setdefault(key, deque(maxlen=allowed))
