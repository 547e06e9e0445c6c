"""Between the inbox and the bot: an update becomes an arrival, a handler's outcome becomes the inbox's."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import Any

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


class Processor:
    """Run stored updates through the router, with session and remembered replies from the inbox."""

    def __init__(self, router: Router, bot: Bot, *, attempts: int, admin_chat: int = 0) -> None:
        self._router = router
        self._bot = bot
        self._attempts = attempts
        self._admin_chat = admin_chat
        self._told: set[str] = set()

    def handle(self, work: Work) -> None:
        """Run one update. Raises `Again` for another try, anything else to bury it."""
        started = time.time()
        ctx = Context(json.loads(work.body), self._bot.remembering(work.once), work.state)
        outcome = "failed"
        try:
            name = run(self._router, ctx, last_try=work.attempt >= self._attempts)
            outcome = name or "no handler takes it"
        except Retry as again:
            outcome = f"again, attempt {work.attempt} failed: {again.__cause__ or again}"
            raise Again(again.after, cause=again.__cause__ or again) from None
        finally:
            log.info(
                "update %s %s %s waited %.0f ms, ran %.0f ms: %s",
                work.update_id,
                work.kind,
                work.lane,
                (started - work.received) * 1000,
                (time.time() - started) * 1000,
                outcome,
            )

    def on_dead(self, work: Work, error: BaseException) -> None:
        """Log an update that was buried, and tell the admin once for each kind of error."""
        log.error(
            "update %s %s is dead (flask inbox show %s): %s",
            work.update_id,
            work.kind,
            work.seq,
            "".join(traceback.format_exception(error)),
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
