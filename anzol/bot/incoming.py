"""What has come in: one update as a handler reads it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from anzol.api.client import Bot
from anzol.api.types import CallbackQuery, Chat, Message, Object, Update, User, wrap
from anzol.api.updates import (
    ALBUM_KINDS,
    MESSAGE_KINDS,
    business_of,
    chat_of,
    kind_of,
    lane_of,
    user_of,
)


class Incoming:
    """One update. `update` is the whole of it, `kind` its kind (`"message"`), `event` that field of it.

    `params` holds what a button's pattern or a regular expression captured.
    """

    def __init__(self, update: dict[str, Any], bot: Bot) -> None:
        self.update: Update = Update(update)
        self.bot = bot
        self.kind = kind_of(update)
        self.params: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kind} {self.update.get('update_id')}>"

    @cached_property
    def event(self) -> Any:
        """The update's payload: a Message, a CallbackQuery, whatever its kind holds."""
        return wrap_event(self.update, self.kind)

    @cached_property
    def message(self) -> Message | None:
        """The message: new, edited, or the one whose button was pressed."""
        if self.kind in MESSAGE_KINDS:
            message: Message = self.event
            return message
        found = self.event.get("message") if self.event else None
        return self.event.message if isinstance(found, dict) else None

    @property
    def in_album(self) -> bool:
        """Whether this is a part of an album."""
        return self.kind in ALBUM_KINDS and bool(self.event.get("media_group_id"))

    @property
    def callback(self) -> CallbackQuery | None:
        """The button press, if this is one."""
        return self.event if self.kind == "callback_query" else None

    @cached_property
    def chat(self) -> Chat | None:
        """The chat it happened in; `None` for inline queries and other updates without one."""
        found = chat_of(self.event)
        return Chat(found) if found else None

    @cached_property
    def user(self) -> User | None:
        """Who did it; `None` in channels."""
        found = user_of(self.event)
        return User(found) if found else None

    @property
    def text(self) -> str:
        """The message's text or caption, or the inline query's; `""` when it has none."""
        if self.kind == "inline_query":
            return str(self.event.get("query") or "")
        message: dict[str, Any] = self.message or {}
        return str(message.get("text") or message.get("caption") or "")

    @cached_property
    def command(self) -> str:
        """The command that the message begins with, without slash, in small letters; `""` when it is for another bot."""
        words = self.text.split(None, 1) if self.kind in MESSAGE_KINDS else []
        if not words or not words[0].startswith("/"):
            return ""
        name, _, bot = words[0][1:].partition("@")
        if bot and bot.lower() != (self.bot.me.username or "").lower():
            return ""
        return str(name.lower())

    @property
    def payload(self) -> str:
        """What follows the command, and what a deep link carries: `/start 42` → `"42"`."""
        if not self.text.startswith("/"):
            return ""
        return "".join(self.text.split(None, 1)[1:]).strip()

    @property
    def args(self) -> list[str]:
        """The words after the command."""
        return self.payload.split()

    @cached_property
    def lane(self) -> str:
        """The line in which this update waited: of its chat, else of its user."""
        return lane_of(self.update)

    def where(self) -> dict[str, Any]:
        """The parameters that address this chat: its id, and the topic or business connection if there is one."""
        if self.chat is None:
            raise TypeError(f"A {self.kind} belongs to no chat; use ctx.bot with a chat_id.")
        message: dict[str, Any] = self.message or {}
        where: dict[str, Any] = {"chat_id": self.chat.id}
        if message.get("is_topic_message"):
            where["message_thread_id"] = message.get("message_thread_id")
        if topic := message.get("direct_messages_topic"):
            where["direct_messages_topic_id"] = topic.get("topic_id")
        return where | self.connection()

    def connection(self) -> dict[str, Any]:
        """The business connection through which the bot sees this chat, as a parameter; empty in its own chats."""
        business = business_of(self.event)
        return {"business_connection_id": business} if business else {}


def wrap_event(update: Object, kind: str) -> Any:
    """The payload with attribute access, also when its kind is newer than the table."""
    value = update.get(kind)
    if type(value) is dict:
        value = update[kind] = wrap(update._fields.get(kind, ""), value)
    return value
