"""Inline search with pages: type `@bot arrow` in any chat and pick a character. Turn it on with @BotFather: /setinline"""

import unicodedata
from functools import lru_cache
from typing import Any

from anzol import InlineCtx, Router, TextCtx, article

router = Router()

LAST = 0x1FAFF  # the end of the newest emoji
SHORTEST = 3  # letters; shorter words are in thousands of names


@router.inline
def search(ctx: InlineCtx) -> list[dict[str, Any]]:
    """Return everything that is found: it is served fifty at a time, as the user scrolls."""
    words = ctx.text.upper().split()
    if sum(map(len, words)) < SHORTEST:
        return []
    return [
        article(f"{character} {name.title()}", character, description=f"U+{ord(character):04X}")
        for character, name in names()
        if all(word in name for word in words)
    ]


@router.command("start")
def start(ctx: TextCtx) -> str:
    """Say how to search."""
    return f"Type @{ctx.bot.me.username} arrow in any chat."


@lru_cache
def names() -> list[tuple[str, str]]:
    """Return all printable characters with their names."""
    characters = (chr(number) for number in range(0x21, LAST + 1))
    named = ((one, unicodedata.name(one, "")) for one in characters if one.isprintable())
    return [(one, name) for one, name in named if name and not name.startswith("CJK")]
