"""`ctx`: one update, its bot and what the chat has told us, as a handler gets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, overload

from anzol.api.client import Bot
from anzol.api.downloads import file_in, largest, open_download, save_download
from anzol.api.errors import HandlerError
from anzol.api.methods import did_you_mean
from anzol.api.types import Message

from . import conversation, migration
from .answers import Answers
from .reply import Reply
from .typing_action import keep_typing

State = MutableMapping[str, Any]
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Context(Answers):
    """One update; made anew for each run of a handler.

    `state(key)` gives what is kept under a key, `album()` the messages of the album that the update begins; both are the
    caller's. `router` is the outermost router, as in `ctx.router.commands()`. `gone` says that the update ended because
    its chat no longer lets the bot in.
    """

    def __init__(
        self,
        update: dict[str, Any],
        bot: Bot,
        state: Callable[[str], State] | None = None,
        album: Callable[[], list[dict[str, Any]]] | None = None,
    ) -> None:
        super().__init__(update, bot)
        self.router: Any = None
        self.gone = False
        self.state = state or _in_memory()
        self._album = album
        self._parts: list[Message] | None = None

    @property
    def session(self) -> State:
        """What this chat has told us: a dict of JSON values, saved when the update is done."""
        moved = migration.moved_to(self)
        return self.state(self.lane if moved is None else f"chat:{moved}")

    @property
    def user_session(self) -> State:
        """What this user has told us, in every chat."""
        if self.user is None:
            raise AttributeError(f"A {self.kind} comes from no user, so it has no user_session.")
        return self.state(f"user:{self.user.id}")

    def ask(
        self,
        question: str | Reply,
        keyboard: Any = None,
        *,
        then: str,
        timeout: float | None = 3600.0,
        **params: Any,
    ) -> None:
        """Send a question; this user's next message here goes to `@router.state(then)`.

        A command that the bot has leaves the conversation, /cancel does nothing else; after `timeout` seconds (`None`: never) the answer is
        a message like any other.
        """
        states = self.router.states() if self.router else {then}
        if then not in states:
            raise HandlerError(
                f"ctx.ask(then={then!r}) asks for a state that no handler has{did_you_mean(then, states)} "
                f'Write @router.state("{then}").'
            )
        conversation.place_of(self)
        sent = self.reply(conversation.question(self, question, keyboard, params))
        conversation.begin(self, then, sent, timeout)

    @contextmanager
    def typing(self, action: str = "typing") -> Iterator[None]:
        """Show "typing…" while the block runs, https://core.telegram.org/bots/api#sendchataction"""
        # Telegram must hear of it now, not in the response when the handler has ended.
        with keep_typing(self.bot.forgetting(), {**self.where(), "action": action}):
            yield

    @overload
    def download(self, to: None = None, *, max_size: int | None = None) -> IO[bytes]: ...
    @overload
    def download(self, to: str | Path, *, max_size: int | None = None) -> Path: ...
    def download(
        self, to: str | Path | None = None, *, max_size: int | None = None
    ) -> IO[bytes] | Path:
        """Download the message's file: as an open temporary one, to a path, or into a folder under its own name.

        Raises `TooLarge` beyond `max_size` bytes: 20 MB by default, as Telegram itself gives out no larger ones, and without
        a limit from a Bot API server of your own. A name that the sender chose never leads out of the folder.
        """
        file = file_in(self.message or {})
        max_size = largest(self.bot) if max_size is None else max_size
        if to is None:
            return open_download(self.bot, file, max_size)
        return save_download(self.bot, file, Path(to), max_size)

    def link(self, payload: str = "", *, group: bool = False) -> str:
        """A link that starts this bot with `ctx.payload`, or adds it to a group."""
        if not PAYLOAD.fullmatch(payload):
            raise ValueError(f"{payload!r}: a link carries up to 64 of A-Z a-z 0-9 _ and -.")
        start = f"?start{'group' * group}={payload}" if payload or group else ""
        return f"https://t.me/{self.bot.me.username}{start}"

    def album_messages(self) -> list[Message]:
        """The messages of the album that this one begins, in order; of a message alone that one."""
        if self._parts is None:
            parts = self._album() if self._album and self.in_album else [self.message or {}]
            parts = sorted(parts, key=lambda part: part["message_id"])
            self._parts = [Message(part) for part in parts]
        return self._parts


def _in_memory() -> Callable[[str], State]:
    kept: dict[str, State] = {}
    return lambda key: kept.setdefault(key, {})
