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
    Next,
    Outage,
    Retry,
    RetryAfter,
    TelegramError,
    Unauthorized,
)
from anzol.api.signed import NotSigned, check_init_data, check_init_data_of, check_login
from anzol.api.text import Html, entities_of, entity_text, html, is_meant
from anzol.bot.access import Members, Switch, admin, admit, can
from anzol.bot.context import Context
from anzol.bot.contexts import (
    AlbumCtx,
    AudioCtx,
    ButtonCtx,
    ChatJoinRequestCtx,
    ChatMemberCtx,
    ContactCtx,
    DocumentCtx,
    EventCtx,
    InlineCtx,
    LocationCtx,
    MessageCtx,
    MessageReactionCtx,
    MyChatMemberCtx,
    OwnCtx,
    PhotoCtx,
    PollAnswerCtx,
    PostCtx,
    PreCheckoutQueryCtx,
    ShippingQueryCtx,
    StickerCtx,
    SuccessfulPaymentCtx,
    TextCtx,
    VideoCtx,
    VoiceCtx,
)
from anzol.bot.fields import question
from anzol.bot.filters import (
    Filter,
    channel,
    forwarded,
    group,
    has,
    number,
    private,
    reply,
    supergroup,
)
from anzol.bot.invoices import MONTH, invoice
from anzol.bot.languages import Languages
from anzol.bot.paging import paged
from anzol.bot.references import Reference, quote
from anzol.bot.reply import Reply, article, keyboard, menu, remove_menu
from anzol.bot.router import Router
from anzol.bot.scenes import Scene
from anzol.bot.screens import back
from anzol.bot.throttle import throttle
from anzol.push.topics import Topic
from anzol.queue import SessionChanged
from anzol.server.extension import Anzol
from anzol.server.subscriptions import subscriptions
from anzol.settings import Settings, SettingsError, setting
from anzol.version import __version__

__all__ = [
    "AlbumCtx",
    "Anzol",
    "ApiError",
    "AudioCtx",
    "BadAnswer",
    "Bot",
    "ButtonCtx",
    "ChatJoinRequestCtx",
    "ChatMemberCtx",
    "ChatMigrated",
    "ContactCtx",
    "Context",
    "DocumentCtx",
    "Drop",
    "EventCtx",
    "Filter",
    "Forbidden",
    "HandlerError",
    "Html",
    "InlineCtx",
    "Languages",
    "LocationCtx",
    "Members",
    "MessageCtx",
    "MessageReactionCtx",
    "MONTH",
    "MyChatMemberCtx",
    "NetworkError",
    "NotSigned",
    "Outage",
    "OwnCtx",
    "Next",
    "PhotoCtx",
    "PollAnswerCtx",
    "PostCtx",
    "PreCheckoutQueryCtx",
    "Reference",
    "Reply",
    "Retry",
    "RetryAfter",
    "Router",
    "Scene",
    "SessionChanged",
    "Settings",
    "SettingsError",
    "ShippingQueryCtx",
    "StickerCtx",
    "SuccessfulPaymentCtx",
    "Switch",
    "TelegramError",
    "TextCtx",
    "TooLarge",
    "Topic",
    "Unauthorized",
    "VideoCtx",
    "VoiceCtx",
    "__version__",
    "admin",
    "admit",
    "article",
    "back",
    "can",
    "channel",
    "check_init_data",
    "check_init_data_of",
    "check_login",
    "entities_of",
    "entity_text",
    "forwarded",
    "group",
    "has",
    "html",
    "invoice",
    "is_meant",
    "keyboard",
    "menu",
    "number",
    "paged",
    "private",
    "question",
    "quote",
    "remove_menu",
    "reply",
    "setting",
    "subscriptions",
    "supergroup",
    "throttle",
]
