"""Telegram's sending limits: always counted, enforced while the switch is on.

The numbers are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this;
edits, drafts and reactions are limited too, by numbers that are not published: here by the same ones,
counted apart.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any, NamedTuple

from anzol.api.limits import PAID, PER_BOT, PER_CHAT, PER_GROUP, Limit

from .clock import Clock

Json = dict[str, Any]


KEPT = 10_000  # counted chats; those that came first go first


class Excess(NamedTuple):
    """A call over a limit: when it may come again, and which limit it is."""

    retry_after: int
    words: str


class Turn(NamedTuple):
    """Calls that come at a moment, the limit that they exceed, and the windows in which they count when carried out."""

    excess: Excess | None
    calls: int
    at: float
    windows: tuple[deque[float], ...]


class Flood:
    """When each bot last sent what to whom. The world's lock guards it."""

    def __init__(self, clock: Clock, enforced: bool = False) -> None:
        self.enforced = enforced
        self.exceeded = 0  # calls over a limit so far; the log keeps the last of them
        self._clock = clock
        self._sent: dict[tuple[int | str, ...], deque[float]] = {}

    def turn(
        self, bot: int, chat_id: int, kind: str, calls: int = 1, *, paid: bool = False
    ) -> Turn:
        """Return what some calls that come now mean for the limits; they count once they are noted."""
        limit = PER_CHAT if chat_id > 0 else PER_GROUP
        in_all = PAID if paid else PER_BOT
        ours = self._window((bot, chat_id, kind), limit)
        all_chats = self._window((bot, kind, in_all.most), in_all)
        now = self._clock.now()
        own_wait = wait_for(ours, limit, now, calls)
        wait = max(own_wait, wait_for(all_chats, in_all, now, calls))
        excess = None
        if wait > 0:
            worst = limit if own_wait >= wait else in_all
            excess = Excess(max(1, math.ceil(wait)), f"{kind}: {worst.words}")
        return Turn(excess, calls, now, (ours, all_chats))

    def refusal(self, turn: Turn) -> Excess | None:
        """Return the excess for which calls are refused, which then do not count; None when they may be carried out."""
        if turn.excess is None or not self.enforced:
            return None
        self.exceeded += 1
        return turn.excess

    def note(self, turn: Turn) -> None:
        """Count calls that Telegram has carried out; what it refuses for another reason was never sent."""
        if turn.excess is not None:
            self.exceeded += 1
        for times in turn.windows:
            times.extend([turn.at] * turn.calls)

    def _window(self, key: tuple[int | str, ...], limit: Limit) -> deque[float]:
        times = self._sent.get(key)
        if times is None:
            times = self._sent[key] = deque(maxlen=limit.most)
            if len(self._sent) > KEPT:
                del self._sent[next(iter(self._sent))]
        return times


def wait_for(times: deque[float], limit: Limit, now: float, calls: int) -> float:
    """Return how many seconds some calls must wait for a limit; 0 when they may come now."""
    # More than a limit allows may come at once, as an album of ten in a chat: where nothing else counts any more.
    spare = max(0, limit.most - calls)
    if len(times) <= spare:
        return 0.0
    # A window holds the last `most` calls: the one that has to leave it first is in the way.
    return max(0.0, times[len(times) - spare - 1] + limit.seconds - now)
