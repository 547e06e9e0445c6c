"""HTML as Telegram reads it: the text, its entities, and the complaints about tags."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from anzol.api.errors import ApiError

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s[^<>]*)?)>")
NAMES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
ATTRIBUTES = {"a": ("href", "url"), "tg-emoji": ("emoji-id", "custom_emoji_id")}


def parse_html(method: str, text: str) -> tuple[str, list[dict[str, Any]]]:
    """Take the tags out of a text; raise Telegram's "can't parse entities" where it would."""
    shown, place = "", 0
    open_tags: list[tuple[str, int, str]] = []
    entities: list[dict[str, Any]] = []
    while (start := text.find("<", place)) >= 0:
        shown += unescape(text[place:start])
        found = TAG.match(text, start)
        offset = len(text[:start].encode())
        if found is None or found[2].lower() not in NAMES:
            name = found[2] if found else text[start + 1 : start + 12].split(">")[0]
            raise _complaint(method, f'Unsupported start tag "{name}" at byte offset {offset}')
        name = found[2].lower()
        if not found[1]:
            open_tags.append((name, len(shown), found[3]))
        elif not open_tags or open_tags[-1][0] != name:
            raise _complaint(method, f"Unexpected end tag at byte offset {offset}")
        else:
            entities += _entity(*open_tags.pop(), shown)
        place = found.end()
    if open_tags:
        tag = open_tags[-1][0]
        raise _complaint(method, f'Can\'t find end tag corresponding to start tag "{tag}"')
    return shown + unescape(text[place:]), sorted(entities, key=lambda entity: entity["offset"])


def _entity(name: str, start: int, attributes: str, shown: str) -> list[dict[str, Any]]:
    inside = shown[start:]
    entity: dict[str, Any] = {
        "type": NAMES[name],
        "offset": utf16_length(shown[:start]),
        "length": utf16_length(inside),
    }
    if name in ATTRIBUTES:
        attribute, field = ATTRIBUTES[name]
        found = re.search(rf"""{attribute}=["']([^"']*)["']""", attributes)
        entity[field] = unescape(found[1]) if found else inside
    return [entity] if inside else []


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _complaint(method: str, what: str) -> ApiError:
    return ApiError(method, 400, f"Bad Request: can't parse entities: {what}")
