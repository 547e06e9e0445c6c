"""Answers to queries, as Telegram takes them: a popup of 200 characters, results by the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from anzol.api.text import plain
from anzol.api.text.graphemes import is_boundary

POPUP_LIMIT = 200  # https://core.telegram.org/bots/api#answercallbackquery
PAGE = 50  # https://core.telegram.org/bots/api#answerinlinequery
# Our own offsets, told apart from those of a handler that pages by itself.
OFFSET = re.compile(r"from (\d{1,9})")


def fitting(event: Any, params: dict[str, Any]) -> dict[str, Any]:
    """Return an answer's parameters with a text that is short enough and one page of the results."""
    text, results = params.get("text"), params.get("results")
    if text is not None:
        params = {**params, "text": cut(plain(text), POPUP_LIMIT)}
    if isinstance(results, Sequence) and "next_offset" not in params:
        params = {**params, **page_of(results, str(event.get("offset") or ""))}
    return params


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters; one that was longer ends in an ellipsis."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end and not is_boundary(text, end):
        end -= 1
    return text[: end or limit - 1].rstrip() + "…"


def page_of(results: Sequence[Any], offset: str) -> dict[str, Any]:
    """Return the page of results that an inline query asks for, and where the next one begins."""
    asked = OFFSET.fullmatch(offset)
    if asked is None and len(results) <= PAGE:
        return {}
    start = int(asked[1]) if asked else 0
    end = start + PAGE
    more = {"next_offset": f"from {end}"} if end < len(results) else {}
    return {"results": results[start:end], **more}
