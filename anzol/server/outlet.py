"""Where a handler's messages and later runs go: into the queue, together with the end of its own run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from anzol.api.jsontext import encode_json
from anzol.api.moments import When, due_of
from anzol.bot.outlet import Calls
from anzol.push.audience import Audience
from anzol.push.mailing import Mailing
from anzol.push.outbox import Outbox
from anzol.push.push import NORMAL, Push
from anzol.push.topics import pick
from anzol.queue import Task, Work

from .postbox import address

TOPIC = "topic:"


class WorkOutlet:
    """The outlet of one run."""

    def __init__(self, work: Work, outbox: Outbox, audience: Audience) -> None:
        self._work, self._outbox, self._audience = work, outbox, audience
        self._turn = 0

    def tell_all(
        self,
        to: Sequence[int | str],
        calls: Mapping[str, Calls],
        *,
        due: float | None = None,
        ttl: float | None = None,
    ) -> str:
        """Store messages with the end of the run; return their batch."""
        batch = self._next_batch()
        mailing = Mailing(self._outbox, batch)
        topics = [name.removeprefix(TOPIC) for name in map(str, to) if name.startswith(TOPIC)]
        readers = list(self._audience.everybody(topics))
        subscribed = {reader.chat for reader in readers if not reader.thread}
        chats = [chat for chat in to if not str(chat).startswith(TOPIC) and chat not in subscribed]
        for turn in range(max(map(len, calls.values()), default=0)):

            def push_in(language: str, turn: int = turn) -> Push | None:
                chosen = pick(calls, language)
                if turn >= len(chosen):
                    return None
                method, params = chosen[turn]
                return Push(method, params, due, ttl, NORMAL)

            mailing.send_to(push_in, readers)
            first = push_in("")
            if first is not None:
                mailing.send(first, chats)
        for task in mailing.tasks:
            self._work.add(task)
        return batch

    def put(
        self,
        kind: str,
        key: str,
        lane: str,
        body: Mapping[str, object],
        after: float = 0.0,
        batch: str = "",
    ) -> None:
        """Store an update of our own with the end of the run."""
        content = encode_json({kind: body})
        task = Task(self._work.bot, key, lane, content, kind=kind, after=after, batch=batch)
        self._work.add(task)

    def now(self) -> float:
        """Return the queue's time."""
        return self._work.now()

    def send(self, calls: Calls, *, due: float | None = None, ttl: float | None = None) -> str:
        """Store calls with the end of the run; return their batch."""
        batch = self._next_batch()
        pushes = [Push(method, params, due, ttl) for method, params in calls]
        for task in self._outbox.tasks(pushes, batch):
            self._work.add(task)
        return batch

    def later(self, when: When, method: str, params: dict[str, Any]) -> str:
        """Store a call with the end of the run; return its batch."""
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
        """Store one message for many with the end of the run; return its batch."""
        mailing = Mailing(self._outbox, self._next_batch())
        address(mailing, self._audience, text, topic, chats, due=due, ttl=ttl)
        for task in mailing.tasks:
            self._work.add(task)
        return mailing.batch

    def cancel(self, batch: str) -> None:
        """Cancel the tasks of a batch that wait with the end of the run."""
        self._work.drop(batch)

    def _next_batch(self) -> str:
        self._turn += 1
        # The same in a repeated run, whose messages are then the same, too.
        named = f"{self._work.queue}:{self._work.key}:{self._turn}".encode()
        return hashlib.sha256(named).hexdigest()[:24]
