"""What a bot imports: `from anzol import Router, Reply, html, keyboard`."""

from anzol.api.client import Bot
from anzol.api.downloads import TooLarge
from anzol.api.errors import (
    ApiError,
    BadAnswer,
    ChatMigrated,
    Drop,
    Forbidden,
    HandlerError,
    NetworkError,
    Retry,
    RetryAfter,
    TelegramError,
    Unauthorized,
)
from anzol.api.text import Html, entities_of, entity_text, html, is_meant
from anzol.bot.context import Context
from anzol.bot.contexts import (
    AlbumCtx,
    ButtonCtx,
    DocumentCtx,
    InlineCtx,
    MessageCtx,
    PhotoCtx,
    TextCtx,
)
from anzol.bot.filters import Filter, channel, forwarded, group, has, private, reply, supergroup
from anzol.bot.flood import flood_guard
from anzol.bot.reply import Reply, article, keyboard, menu, remove_menu
from anzol.bot.router import Router
from anzol.server.extension import Anzol
from anzol.settings import Settings, SettingsError, setting
from anzol.version import __version__

__all__ = [
    "AlbumCtx",
    "Anzol",
    "ApiError",
    "BadAnswer",
    "Bot",
    "ButtonCtx",
    "ChatMigrated",
    "Context",
    "DocumentCtx",
    "Drop",
    "Filter",
    "Forbidden",
    "HandlerError",
    "Html",
    "InlineCtx",
    "MessageCtx",
    "NetworkError",
    "PhotoCtx",
    "Reply",
    "Retry",
    "RetryAfter",
    "Router",
    "Settings",
    "SettingsError",
    "TelegramError",
    "TextCtx",
    "TooLarge",
    "Unauthorized",
    "__version__",
    "article",
    "channel",
    "entities_of",
    "entity_text",
    "flood_guard",
    "forwarded",
    "group",
    "has",
    "html",
    "is_meant",
    "keyboard",
    "menu",
    "private",
    "remove_menu",
    "reply",
    "setting",
    "supergroup",
]
