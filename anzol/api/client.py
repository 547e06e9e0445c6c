"""`Bot`: every Bot API method, sent with the discipline that Telegram asks for."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from random import SystemRandom
from typing import Any, Protocol

from . import methods
from .address import follow, names_a_message
from .carrier import Carrier
from .errors import (
    ApiError,
    ChatMigrated,
    Forbidden,
    NetworkError,
    Outage,
    RetryAfter,
    TelegramError,
)
from .formatting import place_formatting
from .limits import CHAT, Limits
from .memory import Memory, is_remembered, makes_new
from .methods import Methods
from .moments import When
from .pace import Pace
from .reach import WELL, Reach, is_trouble
from .recent import Recent
from .transport import Transport
from .types import User, wrap
from .uploads import digest, digest_now, is_plain, take_files
from .webhookreply import WebhookReply

# Without a state: forked workers do not share it, and no seed of the program's is used up.
RANDOM = SystemRandom()

log = logging.getLogger(__name__)

API_URL = "https://api.telegram.org"
# One try and two more: Telegram's short troubles (a restarted front end) are over after three seconds.
TRIES = 3
# A handler that waits longer keeps its chat's other updates waiting; its run is better repeated later.
LONGEST_WAIT = 60.0
PROBE_SECONDS = 10.0  # seconds for an answer to getMe: a slower Telegram counts as unreachable
LOOK_EVERY = 1.0  # seconds within which a waiting run notices that it should end

# What a run of an update lends to its calls: a context for each wait, which yields whether to go on, and one for
# each request.
Waiting = Callable[[], AbstractContextManager[Callable[[], bool]]]
Calling = Callable[[], AbstractContextManager[object]]
NOTHING = nullcontext()
# What stands around each call of a view: it is given the method, the parameters and the call itself.
Around = Callable[[str, dict[str, Any], Callable[[], Any]], Any]


class Postbox(Protocol):
    """Stores what a bot sends later, or to many; returns the name under which that is counted and cancelled."""

    def later(self, when: When, method: str, params: dict[str, Any]) -> str: ...
    def broadcast(
        self,
        text: Any,
        topic: str,
        chats: Sequence[int | str],
        *,
        due: float | None,
        ttl: float | None,
    ) -> str: ...


class Bot(Methods):
    """One bot's side of the Bot API, safe to share between threads.

    `bot.send_message(chat_id, text)` or `bot.sendMessage(...)`: any method of https://core.telegram.org/bots/api.
    A 429 makes calls to that chat wait (others go on) for at most a minute; 5xx answers and failed connections are tried
    three times; a request that may have reached Telegram is repeated only where that cannot send twice. `reach` is
    what is known of the way to Telegram: calls made for an update wait there for the end of an outage.
    """

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        pool_size: int = 100,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        transport: Carrier | None = None,
        probe: Callable[[], object] | None = None,
    ) -> None:
        self.id = number_of(token)
        self._key = hashlib.sha256(f"anzol {token}".encode()).digest()
        # What Telegram signs with: a Mini App's data, and the Login Widget's.
        self._signing = {
            "WebAppData": hmac.digest(b"WebAppData", token.encode(), "sha256"),
            "": hashlib.sha256(token.encode()).digest(),
        }
        self._unreachable: Recent[int | str, None] = Recent()
        self.transport: Carrier = transport or Transport(token, api_url, pool_size=pool_size)
        self.clock = clock
        self.wall = wall  # seconds since 1970, for what is stored
        self._pace = Pace(clock)
        carrier = self.transport
        self.limits = Limits(clock, lambda: carrier.round_trip)
        self._counted = True
        self.sleep = sleep
        # Mutable on purpose: the views that remembering() and repeating() copy share these, as everything above.
        self.moved: Recent[Any, int] = Recent()
        self._me: list[User] = []
        if probe is None and transport is None:
            probe = prober(token, api_url)
        self.reach = Reach(probe or self._probe)
        self._memory: Memory | None = None
        self._waiting: Waiting | None = None
        self._calling: Calling | None = None
        self._around: Around | None = None
        self._repeat = False
        self._patience = LONGEST_WAIT
        self._reply: WebhookReply | None = None
        self.postbox: Postbox | None = None  # where there is an outbox
        self._postbox: Postbox | None = None  # the same within a run

    def __repr__(self) -> str:
        return f"<Bot {self.id}>"

    @property
    def unreachable(self) -> set[int | str]:
        """Return the chats that refused this process's last call to them, the newest 10,000."""
        return set(self._unreachable)

    @property
    def me(self) -> User:
        """Return the bot's own user, asked for once, https://core.telegram.org/bots/api#getme"""
        if not self._me:
            self._me.append(self.call("getMe"))
        return self._me[0]

    def mac(self, text: str) -> bytes:
        """Return an authentication code (32 bytes) for a text, which nobody can make without the bot's token."""
        return hmac.digest(self._key, text.encode(), "sha256")

    def signature(self, text: str, purpose: str) -> str:
        """Return Telegram's signature of a text for this bot, in hexadecimal: "WebAppData", or "" for the Login Widget."""
        return hmac.digest(self._signing[purpose], text.encode(), "sha256").hex()

    def remembering(
        self,
        memory: Memory | None,
        reply: WebhookReply | None = None,
        *,
        waiting: Waiting | None = None,
        calling: Calling | None = None,
        postbox: Postbox | None = None,
    ) -> Bot:
        """Return a view of this bot for one run of an update, whose `memory` may know a call's result already.

        The last call goes into the webhook's response when `reply` takes it. `waiting` says that the run can wait for
        the end of an outage: it is entered for each wait, and what it gives tells whether waiting is still right.
        `calling` is entered for each request. `postbox` stores what is sent later together with the run's end.
        """
        view = self._copy()
        view._memory, view._reply = memory, reply
        view._waiting, view._calling, view._postbox = waiting, calling, postbox
        return view

    def finish(self) -> None:
        """Take the next call of this run for its last one, which is recorded together with the run's end."""
        if self._memory is not None:
            self._memory.finish()

    def forgetting(self) -> Bot:
        """Return a view of this bot for work that outlives its handler, such as a timer's."""
        return self.remembering(None)

    def impatient(self) -> Bot:
        """Return a view of this bot for calls that are not worth waiting for; it raises errors that others wait out."""
        view = self.forgetting()
        view._patience = 0.0
        return view

    def pushing(
        self,
        memory: Memory,
        *,
        waiting: Waiting,
        calling: Calling,
        transport: Carrier | None = None,
    ) -> Bot:
        """Return a view of this bot for a call that it makes by itself, whose turn `limits` has given.

        It raises errors that others wait out. `transport` is another way to Telegram.
        """
        view = self.remembering(memory, waiting=waiting, calling=calling)
        view._patience, view._counted = 0.0, False
        if transport is not None:
            view.transport = transport
        return view

    def hooked(self, around: Around) -> Bot:
        """Return a view of this bot whose calls go through `around(method, params, call)`, which returns their result."""
        view = self._copy()
        view._around = around
        return view

    def repeating(self) -> Bot:
        """Return a view of this bot that repeats a send whose answer was lost, so that it may arrive twice."""
        view = self._copy()
        view._repeat = True
        return view

    def _copy(self) -> Bot:
        # As copy.copy(), which takes three times as long; there is one for each run.
        view = object.__new__(type(self))
        view.__dict__ = self.__dict__.copy()
        return view

    def later(self, when: When, method: str, /, **params: Any) -> str:
        """Make a call later, and at Telegram's pace: `bot.later(60, "sendMessage", chat_id=5, text="Tea!")`.

        `when` is in seconds, a timedelta, or a datetime with its time zone; 0 is as soon as possible. It is stored, and sent
        also after a restart; in a handler, it is stored together with the end of the update. Return the name by which it can
        be cancelled.
        """
        return self._find_postbox().later(when, method, params)

    def broadcast(
        self,
        text: Any,
        topic: str = "",
        *,
        chats: Iterable[int | str] | None = None,
        due: float | None = None,
        ttl: float | None = None,
    ) -> str:
        """Send a message to all who have subscribed to a topic, or to the `chats`: `bot.broadcast("Hi!", "news")`.

        `text` is a text, `html(...)`, a `Reply`, or `{"en": "…", "pt": "…"}`, which each reads in their language. `due` in
        epoch seconds, None for now; `ttl` in seconds from then. It is stored, in a handler together with the end of the
        update. Return the name under which the outbox counts it. Raise `LookupError` for a topic that there is not,
        ValueError for a text that takes several messages.
        """
        if bool(topic) == (chats is not None):
            raise TypeError('To whom? Write bot.broadcast(text, "news") or (text, chats=[…]).')
        to = list(chats or ())
        return self._find_postbox().broadcast(text, topic, to, due=due, ttl=ttl)

    def _find_postbox(self) -> Postbox:
        found = self._postbox or self.postbox
        if found is None:
            raise TypeError("This bot has no outbox: use your app's, as ctx.bot is one.")
        return found

    def call(self, method: str, /, **params: Any) -> Any:
        """Call any method by name, also one newer than the table; parameters go out as they are, `html()` with its parse mode.

        Raises `ApiError` when Telegram refuses and `NetworkError` when no answer came.
        """
        method, kind = methods.look_up(method)
        plain = is_plain(params)  # asked once: most are, and go straight through all that follows
        if not plain:
            params = place_formatting(method, params)
            plain = is_plain(params)
        if self._around is None:
            return wrap(kind, self._make(method, params, plain))
        # A hook may have changed them.
        return self._around(
            method, params, lambda: wrap(kind, self._make(method, params, is_plain(params)))
        )

    def _make(self, method: str, params: dict[str, Any], plain: bool) -> Any:
        if plain and self._reply is None:  # as nearly always
            send = partial(self._deliver, method, params, {})
        else:
            send = partial(self._send, method, params, plain)
        if self._memory is None or not is_remembered(method):
            return send()
        # Parameters that are plain cannot change until their digest is wanted, if it ever is.
        wanted = partial(digest, params) if plain else digest_now(params)
        return self._memory.once(method, params, wanted, send)

    def _send(self, method: str, params: dict[str, Any], plain: bool) -> Any:
        if plain:
            return self._send_fields(method, params, {})
        with ExitStack() as cleanup:
            return self._send_fields(method, *take_files(params, cleanup))

    def _send_fields(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
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
            except TelegramError as error:  # its result has been returned already
                log.warning("%s", error)

    def _deliver(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        patience = self._patience
        attempt = 0
        left: tuple[Any, ...] = ()  # chats that this call was sent on from
        while True:
            if self.reach.state != WELL:
                patience -= self._wait_for_telegram(method, patience)
            if self.moved:
                fields = follow(method, fields, self.moved)
            chat = fields.get("chat_id")
            if not isinstance(chat, CHAT):
                chat = None  # left to Telegram, which says what is wrong with it
            if self._pace.until:
                patience -= self._wait_for_chat(method, chat, patience)
            attempt += 1
            counted = self.limits.reply(method, fields) if self._counted else None
            if counted is not None and counted.wait:
                self.sleep(counted.wait)
            began = time.monotonic()
            try:
                with NOTHING if self._calling is None else self._calling():
                    result = self.transport.request(method, fields, files)
            except RetryAfter as error:
                log.info("%s: Telegram asks for a pause of %d s (429)", method, error.retry_after)
                self._pace.hold(chat or method, max(1, error.retry_after))
                self.limits.hold(method, fields, max(1, error.retry_after))
            except ChatMigrated as error:
                if chat is None or error.new_chat_id in left:
                    raise
                left += (chat,)
                self.moved[chat] = error.new_chat_id
                if names_a_message(method, fields):  # whose number means another message there
                    raise
            except Forbidden as error:
                error.chat_id = chat
                if chat is not None:
                    self._unreachable[chat] = None
                raise
            except (ApiError, NetworkError) as error:
                if self._waiting is not None and is_trouble(error) and self.reach.is_outage(began):
                    attempt = 0  # this counts as no attempt
                elif attempt >= TRIES or not self._patience or not self._may_repeat(method, error):
                    raise
                else:
                    self.sleep((0.5 + RANDOM.random()) * 2 ** (attempt - 1))
            else:
                if self._unreachable:
                    self._unreachable.pop(chat or 0, None)
                return result
            finally:
                if counted is not None:
                    self.limits.end(counted)

    def _probe(self) -> object:
        return self.transport.request("getMe", {}, {})

    def _wait_for_telegram(self, method: str, longest: float) -> float:
        """Wait while Telegram is away and this run may wait; return the seconds, or raise `Outage`."""
        if self._waiting is None:
            return 0.0
        started = time.monotonic()
        with self._waiting() as goes_on:
            if not self.reach.wait(longest, goes_on):
                raise Outage(method, self.reach.reason)
        return time.monotonic() - started

    def _wait_for_chat(self, method: str, chat: Any, longest: float) -> float:
        """Wait for as long as Telegram asked to leave the chat alone; return the seconds, or raise `RetryAfter`."""
        seconds = self._pace.left(chat or method)
        if not seconds:
            return 0.0
        if seconds <= longest:
            if self._waiting is None:
                self.sleep(seconds)
                return seconds
            with self._waiting() as goes_on:
                if self._sleep_while(goes_on, seconds):
                    return seconds
        after = int(self._pace.left(chat or method)) + 1
        text = f"Too Many Requests: retry after {after}"
        raise RetryAfter(method, 429, text, {"retry_after": after})

    def _sleep_while(self, goes_on: Callable[[], bool], seconds: float) -> bool:
        until = self.clock() + seconds
        while (left := until - self.clock()) > 0:
            if not goes_on():
                return False
            self.sleep(min(left, LOOK_EVERY))
        return True

    def _may_repeat(self, method: str, error: ApiError | NetworkError) -> bool:
        if isinstance(error, ApiError):
            return error.code >= 500
        return not error.sent or self._repeat or is_harmless(method)


def prober(token: str, api_url: str) -> Callable[[], object]:
    """Return a call that shows whether Telegram answers, on a connection of its own and with a short timeout."""
    transport = Transport(token, api_url, pool_size=1, read_timeout=PROBE_SECONDS)
    return lambda: transport.request("getMe", {}, {})


def number_of(token: str) -> int:
    """Return the bot's own id, which its token begins with. Raises `ValueError` for what is not a token."""
    number, colon, _ = token.partition(":")
    if not colon or not (number.isascii() and number.isdigit()):
        raise ValueError(
            "That is not a bot token; @BotFather issues them, such as 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw."
        )
    return int(number)


def is_harmless(method: str) -> bool:
    """Return whether a call may be repeated when its answer was lost."""
    return not makes_new(method)
