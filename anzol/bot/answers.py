"""Answers to presses, inline queries and checkouts, within Telegram's limits."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import ApiError
from anzol.api.text import plain
from anzol.api.text.graphemes import is_boundary

from .kinds import kind_row

log = logging.getLogger(__name__)

POPUP_LIMIT = 200  # https://core.telegram.org/bots/api#answercallbackquery
PAGE = 50  # https://core.telegram.org/bots/api#answerinlinequery
# Our own offsets, distinct from those of handlers that do their own paging.
OFFSET = re.compile(r"from (\d{1,9})")


class Answer:
    """The answer that an update is waiting for; `given` says whether it has one.

    It comes from the handler, or by default from the table in kinds.py, possibly on another thread during the handler.
    """

    def __init__(
        self, bot: Bot, kind: str, event: Any, translate: Callable[[str], str] = str
    ) -> None:
        self.given = False
        self._bot = bot
        self._kind = kind
        self._row = kind_row(kind)
        self._event = event
        self._translate = translate
        self._too_late = False
        self._lock = threading.Lock()

    def give(self, *args: Any, **params: Any) -> Any:
        """Send the handler's answer; return False if it comes too late."""
        row = self._row
        if not row.method:
            raise TypeError(f"A {self._kind} cannot be answered; use ctx.reply().")
        if args:
            params[row.first] = args[0]
        elif row.first == "ok":
            params.setdefault("ok", True)
        with self._lock:
            self.given = True
            too_late = self._too_late
        if too_late:
            log.info("Too late to answer: the %s was answered after %s s", self._kind, row.seconds)
            return False
        return self._send(self._bot, **fitting(self._event, params))

    def give_otherwise(self, *, late: bool = False) -> None:
        """Send the default answer, unless there is one already; `late` says that the handler is still running.

        Raises `TelegramError`.
        """
        with self._lock:
            if self.given or self._row.otherwise is None:
                return
            self.given, self._too_late = True, late
        answer = self._row.otherwise
        if reason := answer.get("error_message"):
            answer = {**answer, "error_message": self._translate(reason)}
        # The running handler's own calls are recorded in order; this one must not come between them.
        self._send(self._bot.forgetting() if late else self._bot, **answer)

    def _send(self, bot: Bot, **params: Any) -> Any:
        row = self._row
        try:
            return getattr(bot, row.method)(**{row.parameter: self._event[row.id], **params})
        except ApiError as error:
            if "query is too old" not in error.description:
                raise
            log.info("Too late to answer: %s", error)
            return False


def fitting(event: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Return an answer's parameters with the text cut to size and one page of the results."""
    text, results = params.get("text"), params.get("results")
    if text is not None:
        params = {**params, "text": cut(plain(text), POPUP_LIMIT)}
    if isinstance(results, Sequence) and "next_offset" not in params:
        params = {**params, **page_of(results, str(event.get("offset") or ""))}
    return params


def cut(text: str, limit: int) -> str:
    """Return a text cut to `limit` characters, with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end and not is_boundary(text, end):
        end -= 1
    return text[: end or limit - 1].rstrip() + "…"


def page_of(results: Sequence[Any], offset: str) -> dict[str, Any]:
    """Return the page of results at an inline query's offset, and the offset of the next one."""
    asked = OFFSET.fullmatch(offset)
    if asked is None and len(results) <= PAGE:
        return {}
    start = int(asked[1]) if asked else 0
    end = start + PAGE
    more = {"next_offset": f"from {end}"} if end < len(results) else {}
    return {"results": results[start:end], **more}
