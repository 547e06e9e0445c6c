"""An update on its way: stored as a task of its chat's lane, run through the router, its outcome told to the queue."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from anzol.api.client import Bot, WebhookReply
from anzol.api.errors import Retry
from anzol.api.updates import LIFETIMES, NORMAL, PRIORITIES, kind_of, lane_of
from anzol.bot.albums import gather
from anzol.bot.context import Context
from anzol.bot.router import Router
from anzol.bot.run import run
from anzol.queue import Again, Arrival, Work

from . import logs
from .alarms import Alarm
from .metrics import Run, counted

log = logging.getLogger("anzol")


def arrival(bot_id: int, update: dict[str, Any], body: bytes) -> Arrival:
    """Return how an update is stored: its lane, how urgent it is, and for how long it is worth running."""
    kind = kind_of(update)
    return Arrival(
        bot=bot_id,
        update_id=update["update_id"],
        lane=lane_of(update),
        body=body,
        kind=kind,
        priority=PRIORITIES.get(kind, NORMAL),
        lifetime=LIFETIMES.get(kind),
    )


class Updates:
    """Run stored updates through the router, with session and remembered replies from the queue.

    Each run has a context of its own from `context()`, such as a Flask app's.
    """

    def __init__(
        self,
        router: Router,
        bot: Bot,
        *,
        attempts: int,
        admin_chat: int = 0,
        on_run: Callable[[Run], None] = lambda run: None,
        context: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._router = router
        self._bot = bot
        self._attempts = attempts
        self._alarm = Alarm(bot, admin_chat)
        self._on_run = on_run
        self._context = context
        self._responses: dict[int, WebhookReply] = {}
        self._since = time.time()

    def handle(self, work: Work) -> None:
        """Run one update. Raise `Again` for another try, anything else to bury it."""
        started = time.time()
        this = Run(work.kind, started - work.received, update_id=work.update_id)
        with logs.about(update=work.update_id), counted() as count:
            try:
                with self._context():
                    self._run(work, this)
            except Exception as error:
                this.error = error.__cause__ if isinstance(error, Again) else error
                raise
            finally:
                this.ran = time.time() - started
                waits = this.outcome == "waiting"
                log.log(
                    logging.DEBUG if waits else logging.INFO,
                    this.text,
                    extra=logs.fields(
                        kind=work.kind,
                        lane=work.lane,
                        waited_ms=round(this.waited * 1000),
                        ran_ms=round(this.ran * 1000),
                        calls=count.calls,
                        outcome=this.outcome,
                    ),
                )
                if not waits:
                    self._on_run(this)

    @contextmanager
    def responding(self, update_id: int, methods: tuple[str, ...]) -> Iterator[WebhookReply]:
        """Hold a place for a call in the response to an update that is run inside; none for a repeated delivery."""
        reply = WebhookReply(methods)
        mine = self._responses.setdefault(update_id, reply) is reply
        try:
            yield reply
        finally:
            if mine:
                del self._responses[update_id]

    def on_dead(self, work: Work, error: BaseException) -> None:
        """Log an update that was buried, and tell the admin."""
        with logs.about(update=work.update_id):
            log.error(
                "update %s %s is dead (flask inbox show %s)",
                work.update_id,
                work.kind,
                work.seq,
                exc_info=error,
            )
            self._alarm.tell(work, error)

    def _run(self, work: Work, this: Run) -> None:
        bot = self._bot.remembering(work.once, self._responses.get(work.update_id))
        ctx = Context(
            json.loads(work.body), bot, work.state, album=lambda: gather(work, self._since)
        )
        try:
            handler = run(self._router, ctx, last_try=work.attempt >= self._attempts)
        except Retry as again:
            cause = again.__cause__ or again
            this.outcome, this.text = "waiting", logs.describe(cause)
            if again.counted:
                this.outcome = "again"
                this.text = f"attempt {work.attempt} failed: {this.text}"
            raise Again(again.after, counted=again.counted, cause=cause) from None
        this.handler = handler or ""
        this.outcome, this.text = "done", handler or "no handler takes it"
        if ctx.gone:
            this.outcome, this.text = "unreachable", "the chat no longer lets the bot in"
        elif handler is None:
            this.outcome = "unhandled"
