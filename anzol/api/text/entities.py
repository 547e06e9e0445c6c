"""Entities of a text: the arithmetic of their UTF-16 offsets, their order, and those that Telegram finds by itself.

https://core.telegram.org/bots/api#messageentity
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

# `type`, `offset` and `length` in UTF-16 units, and what the type needs besides.
Entity = dict[str, Any]

FINDERS = [
    ("url", re.compile(r"(?<![\w@./])(?:https?://[^\s<>\"]+|tg://[^\s<>\"]+)", re.I)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?!\w)")),
    (
        "url",
        re.compile(
            r"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|dev|app|info|edu|gov|br|de|uk|ru)"
            r"(?![\w-])(?::\d+)?(?:/[^\s<>\"]*)?",
            re.I,
        ),
    ),
    ("mention", re.compile(r"(?<![\w@/])@[a-zA-Z][a-zA-Z0-9_]{2,31}(?!\w)")),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>.])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/])"),
    ),
    ("hashtag", re.compile(r"(?<![\w#&])#(?=\w*[^\W\d])\w{1,256}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,17}\d(?!\w)")),
]
WORTH_A_LOOK = re.compile(r"[/@#$.+:]")
OPAQUE = {"pre", "code", "text_link", "text_mention"}
# Which of two entities over the same text comes first; every kind that is not named stands at FOUND.
FOUND = 50
RANKS = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}


class FormattedText(NamedTuple):
    """A text as a message shows it, and what is formatted in it."""

    text: str
    entities: list[Entity]

    def params(self, field: str = "text") -> dict[str, Any]:
        """Return the parameters of a call that send it, as `field` and the entities that belong to it."""
        name = "entities" if field == "text" else f"{field}_entities"
        return {field: self.text, name: self.entities} if self.entities else {field: self.text}


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units, in which Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int | None = None) -> str:
    """Return the part of a text at a place in UTF-16 units, to its end without `length`.

    A character that the place cuts in half is replaced by U+FFFD.
    """
    end = None if length is None else offset + length
    if text.isascii():
        return text[offset:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : None if end is None else 2 * end].decode("utf-16-le", "replace")


def find_entities(text: str, given: list[Entity]) -> list[Entity]:
    """Return the given entities and those that Telegram finds in the text, in its order."""
    if not WORTH_A_LOOK.search(text):
        return order(given)
    found = list(given)
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    for kind, pattern in FINDERS:
        for match in pattern.finditer(text):
            body = match[0].rstrip(".,:;!?)'") if kind == "url" else match[0]
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(body)
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return order(found)


def order(entities: list[Entity]) -> list[Entity]:
    """Sort entities as Telegram does: by place, the longer first, equal ones by their kind."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], RANKS.get(e["type"], FOUND)))
