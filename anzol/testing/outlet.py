"""What a handler of a test has done later: kept until its run has ended, then planned by the test's clock."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import Forbidden
from anzol.api.moments import When, due_of
from anzol.bot.outlet import Calls
from anzol.bot.sending import broadcast_calls
from anzol.bot.subscribing import Remembered

from .lanes import Delivery
from .planned import Planned

TOPIC = "topic:"


class Outlet:
    """The outlet of one run; `commit` plans what it was given, `put_update` takes an update of our own when it is due."""

    def __init__(
        self,
        bot: Bot,
        planned: Planned,
        now: Callable[[], float],
        subscribing: Remembered,
        put_update: Callable[[Delivery], None],
    ) -> None:
        self._bot, self._planned, self.now = bot, planned, now
        self._subscribing, self._put_update = subscribing, put_update
        self._given: list[Callable[[], None]] = []

    def send(self, calls: Calls, *, due: float | None = None, ttl: float | None = None) -> str:
        """Make calls when the run has ended, or at their time."""
        batch = secrets.token_hex(8)
        for method, params in calls:
            self._plan(due, batch, lambda m=method, p=params: make(self._bot, m, p))  # type: ignore[misc]
        return batch

    def tell_all(
        self,
        to: Sequence[int | str],
        calls: Mapping[str, Calls],
        *,
        due: float | None = None,
        ttl: float | None = None,
    ) -> str:
        """Send messages to chats and to the subscribers of topics."""
        batch = secrets.token_hex(8)
        readers: dict[tuple[int | str, int], str] = {}
        for name in to:
            if isinstance(name, str) and name.startswith(TOPIC):
                topic = name.removeprefix(TOPIC)
                for (kept, number, thread), language in self._subscribing.kept.items():
                    if kept == topic:
                        readers.setdefault((number, thread), language)
            else:
                readers.setdefault((name, 0), "")
        for (chat, thread), language in readers.items():
            place = {"chat_id": chat} | ({"message_thread_id": thread} if thread else {})
            for method, params in calls.get(language) or next(iter(calls.values())):
                fields = {**place, **params}
                self._plan(due, batch, lambda m=method, p=fields: make(self._bot, m, p))  # type: ignore[misc]
        return batch

    def later(self, when: When, method: str, params: dict[str, Any]) -> str:
        """Make one call later."""
        return self.send([(method, params)], due=due_of(when, self.now()))

    def broadcast(
        self,
        text: Any,
        topic: str,
        chats: Sequence[int | str],
        *,
        due: float | None,
        ttl: float | None,
    ) -> str:
        """Send one message to the subscribers of a topic, or to chats."""
        to = [f"{TOPIC}{topic}"] if topic else chats
        return self.tell_all(to, broadcast_calls(text), due=due, ttl=ttl)

    def put(
        self,
        kind: str,
        key: str,
        lane: str,
        body: Mapping[str, Any],
        after: float = 0.0,
        batch: str = "",
    ) -> None:
        """Have an update of our own run later."""
        content = json.dumps({kind: body}).encode()
        due = self.now() + after

        def put() -> None:
            self._put_update(Delivery(next_number(), content, kind, lane, due))

        self._plan(due, batch, put)

    def cancel(self, batch: str) -> None:
        """Cancel the tasks of a batch that wait when the run has ended."""
        self._given.append(lambda: self._planned.cancel(batch))

    def revert(self) -> None:
        """Forget what was given so far."""
        self._given.clear()

    def commit(self) -> None:
        """Plan what was given."""
        given, self._given = self._given, []
        for act in given:
            act()

    def _plan(self, due: float | None, batch: str, act: Callable[[], None]) -> None:
        moment = self.now() if due is None else due
        self._given.append(lambda: self._planned.add(moment, batch, act))


class Postbox:
    """Plans at once what a bot sends outside of its handlers, each by an outlet of its own."""

    def __init__(self, open_outlet: Callable[[], Outlet]) -> None:
        self._open = open_outlet

    def later(self, when: When, method: str, params: dict[str, Any]) -> str:
        """Make one call later."""
        outlet = self._open()
        batch = outlet.later(when, method, params)
        outlet.commit()
        return batch

    def broadcast(
        self,
        text: Any,
        topic: str,
        chats: Sequence[int | str],
        *,
        due: float | None,
        ttl: float | None,
    ) -> str:
        """Send one message to the subscribers of a topic, or to chats."""
        outlet = self._open()
        batch = outlet.broadcast(text, topic, chats, due=due, ttl=ttl)
        outlet.commit()
        return batch


def make(bot: Bot, method: str, params: dict[str, Any]) -> None:
    """Make a call as the server's outbox does: who does not let the bot in is left out; other refusals fail the test."""
    try:
        bot.call(method, **params)
    except Forbidden:
        return


_numbers = iter(range(-1, -(2**53), -1))


def next_number() -> int:
    """Return the number of an update of our own: below zero, where Telegram has none."""
    return next(_numbers)
