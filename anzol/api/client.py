"""`Bot`: every Bot API method, sent with the discipline that Telegram asks for."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import copy
from typing import Any, Protocol

from . import methods
from .digest import digest
from .errors import ApiError, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from .methods import Methods
from .pace import Pace
from .transport import Transport
from .types import User, wrap
from .uploads import take_files
from .webhook_reply import WebhookReply

log = logging.getLogger(__name__)

API_URL = "https://api.telegram.org"
TRIES = 3
LONGEST_WAIT = 60.0

Once = Callable[[str, str, Callable[[], Any]], Any]


class Carrier(Protocol):
    """What carries calls to a Bot API server; `bot.transport.Transport` does it by HTTP."""

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any: ...
    def download(self, file_path: str) -> Iterator[bytes]: ...


class Bot(Methods):
    """One bot's side of the Bot API, safe to share between threads.

    `bot.send_message(chat_id, text)` or `bot.sendMessage(...)`: any method of https://core.telegram.org/bots/api.
    A 429 makes calls to that chat wait (others go on) for at most a minute; 5xx answers and failed connections are tried
    three times; a request that may have reached Telegram is repeated only where that cannot send twice.
    `unreachable` holds the chats that refused this process's last call to them, as one whose user blocked the bot.
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        pool_size: int = 100,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        transport: Carrier | None = None,
    ) -> None:
        self.id = number_of(token)
        self.unreachable: set[int | str] = set()
        self.transport: Carrier = transport or Transport(token, api_url, pool_size=pool_size)
        self.clock = clock
        self._pace = Pace(clock)
        self._sleep = sleep
        # Shared by all views of this bot, as everything above.
        self.moved: dict[Any, int] = {}
        self._me: list[User] = []
        self._once: Once | None = None
        self._repeat = False
        self._reply: WebhookReply | None = None

    def __repr__(self) -> str:
        return f"<Bot {self.id}>"

    @property
    def me(self) -> User:
        """The bot's own user, asked for once, https://core.telegram.org/bots/api#getme"""
        if not self._me:
            self._me.append(self.call("getMe"))
        return self._me[0]

    def remembering(self, once: Once, reply: WebhookReply | None = None) -> Bot:
        """A view of this bot for one update: `once(method, digest, send)` may know a call's answer already.

        The last call goes into the webhook's response when `reply` takes it.
        """
        view = copy(self)
        view._once = once
        view._reply = reply
        return view

    def forgetting(self) -> Bot:
        """A view of this bot for work that goes on when the handler has returned, such as a timer's."""
        return self.remembering(lambda method, digest, send: send())

    def repeating(self) -> Bot:
        """A view of this bot that also repeats a send whose answer was lost: it may arrive twice."""
        view = copy(self)
        view._repeat = True
        return view

    def call(self, method: str, /, **params: Any) -> Any:
        """Call any method by name, also one newer than the table; parameters go out as they are.

        Raises `ApiError` when Telegram refuses and `NetworkError` when no answer came.
        """
        known = methods.find(method)
        method = known or method
        if self._once is None or not is_remembered(method):
            result = self._send(method, params)
        else:
            result = self._once(method, digest(params), lambda: self._send(method, params))
        return wrap(methods.returns(known) if known else "", result)

    def _send(self, method: str, params: dict[str, Any]) -> Any:
        with ExitStack() as cleanup:
            fields, files = take_files(params, cleanup)
            if self._reply is not None:
                self._send_held(self._reply)
                if not files and self._reply.take(method, fields):
                    return True
            return self._deliver(method, fields, files)

    def _send_held(self, reply: WebhookReply) -> None:
        """Send the call that waits for the end of the handler: another one follows it, so it cannot be the last."""
        if held := reply.release():
            method = held.pop("method")
            try:
                self._deliver(method, held, {})
            except TelegramError as error:  # its result was told already
                log.warning("%s", error)

    def _deliver(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        waited = 0.0
        attempt = 0
        while True:
            attempt += 1
            chat = self._follow(fields)
            waited += self._wait(method, chat, LONGEST_WAIT - waited)
            try:
                result = self.transport.request(method, fields, files)
            except RetryAfter as error:
                self._pace.hold(chat or method, max(1, error.retry_after))
            except ChatMigrated as error:
                if chat is None or chat in self.moved.values():
                    raise
                self.moved[chat] = error.new_chat_id
            except Forbidden as error:
                error.chat_id = chat
                if chat is not None:
                    self.unreachable.add(chat)
                raise
            except (ApiError, NetworkError) as error:
                if attempt >= TRIES or not self._may_repeat(method, error):
                    raise
                self._sleep((0.5 + random.random()) * 2 ** (attempt - 1))
            else:
                self.unreachable.discard(chat or 0)
                return result

    def _follow(self, fields: dict[str, Any]) -> Any:
        """The chat a call goes to: a group that has become a supergroup has another number."""
        chat = fields.get("chat_id")
        if not isinstance(chat, int | str):
            return None  # Telegram says what is wrong with it
        if chat in self.moved:
            chat = fields["chat_id"] = self.moved[chat]
        return chat

    def _wait(self, method: str, chat: Any, longest: float) -> float:
        """Wait for as long as Telegram asked to leave the chat alone; `RetryAfter` when that is too long."""
        seconds = self._pace.left(chat or method)
        if seconds > longest:
            after = int(seconds) + 1
            text = f"Too Many Requests: retry after {after}"
            raise RetryAfter(method, 429, text, {"retry_after": after})
        if seconds:
            self._sleep(seconds)
        return seconds

    def _may_repeat(self, method: str, error: ApiError | NetworkError) -> bool:
        if isinstance(error, ApiError):
            return error.code >= 500
        return not error.sent or self._repeat or is_harmless(method)


def number_of(token: str) -> int:
    """The bot's own number, which its token begins with."""
    number, colon, _ = token.partition(":")
    if not colon or not (number.isascii() and number.isdigit()):
        raise ValueError("That is no bot token; @BotFather gives them, like 123456:ABC-DEF.")
    return int(number)


# Doing these twice leaves the chat as doing them once: nothing new is sent or created.
HARMLESS = (
    "get",
    "set",
    "delete",
    "edit",
    "answer",
    "pin",
    "unpin",
    "close",
    "reopen",
    "sendChatAction",
)


def is_harmless(method: str) -> bool:
    """Whether a call may be repeated when its answer was lost."""
    return method.startswith(HARMLESS)


def is_remembered(method: str) -> bool:
    """Whether a call's answer is kept for a retry of the update."""
    # Reading changes nothing, and "typing" is repeated by the clock: neither may shift the places of the others.
    return not method.startswith("get") and method != "sendChatAction"
