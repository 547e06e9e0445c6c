"""The ways to answer an update."""

from __future__ import annotations

import logging
from typing import Any

from anzol.api.errors import ApiError
from anzol.api.text import Text
from anzol.api.types import Message

from .incoming import Incoming
from .inline import article
from .media import group_calls
from .reply import Reply
from .sending import send_edit, send_reply, split_edit

log = logging.getLogger(__name__)

# What each kind of update is answered with, and the parameter that takes its id.
ANSWERS = {
    "callback_query": ("answerCallbackQuery", "callback_query_id"),
    "inline_query": ("answerInlineQuery", "inline_query_id"),
    "pre_checkout_query": ("answerPreCheckoutQuery", "pre_checkout_query_id"),
    "shipping_query": ("answerShippingQuery", "shipping_query_id"),
    "guest_message": ("answerGuestQuery", "guest_query_id"),
}
# The first positional argument of ctx.answer() for each.
FIRST = {"callback_query": "text", "inline_query": "results", "guest_message": "result"}
CAPTIONED = ("photo", "video", "animation", "audio", "document", "voice", "caption")


class Answers(Incoming):
    """An update that can be answered."""

    answered = False
    _last: Any = None

    def reply(self, reply: Text | Reply = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a message to this chat and return it; of a long text in several messages the last.

        A `str` goes out as it stands, `html(...)` as HTML. Keywords are those of `Reply`.
        """
        if not isinstance(reply, Reply):
            reply = Reply(reply, keyboard, **params)
        if self.kind == "guest_message":
            answered: Message = self.answer(article(reply.text, reply.text))
            return answered
        sent: Message = send_reply(self.bot, self.where(), reply)
        self._last = sent
        return sent

    def photo(self, photo: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a picture: a path, bytes, an open file, `(name, file)`, an address or a file_id."""
        return self.reply(Reply(caption, keyboard, photo=photo, **params))

    def document(
        self, document: Any, caption: Text = "", keyboard: Any = None, **params: Any
    ) -> Message:
        """Send a file of any type as it is."""
        return self.reply(Reply(caption, keyboard, document=document, **params))

    def video(self, video: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a video."""
        return self.reply(Reply(caption, keyboard, video=video, **params))

    def audio(self, audio: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send music."""
        return self.reply(Reply(caption, keyboard, audio=audio, **params))

    def voice(self, voice: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a voice message, OGG with OPUS."""
        return self.reply(Reply(caption, keyboard, voice=voice, **params))

    def sticker(self, sticker: Any, keyboard: Any = None, **params: Any) -> Message:
        """Send a sticker."""
        return self.reply(Reply("", keyboard, sticker=sticker, **params))

    def media_group(
        self, items: list[Any], caption: Text = "", *, kind: str = "photo", **params: Any
    ) -> list[Any]:
        """Send files of one kind as an album, as several of ten when there are more; return the messages."""
        sent: list[Any] = []
        for method, fields in group_calls(items, caption, kind):
            result = getattr(self.bot, method)(**self.where(), **fields, **params)
            sent += result if isinstance(result, list) else [result]
        return sent

    def edit(self, text: Text | Reply = "", keyboard: Any = None, **params: Any) -> Any:
        """Change the message whose button was pressed, or else the last one this handler sent.

        `Reply(..., photo=file)` and its like put another file there. Without a keyboard the old one goes. That nothing
        changed is no error. What of a long text does not fit is sent after it.
        """
        reply = text if isinstance(text, Reply) else Reply(text, keyboard, **params)
        target, has_caption = self._edited()
        rest: list[Reply] = []
        if "chat_id" in target:
            reply, *rest = split_edit(reply, has_caption=has_caption)
        try:
            edited = send_edit(self.bot, target, reply, has_caption=has_caption)
        except ApiError as error:
            if "message is not modified" not in error.description:
                raise
            edited = True
        for part in rest:
            edited = self.reply(part)
        return edited

    def answer(self, *args: Any, **params: Any) -> Any:
        """Answer a button (`text`, `show_alert=True`), an inline query (`results`) or a checkout (`ok=True`).

        That Telegram no longer waits for the answer is logged and no error.
        """
        if self.kind not in ANSWERS:
            raise TypeError(f"A {self.kind} cannot be answered; use ctx.reply().")
        method, name = ANSWERS[self.kind]
        if args:
            params[FIRST.get(self.kind, "ok")] = args[0]
        elif self.kind.endswith(("checkout_query", "shipping_query")):
            params.setdefault("ok", True)
        params[name] = self.event["guest_query_id" if name == "guest_query_id" else "id"]
        self.answered = True
        try:
            return getattr(self.bot, method)(**params)
        except ApiError as error:
            if "query is too old" not in error.description:
                raise
            log.info("Too late to answer: %s", error)
            return False

    def delete(self) -> Any:
        """Delete this message, or the one whose button was pressed."""
        return self.bot.delete_message(**self._here())

    def react(self, emoji: str) -> Any:
        """Put a reaction on this message; `""` takes it away."""
        reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
        return self.bot.set_message_reaction(**self._here(), reaction=reaction)

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
        target = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        has_caption = "text" not in message and any(name in message for name in CAPTIONED)
        return target | self.connection(), has_caption
