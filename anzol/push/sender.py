"""The sender: makes the calls of the outbox at Telegram's pace, and says of each what became of it."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from anzol.api.carrier import Carrier
from anzol.api.client import Bot, is_harmless
from anzol.api.errors import (
    ApiError,
    ChatMigrated,
    Forbidden,
    NetworkError,
    Outage,
    RetryAfter,
    TelegramError,
)
from anzol.api.limits import PER_BOT
from anzol.api.memory import Memory
from anzol.queue import Again, Crew, Failed, Task, Work

from .outbox import QUEUE, SPREADING, Outbox, batch_of, shelf_of
from .push import decoded

log = logging.getLogger("anzol")

T = TypeVar("T")

# Calls under way at once: as many as answers that take a second and a half need, and few enough that a kill repeats few.
WORKERS, HURRYING = 40, 20
ATTEMPTS = 20
RELOAD = 30.0  # seconds after which is read which chats another process found gone
AWAY = 5.0  # seconds until a message is looked at again whose bot is not served here
SCHEDULE = (1.0, 4.0, 15.0, 60.0)
MOVED = "migrated:"  # the sessions that note which group has become which supergroup

# What Telegram says to editMessageText when the message has a caption instead.
OTHER_KIND = "there is no text in the message to edit"
LOST = "lost: no answer came, so it may have arrived"


class Sender:
    """The sender of one bot's messages. `on_end(outcome)` is called for each: sent, gone, refused, lost or failed.

    `gone()` returns the stored chats that have shut the bot out. `on_gone(chat, work)` is called when another one does,
    before that is stored together with the end of `work`.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        on_end: Callable[[str], None] = lambda outcome: None,
        on_gone: Callable[[int | str, Work], None] = lambda chat, work: None,
        gone: Callable[[], set[int | str]] = set,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._load_gone, self._gone, self._loaded = gone, set[int | str](), -math.inf
        self._on_end, self._on_gone, self._clock = on_end, on_gone, clock
        self._follows = ("", 0.0)  # as whom it sends, and when its first message came
        self._told = ""  # the batch of which the log has said that something of it is refused
        # Returns what carries the calls of a batch, where each is to name it.
        self.naming: Callable[[str], Carrier] | None = None

    def send(self, work: Work) -> None:
        """Make one call. Raise Again for another try, Failed for what cannot be sent."""
        body = json.loads(work.body)
        method, params = body["method"], decoded(body["params"])
        chat = params.get("chat_id")
        if isinstance(chat, int | str):
            chat = params["chat_id"] = self._home(work, chat)
            if str(chat) in work.state(shelf_of(chat)):
                raise Gone("the chat did not let the bot in before, and has not written since")
        # One call, which the end of the run follows.
        memory = Memory(work.calls, work.keep, is_repeated=work.is_repeated)
        transport = self.naming and self.naming(batch_of(work.key))
        bot = self._bot.pushing(
            memory, waiting=work.waiting, calling=work.calling, transport=transport
        )
        self._follow(work.owner)
        try:
            try:
                result = self._call(bot, work, method, params)
            except ApiError as error:
                other = body.get("otherwise")
                if other is None or OTHER_KIND not in error.description:
                    raise
                method, params = other["method"], decoded(other["params"])
                result = self._call(bot, work, method, params)
        except TelegramError as error:
            raise self._reason(method, error, work) from error
        except FileNotFoundError as error:
            raise Failed(f"refused: {error.filename} is gone") from error
        chat = self._keep_move(work, chat)
        work.result = json.dumps({"chat": chat, "messages": numbers_of(result)})
        work.when_returned(self._report)

    def _call(self, bot: Bot, work: Work, method: str, params: dict[str, Any]) -> Any:
        """Make a call in its turn; raise Again while there is none."""
        turn = bot.limits.push(method, params, work.row.priority, lambda: not work.cancelled)
        if isinstance(turn, float):
            raise Again(turn, counted=False)
        try:
            return bot.call(method, **params)
        finally:
            if turn is not None:
                bot.limits.end(turn)

    def _follow(self, owner: str) -> None:
        """Let a second pass before the first message: nobody knows what a sender that was killed sent in its last one.

        A process that others took for dead takes part anew, as another owner, and follows one of them.
        """
        now = self._clock()
        if self._follows[0] != owner:
            self._follows = (owner, now)
        left = self._follows[1] + PER_BOT.seconds - now
        if left > 0:
            raise Again(left, counted=False)

    def _report(self, conflict: bool) -> None:
        if not conflict:
            self._on_end("sent")

    def _home(self, work: Work, chat: int | str) -> int | str:
        """Return the supergroup that a group has become."""
        if isinstance(chat, str) or chat > 0:
            return chat
        if chat not in self._bot.moved and (to := work.state(f"{MOVED}{chat}").get("to")):
            self._bot.moved[chat] = to
        return self._bot.moved.get(chat, chat)

    def _keep_move(self, work: Work, chat: Any) -> Any:
        """Note that a call has found its group to be a supergroup; return the chat that it went to."""
        to = self._bot.moved.get(chat)
        if to is None:
            return chat
        work.state(f"{MOVED}{chat}")["to"] = to
        return to

    def _reason(self, method: str, error: TelegramError, work: Work) -> Exception:
        """Return what an error means for the task."""
        if isinstance(error, RetryAfter):
            return Again(float(error.retry_after), error, counted=False)
        if isinstance(error, Outage):
            return Again(0.0, error, counted=False)
        if isinstance(error, NetworkError):
            is_safe = not error.sent or is_harmless(method)
            return Again(cause=error) if is_safe else Failed(LOST)
        if isinstance(error, Forbidden) and error.chat_id is not None:
            return Gone(error.description, error.chat_id)
        if isinstance(error, ApiError) and error.code >= 500:
            return Again(cause=error)
        if isinstance(error, ChatMigrated):
            return Failed("refused: the group has become a supergroup, without this message")
        assert isinstance(error, ApiError)
        return Failed(f"refused: {error.code} {error.description}")

    def hear(self, chat: int | None, work: Work) -> None:
        """Send to a chat again that had shut the bot out: an update of it has come."""
        now = self._clock()
        if now - self._loaded > RELOAD:
            self._loaded = now
            self._gone = self._load_gone()
        if chat is not None and chat in self._gone:
            self._gone.discard(chat)
            work.state(shelf_of(chat)).pop(str(chat), None)

    def give_up(self, work: Work, error: BaseException) -> Iterable[Task]:
        """Note what a message that is given up means: with its burial, so that both or none are stored."""
        if isinstance(error, Gone) and error.chat is not None:
            work.state(shelf_of(error.chat))[str(error.chat)] = work.now()
            self._gone.add(error.chat)
            self._on_gone(error.chat, work)
        outcome = str(error).partition(":")[0] if isinstance(error, Failed) else "failed"
        if outcome == "failed":
            log.warning("push %s (%s) failed: %s", work.key, work.kind, type(error).__name__)
        elif outcome == "refused" and (batch := batch_of(work.key)) != self._told:
            self._told = batch  # one line for a broadcast, not 100,000
            log.warning("push %s is %s", batch, error)
        self._on_end(outcome)
        return ()


def crews(
    sender_of: Callable[[int], Sender | None],
    outbox_of: Callable[[int], Outbox | None],
    outage: float = 24 * 3600.0,
) -> dict[str, Crew]:
    """Return the crews of the queues that outboxes have, by their names; a bot that is None waits."""

    def send(work: Work) -> None:
        known(sender_of(work.bot)).send(work)

    def spread(work: Work) -> None:
        known(outbox_of(work.bot)).spread(work)

    def give_up(work: Work, error: BaseException) -> Iterable[Task]:
        sender = sender_of(work.bot)
        return () if sender is None else sender.give_up(work, error)

    return {
        QUEUE: Crew(
            send,
            workers=WORKERS,
            urgent=HURRYING,
            attempts=ATTEMPTS,
            schedule=SCHEDULE,
            outage=outage,
            on_dead=give_up,
            sole=True,
        ),
        SPREADING: Crew(spread, workers=1, urgent=0, outage=outage),
    }


def known(found: T | None) -> T:
    """Return what was found; raise Again where a bot is not served here at the moment."""
    if found is None:
        raise Again(AWAY, counted=False)
    return found


class Gone(Failed):
    """The chat does not let the bot in; `chat` where Telegram has just said so."""

    def __init__(self, reason: str, chat: int | str | None = None) -> None:
        super().__init__(f"gone: {reason}")
        self.chat = chat


def numbers_of(result: Any) -> list[int]:
    """Return the numbers of the messages that a call has made."""
    found = result if isinstance(result, list) else [result]
    return [
        message["message_id"]
        for message in found
        if isinstance(message, dict) and isinstance(message.get("message_id"), int)
    ]
