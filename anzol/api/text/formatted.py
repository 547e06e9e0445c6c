"""Turn a call's text, parse mode and entities into what a message carries."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from .entities import find_entities, utf16_length
from .html import parse_html
from .markdown import parse_markdown, parse_old_markdown

Json = dict[str, Any]

MAX_TEXT = 4096  # code points after parsing
MAX_CAPTION = 1024
MAX_RAW = 32_768  # bytes before parsing
PARSERS = {
    "": None,
    "none": None,
    "html": parse_html,
    "markdown": parse_old_markdown,
    "markdownv2": parse_markdown,
}


def format_text(text: str, parse_mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Return trimmed text and all its entities, given and found. Raises Refused 400 with Telegram's texts."""
    if len(text) > MAX_RAW // 4 and len(text.encode("utf-8", "replace")) > MAX_RAW:
        raise bad("text is too long")
    mode = parse_mode.strip().lower()
    if mode not in PARSERS:
        raise bad("unsupported parse_mode")
    parser = PARSERS[mode]
    text = text.replace("\r", "") if "\r" in text else text
    if parser:
        text, given = parser(text)
    else:
        given = check_entities(text, entities or [])
    return trim(text, given)


def trim(text: str, given: list[Json]) -> tuple[str, list[Json]]:
    """Cut blanks at both ends, keeping what an entity covers at the front."""
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
    return stripped, find_entities(stripped, kept)


def check_entities(text: str, entities: list[Json]) -> list[Json]:
    """Return the entities that lie inside the text; a negative place is refused."""
    kept = []
    length = utf16_length(text)
    for entity in entities:
        offset, size = int(entity["offset"]), int(entity["length"])
        if offset < 0 or size < 0:
            raise bad("can't parse MessageEntity: entity offset and length must be non-negative")
        if offset < length and size:
            kept.append({**entity, "offset": offset, "length": min(size, length - offset)})
    return kept


def read_text(arguments: Json) -> Json:
    """Return a text message's `text` and `entities`. Raises Refused 400."""
    raw = arguments.get("text", "")
    if not raw:
        raise bad("message text is empty")
    text, entities = format_text(raw, arguments.get("parse_mode", ""), arguments.get("entities"))
    if not text:
        raise bad("text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def read_caption(arguments: Json) -> Json:
    """Return `caption` and `caption_entities`, nothing without a caption. Raises Refused 400."""
    text, entities = format_text(
        arguments.get("caption", ""),
        arguments.get("parse_mode", ""),
        arguments.get("caption_entities"),
    )
    if len(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}
