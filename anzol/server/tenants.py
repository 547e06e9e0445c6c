"""`Tenant`: one bot of the server, with what is its own. Another bot's flood, outage or refused token does not affect it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from anzol.api.client import Bot, prober
from anzol.api.jsontext import encode_json
from anzol.api.reach import REFUSED, WELL, Reach
from anzol.api.transport import Transport
from anzol.bot.router import Router
from anzol.push.audience import Audience
from anzol.push.outbox import Outbox
from anzol.push.rules import Rules
from anzol.push.sender import Sender
from anzol.push.ticks import Ticks
from anzol.queue import Queue, Task, Unavailable, Work
from anzol.settings import Settings

from . import logs
from .alarms import Alarm
from .health import Registered
from .metrics import Meter
from .observed import Observed
from .outlet import WorkOutlet
from .postbox import OutboxPostbox
from .rules import warn_of_strangers, with_rules
from .subscriptions import admins_of, topics_of
from .updates import Updates, task_of
from .webhook import Result

log = logging.getLogger("anzol")


class Tenant:
    """One bot: its client, its handlers, its settings (with no other bot's token), and what Telegram knows of it.

    The queue, in which each bot has lanes of its own, and `inline`, the places of requests that wait for a handler,
    belong to the server.
    """

    def __init__(
        self,
        token: str,
        router: Router,
        settings: Settings,
        *,
        queue: Queue,
        meter: Meter,
        inline: threading.BoundedSemaphore,
        context: Callable[[], AbstractContextManager[object]],
        rules: Rules,
    ) -> None:
        self.settings, self.queue, self.rules = settings, queue, rules
        self.own, self.router = router, with_rules(router, rules)
        self._meter, self._inline = meter, inline
        self._transport = Transport(token, settings.telegram_api_url, pool_size=settings.workers)
        self.bot = Bot(
            token,
            transport=Observed(self._transport, meter.called),
            probe=prober(token, settings.telegram_api_url),
        )
        self.bot.reach.listen(self._hear)
        self._is_away = False
        self.alarm = Alarm(self.bot, settings.admin_chat)
        admins = admins_of(router) | rules.admins | {settings.admin_chat} - {0}
        self.outbox = Outbox(queue, self.bot.id)
        topics = [*rules.topics, *topics_of(router)]
        self.audience = Audience(queue.subscriptions(self.bot.id), topics, admins)
        warn_of_strangers(rules, {topic.name for topic in topics})
        self.sender = Sender(
            self.bot, on_end=meter.pushed, on_gone=self._drop, gone=self.outbox.gone
        )
        self.updates = Updates(
            self.router,
            self.bot,
            attempts=settings.handler_attempts,
            outage=settings.outage_hours * 3600.0,
            alarm=self.alarm,
            on_run=meter.ran,
            context=context,
            subscribing=self.audience,
            outlet=lambda work: WorkOutlet(work, self.outbox, self.audience),
            heard=self.sender.hear,
        )
        self.bot.postbox = OutboxPostbox(self.outbox, self.audience)
        self.ticks = Ticks(queue, self.bot.id, router.schedules)
        self.registered = Registered(self.bot.get_webhook_info, doubt=self.bot.reach.doubt)

    def __repr__(self) -> str:
        return f"<Tenant {self.id}>"

    @property
    def id(self) -> int:
        """Return the bot's number."""
        return self.bot.id

    def plan(self) -> None:
        """Store when the handlers with a schedule are due next."""
        try:
            self.ticks.plan()
        except Unavailable as error:
            log.warning("The schedule could not be stored: %s.", error)

    def store(self, update: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        """Store an update and return when it is committed. Raises `Unavailable` when it is not.

        With PROCESSING=inline, wait for its handler and return the call that its response carries, if any.
        """
        found = task_of(self.id, update, body, self.router.selection.lane_of)
        if self.settings.processing == "threads" or not self._inline.acquire(blocking=False):
            # Inline, as many requests wait as Telegram has connections: the other threads serve /healthz and the like.
            self._meter.received(found.kind, repeated=not self.queue.put(found))
            return None
        try:
            reply = self.updates.reserve(found.key, self.settings.webhook_reply)
            try:
                self._meter.received(found.kind, repeated=not self.queue.put_and_wait(found))
            finally:
                call = self.updates.release(found.key, reply)
            return call
        finally:
            self._inline.release()

    def store_all(self, updates: list[dict[str, Any]]) -> None:
        """Store an answer of getUpdates in one transaction, in its order. Raises `Unavailable`: then none is stored."""
        tasks = [
            task_of(self.id, update, encode_json(update), self.router.selection.lane_of)
            for update in updates
        ]
        for task, is_new in zip(tasks, self.queue.put_all(tasks), strict=True):
            self._meter.received(task.kind, repeated=not is_new)

    def store_soon(
        self, update: dict[str, Any], body: bytes, done: Callable[[Result], None]
    ) -> None:
        """Store an update without waiting: `done` is called with what `store` would return or raise.

        That is on the queue's thread. Raises `Unavailable` when refused immediately; `done` is not called then.
        """
        found = task_of(self.id, update, body, self.router.selection.lane_of)
        if self.settings.processing != "threads":
            Inline(self, self._meter, found, done).put()
            return

        def committed(result: bool | Exception) -> None:
            if isinstance(result, Exception):
                done(Unavailable(str(result)))
            else:
                done(None)  # before it is counted, since Telegram waits
                self._meter.received(found.kind, repeated=not result)

        self.queue.put_soon(found, committed)

    def name_pushes(self) -> None:
        """Have each call of the outbox name its batch, for the simulator's inspector."""
        self.sender.naming = lambda batch: Observed(
            self._transport.naming(batch), self._meter.called
        )

    def close(self) -> None:
        """End what the bot has running apart from its handlers."""
        self.bot.reach.close()

    def _drop(self, chat: int | str, work: Work) -> None:
        """Drop the subscriptions of a chat that has shut the bot out."""
        if isinstance(chat, int):
            self.audience.drop(chat)

    def _hear(self, reach: Reach) -> None:
        """Hold the bot's updates while Telegram is unreachable; log when that begins and when it ends."""
        with logs.about(**self.updates.fields):
            was_away, self._is_away = self._is_away, reach.state != WELL
            if not self._is_away:
                self.queue.resume(self.id)
                waiting = self.queue.of(self.id).counts()["open"]
                log.warning("Telegram is back: running the %d stored updates.", waiting)
                return
            if not was_away:
                self._meter.away()
            self.queue.pause(self.id, reach.reason)
            if reach.state == REFUSED:
                log.error(
                    "Telegram refuses the token (%s): the bot is paused. Updates are stored and kept; "
                    "set TELEGRAM_BOT_TOKEN and start again.",
                    reach.reason,
                )
            else:
                log.warning("Telegram is away (%s): updates are stored and wait.", reach.reason)


class Inline:
    """An update whose answer waits for its handler, and may carry a call."""

    def __init__(
        self, tenant: Tenant, meter: Meter, task: Task, done: Callable[[Result], None]
    ) -> None:
        self._tenant, self._meter, self._task, self._done = tenant, meter, task, done

    def put(self) -> None:
        """Store it. Raises `Unavailable`."""
        tenant = self._tenant
        self._reply = tenant.updates.reserve(self._task.key, tenant.settings.webhook_reply)
        try:
            tenant.queue.put_soon(self._task, self._committed, self._finished)
        except BaseException:
            self._release()
            raise

    def _committed(self, result: bool | Exception) -> None:
        if isinstance(result, Exception):
            self._release()
            self._done(Unavailable(str(result)))
            return
        self._meter.received(self._task.kind, repeated=not result)
        if not result:
            self._finished()

    def _finished(self) -> None:
        self._done(self._release())

    def _release(self) -> dict[str, Any] | None:
        return self._tenant.updates.release(self._task.key, self._reply)
