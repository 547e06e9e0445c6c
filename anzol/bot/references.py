"""Messages to come back to: what a session can keep of one, and the part of a text that a reply quotes."""

from __future__ import annotations

from typing import Any

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.text import Text, utf16_length

from .reply import Reply, reply_of
from .sending import Shown, edit_keyboard, edit_shown, shown


class Reference(dict[str, Any]):
    """A message as JSON, for a session: `ctx.session["board"] = Reference.of(ctx.reply("0 votes"))`.

    Later, `Reference(ctx.session["board"]).edit(ctx.bot, "1 vote")` changes it, from whichever chat.
    """

    @classmethod
    def of(cls, message: Any) -> Reference:
        """Return the reference of a message, or of an event with an `inline_message_id`."""
        address = Address.of(message)
        if address.message is None and address.inline is None:
            raise TypeError(
                f"{type(message).__name__} is not a message: give what ctx.reply() returned."
            )
        found = {name: value for name, value in address._asdict().items() if value is not None}
        found.pop("sender", None)
        if shown(message, address).has_caption:
            found["has_caption"] = True
        return cls(found)

    @property
    def address(self) -> Address:
        """Return where the message is."""
        return Address(**{name: value for name, value in self.items() if name in Address._fields})

    def edit(self, bot: Bot, text: Text | Reply = "", keyboard: Any = None, **params: Any) -> Any:
        """Edit the message as `ctx.edit` does: its text or file, or with neither its keyboard alone."""
        reply = reply_of(text, keyboard, params)
        old = Shown(self.address, bool(self.get("has_caption")))
        if not reply.text and not reply.media():
            return edit_keyboard(bot, old, reply.params.get("reply_markup"))[0]
        return edit_shown(bot, [old], reply)[0]

    def delete(self, bot: Bot) -> Any:
        """Delete the message."""
        return bot.delete_message(**self.address.message_params("deleteMessage"))


def quote(message: Any, text: str) -> dict[str, Any]:
    """Return the `reply_parameters` that quote a part of a message's text. Raises `ValueError` if it is not in it."""
    said = message.get("text") or message.get("caption") or ""
    at = said.find(text)
    if at < 0 or not text:
        raise ValueError(f"{text!r} is not in the message, so it cannot be quoted.")
    return {
        "message_id": message["message_id"],
        "quote": text,
        "quote_position": utf16_length(said[:at]),
    }
