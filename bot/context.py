"""`ctx`: one update as a handler sees it, and the ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cached_property
from typing import Any

from .client import Bot
from .errors import ApiError
from .reply import Reply
from .sending import send_reply, send_text
from .types import CallbackQuery, Chat, Message, Object, Update, User, wrap
from .updates import MESSAGE_KINDS, chat_of, kind_of, lane_of, user_of

State = MutableMapping[str, Any]


class Context:
    """One update, its bot and its session; made anew for each run of a handler.

    `update` is the whole update, `kind` its kind (`"message"`), `event` that field of it. `params` holds what a button
    pattern or a regular expression captured. `router` is the outermost router, as in `ctx.router.commands()`.
    """

    def __init__(
        self, update: dict[str, Any], bot: Bot, state: Callable[[str], State] | None = None
    ) -> None:
        self.update: Update = Update(update)
        self.bot = bot
        self.kind = kind_of(update)
        self.params: dict[str, Any] = {}
        self.router: Any = None
        self.answered = False
        self._state = state or _in_memory()
        self._last: Any = None

    def __repr__(self) -> str:
        return f"<Context {self.kind} {self.update.get('update_id')}>"

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
        return getattr(self.event, "message", None) if isinstance(found, dict) else None

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
        """The message's text or caption, `""` when it has none."""
        message: dict[str, Any] = self.message or {}
        return str(message.get("text") or message.get("caption") or "")

    @property
    def payload(self) -> str:
        """What follows the command, and what a deep link carries: `/start 42` → `"42"`."""
        return self.text.partition(" ")[2].strip() if self.text.startswith("/") else ""

    @property
    def args(self) -> list[str]:
        """The words after the command."""
        return self.payload.split()

    @property
    def session(self) -> State:
        """What this chat has told us: a dict of JSON values, saved when the update is done."""
        return self._state(lane_of(self.update))

    @property
    def user_session(self) -> State:
        """What this user has told us, in every chat."""
        if self.user is None:
            raise AttributeError(f"A {self.kind} comes from no user, so it has no user_session.")
        return self._state(f"user:{self.user.id}")

    def reply(self, reply: str | Reply = "", keyboard: Any = None, **params: Any) -> Any:
        """Send a message to this chat and return it; of a long text in several messages the last.

        A `str` goes out as it stands, `html(...)` as HTML. Keywords are those of `Reply`.
        """
        if not isinstance(reply, Reply):
            reply = Reply(reply, keyboard, **params)
        self._last = send_reply(self.bot, self.where(), reply)
        return self._last

    def edit(self, text: str | Reply = "", keyboard: Any = None, **params: Any) -> Any:
        """Change the message whose button was pressed, or else the last one this handler sent.

        Without a keyboard the old one goes. That nothing changed is no error.
        """
        reply = text if isinstance(text, Reply) else Reply(text, keyboard, **params)
        target, caption = self._edited()
        method = "editMessageCaption" if caption else "editMessageText"
        field = "caption" if caption else "text"
        try:
            return send_text(self.bot, method, field, reply.text, {**target, **reply.params})
        except ApiError as error:
            if "message is not modified" in error.description:
                return True
            raise

    def answer(self, *args: Any, **params: Any) -> Any:
        """Answer a button (`text`, `show_alert=True`), an inline query (`results`) or a checkout (`ok=True`)."""
        self.answered = True
        if self.kind == "callback_query":
            return self.bot.answer_callback_query(self.event.id, *args, **params)
        if self.kind == "inline_query":
            results = params.pop("results", args[0] if args else [])
            return self.bot.answer_inline_query(
                inline_query_id=self.event.id, results=results, **params
            )
        if self.kind == "pre_checkout_query":
            return self.bot.answer_pre_checkout_query(
                pre_checkout_query_id=self.event.id, **{"ok": True, **params}
            )
        if self.kind == "shipping_query":
            return self.bot.answer_shipping_query(
                shipping_query_id=self.event.id, **{"ok": True, **params}
            )
        raise TypeError(f"A {self.kind} cannot be answered; use ctx.reply().")

    def delete(self) -> Any:
        """Delete this message, or the one whose button was pressed."""
        return self.bot.delete_message(**self._here())

    def react(self, emoji: str) -> Any:
        """Put a reaction on this message; `""` takes it away."""
        reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
        return self.bot.set_message_reaction(**self._here(), reaction=reaction)

    def where(self) -> dict[str, Any]:
        """The parameters that address this chat: its id, and the topic or business connection if there is one."""
        if self.chat is None:
            raise TypeError(f"A {self.kind} belongs to no chat; use ctx.bot with a chat_id.")
        message: dict[str, Any] = self.message or {}
        where: dict[str, Any] = {"chat_id": self.chat.id}
        if message.get("is_topic_message"):
            where["message_thread_id"] = message.get("message_thread_id")
        if message.get("business_connection_id"):
            where["business_connection_id"] = message.get("business_connection_id")
        return where

    def _here(self) -> dict[str, Any]:
        if self.chat is None or self.message is None:
            raise TypeError(f"A {self.kind} has no message.")
        return {"chat_id": self.chat.id, "message_id": self.message["message_id"]}

    def _edited(self) -> tuple[dict[str, Any], bool]:
        """What `edit` changes, and whether it is a caption."""
        inline = self.callback and self.callback.get("inline_message_id")
        if inline:
            return {"inline_message_id": inline}, False
        message = self.message if self.callback else self._last
        if not isinstance(message, dict):
            raise TypeError("Nothing to edit: ctx.edit() follows a button press or a ctx.reply().")
        chat = message["chat"]["id"]
        target = {"chat_id": chat, "message_id": message["message_id"]}
        return target, "text" not in message and "date" in message and _has_media(message)


def wrap_event(update: Object, kind: str) -> Any:
    """The payload with attribute access, also when its kind is newer than the table."""
    value = update.get(kind)
    if type(value) is dict:
        value = update[kind] = wrap(update._fields.get(kind, ""), value)
    return value


def _has_media(message: dict[str, Any]) -> bool:
    return any(
        name in message
        for name in ("photo", "video", "animation", "audio", "document", "voice", "caption")
    )


def _in_memory() -> Callable[[str], State]:
    kept: dict[str, State] = {}
    return lambda key: kept.setdefault(key, {})
