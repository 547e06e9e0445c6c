"""A limit on how much each user may write: `router.before(flood_guard(per_minute=20))`."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from anzol.api.errors import Drop
from anzol.api.recent import Recent

from .context import Context

MINUTE = 60.0
CROWD = 10_000  # senders to remember, those who wrote last: 15 MB
PASSED = 100  # updates to recognise when they are run again


class Visits:
    """The recent updates of one sender: their times in the last minute, and which were let through."""

    def __init__(self, per_minute: int) -> None:
        self.times: deque[float] = deque(maxlen=per_minute + 2)
        self.passed: deque[str] = deque(maxlen=PASSED + per_minute)

    def count(self, now: float) -> int:
        """Record a visit; return the number in the last minute."""
        while self.times and self.times[0] <= now - MINUTE:
            self.times.popleft()
        self.times.append(now)
        return len(self.times)


def flood_guard(
    per_minute: int = 20,
    warning: str = "Too many messages. Please wait a minute.",
) -> Callable[[Context], None]:
    """Return a `before` hook that drops updates beyond `per_minute` from one user, with one warning.

    An album counts once, and so does an update that is tried again. Each server process counts for itself, in memory.
    """
    seen: Recent[int, Visits] = Recent(CROWD)
    lock = threading.Lock()

    def number_of(sender: int, sent: str, now: float) -> int:
        """Return how much a sender has sent in the last minute; 0 for an update that was let through before."""
        with lock:
            visits = seen[sender] = seen.get(sender) or Visits(per_minute)
            if sent in visits.passed:
                return 0
            number = visits.count(now)
            if number <= per_minute:
                visits.passed.append(sent)
            return number

    def guard(ctx: Context) -> None:
        sender = ctx.address.sender
        if sender is None:
            return
        number = number_of(sender, _sent(ctx), ctx.bot.clock())
        if number <= per_minute:
            return
        if number == per_minute + 1 and ctx.chat is not None:
            ctx.reply(warning)
        raise Drop

    return guard


def _sent(ctx: Context) -> str:
    """Return a key for the update, or for the album that it is part of."""
    if ctx.in_album:
        return f"album {ctx.event.media_group_id}"
    return f"update {ctx.update['update_id']}"
