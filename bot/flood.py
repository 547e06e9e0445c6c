"""A guard against users who write too much: `router.before(flood_guard(per_minute=20))`."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from .context import Context
from .errors import Drop

MINUTE = 60.0
CROWD = 10_000  # users to remember before those who fell silent are forgotten


def flood_guard(
    per_minute: int = 20,
    warning: str = "Too many messages. Please wait a minute.",
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Callable[[Context], None]:
    """Make a `before` hook that drops what a user sends beyond so many updates in a minute; the first is warned.

    Each server process counts for itself, in memory.
    """
    seen: dict[int, deque[float]] = {}
    lock = threading.Lock()

    def count(user: int, now: float) -> int:
        with lock:
            if len(seen) > CROWD:
                for silent in [key for key, times in seen.items() if times[-1] < now - MINUTE]:
                    del seen[silent]
            times = seen.setdefault(user, deque(maxlen=per_minute + 2))
            while times and times[0] <= now - MINUTE:
                times.popleft()
            times.append(now)
            return len(times)

    def guard(ctx: Context) -> None:
        if ctx.user is None:
            return
        number = count(ctx.user.id, clock())
        if number <= per_minute:
            return
        if number == per_minute + 1 and ctx.chat is not None:
            ctx.reply(warning)
        raise Drop

    return guard
