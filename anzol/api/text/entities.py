"""Entities Telegram finds by itself, and the arithmetic of UTF-16 offsets."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

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
PRIORITY = ["blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention"]
OPAQUE = {"pre", "code", "text_link", "text_mention"}


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units, in which Telegram counts offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_entities(text: str, given: list[Json]) -> list[Json]:
    """Return the given entities and those found in the text, in Telegram's order."""
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


def order(entities: list[Json]) -> list[Json]:
    """Sort entities as Telegram does: by place, the longer first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], rank(e["type"])))


def rank(kind: str) -> int:
    """Return which of two entities over the same text comes first."""
    return PRIORITY.index(kind) if kind in PRIORITY else len(PRIORITY)
