"""What handlers import: a router, a context, the Bot API."""

from .client import Bot
from .context import Context
from .contexts import (
    AlbumCtx,
    ButtonCtx,
    DocumentCtx,
    InlineCtx,
    MessageCtx,
    PhotoCtx,
    TextCtx,
)
from .downloads import TooLarge
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
from .flood import flood_guard
from .inline import article
from .reply import Reply, keyboard, menu, remove_menu
from .router import Router
from .text import html

__all__ = [
    "AlbumCtx",
    "ApiError",
    "Bot",
    "ButtonCtx",
    "ChatMigrated",
    "Context",
    "DocumentCtx",
    "Drop",
    "Filter",
    "Forbidden",
    "HandlerError",
    "InlineCtx",
    "MessageCtx",
    "NetworkError",
    "PhotoCtx",
    "Reply",
    "Retry",
    "RetryAfter",
    "Router",
    "TelegramError",
    "TextCtx",
    "TooLarge",
    "article",
    "channel",
    "flood_guard",
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
