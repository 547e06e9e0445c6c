"""A call's text, parse mode and entities as a message's fields, or a 400 with the server's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anzol.api.errors import TextError
from anzol.api.text import CAPTION_LIMIT, LIMIT, FormattedText
from anzol.api.text import format_text as format_or_raise

from .errors import bad

Json = dict[str, Any]


def format_text(text: str, parse_mode: str, entities: Sequence[Json] | None) -> FormattedText:
    """Return trimmed text and all its entities, given and found. Raises Refused 400."""
    try:
        return format_or_raise(text, parse_mode, entities)
    except TextError as error:
        raise bad(str(error)) from None


def read_text(arguments: Json) -> Json:
    """Return a text message's `text` and `entities`. Raises Refused 400."""
    raw = arguments.get("text", "")
    if not raw:
        raise bad("message text is empty")
    found = format_text(raw, arguments.get("parse_mode", ""), arguments.get("entities"))
    if not found.text:
        raise bad("text must be non-empty")
    if len(found.text) > LIMIT:
        raise bad("message is too long")
    return found.params("text")


def read_caption(arguments: Json) -> Json:
    """Return `caption` and `caption_entities`, nothing without a caption. Raises Refused 400."""
    found = format_text(
        arguments.get("caption", ""),
        arguments.get("parse_mode", ""),
        arguments.get("caption_entities"),
    )
    if len(found.text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return found.params("caption") if found.text else {}
