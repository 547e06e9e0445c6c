"""Open questions: one per sender, chat and topic, stored until it is answered, abandoned or expired."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.errors import ApiError, HandlerError
from anzol.api.methods import did_you_mean
from anzol.api.text import html

from .migration import Session
from .reply import Reply
from .texts import TEXT_PLEASE

TOLD_LATE = 24 * 3600.0  # seconds in which somebody is still told that their answer came too late


class Question(NamedTuple):
    """A question: the state that takes its answer, and until when.

    `message` is the id of the question's message. With `keep` only `ctx.leave()` ends it. `again` is the reply to a
    message that is not an answer, `late` to one that comes after `until`. `form` is what a form has been told so far.
    """

    then: str
    until: float | None = None
    message: int | None = None
    keep: bool = False
    again: str = TEXT_PLEASE
    late: str = ""
    form: dict[str, Any] | None = None

    def is_over(self, now: float | None) -> bool:
        """Return whether the time for an answer has passed; without `now` (a press has no date) it has not."""
        return now is not None and self.until is not None and now > self.until


class Questions:
    """The open question of one sender in one topic; `session` stores those of the whole chat."""

    def __init__(self, session: Session, address: Address) -> None:
        self._session = session
        topic = address.topic or address.direct_topic
        self._key = f"{address.sender}" if topic is None else f"{address.sender}/{topic}"

    def open(self, question: Question, now: float) -> None:
        """Store a question. `now` is Telegram's clock, as in the dates of messages."""
        for silent in [key for key, asked in self._session.items() if _is_forgotten(asked, now)]:
            del self._session[silent]
        fields = question._asdict().items()
        self._session[self._key] = {
            name: value
            for name, value in fields
            if name in ("then", "until") or value != Question._field_defaults[name]
        }

    def current(self, now: float | None) -> Question | None:
        """Return the open question, or `None`; of expired ones only those that have something to say about it.

        An expired one is removed.
        """
        asked = self._session.get(self._key)
        if asked is None:
            return None
        question = Question(**{name: asked[name] for name in Question._fields if name in asked})
        if not question.is_over(now):
            return question
        self.close()
        return question if question.late else None

    def close(self) -> None:
        """Remove the question, if there is one."""
        self._session.pop(self._key, None)


def _is_forgotten(asked: dict[str, Any], now: float) -> bool:
    until = asked.get("until")
    return until is not None and now > until + (TOLD_LATE if asked.get("late") else 0)


class Asking(Protocol):
    """The part of `ctx` that a question uses."""

    @property
    def kind(self) -> str: ...
    @property
    def event(self) -> Any: ...
    @property
    def bot(self) -> Bot: ...
    @property
    def address(self) -> Address: ...
    @property
    def router(self) -> Any: ...
    def reply(self, reply: Reply) -> Any: ...
    def leave(self) -> None: ...
    def question(self) -> Question | None: ...
    def questions(self, asked: Address | None = None) -> Questions | None: ...


def ask(ctx: Asking, reply: Reply, question: Question, timeout: float | None) -> None:
    """Send a question to the person who caused the update, and open it. Leaves the conversation that is open."""
    states = ctx.router.selection.states if ctx.router else {question.then}
    if question.then not in states:
        raise HandlerError(
            f"ctx.ask(then={question.then!r}) asks for a state that no handler has"
            f'{did_you_mean(question.then, states)} Write @router.state("{question.then}").'
        )
    if ctx.questions() is None:
        raise TypeError(f"Nobody can be asked in answer to a {ctx.kind}.")
    _leave_other(ctx, question)
    reply, asked = addressed(reply, ctx.bot, ctx.address, ctx.event)
    sent = ctx.reply(reply)
    message = sent if isinstance(sent, dict) else {}
    now = message.get("date") or ctx.bot.wall()
    _open(ctx, question._replace(message=message.get("message_id")), timeout, now, asked)


def open_silently(ctx: Asking, question: Question, timeout: float | None) -> None:
    """Open a question that is asked by other means, or already shown: in the message whose button was pressed."""
    if ctx.questions() is None:
        raise TypeError(f"Nobody can be asked in answer to a {ctx.kind}.")
    _leave_other(ctx, question)
    pressed = ctx.address.message if ctx.kind == "callback_query" else None
    _open(ctx, question._replace(message=pressed), timeout, ctx.bot.wall(), ctx.address)


def leave(ctx: Asking) -> None:
    """End the conversation that is open; a scene's exit is told."""
    questions = ctx.questions()
    if questions is None:
        return
    question = ctx.question()
    questions.close()
    if question is not None and ctx.router is not None:
        ctx.router.selection.tell_exit(ctx, question.then)


def _leave_other(ctx: Asking, question: Question) -> None:
    if (before := ctx.question()) is not None and before.then != question.then:
        ctx.leave()


def _open(
    ctx: Asking, question: Question, timeout: float | None, now: float, asked: Address
) -> None:
    until = None if timeout is None else now + timeout
    if (questions := ctx.questions(asked)) is not None:
        questions.open(question._replace(until=until), now)


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
