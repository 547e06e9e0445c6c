"""The bot's profile at Telegram, in all its languages: the menu of commands and the descriptions, set where they differ."""

from __future__ import annotations

import logging
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import TelegramError
from anzol.bot.router import Router

log = logging.getLogger(__name__)


def sync_profile(bot: Bot, router: Router) -> None:
    """Give Telegram the menu of commands and the descriptions that the router declares, in each of its languages."""
    languages = router.languages
    sync_menu(bot, router.menu())
    if languages is None:
        return
    for code in ("", *languages.codes):
        said = languages.best(code)
        if code:
            sync_menu(bot, router.menu(said), code)
        description = languages.translate(said, languages.description)
        short = languages.translate(said, languages.short_description)
        sync_descriptions(bot, description, short, code)


def sync_menu(bot: Bot, menu: list[dict[str, str]], language: str = "") -> bool:
    """Give Telegram the commands for its menu if it has others; a bot without any keeps what it has."""
    if not menu:
        return False
    named = {"language_code": language} if language else {}
    try:
        if [dict(command) for command in bot.get_my_commands(**named)] == menu:  # type: ignore[arg-type]
            return False
        bot.set_my_commands(commands=menu, **named)  # type: ignore[arg-type]
    except TelegramError as error:
        log.warning("The menu of commands stays as it was: %s", error)
        return False
    return True


def sync_descriptions(bot: Bot, description: str, short: str, language: str = "") -> None:
    """Give Telegram the bot's descriptions if it has others; those that are not declared stay as they are."""
    wanted = (
        ("Description", "description", description),
        ("ShortDescription", "short_description", short),
    )
    named: dict[str, Any] = {"language_code": language} if language else {}
    for method, field, text in wanted:
        try:
            if text and bot.call(f"getMy{method}", **named).get(field) != text:
                bot.call(f"setMy{method}", **{field: text}, **named)
        except TelegramError as error:
            log.warning("The bot's %s stays as it was: %s", field.replace("_", " "), error)
