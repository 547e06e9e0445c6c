"""Mailing: one message to many readers, each in their language and their forum topic, as tasks of one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from anzol.api.limits import BULK
from anzol.queue import Subscription, Task

from .audience import Audience
from .body import Order
from .outbox import Outbox
from .push import NORMAL, Push

FEW = 20  # readers to whom a message goes as fast as to one


class Mailing:
    """The tasks of one batch, with as few rows as possible: what many read in the same words is stored once.

    `count` is how many readers there are so far.
    """

    def __init__(self, outbox: Outbox, batch: str) -> None:
        self._outbox, self.batch = outbox, batch
        self.count = 0
        self.tasks: list[Task] = []

    def send(self, push: Push, chats: Iterable[int | str]) -> None:
        """Add a push for some chats, which it does not name itself."""
        wanted = list(dict.fromkeys(chats))
        if len(wanted) <= FEW:
            for chat in wanted:
                self._add(replace(push, params={"chat_id": chat, **push.params}))
        else:
            many = replace(push, priority=BULK)
            self.tasks += self._outbox.broadcast_tasks(many, wanted, self.batch, self.count)
            self.count += len(wanted)

    def send_to(
        self, push_in: Callable[[str], Push | None], readers: Iterable[Subscription]
    ) -> None:
        """Add the push in each reader's language, for all of them; None is none for those who read it."""
        pushes: dict[str, Push | None] = {}
        alike: dict[str, tuple[Push, list[int]]] = {}
        for reader in readers:
            if reader.language not in pushes:
                pushes[reader.language] = push_in(reader.language)
            push = pushes[reader.language]
            if push is None:
                continue
            if reader.thread:
                to = {"chat_id": reader.chat, "message_thread_id": reader.thread}
                self._add(replace(push, params={**to, **push.params}))
            else:
                alike.setdefault(repr(push.params), (push, []))[1].append(reader.chat)
        for push, chats in alike.values():
            self.send(push, chats)

    def store(self) -> bool:
        """Store everything, or nothing when the batch is there already; return which. Raise Unavailable."""
        return self._outbox.store(self.tasks)

    def _add(self, push: Push) -> None:
        self.tasks += self._outbox.tasks([push], self.batch, self.count)
        self.count += 1


def mail(outbox: Outbox, audience: Audience, order: Order, batch: str) -> tuple[int, bool]:
    """Store what a request asks for; return how many read it, and whether it is new. Raise Unavailable."""
    mailing = Mailing(outbox, batch)
    push = Push(order.method, order.params, order.due, order.ttl, NORMAL)
    if order.topic:
        mailing.send_to(lambda language: push, audience.subscribers(order.topic))
    else:
        mailing.send(push, order.chats)
    return mailing.count, mailing.store()
