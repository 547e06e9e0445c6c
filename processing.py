"""Between the inbox and the bot: an update becomes an arrival, a handler's outcome becomes the inbox's."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import logs
from apicalls import counted
from bot import Bot, Context, Retry, Router, TelegramError
from bot.running import run
from bot.updates import LIFETIMES, NORMAL, PRIORITIES, kind_of, lane_of
from inbox import Again, Arrival, Work

log = logging.getLogger("gancho")


def arrival(bot_id: int, update: dict[str, Any], body: bytes) -> Arrival:
    """Say how an update is stored: its lane, how urgent it is, and for how long it is worth running."""
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


@dataclass(slots=True)
class Run:
    """What became of one run of a handler. Times in seconds; `waited` since the update was received."""

    kind: str
    waited: float
    ran: float = 0.0
    outcome: str = "dead"  # done, unhandled, again (another attempt follows) or dead
    text: str = "failed"


class Processor:
    """Run stored updates through the router, with session and remembered replies from the inbox."""

    def __init__(
        self,
        router: Router,
        bot: Bot,
        *,
        attempts: int,
        admin_chat: int = 0,
        on_run: Callable[[Run], None] = lambda run: None,
    ) -> None:
        self._router = router
        self._bot = bot
        self._attempts = attempts
        self._admin_chat = admin_chat
        self._on_run = on_run
        self._told: set[str] = set()

    def handle(self, work: Work) -> None:
        """Run one update. Raises `Again` for another try, anything else to bury it."""
        started = time.time()
        this = Run(work.kind, started - work.received)
        with logs.about(update=work.update_id), counted() as count:
            try:
                self._run(work, this)
            finally:
                this.ran = time.time() - started
                log.info(
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
                self._on_run(this)

    def _run(self, work: Work, this: Run) -> None:
        ctx = Context(json.loads(work.body), self._bot.remembering(work.once), work.state)
        try:
            handler = run(self._router, ctx, last_try=work.attempt >= self._attempts)
        except Retry as again:
            cause = again.__cause__ or again
            this.outcome, this.text = "again", f"attempt {work.attempt} failed: {cause}"
            raise Again(again.after, cause=cause) from None
        this.outcome, this.text = "done", handler or "no handler takes it"
        if handler is None:
            this.outcome = "unhandled"

    def on_dead(self, work: Work, error: BaseException) -> None:
        """Log an update that was buried, and tell the admin once for each kind of error."""
        log.error(
            "update %s %s is dead (flask inbox show %s): %s",
            work.update_id,
            work.kind,
            work.seq,
            "".join(traceback.format_exception(error)),
            extra=logs.fields(update=work.update_id),
        )
        place = traceback.extract_tb(error.__traceback__)[-1:]
        kind = f"{type(error).__name__} {[(frame.filename, frame.lineno) for frame in place]}"
        if not self._admin_chat or kind in self._told:
            return
        self._told.add(kind)
        text = f"Update {work.update_id} failed: {type(error).__name__}: {error}"[:1000]
        try:
            self._bot.send_message(
                self._admin_chat, f"{text}\nflask inbox show {work.seq} has the rest."
            )
        except TelegramError as failure:
            log.warning("ADMIN_CHAT could not be told: %s", failure)
