"""`Bot`: every Bot API method, sent with the discipline that Telegram asks for."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any

from . import methods
from .errors import ApiError, ChatMigrated, Forbidden, NetworkError, RetryAfter
from .methods import Methods
from .pace import Pace
from .transport import Transport
from .types import User, wrap
from .uploads import take_files

API_URL = "https://api.telegram.org"
TRIES = 3
LONGEST_WAIT = 60.0

Once = Callable[[str, str, Callable[[], Any]], Any]


class Bot(Methods):
    """One bot's side of the Bot API, safe to share between threads.

    `bot.send_message(chat_id, text)` or `bot.sendMessage(...)`: any method of https://core.telegram.org/bots/api.
    A 429 makes calls to that chat wait (others go on) for at most a minute; 5xx answers and failed connections are tried
    three times; a request that may have reached Telegram is repeated only where that cannot send twice.
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        pool_size: int = 100,
        sleep: Callable[[float], None] = time.sleep,
        transport: Transport | None = None,
    ) -> None:
        self.id = int(token.partition(":")[0])
        self.unreachable: set[int | str] = set()
        self._transport = transport or Transport(token, api_url, pool_size=pool_size)
        self._pace = Pace(sleep)
        self._sleep = sleep
        self._moved: dict[Any, int] = {}
        self._once: Once | None = None
        self._repeat = False

    def __repr__(self) -> str:
        return f"<Bot {self.id}>"

    @cached_property
    def me(self) -> User:
        """The bot's own user, asked for once, https://core.telegram.org/bots/api#getme"""
        me: User = self.call("getMe")
        return me

    def remembering(self, once: Once) -> Bot:
        """A view of this bot whose calls go through `once(method, digest, send)`, which may know the answer."""
        view = copy(self)
        view._once = once
        return view

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
        if self._once is None or not _is_remembered(method):
            result = self._send(method, params)
        else:
            result = self._once(method, digest(params), lambda: self._send(method, params))
        return wrap(methods.returns(known) if known else "", result)

    def _send(self, method: str, params: dict[str, Any]) -> Any:
        fields, files = take_files(params)
        waited = 0.0
        attempt = 0
        while True:
            attempt += 1
            chat = fields.get("chat_id")
            if chat in self._moved:
                chat = fields["chat_id"] = self._moved[chat]
            self._pace.wait(chat)
            try:
                return self._transport.request(method, fields, files)
            except RetryAfter as error:
                waited += error.retry_after
                self._pace.hold(chat, error.retry_after)
                if waited > LONGEST_WAIT:
                    raise
            except ChatMigrated as error:
                if chat is None or chat in self._moved.values():
                    raise
                self._moved[chat] = error.new_chat_id
            except Forbidden:
                if chat is not None:
                    self.unreachable.add(chat)
                raise
            except (ApiError, NetworkError) as error:
                if attempt >= TRIES or not self._may_repeat(method, error):
                    raise
                self._sleep((0.5 + random.random()) * 2 ** (attempt - 1))

    def _may_repeat(self, method: str, error: ApiError | NetworkError) -> bool:
        if isinstance(error, ApiError):
            return error.code >= 500
        return not error.sent or self._repeat or is_harmless(method)


def is_harmless(method: str) -> bool:
    """Whether doing it twice leaves the chat as doing it once: nothing new is sent or created."""
    return method.startswith(
        (
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
    )


def _is_remembered(method: str) -> bool:
    # Reading changes nothing, and "typing" is repeated by the clock: neither may shift the places of the others.
    return not method.startswith("get") and method != "sendChatAction"


def digest(params: dict[str, Any]) -> str:
    """A short hash of a call's parameters, the same after a restart."""
    text = json.dumps(params, sort_keys=True, default=_describe_file)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _describe_file(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return hashlib.blake2b(value, digest_size=12).hexdigest()
    return str(getattr(value, "name", value))
