"""What was sent stays sent: the calls of an update's earlier runs, recognised when a run makes them again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

from .envelope import Answered
from .errors import ApiError

# A method, to whom, its place among the calls of that method to that target, the digest of its parameters, and its
# result as JSON. The place is None where it means nothing: for what sets something, and after the author's own Retry.
Sent = tuple[str, str, int | None, str, str]

# These make something new each time. All others leave things as one such call does, however often it is made.
MAKING = (
    "add",
    "convert",
    "copy",
    "create",
    "export",
    "forward",
    "gift",
    "post",
    "repost",
    "save",
    "send",
    "transfer",
    "upgrade",
    "upload",
)
# Shown for seconds, and repeated by the clock: a run that is repeated shows them again.
PASSING = ("sendChatAction", "sendMessageDraft")
NAMES = 1024  # methods whose kind is kept; there are some two hundred
# What Telegram answers when an earlier run has done it already.
DONE_BEFORE = ("is not modified", "not found", "query is too old")
# Together they tell where something new appears.
TARGET = (
    "chat_id",
    "message_thread_id",
    "direct_messages_topic_id",
    "business_connection_id",
    "user_id",
    "name",
)
FURTHER = frozenset(TARGET) - {"chat_id"}


@lru_cache(NAMES)
def makes_new(method: str) -> bool:
    """Return whether two equal calls leave more behind than one."""
    return method.startswith(MAKING) and method not in PASSING


@lru_cache(NAMES)
def is_remembered(method: str) -> bool:
    """Return whether a call's result is kept for a repetition of the update."""
    return not method.startswith("get") and method not in PASSING


def target_of(params: dict[str, Any]) -> str:
    """Return where a call makes something new, as `chat_id=5 message_thread_id=7`."""
    chat = params.get("chat_id")
    if chat is not None and FURTHER.isdisjoint(params):  # nearly always, and half the work
        return f"chat_id={chat}"[:200]
    found = [f"{name}={params[name]}" for name in TARGET if params.get(name) is not None]
    return " ".join(found)[:200]


class Memory:
    """The calls of one run, and those of the runs before it. Safe to use from several threads.

    `is_repeated` says that there were earlier runs. Then `load()` returns what they have recorded, in order, and is asked
    when the first call is made; and Telegram's refusal because something is done already is success. `record(sent)` is
    given a function that makes what is stored, from any thread: most records are never stored, since their run ends first.
    `last(sent)` is given the same for a call that the run's end follows.
    """

    __slots__ = (
        *("_load", "_record", "_is_repeated", "_last", "_next"),
        *("_lock", "_is_loaded", "_knows", "_in_turn", "_by_content", "_turns"),
    )

    def __init__(
        self,
        load: Callable[[], Iterable[Sent]],
        record: Callable[[Callable[[], Sent]], None],
        last: Callable[[Callable[[], Sent]], None] | None = None,
        *,
        is_repeated: bool = False,
    ) -> None:
        self._load, self._record, self._is_repeated = load, record, is_repeated
        self._last, self._next = last or record, record
        self._lock = threading.Lock()
        self._is_loaded = not is_repeated
        self._knows = False
        self._in_turn: dict[tuple[str, str, int | None], str] = {}
        self._by_content: dict[tuple[str, str], list[str]] = {}
        self._turns: dict[tuple[str, str], int] = {}

    def finish(self) -> None:
        """Take the next call for the last one, which the end of its run follows at once."""
        self._next = self._last

    def once(
        self,
        method: str,
        params: dict[str, Any],
        digest: Callable[[], str],
        send: Callable[[], Any],
    ) -> Any:
        """Return what the same call returned in an earlier run, else `send()` and remember that.

        What makes something new is recognised by its place among the calls of its method to its target, whatever it
        says this time; the rest by what it says.
        """
        # Of this call alone: if it fails, error handlers make others, and work on.
        record, self._next = self._next, self._record
        making = makes_new(method)
        target = target_of(params) if making else ""
        turn = known = None
        with self._lock:
            if not self._is_loaded:
                self._is_loaded = True
                for kept in self._load():
                    self._keep(*kept)
            if making:
                place = method, target
                turn = self._turns.get(place, 0)
                self._turns[place] = turn + 1
            if self._knows:
                known = self._in_turn.get((method, target, turn))
                if known is None and (same := self._by_content.get((method, digest()))):
                    known = same.pop(0)
        if known is not None:
            return json.loads(known)
        try:
            result = send()
        except ApiError as error:
            if making or not self._is_repeated or not is_done_before(error):
                raise
            result = True
        text = result.text if isinstance(result, Answered) else partial(str, json.dumps(result))
        record(partial(_sent, method, target, turn, digest, text))
        return result

    def _keep(self, method: str, target: str, turn: int | None, digest: str, result: str) -> None:
        self._knows = True
        if turn is None:
            self._by_content.setdefault((method, digest), []).append(result)
        else:
            self._in_turn[method, target, turn] = result


def _sent(
    method: str,
    target: str,
    turn: int | None,
    digest: Callable[[], str],
    result: Callable[[], str],
) -> Sent:
    return method, target, turn, digest(), result()


def is_done_before(error: ApiError) -> bool:
    """Return whether Telegram refuses a call because nothing is left to do."""
    return error.code == 400 and any(words in error.description for words in DONE_BEFORE)
