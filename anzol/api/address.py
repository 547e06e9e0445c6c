"""An address: everything that distinguishes one message from all others, and which method takes which part of it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from .methods import schema

# The parts of a chat's address, by the parameter that takes each.
CHAT_PARTS = (
    "chat_id",
    "business_connection_id",
    "message_thread_id",
    "direct_messages_topic_id",
)
# Who did it, best first: a chat that speaks for itself (a channel, an anonymous administrator)
# stands beside a made-up `from`, the same for all of its kind.
SENDERS = ("sender_chat", "actor_chat", "voter_chat", "from", "user")
# Where an event has none of these, its chat, its number and who wrote it are all of its address.
RARE = frozenset(
    {
        "message",
        "user_chat_id",
        "business_connection_id",
        "is_topic_message",
        "direct_messages_topic",
        "inline_message_id",
        "sender_chat",
        "actor_chat",
        "voter_chat",
    }
)
NO_PARTS = (None, None, None)


class Address(NamedTuple):
    """Where something happened and who did it; `None` for each part that is not there.

    `message` is valid in `chat` alone: numbers start anew in every chat, also in the supergroup that a group becomes.
    """

    chat: int | None = None
    business: str | None = None
    topic: int | None = None
    direct_topic: int | None = None
    message: int | None = None
    inline: str | None = None
    sender: int | None = None

    @classmethod
    def of(cls, event: Any) -> Address:
        """Return the address of an update's payload: a message, a press, a join request, a reaction, …

        Who asks to join a group is not in it yet: they are written to in their own chat with the bot.
        """
        if not isinstance(event, dict):
            return cls()
        if RARE.isdisjoint(event):  # one look instead of nine, for nearly every message
            chat, sender = event.get("chat"), event.get("from")
            if isinstance(chat, dict) and isinstance(sender, dict):
                number, person = event.get("message_id"), sender.get("id")
                # Without the function that finds out which field each argument is for: a third of the time.
                here = (chat.get("id"), None, None, None, number, None, person)
                return tuple.__new__(cls, here)
        message = event if "message_id" in event else _object(event, "message")
        chat = _object(event, "chat") or _object(message, "chat")
        topic = message.get("message_thread_id") if message.get("is_topic_message") else None
        return cls(
            chat=event.get("user_chat_id") or chat.get("id"),
            business=event.get("business_connection_id") or message.get("business_connection_id"),
            topic=topic,
            direct_topic=_object(message, "direct_messages_topic").get("topic_id"),
            message=message.get("message_id"),
            inline=event.get("inline_message_id"),
            sender=_sender(event),
        )

    def params(self, method: str) -> dict[str, Any]:
        """Return what of the chat's address a method takes, as its parameters.

        Raises `TypeError` when there is no chat, or when the bot sees it through a business connection of which the
        method knows nothing: it would act in the bot's own chat with the same person.
        """
        if self.chat is None:
            raise TypeError(f"There is no chat for {method}; use ctx.bot with a chat_id.")
        takes = _takes(method)
        if self.business and "business_connection_id" not in takes:
            raise TypeError(f"{method} does not work through a business connection.")
        # The fields of this tuple stand in the order of these names; mostly there is only the chat.
        if self[1:4] == NO_PARTS and "chat_id" in takes:
            return {"chat_id": self.chat}
        return {
            name: part
            for name, part in zip(CHAT_PARTS, self, strict=False)
            if part is not None and name in takes
        }

    def message_params(self, method: str) -> dict[str, Any]:
        """Return the parameters that name the message: its number and chat, or its inline id.

        Raises `TypeError` when there is no message, or none that the method could reach.
        """
        if self.inline is not None:
            if "inline_message_id" not in _takes(method):
                raise TypeError(
                    f"{method} does not work on a message that was sent by inline mode."
                )
            return {"inline_message_id": self.inline}
        if self.message is None:
            raise TypeError(f"There is no message for {method}.")
        return {**self.params(method), "message_id": self.message}


def names_a_message(method: str, fields: dict[str, Any]) -> bool:
    """Return whether a call names a message of its `chat_id` by number, as deleteMessage does and forwardMessage does not."""
    if "from_chat_id" in fields or "chat_id" not in _takes(method):
        return False
    return fields.get("message_id") is not None or fields.get("message_ids") is not None


def follow(method: str, fields: dict[str, Any], moved: dict[Any, int]) -> dict[str, Any]:
    """Return a call's fields with the supergroup that its group has become; `moved` is old chat → new chat.

    A call that names a message goes to the chat in which the number is valid. A message to quote stayed behind with the
    old chat, so the quote is left out.
    """
    chat = fields.get("chat_id")
    if not isinstance(chat, int | str) or chat not in moved or names_a_message(method, fields):
        return fields
    quoted = fields.get("reply_parameters")
    there = isinstance(quoted, dict) and "chat_id" in quoted
    kept = {name: value for name, value in fields.items() if name != "reply_parameters" or there}
    return {**kept, "chat_id": moved[chat]}


@cache
def _takes(method: str) -> frozenset[str]:
    spec = schema()["methods"].get(method, {"params": CHAT_PARTS})
    return frozenset(spec["params"])


def _sender(event: dict[str, Any]) -> int | None:
    for name in SENDERS:
        if isinstance(sender := event.get(name), dict):
            number: int | None = sender.get("id")
            return number
    return None


def _object(payload: dict[str, Any], name: str) -> dict[str, Any]:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
