"""Inline search: type `@bot mars` in any chat and pick a planet. Turn it on with @BotFather: /setinline"""

from typing import Any

from anzol import InlineCtx, MessageCtx, Router, article, html

router = Router()

PLANETS = {
    "Mercury": "the smallest, 88 days a year",
    "Venus": "the hottest, 465 °C",
    "Earth": "the one with bots",
    "Mars": "two moons, Phobos and Deimos",
    "Jupiter": "the largest, 95 known moons",
    "Saturn": "the one with the rings",
    "Uranus": "lies on its side",
    "Neptune": "the windiest",
}


@router.inline
def search(ctx: InlineCtx) -> list[dict[str, Any]]:
    wanted = ctx.text.lower()
    return [
        article(name, html("<b>{}</b>: {}", name, what), description=what)
        for name, what in PLANETS.items()
        if wanted in f"{name} {what}".lower()
    ]


@router.command("start")
def start(ctx: MessageCtx) -> str:
    """Say how to search."""
    return f"Type @{ctx.bot.me.username} and a planet in any chat."
