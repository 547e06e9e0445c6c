"""What an update is about: its kind, chat, user, and the lane in which it waits its turn."""

from __future__ import annotations

from typing import Any

from .methods import schema

# Seconds that Telegram itself keeps an update, and its priority when many wait.
LIFETIMES = {
    "inline_query": 30.0,
    "callback_query": 150.0,
    "shipping_query": 150.0,
    "pre_checkout_query": 10.0,
    "chosen_inline_result": 600.0,
}
PRIORITIES = {
    "inline_query": 0,
    "callback_query": 1,
    "shipping_query": 1,
    "pre_checkout_query": 1,
}
MESSAGE_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_message",
        "edited_business_message",
        "guest_message",
    }
)
# They come before the message that says what was paid, and bring no chat.
PAYING = frozenset({"shipping_query", "pre_checkout_query", "purchased_paid_media"})
# What leads from a message to another lane than that of its own chat.
ELSEWHERE = frozenset({"message", "successful_payment", "business_connection_id"})
# Those in which an album comes, part by part.
ALBUM_KINDS = frozenset({"message", "channel_post", "business_message"})
# Those that the server stores itself: other programs' events, rules that decide about them, and jobs that are due.
OWN_KINDS = frozenset({"event", "job", "rule"})
NORMAL = 2


def known_kinds() -> list[str]:
    """Return every update kind of the table, in Telegram's order."""
    return [field for field in schema()["types"]["Update"] if field != "update_id"]


def kind_of(update: dict[str, Any]) -> str:
    """Return the name of the field that an update carries, also when it is newer than the table; else `""`."""
    for name, value in update.items():
        if name != "update_id" and isinstance(value, dict) and name.isascii():
            return name
    return ""


def chat_of(payload: Any) -> dict[str, Any] | None:
    """Return the chat that an update's payload belongs to, also through a button's message."""
    return _object(payload, "chat") or _object(_object(payload, "message"), "chat")


def user_of(payload: Any) -> dict[str, Any] | None:
    """Return the user who caused an update."""
    return _object(payload, "from") or _object(payload, "user")


def business_of(payload: Any) -> Any:
    """Return the id of the business connection through which the bot sees a message; `None` in its own chats."""
    if not isinstance(payload, dict):
        return None
    message = payload.get("message")
    own = payload.get("business_connection_id")
    return own or (isinstance(message, dict) and message.get("business_connection_id")) or None


def lane_of(update: dict[str, Any], kind: str = "") -> str:
    """Return the lane in which updates are handled one at a time: `chat:5`, else `user:7`, else `poll:42`.

    A group's messages and the presses on its buttons share a lane, though Telegram sends them side by side. So do the
    three updates of a payment, a poll and its answers, and who asks to join a group and their own chat with the bot. A
    chat that the bot sees through a business account is another one than the bot's own chat with the same person.
    """
    kind = kind or kind_of(update)
    payload = update.get(kind)
    if kind == "message" and isinstance(payload, dict) and ELSEWHERE.isdisjoint(payload):
        # As of nearly every update: nothing else can have a say.
        chat = payload.get("chat")
        number = chat.get("id") if isinstance(chat, dict) else None
        if type(number) is int:
            return f"chat:{number}"[:200]
    if (person := _person_of(kind, payload)) is not None:
        return _lane("chat", person)
    if kind == "poll_answer" and isinstance(payload, dict) and payload.get("poll_id"):
        return _lane("poll", payload["poll_id"])
    chat = chat_of(payload)
    business = business_of(payload)
    if chat and business:
        return _lane("business", f"{business}:{chat.get('id')}")
    if chat:
        return _lane("chat", chat.get("id"))
    user = user_of(payload)
    if user:
        return _lane("user", user.get("id"))
    name = "topic" if kind in ("event", "rule") else "id"
    subject = payload.get(name) if isinstance(payload, dict) else None
    return _lane(kind or "update", update.get("update_id") if subject is None else subject)


def _person_of(kind: str, payload: Any) -> Any:
    """Return the user whose private chat an update belongs to although it carries none, or another; else `None`."""
    if kind == "chat_join_request" and isinstance(payload, dict) and payload.get("user_chat_id"):
        return payload["user_chat_id"]
    paid = kind == "message" and _object(payload, "successful_payment")
    if paid or kind in PAYING:
        return (user_of(payload) or {}).get("id")
    return None


def _lane(what: str, number: Any) -> str:
    # ASCII and short whatever an update holds: it becomes a key in the database.
    lane = f"{what}:{number}"[:200]
    return lane if lane.isascii() else lane.encode("ascii", "backslashreplace").decode()[:200]


def _object(payload: Any, name: str) -> dict[str, Any] | None:
    value = payload.get(name) if isinstance(payload, dict) else None
    return value if isinstance(value, dict) else None
