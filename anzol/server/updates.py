"""Updates as tasks: stored in their chat's lane, run through the router, their outcome handed back to the queue."""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from threading import Lock
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import Outage, Retry, RetryAfter
from anzol.api.memory import Memory
from anzol.api.updates import LIFETIMES, NORMAL, OWN_KINDS, PRIORITIES, kind_of, lane_of
from anzol.api.webhookreply import WebhookReply
from anzol.bot.albums import gather
from anzol.bot.outlet import Outlet
from anzol.bot.router import Router
from anzol.bot.run import run
from anzol.bot.subscribing import Subscribing
from anzol.queue import Again, Task, Work

from . import logs
from .alarms import Alarm
from .runs import RUNNING, Run

log = logging.getLogger("anzol")

OUTAGE_SECONDS = 24 * 3600.0  # as long as Telegram itself keeps an update
RETURNED = ("done", "unhandled", "unreachable")  # what may still lose a session's conflict
ANSWERED = 1000  # responses with a call in them, kept for deliveries whose answer got lost


def task_of(
    bot_id: int,
    update: dict[str, Any],
    body: bytes,
    lane_of: Callable[[dict[str, Any], str], str] = lane_of,
) -> Task:
    """Return how an update is stored: its lane, how urgent it is, and for how long it is worth running.

    The lane is `lane_of(update, kind)`, such as a router's, whose routes may ask for another one than the chat's.
    """
    kind = kind_of(update)
    return Task(
        bot=bot_id,
        key=str(update["update_id"]),
        lane=lane_of(update, kind),
        body=body,
        kind=kind[:64],
        priority=PRIORITIES.get(kind, NORMAL),
        lifetime=LIFETIMES.get(kind),
        parsed=update,
    )


def says_goodbye(changed: dict[str, Any]) -> bool:
    """Return whether a `my_chat_member` tells that the bot was blocked, or removed from a chat."""
    member = changed.get("new_chat_member")
    return isinstance(member, dict) and member.get("status") in ("kicked", "left")


def number_of(key: str) -> int:
    """Return Telegram's number of an update; 0 for one of our own, whose key is a text."""
    return int(key) if key.isdecimal() else 0


class Updates:
    """Run stored updates through the router, with session and remembered replies from the queue.

    Each run has a context of its own from `context()`, such as a Flask app's. What fails for the network's sake is
    tried again until it is `outage` seconds old.
    """

    def __init__(
        self,
        router: Router,
        bot: Bot,
        *,
        attempts: int,
        outage: float = OUTAGE_SECONDS,
        alarm: Alarm | None = None,
        on_run: Callable[[Run], None] = lambda run: None,
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
        subscribing: Subscribing | None = None,
        outlet: Callable[[Work], Outlet | None] = lambda work: None,
        heard: Callable[[int | None, Work], None] = lambda chat, work: None,
    ) -> None:
        self._router = router
        self._subscribing, self._outlet, self._heard = subscribing, outlet, heard
        self._bot = bot
        self._attempts = attempts
        self._outage = outage
        self._alarm = alarm
        self.on_run = [on_run]
        self._context = context
        self._lock = Lock()
        self._responses: dict[str, WebhookReply] = {}
        self._answered: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._started = time.monotonic()
        self.fields: dict[str, Any] = {}  # of each line of the log

    def handle(self, work: Work) -> None:
        """Run one update. Raise `Again` for another try, anything else to bury it."""
        started = time.monotonic()
        row = work.row  # which has its fields at hand, where each property of `work` is a function
        number = number_of(row.key)
        this = Run(row.kind, work.now() - row.received, 0.0, number)
        about = logs.ABOUT.set({"update": number or row.key, **self.fields})
        running = RUNNING.set(this)
        try:
            with self._context():
                self._run(work, this)
            work.when_returned(partial(self._report, work, this))
        except Exception as error:
            this.error = error.cause if isinstance(error, Again) else error
            if this.outcome in RETURNED:  # it failed after its handler had returned
                this.handler, this.outcome, this.text = "", "dead", "failed"
            raise
        finally:
            RUNNING.reset(running)
            logs.ABOUT.reset(about)
            this.ran = time.monotonic() - started
            if this.outcome not in RETURNED:
                self._report(work, this)

    def _report(self, work: Work, this: Run, conflict: bool = False) -> None:
        """Tell what became of a run: one line, and whoever counts them."""
        if conflict:
            this.outcome = "again"
            this.text = "runs again: another chat has changed the same session meanwhile"
        waits = this.outcome == "waiting"
        level = logging.DEBUG if waits else logging.INFO
        if log.isEnabledFor(level):
            row = work.row
            named = {
                "update": this.update_id or row.key,
                **self.fields,
                "kind": row.kind,
                "lane": row.lane,
                "waited_ms": round(this.waited * 1000),
                "ran_ms": round(this.ran * 1000),
                "calls": this.calls,
                "outcome": this.outcome,
            }
            log.handle(logs.Line(log.name, level, this.text, named))
        if not waits:
            for tell in self.on_run:
                tell(this)

    def reserve(self, key: str, methods: tuple[str, ...]) -> WebhookReply:
        """Return a place for a call in the response to an update that is to be run; `release` it afterwards.

        A repeated delivery gets the call of the first one's response again: that may not have arrived.
        """
        reply = WebhookReply(methods)
        with self._lock:
            mine = self._responses.setdefault(key, reply) is reply
            if mine and (call := self._answered.get(key)) is not None:
                reply.take(call["method"], {name: call[name] for name in call if name != "method"})
        return reply

    def release(self, key: str, reply: WebhookReply) -> dict[str, Any] | None:
        """Return the call for the response, if there is one; later calls are sent as usual."""
        call = reply.close()
        with self._lock:
            if self._responses.get(key) is reply:
                del self._responses[key]
                if call is not None:
                    self._answered[key] = call
                    while len(self._answered) > ANSWERED:
                        self._answered.popitem(last=False)
        return call

    def _named(self, work: Work) -> dict[str, Any]:
        """Return the fields by which each line of the log says what it is about."""
        return {"update": number_of(work.key) or work.key, **self.fields}

    def _uptime(self) -> float:
        return time.monotonic() - self._started

    def on_dead(self, work: Work, error: BaseException) -> Iterable[Task]:
        """Log an update that is buried; return the alert for the admin."""
        with logs.about(**self._named(work)):
            log.error(
                "update %s (%s) is dead; flask inbox show %s has the traceback",
                work.key,
                work.kind,
                work.seq,
                exc_info=error,
            )
        return () if self._alarm is None else self._alarm.of(work, error)

    def _run(self, work: Work, this: Run) -> None:
        row = work.row
        memory = Memory(work.calls, work.record, work.keep, is_repeated=row.runs > 1)
        outlet = self._outlet(work)
        bot = self._bot.remembering(
            memory,
            self._responses.get(row.key) if self._responses else None,
            waiting=work.waiting,
            calling=work.calling,
            postbox=outlet,
        )
        # All by position: names would make a class' call collect them in a dict first, for every run.
        ctx = self._router.context(
            json.loads(row.body) if row.parsed is None else row.parsed,
            bot,
            work.state,
            lambda: gather(work, work.now() - self._uptime(), work.now()),  # the album
            work.revert,  # to roll back
            work.peek,
            lambda: work.cancelled,
            self._subscribing,
            outlet,
        )
        goodbye = ctx.kind == "my_chat_member" and says_goodbye(ctx.event)
        if row.kind not in OWN_KINDS and not goodbye:
            self._heard(ctx.address.chat, work)
        try:
            handler = run(self._router, ctx, last_try=row.attempts >= self._attempts)
        except Retry as again:
            cause = again.__cause__ or again
            this.outcome, this.text = "waiting", logs.describe(cause)
            is_outage = isinstance(cause, Outage | RetryAfter)
            if is_outage and work.now() - work.received > self._outage:
                this.outcome = "dead"
                raise cause from None
            if again.counted:
                this.outcome = "again"
                this.text = f"attempt {work.attempt} failed: {this.text}"
            asked = again.__cause__ is None
            raise Again(again.after, cause, counted=again.counted, asked=asked) from None
        this.handler = handler or ""
        this.outcome, this.text = "done", handler or "no handler takes it"
        if ctx.gone:
            this.outcome, this.text = "unreachable", "the chat no longer lets the bot in"
        elif handler is None:
            this.outcome = "unhandled"
