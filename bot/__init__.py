"""What handlers import: a router, a context, the Bot API."""

from .client import Bot
from .context import Context
from .errors import (
    ApiError,
    ChatMigrated,
    Drop,
    Forbidden,
    HandlerError,
    NetworkError,
    Retry,
    RetryAfter,
    TelegramError,
)
from .filters import Filter, channel, forwarded, group, private, reply, supergroup
from .reply import Reply, keyboard, menu, remove_menu
from .router import Router
from .text import html

__all__ = [
    "ApiError",
    "Bot",
    "ChatMigrated",
    "Context",
    "Drop",
    "Filter",
    "Forbidden",
    "HandlerError",
    "NetworkError",
    "Reply",
    "Retry",
    "RetryAfter",
    "Router",
    "TelegramError",
    "channel",
    "forwarded",
    "group",
    "html",
    "keyboard",
    "menu",
    "private",
    "remove_menu",
    "reply",
    "supergroup",
]
