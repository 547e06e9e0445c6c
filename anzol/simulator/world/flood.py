"""Telegram's sending limits: always counted, enforced on request.

The numbers are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this;
edits, drafts and reactions are limited too, by numbers that are not published: here by the same ones,
counted apart.
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from .clock import Clock

Json = dict[str, Any]


class Limit(NamedTuple):
    """So many in so many seconds, and how people say it."""

    most: int
    seconds: float
    words: str


PER_CHAT = Limit(5, 5.0, "one a second in a chat")  # with the short burst that Telegram tolerates
PER_GROUP = Limit(20, 60.0, "20 a minute in a group")
PER_BOT = Limit(30, 1.0, "30 a second in all")
KEPT = 10_000  # counted chats; those that were quiet longest go first

KINDS = {
    "setMessageReaction": "reactions",
    "sendMessageDraft": "drafts",
    "sendRichMessageDraft": "drafts",
}
UNLIMITED = {"sendChatAction"}


def kind_of(method: str) -> str:
    """Return what a method's calls are counted as; empty for what is not limited."""
    if method in KINDS:
        return KINDS[method]
    if method.startswith(("edit", "stop")) and "Message" in method:
        return "edits"
    sends = method.startswith(("send", "forward", "copy")) and method not in UNLIMITED
    return "messages" if sends else ""


class Excess(NamedTuple):
    """A call over a limit: when it may come again, and which limit it is."""

    retry_after: int
    words: str


class Flood:
    """When each bot last sent what to whom. The world's lock guards it."""

    def __init__(self, clock: Clock, enforced: bool = False) -> None:
        self.enforced = enforced
        self._clock = clock
        self._sent: dict[tuple[int | str, ...], deque[float]] = {}

    def count(self, bot: int, chat_id: int, kind: str, calls: int = 1) -> Excess | None:
        """Count calls and return the limit they exceed; while limits are enforced those are not counted."""
        now = self._clock.now()
        limit = PER_CHAT if chat_id > 0 else PER_GROUP
        windows = [
            (self._window((bot, chat_id, kind), limit), limit),
            (self._window((bot, kind), PER_BOT), PER_BOT),
        ]
        excess = None
        for times, one in windows:
            while times and times[0] <= now - one.seconds:
                times.popleft()
            if len(times) + calls > one.most:
                wait = times[min(calls, len(times)) - 1] + one.seconds - now if times else 1.0
                excess = Excess(max(1, round(wait)), f"{kind}: {one.words}")
        if not (excess and self.enforced):
            for times, _ in windows:
                times.extend([now] * calls)
        return excess

    def _window(self, key: tuple[int | str, ...], limit: Limit) -> deque[float]:
        times = self._sent.pop(key, None) or deque(maxlen=limit.most)
        self._sent[key] = times  # last, as the one that was used last
        if len(self._sent) > KEPT:
            del self._sent[next(iter(self._sent))]
        return times
