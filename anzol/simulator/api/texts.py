"""A call's text, parse mode and entities as a message's fields, or a 400 with the server's words."""

from __future__ import annotations

import json
from typing import Any

from anzol.api.errors import TextError
from anzol.api.text import CAPTION_LIMIT, LIMIT, FormattedText
from anzol.api.text import format_text as format_or_raise

from . import schema
from .errors import bad

Json = dict[str, Any]


# Given by a bot they are left out, and found in the text again.
FOUND = frozenset(
    {
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    }
)


def format_text(text: Any, parse_mode: Any, entities: Any) -> FormattedText:
    """Return trimmed text and all its entities, given and found. Raises Refused 400."""
    text, mode = str(text), str(parse_mode or "")
    try:
        return format_or_raise(text, mode, None if mode else read_entities(entities))
    except TextError as error:
        raise bad(str(error)) from None


def read_entities(given: Any) -> list[Json]:
    """Return the entities of a parameter; what is no array is ignored. Raises Refused 400."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return []
    if not isinstance(given, list):
        return []
    found = [schema.without_nulls(entity) for entity in given]
    for entity in found:
        try:
            schema.check("MessageEntity", entity)
        except schema.Mismatch as error:
            raise bad(f"can't parse MessageEntity: {error}") from None
    return [entity for entity in found if entity["type"] not in FOUND]


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
