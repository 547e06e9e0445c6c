"""Telegram's sending limits, and the turn of each call: replies never wait, what a bot sends by itself keeps the pace.

The numbers are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this;
edits, drafts and reactions are limited too, by numbers that are not published: here by the same ones, counted apart.
"""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from .recent import Recent


class Limit(NamedTuple):
    """So many calls in so many seconds, and how people say it."""

    most: int
    seconds: float
    words: str


PER_CHAT = Limit(5, 5.0, "one a second in a chat")  # with the short burst that Telegram tolerates
PER_GROUP = Limit(20, 60.0, "20 a minute in a group")
PER_BOT = Limit(30, 1.0, "30 a second in all")
# https://core.telegram.org/bots/api#sendmessage, allow_paid_broadcast
PAID = Limit(1000, 1.0, "1,000 a second in all, paid")

KINDS = {
    "setMessageReaction": "reactions",
    "sendMessageDraft": "drafts",
    "sendRichMessageDraft": "drafts",
}
UNLIMITED = {"sendChatAction"}
# Parameters by which one call may count as several, or as a paid one.
RARE = frozenset({"media", "message_ids", "allow_paid_broadcast"})
# The types of a chat_id: a union in isinstance() would be made anew for each call.
CHAT = (int, str)
BULK = 2  # the priority of what gives way to everything else
CHATS = 10_000  # chats whose last calls are remembered
# Of the network's round trip, which is measured by a packet or two: what a call and an answer take at least.
ON_THE_WAY = 0.9
# Calls are let go a little faster than the limit is, so that it alone decides and no burst builds up.
HURRY = 1.05
BUSY = 10.0  # seconds in which a reply makes room for the next ones
MOST_ROOM = 15  # calls a second that are kept free for replies
LONG = 5.0  # seconds of a pause that is not waited for in line
LOOK = 60.0  # seconds after which it is looked at again, at most
REPLY_WAITS = 0.05  # seconds at most that a reply waits for a place that a push has taken


@cache
def kind_of(method: str) -> str:
    """Return what a method's calls are counted as; empty for what is not limited."""
    if method in KINDS:
        return KINDS[method]
    if method.startswith(("edit", "stop")) and "Message" in method:
        return "edits"
    sends = method.startswith(("send", "forward", "copy")) and method not in UNLIMITED
    return "messages" if sends else ""


def calls_of(method: str, fields: dict[str, Any]) -> int:
    """Return as how many calls Telegram counts one: an album counts its parts."""
    several = fields.get("media") if method == "sendMediaGroup" else fields.get("message_ids")
    return len(several) if isinstance(several, list) and several else 1


class Window:
    """The calls of the last seconds, counted from their answers: Telegram had them before."""

    __slots__ = ("ended", "limit", "seconds", "under_way")

    def __init__(self, limit: Limit) -> None:
        self.limit, self.seconds = limit, limit.seconds
        self.under_way = 0
        # No more than the limit lets through: older ones have no say in when there is room.
        self.ended: deque[float] = deque(maxlen=limit.most)

    def wait(self, now: float, calls: int, early: float, spare: int = 0) -> float:
        """Return the seconds until there is room for some calls beside `spare` others; infinite until an answer comes."""
        over = self.used(now, early) + min(calls, self.limit.most) - self.limit.most + spare
        if over <= 0:
            return 0.0
        ended = self.ended
        return ended[over - 1] + self.seconds - early - now if over <= len(ended) else math.inf

    def used(self, now: float, early: float = 0.0) -> int:
        """Return how many calls count at the moment."""
        ended, seconds = self.ended, self.seconds - early
        while ended and ended[0] + seconds <= now:
            ended.popleft()
        return self.under_way + len(ended)


class Line:
    """Everybody's calls of one kind: pushes stand in line by priority, replies go past it."""

    def __init__(self, limit: Limit) -> None:
        self.window = Window(limit)
        self.waiting: list[tuple[int, int, threading.Event]] = []
        self.next = 0.0  # when the next push may go, so that they are spread over the second
        self.held = 0.0  # until when Telegram has asked for a pause
        self.replies: deque[float] = deque(maxlen=1000)
        self.pushes = 0.0  # when the last one was sent

    def spare(self, now: float) -> int:
        """Return how many places pushes leave free for replies: none while there are none."""
        replies = self.replies
        while replies and replies[0] <= now - BUSY:
            replies.popleft()
        if not replies:
            return 0
        wanted = min(MOST_ROOM, 1 + math.ceil(1.5 * len(replies) / BUSY))
        newest = sum(1 for each in replies if each > now - self.window.seconds)
        return max(0, wanted - newest)

    def wake(self) -> None:
        """Let who is first in line look again."""
        if self.waiting:
            self.waiting[0][2].set()


class Call:
    """A call that is counted from now on until `Limits.end`, in two windows; and how long it is to wait."""

    __slots__ = ("calls", "chat", "line", "wait")

    def __init__(self, line: Line, chat: Window, calls: int, wait: float = 0.0) -> None:
        self.line, self.chat, self.calls, self.wait = line, chat, calls, wait
        line.window.under_way += calls
        chat.under_way += calls


class Limits:
    """One bot's calls, as Telegram counts them. Safe to use from several threads; times are `clock()`'s.

    Telegram counts a call before we have its answer, and the next one after we have sent it: `way()`, the seconds of
    the network's round trip alone, are a part of the second that nobody has to wait for. How long an answer took is
    no measure of it: one that was slow there and fast back may be followed by one that is fast there.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        way: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._clock, self._way = clock, way
        self._lock = threading.Lock()
        self._turns = count()
        self._lines: dict[str, Line] = {}
        self._chats: Recent[Any, Window] = Recent(CHATS)

    def reply(self, method: str, fields: dict[str, Any]) -> Call | None:
        """Count a call that is made in answer to somebody, until `end`; None for what is not limited.

        Its `wait` is a moment at most, for the place of a push that was before it.
        """
        kind, chat = kind_of(method), fields.get("chat_id")
        if not kind or not isinstance(chat, CHAT):
            return None
        with self._lock:
            now = self._clock()
            # Nearly every call is a single one, in a line and to a chat that are known: no function is called for it.
            single = RARE.isdisjoint(fields)
            line = (self._lines.get(kind) if single else None) or self._line(kind, fields)
            window = self._chats.get((kind, chat)) or self._chat(kind, chat)
            calls = 1 if single else calls_of(method, fields)
            wait = 0.0
            if line.pushes > now - line.window.seconds:
                wait = min(line.window.wait(now, calls, self._early()), REPLY_WAITS)
            line.replies.append(now)
            return Call(line, window, calls, wait)

    def push(
        self,
        method: str,
        fields: dict[str, Any],
        priority: int = 0,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Call | float | None:
        """Wait in line for a call that the bot makes by itself; end it with `end`.

        Return the seconds to come back in when its chat is full, None for what is not limited or when `goes_on()` says
        no.
        """
        kind, chat = kind_of(method), fields.get("chat_id")
        if not kind or not isinstance(chat, CHAT):
            return None
        calls = calls_of(method, fields)
        with self._lock:
            line = self._line(kind, fields)
            full = self._chat(kind, chat).wait(self._clock(), calls, 0.0)
            if full:
                return min(full, 1.0)
            place = (priority, next(self._turns), threading.Event())
            heapq.heappush(line.waiting, place)
        try:
            while goes_on():
                with self._lock:
                    now = self._clock()
                    if line.held - now > LONG:  # nobody is needed to stand here for that
                        return min(line.held - now, LOOK)
                    wait = None
                    if line.waiting[0] is place:
                        wait = self._turn(line, calls, now, priority)
                        if wait == 0.0:
                            window = self._chat(kind, chat)
                            if full := window.wait(now, calls, 0.0):
                                return min(full, 1.0)
                            step = calls / (line.window.limit.most * HURRY)
                            line.next = max(line.next, now - 5 * step) + step
                            line.pushes = now
                            return Call(line, window, calls)
                    place[2].clear()
                place[2].wait(1.0 if wait is None else min(wait, 1.0))
            return None
        finally:
            with self._lock:
                line.waiting.remove(place)
                heapq.heapify(line.waiting)
                line.wake()

    def end(self, call: Call) -> None:
        """Count a call's time from now on: it was answered."""
        calls = call.calls
        with self._lock:
            now = self._clock()
            for window in (call.line.window, call.chat):
                window.under_way -= calls
                if calls == 1:
                    window.ended.append(now)
                else:
                    window.ended.extend([now] * calls)
            if call.line.waiting:
                call.line.wake()

    def hold(self, method: str, fields: dict[str, Any], seconds: float) -> bool:
        """Obey a 429: let pushes wait when it is about all chats; return False when it is about this chat alone.

        Telegram does not say which. A chat that was sent a single call lately cannot have had too many.
        """
        kind, chat = kind_of(method), fields.get("chat_id")
        with self._lock:
            now = self._clock()
            window = self._chats.get((kind, chat)) if isinstance(chat, CHAT) else None
            if kind and window is not None and window.used(now) > 1:
                return False
            line = self._line(kind or "messages", fields)
            line.held = max(line.held, now + seconds)
            return True

    def waiting(self) -> int:
        """Return how many calls stand in line."""
        return sum(len(line.waiting) for line in list(self._lines.values()))

    def _turn(self, line: Line, calls: int, now: float, priority: int) -> float:
        """Return how long the first in line has to wait."""
        bulk = priority >= BULK
        spare = line.spare(now) if bulk else 0
        wait = line.window.wait(now, calls, self._early(), spare)
        return max(0.0, wait, line.held - now, line.next - now if bulk else 0.0)

    def _early(self) -> float:
        """Return the seconds by which a call may go before the oldest one has left the second."""
        return ON_THE_WAY * self._way()

    def _line(self, kind: str, fields: dict[str, Any]) -> Line:
        limit = PER_BOT
        if "allow_paid_broadcast" in fields and fields["allow_paid_broadcast"] is True:
            kind, limit = f"{kind}, paid", PAID
        try:
            return self._lines[kind]
        except KeyError:
            return self._lines.setdefault(kind, Line(limit))

    def _chat(self, kind: str, chat: int | str) -> Window:
        window = self._chats.get((kind, chat))
        if window is None:
            is_group = not isinstance(chat, int) or chat < 0
            window = self._chats[kind, chat] = Window(PER_GROUP if is_group else PER_CHAT)
        return window
