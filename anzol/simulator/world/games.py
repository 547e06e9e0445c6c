"""Games as BotFather registers them; their pictures are grey here."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from .bots import Bot
from .media import media_fields
from .placeholder import film, picture
from .world import World

Json = dict[str, Any]

SHAPE = (640, 360)  # pixels, which BotFather asks for


def find_game(world: World, bot: Bot, name: Any) -> Json:
    """Return the Game of a short name. Raises Refused 400.

    `POST /user/bot` names a bot's games, as BotFather does.
    """
    known = bot.settings.get("games", {}).get(name)
    if known is None:
        raise bad("wrong game short name specified")
    moving = world.files.made("animation", "game.gif", film(*SHAPE))
    still = world.files.made("photo", "game.png", picture(*SHAPE))
    return {
        "title": known.get("title", name),
        "description": known.get("description", name),
        "photo": still.sizes,
        "animation": media_fields(moving, {})["animation"],
    }
