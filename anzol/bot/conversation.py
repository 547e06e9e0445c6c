"""Open questions: one per sender, chat and topic, stored until it is answered, abandoned or expired."""

from __future__ import annotations

from typing import Any, NamedTuple

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.errors import ApiError
from anzol.api.text import html

from .migration import Session
from .reply import Reply

TEXT_PLEASE = "Please answer with a text."
CANCELLED = "Cancelled."


class Question(NamedTuple):
    """A question: the state that takes its answer, and until when.

    `message` is the id of the question's message. With `keep` only `ctx.leave()` ends it. `again` is the reply to a
    message that is no answer.
    """

    then: str
    until: float | None = None
    message: int | None = None
    keep: bool = False
    again: str = TEXT_PLEASE


class Questions:
    """The open question of one sender in one topic; `session` stores those of the whole chat."""

    def __init__(self, session: Session, address: Address) -> None:
        self._session = session
        topic = address.topic or address.direct_topic
        self._key = f"{address.sender}" if topic is None else f"{address.sender}/{topic}"

    def open(self, question: Question, now: float) -> None:
        """Store a question. `now` is Telegram's clock, as in the dates of messages."""
        for silent in [key for key, asked in self._session.items() if _is_over(asked, now)]:
            del self._session[silent]
        fields = question._asdict().items()
        self._session[self._key] = {
            name: value
            for name, value in fields
            if name in ("then", "until") or value != Question._field_defaults[name]
        }

    def current(self, now: float | None) -> Question | None:
        """Return the open question, or `None`. An expired one is removed; without `now` (a press has no date) none expires."""
        asked = self._session.get(self._key)
        if asked is None:
            return None
        if now is not None and _is_over(asked, now):
            self.close()
            return None
        known = {name: asked[name] for name in Question._fields if name in asked}
        return Question(**known)

    def close(self) -> None:
        """Remove the question, if there is one."""
        self._session.pop(self._key, None)


def _is_over(asked: dict[str, Any], now: float) -> bool:
    until = asked.get("until")
    return until is not None and now > until


def addressed(reply: Reply, bot: Bot, address: Address, event: Any) -> tuple[Reply, Address]:
    """Return the question as it is sent, and the address of the person expected to answer.

    In a group it opens a reply box for the user, so that a bot in privacy mode sees the answer. Anonymous administrators
    are not named, and their answer comes in the name of the group.
    """
    message = event if "message_id" in event else event.get("message")
    user = event.get("from")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not chat or not user or chat["type"] == "private":
        return reply, address
    if (message.get("from") or {}).get("id") == user["id"]:
        return _with_box(reply, reply_parameters={"message_id": message["message_id"]}), address
    if _is_anonymous(bot, chat["id"], user["id"]):
        return _with_box(reply, selective=False), address._replace(sender=chat["id"])
    if {"parse_mode", "entities"} & reply.params.keys():
        return _with_box(reply, selective=False), address
    mention = html('<a href="tg://user?id={}">{}</a>, ', user["id"], user["first_name"])
    boxed = _with_box(reply)
    if boxed is not reply:
        boxed.text = html("{}{}", mention, reply.text)
    return boxed, address


def _with_box(reply: Reply, *, selective: bool = True, **params: Any) -> Reply:
    """Return a question with a reply box, unless it has a keyboard already.

    Telegram shows a selective box to the author of the message replied to and to users mentioned in the text.
    """
    if "reply_markup" in reply.params:
        return reply
    box = {"force_reply": True, **({"selective": True} if selective else {})}
    return Reply(reply.text, **{**params, **reply.params, "reply_markup": box})


def _is_anonymous(bot: Bot, chat: int, user: int) -> bool:
    """Return whether a member is an anonymous administrator; assume so where the bot may not look."""
    try:
        return bool(bot.get_chat_member(chat, user).get("is_anonymous"))
    except ApiError:
        return True
