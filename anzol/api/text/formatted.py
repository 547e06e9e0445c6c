"""Text and entities: what a call's text, parse mode and entities come to, the way the server reads them.

https://core.telegram.org/bots/api#formatting-options
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from anzol.api.errors import TextError

from .entities import Entity, FormattedText, find_entities, utf16_length
from .hypertext import parse_html
from .markdown import parse_markdown, parse_old_markdown

LIMIT = 4096  # of a message's text, after parsing
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768  # bytes before parsing
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
    """Return what a text and its parse mode, or its entities, come to. Raises `TextError` with the server's words."""
    mode = parse_mode.strip().lower()
    if mode not in PARSERS:
        raise TextError("unsupported parse_mode")
    parser = PARSERS[mode]
    text = text.replace("\r", "") if "\r" in text else text
    return FormattedText(*parser(text)) if parser else _given(text, entities or [])


def format_text(text: str, parse_mode: str, entities: Sequence[Entity] | None) -> FormattedText:
    """Return a text as the message will have it: parsed, trimmed, with the entities that Telegram finds itself.

    Raises `TextError` with the server's words.
    """
    if is_too_long(text):
        raise TextError("text is too long")
    return trim(*parse(text, parse_mode, entities))


def is_too_long(raw: str) -> bool:
    """Return whether a text has more bytes than the server parses."""
    return len(raw) > RAW_LIMIT // 4 and len(raw.encode("utf-8", "replace")) > RAW_LIMIT


def trim(text: str, given: list[Entity]) -> FormattedText:
    """Cut blanks at both ends, keeping what an entity covers at the front, and find the other entities."""
    stripped = text.rstrip()
    first = min((e["offset"] for e in given), default=len(stripped))
    front = min(len(stripped) - len(stripped.lstrip()), first)
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
