"""A question and who waits for its answer: kept per user in a chat, until it is answered, left or too old."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from .reply import Reply

if TYPE_CHECKING:
    from .context import Context

State = MutableMapping[str, Any]


def question(ctx: Context, text: str | Reply, keyboard: Any, params: dict[str, Any]) -> Reply:
    """The question as it is sent: in a group it asks the user by name to answer, so that a bot in privacy mode hears it."""
    reply = text if isinstance(text, Reply) else Reply(text, keyboard, **params)
    in_group = ctx.chat is not None and ctx.chat.type != "private"
    if in_group and "reply_markup" not in reply.params and ctx.message is not None:
        reply.params["reply_markup"] = {"force_reply": True, "selective": True}
        reply.params.setdefault("reply_parameters", {"message_id": ctx.message["message_id"]})
    return reply


def begin(state: State, then: str, sent: Any, timeout: float | None) -> None:
    """Wait for the user's next message; the clock is Telegram's, that of the messages' dates."""
    asked = sent.get("date") if isinstance(sent, dict) else None
    state["then"] = then
    state["until"] = None if timeout is None else (asked or time.time()) + timeout


def awaited(ctx: Context) -> str | None:
    """The name of the state that waits for this message, or `None`."""
    if not can_be_asked(ctx):
        return None
    state = place_of(ctx)
    until = state.get("until")
    if until is not None and ctx.event.get("date", 0) > until:
        state.clear()
    return state.get("then")


def leave(ctx: Context) -> None:
    """Forget the question, if there is one."""
    if can_be_asked(ctx):
        place_of(ctx).clear()


def cancel(ctx: Context) -> str:
    return "Cancelled."


def can_be_asked(ctx: Context) -> bool:
    """Whether there is a user whose next message in this chat the bot will get as a `message`."""
    foreign = ctx.kind == "guest_message" or ctx.connection()
    return ctx.chat is not None and ctx.user is not None and not foreign


def place_of(ctx: Context) -> State:
    """Where the question to this user in this chat is kept."""
    if ctx.chat is None or ctx.user is None or not can_be_asked(ctx):
        raise TypeError(f"Nobody can be asked in answer to a {ctx.kind}.")
    return ctx.state(f"ask:{ctx.chat.id}:{ctx.user.id}")
