"""Text that grows while it is written, such as a language model's: drawn at Telegram's pace, ended by a Stop button."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.errors import ApiError, Forbidden, Next, RetryAfter, TelegramError
from anzol.api.text import LIMIT, Text, fits, from_markdown, split

from .migration import Sessions
from .reply import Reply, keyboard
from .sending import EACH, Shown, all_shown, edit_shown, send_reply

log = logging.getLogger(__name__)

# Telegram asks for at most one message a second in a chat, 20 a minute in a group and 30 a second in all.
PRIVATE_SECONDS, GROUP_SECONDS, ALL_SECONDS = 1.0, 3.0, 1 / 25
LOOK_SECONDS = 0.3  # seconds between looks for a Stop that was pressed in another process
STOP_DATA = "anzol-stop:{id:int}"
DRAFT_STOPPED = "stopped_message_generation"  # Telegram's own Stop, under a draft
REMEMBERED = 8  # stops kept for one chat, newest last: hardly more streams run there at a time


class Stopped(BaseException):
    """Raised by `write` when the user has pressed Stop; the stream's `with` block ends with it, and nothing else."""


class Writing(Protocol):
    """The part of `ctx` that a stream uses."""

    @property
    def update(self) -> Any: ...
    @property
    def bot(self) -> Bot: ...
    @property
    def address(self) -> Address: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def router(self) -> Any: ...
    @property
    def peek(self) -> Sessions: ...
    def sign(self, data: str, *, user: bool = False) -> str: ...


class Stream:
    """A message that grows, shown as it is written.

    `write(text)` adds to it. In a private chat without `stop` it is a draft until it is finished, elsewhere a message that
    is edited. It is drawn as often as Telegram allows and with the newest text; what does not fit goes on in new messages.
    Markdown is shown formatted, also while it is unfinished. When the user presses Stop, the `with` block ends, and
    `stopped` tells.
    """

    def __init__(
        self, ctx: Writing, number: int, stop: str, reply: Reply, *, markdown: bool = True
    ) -> None:
        self.text = ""
        self.stopped = False
        self.messages: list[Shown] = []
        self.id = ctx.update["update_id"] * 16 + number
        self._ctx = ctx
        self._reply = reply
        self._markdown = markdown
        self._stop = stop
        self._drafts = (
            not stop and ctx.address.chat == ctx.address.sender and not ctx.address.business
        )
        self.draft_id = self.id % 2**31 or 1
        self._can_stop = bool(
            self._drafts and ctx.router and ctx.router.selection.takes(DRAFT_STOPPED)
        )
        self._is_open = False
        self._next_draw = self._next_look = ctx.bot.clock()
        self._pressed = threading.Event()

    def __enter__(self) -> Stream:
        self._is_open = True
        STREAMS.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> bool:
        self._is_open = False
        STREAMS.discard(self)
        self.stopped = isinstance(error, Stopped)
        if error is None or self.stopped:
            self._finish()
            return True
        if isinstance(error, Exception):
            try:
                self._finish()
            except TelegramError as failure:  # what ended the block matters more
                log.info("A stream was not finished: %s", failure)
        return False

    def write(self, text: str) -> None:
        """Add to the text, and draw it when it is time. Raises `Stopped` when the user has pressed Stop."""
        if not self._is_open:
            raise RuntimeError(
                "A stream is written inside its block: with ctx.stream() as out: ..."
            )
        self.text += text
        now = self._ctx.bot.clock()
        if self._is_stopped(now):
            raise Stopped
        if now >= self._next_draw and self.text.strip() and PACER.take(self._ctx.bot, now):
            private = self._ctx.address.chat == self._ctx.address.sender
            self._next_draw = now + (PRIVATE_SECONDS if private else GROUP_SECONDS)
            try:
                self._draw()
            except RetryAfter as error:  # by then there is more text, which goes instead
                self._next_draw = now + error.retry_after
            except Forbidden:
                raise
            except TelegramError as error:
                log.info("A stream was not drawn: %s", error)

    def press_stop(self) -> None:
        """End the stream at its next `write`."""
        self._pressed.set()

    def _is_stopped(self, now: float) -> bool:
        if self._pressed.is_set() or self._ctx.cancelled:
            return True
        if not (self._stop or self._can_stop) or now < self._next_look:
            return False
        self._next_look = now + LOOK_SECONDS
        note = str(self.id) if self._stop else draft_note(self.draft_id)
        return note in self._ctx.peek(stops_key(self._ctx.address))

    def _draw(self) -> None:
        """Show the text as it is now, with the Stop button."""
        text = self._shown()
        if self._drafts and fits(text, LIMIT):
            self._draw_draft(text)
            return
        self._drafts = False
        button = None
        if self._stop:
            data = STOP_DATA.replace("{id:int}", str(self.id))
            button = keyboard((self._stop, self._ctx.sign(data, user=True)))
        # What must not be sent twice is recorded, for a run that is repeated; an edit is not worth waiting for.
        grows = not self.messages or len(split(text, LIMIT)) > len(self.messages)
        self._show(self._ctx.bot if grows else self._ctx.bot.impatient(), text, button)

    def _draw_draft(self, text: Text) -> None:
        where = self._ctx.address.params("sendMessageDraft")
        draft: Any = {"draft_id": self.draft_id, "text": text}
        if self._can_stop:
            draft["can_stop"] = True
        try:
            self._ctx.bot.impatient().send_message_draft(**where, **draft)
        except (RetryAfter, Forbidden):
            raise
        except ApiError as error:  # a server without drafts
            log.info("%s; the stream goes on in a message", error)
            self._drafts = False

    def _finish(self) -> None:
        """Show the whole text, without the Stop button.

        A run that is repeated after Stop was pressed has nothing to add to what its forerunner has shown.
        """
        if self.text.strip() and (self.messages or self._drafts or not self.stopped):
            bot = self._ctx.bot
            if wait := PACER.reserve(bot, bot.clock()):
                bot.sleep(wait)
            self._show(bot, self._shown(), self._reply.params.get("reply_markup"))

    def _show(self, bot: Bot, text: Text, buttons: Any) -> None:
        params = self._reply.params
        if self.messages:
            each = {name: value for name, value in params.items() if name in EACH}
            reply = Reply(text, **{**each, "reply_markup": buttons})
            try:
                _, self.messages = edit_shown(bot, self.messages, reply)
                return
            except ApiError as error:
                if "not found" not in error.description:
                    raise
                log.info("%s; the stream goes on in a new message", error)
        reply = Reply(text, **{**params, "reply_markup": buttons})
        sent = send_reply(self._ctx.bot, self._ctx.address, reply)
        self.messages = all_shown(sent, self._ctx.address)

    def _shown(self) -> Text:
        return from_markdown(self.text) if self._markdown else self.text


class Streams:
    """The streams that run in this process, found by the press on their Stop button."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[tuple[int, int], Stream] = {}

    def add(self, stream: Stream) -> None:
        """Note a stream that begins."""
        with self._lock:
            self._running[stream._ctx.bot.id, stream.id] = stream

    def discard(self, stream: Stream) -> None:
        """Forget a stream that has ended."""
        with self._lock:
            self._running.pop((stream._ctx.bot.id, stream.id), None)

    def press(self, bot: int, number: int) -> None:
        """End a stream, if it runs here."""
        with self._lock:
            stream = self._running.get((bot, number))
        if stream is not None:
            stream.press_stop()

    def press_draft(self, bot: int, draft: int) -> None:
        """End the stream of a draft, if it runs here."""
        with self._lock:
            found = [one for (owner, _), one in self._running.items() if owner == bot]
        for stream in found:
            if stream.draft_id == draft:
                stream.press_stop()


STREAMS = Streams()


class Stopping(Protocol):
    """The part of `ctx` that a press on Stop uses."""

    @property
    def bot(self) -> Bot: ...
    @property
    def address(self) -> Address: ...
    @property
    def state(self) -> Sessions: ...
    def edit(self) -> Any: ...


def stop(ctx: Stopping, id: int) -> None:
    """Stop a stream wherever it runs: here at once, elsewhere when it looks for this note, also after a restart."""
    STREAMS.press(ctx.bot.id, id)
    _note_stop(ctx, str(id))
    try:
        ctx.edit()
    except ApiError as error:  # the stream's own last edit was faster
        log.info("%s", error)


def stop_draft(ctx: Any) -> None:
    """Stop the stream of a draft wherever it runs; then it is the author's handler's turn."""
    STREAMS.press_draft(ctx.bot.id, ctx.event["draft_id"])
    _note_stop(ctx, draft_note(ctx.event["draft_id"]))
    raise Next


def _note_stop(ctx: Stopping, note: str) -> None:
    notes = ctx.state(stops_key(ctx.address))
    notes[note] = True
    for old in list(notes)[:-REMEMBERED]:
        del notes[old]


def draft_note(draft: int) -> str:
    """Return the note of a draft's stop."""
    return f"draft {draft}"


def stops_key(address: Address) -> str:
    """Return the key under which a chat's stops are noted."""
    return f"stop:{address.chat}"


class Pacer:
    """The turns in which a bot's streams may draw, shared by all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: WeakKeyDictionary[Any, float] = (
            WeakKeyDictionary()
        )  # by what a bot's views share

    def take(self, bot: Bot, now: float) -> bool:
        """Take the next turn if it has come; return whether it has."""
        with self._lock:
            if now < self._free.get(bot.reach, now):
                return False
            self._free[bot.reach] = now + ALL_SECONDS
            return True

    def reserve(self, bot: Bot, now: float) -> float:
        """Take the next free turn; return the seconds until it comes."""
        with self._lock:
            turn = max(now, self._free.get(bot.reach, now))
            self._free[bot.reach] = turn + ALL_SECONDS
            return turn - now


PACER = Pacer()
