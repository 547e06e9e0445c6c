"""Entities of a text: the arithmetic of their UTF-16 offsets, their order, and which of them may overlap.

https://core.telegram.org/bots/api#messageentity
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

# `type`, `offset` and `length` in UTF-16 units, and what the type needs besides.
Entity = dict[str, Any]

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("code", "pre")
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


def fix(entities: list[Entity]) -> list[Entity]:
    """Return entities as Telegram keeps them, whatever was given.

    Only styles may overlap: each is cut where another one starts and where anything else starts or ends, equal ones
    that touch become one, and there is none inside code. Of other entities that overlap the first counts; quotes may
    hold them, but neither cross them nor each other.
    """
    entities = order([e for e in entities if e["length"] > 0])
    if len(entities) < 2:
        return entities
    quotes = _apart([e for e in entities if e["type"] in QUOTES])
    others = _apart([e for e in entities if e["type"] not in STYLES and e["type"] not in QUOTES])
    others = [e for e in others if not crosses(e, quotes)] + quotes
    return order(_cut_styles([e for e in entities if e["type"] in STYLES], others) + others)


def _cut_styles(styles: list[Entity], others: list[Entity]) -> list[Entity]:
    ranges: list[tuple[str, int, int]] = []
    for kind in STYLES:
        merged: list[tuple[str, int, int]] = []
        for start, end in (_range(e) for e in styles if e["type"] == kind):
            if merged and start <= merged[-1][2]:
                merged[-1] = (kind, merged[-1][1], max(end, merged[-1][2]))
            else:
                merged.append((kind, start, end))
        ranges += merged
    cuts = {start for _, start, _ in ranges}.union(*map(_range, others))
    code = [_range(e) for e in others if e["type"] in CODE]
    pieces = []
    for kind, start, end in ranges:
        points = [start, *sorted(cut for cut in cuts if start < cut < end), end]
        for left, right in pairwise(points):
            if not any(first <= left and right <= last for first, last in code):
                pieces.append({"type": kind, "offset": left, "length": right - left})
    return pieces


def _apart(entities: list[Entity]) -> list[Entity]:
    """Drop entities that begin before the one before has ended."""
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity["offset"] >= _range(kept[-1])[1]:
            kept.append(entity)
    return kept


def _range(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def meets(entity: Entity, others: list[Entity]) -> bool:
    """Return whether an entity shares a place with any of the others."""
    start, end = _range(entity)
    return any(start < last and first < end for first, last in map(_range, others))


def crosses(entity: Entity, quotes: list[Entity]) -> bool:
    """Return whether an entity lies in a quote with a part of it only."""
    start, end = _range(entity)
    return any(
        start < last and first < end and not (first <= start and end <= last)
        for first, last in map(_range, quotes)
    )


def order(entities: list[Entity]) -> list[Entity]:
    """Sort entities as Telegram does: by place, the longer first, equal ones by their kind."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], RANKS.get(e["type"], FOUND)))
