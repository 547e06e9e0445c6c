"""Text and entities as the server makes them of a call's text, parse mode and entities.

https://core.telegram.org/bots/api#formatting-options
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from anzol.api.errors import TextError

from .entities import Entity, FormattedText, fix, utf16_length
from .finders import find_entities
from .hypertext import parse_html
from .markdown import parse_markdown, parse_old_markdown

LIMIT = 4096  # of a message's text, after parsing
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768  # bytes before parsing
BLANK = " \n"  # what is trimmed: no other blank is
# Left out: the carriage return, marks of direction and paragraph, and three accents that draw vertical lines.
GONE = re.compile("[\\r\u2028-\u202e\u0333\u033f\u030a]")
UNCLEAN = re.compile("[\\x00-\\x09\\x0b-\\x1f\u2028-\u202e\u0333\u033f\u030a]")
PARSERS: dict[str, Callable[[str], tuple[str, list[Entity]]] | None] = {
    "": None,
    "none": None,
    "html": parse_html,
    "markdown": parse_old_markdown,
    "markdownv2": parse_markdown,
}


def parse(
    text: str, parse_mode: str = "", entities: Sequence[Entity] | None = None
) -> FormattedText:
    """Return the text and entities that a text with its parse mode, or its entities, yields.

    Raises `TextError` with the server's words.
    """
    mode = parse_mode.strip().lower()
    if mode not in PARSERS:
        raise TextError("unsupported parse_mode")
    parser = PARSERS[mode]
    return FormattedText(*parser(text)) if parser else _given(text, entities or [])


def format_text(text: str, parse_mode: str, entities: Sequence[Entity] | None) -> FormattedText:
    """Return a text as the message will have it: parsed, trimmed, with the entities that Telegram finds itself.

    Raises `TextError` with the server's words.
    """
    if is_too_long(text):
        raise TextError("text is too long")
    found = parse(text, parse_mode, entities)
    found = clean(found) if UNCLEAN.search(found.text) else found
    return trim(found.text, fix(found.entities))


def clean(found: FormattedText) -> FormattedText:
    """Replace control characters by blanks, and leave out what would disturb the text around it, as Telegram does."""
    shown, places, offset = [], [0], 0
    for character in found.text:
        kept = (
            ""
            if GONE.match(character)
            else " "
            if character < " " and character != "\n"
            else character
        )
        shown.append(kept)
        offset += utf16_length(kept)
        places += [offset] * utf16_length(character)
    moved = []
    for entity in found.entities:
        start, end = places[entity["offset"]], places[entity["offset"] + entity["length"]]
        moved.append({**entity, "offset": start, "length": end - start})
    return FormattedText("".join(shown), [entity for entity in moved if entity["length"]])


def is_too_long(raw: str) -> bool:
    """Return whether a text has more bytes than the server parses."""
    return len(raw) > RAW_LIMIT // 4 and len(raw.encode("utf-8", "replace")) > RAW_LIMIT


def trim(text: str, given: list[Entity]) -> FormattedText:
    """Cut blanks at both ends, keeping what an entity covers at the front, and find the other entities."""
    stripped = text.rstrip(BLANK)
    first = min((e["offset"] for e in given), default=len(stripped))
    front = min(len(stripped) - len(stripped.lstrip(BLANK)), first)
    stripped = stripped[front:]
    length = utf16_length(stripped)
    kept = []
    for entity in given:
        start = entity["offset"] - front
        size = min(entity["length"], length - start)
        if size > 0:
            kept.append({**entity, "offset": start, "length": size})
    return FormattedText(stripped, find_entities(stripped, kept))


def _given(text: str, entities: Sequence[Entity]) -> FormattedText:
    """Keep the entities that lie inside the text; a negative place is refused."""
    kept = []
    length = utf16_length(text)
    for entity in entities:
        offset, size = int(entity["offset"]), int(entity["length"])
        if offset < 0 or size < 0:
            raise TextError(
                "can't parse MessageEntity: entity offset and length must be non-negative"
            )
        if offset < length and size:
            kept.append({**entity, "offset": offset, "length": min(size, length - offset)})
    return FormattedText(text, kept)
