"""Between the inbox and the bot: an update becomes an arrival, a handler's outcome becomes the inbox's."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anzol.api.client import REFUSED, Bot, WebhookReply
from anzol.api.errors import Retry
from anzol.api.methods import did_you_mean, schema
from anzol.api.updates import LIFETIMES, NORMAL, PRIORITIES, kind_of, lane_of
from anzol.bot.context import Context
from anzol.bot.router import Router
from anzol.bot.run import run
from anzol.queue import Again, Arrival, Work
from anzol.settings import SettingsError

from . import logs
from .apicalls import counted

log = logging.getLogger("anzol")
LIBRARY = Path(__file__).parent.parent

# Telegram sends an album as single messages and does not say how many; they come within this many seconds.
ALBUM_QUIET = 1.2


def check_webhook_reply(methods: tuple[str, ...]) -> None:
    """Raise `SettingsError` with a line for each method of `WEBHOOK_REPLY` that cannot travel in a response."""
    wrong, names = [], {name.lower(): name for name in schema()["methods"]}
    for name in methods:
        known = names.get(name.lower())
        if known is None:
            wrong.append(f"the Bot API has no method {name!r}{did_you_mean(name, names.values())}")
        elif known.lower().startswith(REFUSED):
            wrong.append(f"Telegram does not take {known} in a response; leave it out.")
    if wrong:
        raise SettingsError([f"WEBHOOK_REPLY: {line}" for line in wrong])


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


def gather(work: Work, since: float) -> list[dict[str, Any]]:
    """The messages of the album that this update begins; they end with it. Raises `Retry` while more may come.

    The parts wait in the inbox, so that a restart in between loses none; what Telegram could not deliver meanwhile
    has come a moment after `since`, the server's start.
    """
    parts = [(work.seq, work.received, _message(work))]
    group = parts[0][2].get("media_group_id")
    for other in work.following():
        message = _message(other)
        if message.get("media_group_id") == group:
            parts.append((other.seq, other.received, message))
    newest = max(received for _, received, _ in parts)
    rest = max(newest, since) + ALBUM_QUIET - time.time()
    if rest > 0:
        raise Retry(after=rest, counted=False)
    work.absorb(seq for seq, _, _ in parts[1:])
    return [message for _, _, message in parts]


def _message(work: Work) -> dict[str, Any]:
    update = json.loads(work.body)
    message: dict[str, Any] = update.get(work.kind) or {}
    return message


@dataclass(slots=True)
class Run:
    """What became of one run of a handler. Times in seconds; `waited` since the update was received."""

    kind: str
    waited: float
    ran: float = 0.0
    # done, unhandled, unreachable (blocked), again (another attempt follows), waiting (for more) or dead
    outcome: str = "dead"
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
        self._responses: dict[int, WebhookReply] = {}
        self._since = time.time()

    def handle(self, work: Work) -> None:
        """Run one update. Raises `Again` for another try, anything else to bury it."""
        started = time.time()
        this = Run(work.kind, started - work.received)
        with logs.about(update=work.update_id), counted() as count:
            try:
                self._run(work, this)
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
        """The place for a call in the response to an update that is run inside; for none of a repeated delivery."""
        reply = WebhookReply(methods)
        mine = self._responses.setdefault(update_id, reply) is reply
        try:
            yield reply
        finally:
            if mine:
                del self._responses[update_id]

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
        this.outcome, this.text = "done", handler or "no handler takes it"
        if ctx.gone:
            this.outcome, this.text = "unreachable", "the chat no longer lets the bot in"
        elif handler is None:
            this.outcome = "unhandled"

    def on_dead(self, work: Work, error: BaseException) -> None:
        """Log an update that was buried, and tell the admin once for each kind of error."""
        with logs.about(update=work.update_id):
            log.error(
                "update %s %s is dead (flask inbox show %s)",
                work.update_id,
                work.kind,
                work.seq,
                exc_info=error,
            )
            kind = kind_of_error(error)
            if self._admin_chat and kind not in self._told and self._tell(work, error):
                self._told.add(kind)

    def _tell(self, work: Work, error: BaseException) -> bool:
        """Whether the admin's chat took it."""
        text = f"Update {work.update_id} failed: {logs.describe(error)}"[:1000]
        try:
            self._bot.send_message(
                self._admin_chat,
                f"{text}\nin {place_of(error)}\nflask inbox show {work.seq} has the rest.",
            )
        except Exception as failure:
            log.warning("ADMIN_CHAT could not be told: %s", logs.describe(failure))
            return False
        return True


def kind_of_error(error: BaseException) -> tuple[object, ...]:
    """What makes two errors the same to an admin: the type, Telegram's code, and where."""
    return type(error).__name__, getattr(error, "code", None), place_of(error)


def place_of(error: BaseException) -> str:
    """The last line outside of this library that an exception went through, as `start.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(LIBRARY)] or frames
    return "".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in own[-1:])
