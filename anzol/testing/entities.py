"""The entities that Telegram finds in a text by itself."""

from __future__ import annotations

import re
from typing import Any

from .formatted import utf16_length

DOMAIN = r"(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|dev|app|info|edu|gov|br|de|uk|ru)(?![\w-])"
# The first that matches at a place has it.
FINDERS = [
    ("url", re.compile(r"(?<![\w@./])(?:https?|tg)://[^\s<>\"]*[^\s<>\".,:;!?)']", re.I)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?!\w)", re.I)),
    ("url", re.compile(rf"(?<![\w@./-]){DOMAIN}(?::\d+)?(?:/[^\s<>\"]*[^\s<>\".,:;!?)'])?", re.I)),
    ("mention", re.compile(r"(?<![\w@/])@[a-z]\w{2,31}(?!\w)", re.I | re.A)),
    ("bot_command", re.compile(r"(?<![\w/<>.])/\w{1,64}(?:@\w{3,32})?(?![\w/])", re.A)),
    ("hashtag", re.compile(r"(?<![\w#&])#(?=\w*[^\W\d])\w{1,256}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,17}\d(?!\w)")),
]


def find_entities(text: str) -> list[dict[str, Any]]:
    """Mentions, links, hashtags, commands and their like, in the order of their places."""
    taken: list[tuple[int, int]] = []
    found = []
    for kind, pattern in FINDERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                place, length = utf16_length(text[:start]), utf16_length(match[0])
                found.append({"type": kind, "offset": place, "length": length})
    return sorted(found, key=lambda entity: entity["offset"])


def written(name: str, text: str) -> dict[str, Any]:
    """A text or caption as the fields of a message."""
    if not text:
        return {}
    entities = find_entities(text)
    field = "entities" if name == "text" else "caption_entities"
    return {name: text} | ({field: entities} if entities else {})
