"""Telegram's Bot API and nothing else: calls, types, errors, files and text."""

from .client import API_URL, Bot
from .downloads import TooLarge
from .errors import (
    ApiError,
    BadAnswer,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    Unauthorized,
)
from .methods import schema
from .text import FormattedText, Html, html
from .transport import Transport
from .types import Object
from .webhookreply import WebhookReply

__all__ = [
    "API_URL",
    "ApiError",
    "BadAnswer",
    "Bot",
    "ChatMigrated",
    "Forbidden",
    "FormattedText",
    "Html",
    "NetworkError",
    "Object",
    "RetryAfter",
    "TelegramError",
    "TooLarge",
    "Transport",
    "Unauthorized",
    "WebhookReply",
    "html",
    "schema",
]
