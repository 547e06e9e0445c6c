"""A question and who waits for its answer: kept per user in a chat, until it is answered, left or too old."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from anzol.api.text import Text, html

from .migration import is_move, moved_to
from .reply import Reply

if TYPE_CHECKING:
    from .context import Context

State = MutableMapping[str, Any]


def question(ctx: Context, text: Text | Reply, keyboard: Any, params: dict[str, Any]) -> Reply:
    """The question as it is sent: in a group it offers the user a reply box, so that a bot in privacy mode hears them."""
    reply = text if isinstance(text, Reply) else Reply(text, keyboard, **params)
    in_group = ctx.chat is not None and ctx.chat.type != "private"
    if not in_group or "reply_markup" in reply.params or ctx.message is None or ctx.user is None:
        return reply
    # Telegram shows the reply box to the author of the message that is replied to, and to those who are mentioned.
    reply.params["reply_markup"] = {"force_reply": True, "selective": True}
    author = ctx.message.from_user
    if author is not None and author.id == ctx.user.id:
        reply.params.setdefault("reply_parameters", {"message_id": ctx.message["message_id"]})
    elif "parse_mode" in reply.params or "entities" in reply.params:
        reply.params["reply_markup"] = {"force_reply": True}
    else:
        reply.text = html(
            '<a href="tg://user?id={}">{}</a>, {}', ctx.user.id, ctx.user.first_name, reply.text
        )
    return reply


def begin(ctx: Context, then: str, sent: Any, timeout: float | None) -> None:
    """Wait for the user's next message; the clock is Telegram's, that of the messages' dates."""
    state, user = place_of(ctx)
    now = (sent.get("date") if isinstance(sent, dict) else None) or time.time()
    for silent in [key for key, asked in state.items() if is_over(asked, now)]:
        del state[silent]
    state[user] = {"then": then, "until": None if timeout is None else now + timeout}


def awaited(ctx: Context) -> str | None:
    """The name of the state that waits for this message, or `None`."""
    if not can_be_asked(ctx) or is_move(ctx):
        return None
    state, user = place_of(ctx)
    asked = state.get(user, {})
    if is_over(asked, ctx.event.get("date", 0)):
        del state[user]
        return None
    then: str | None = asked.get("then")
    return then


def is_over(asked: dict[str, Any], now: float) -> bool:
    """Whether the answer to a question comes too late."""
    until = asked.get("until")
    return until is not None and now > until


def leave(ctx: Context) -> None:
    """Forget the question, if there is one."""
    if can_be_asked(ctx):
        state, user = place_of(ctx)
        state.pop(user, None)


def cancel(ctx: Context) -> str:
    return "Cancelled."


def can_be_asked(ctx: Context) -> bool:
    """Whether there is a user whose next message in this chat the bot will get as a `message`."""
    foreign = ctx.kind == "guest_message" or ctx.connection()
    return ctx.chat is not None and ctx.user is not None and not foreign


def place_of(ctx: Context) -> tuple[State, str]:
    """Where this chat's questions are kept, and the key of the one to this user."""
    if ctx.chat is None or ctx.user is None or not can_be_asked(ctx):
        raise TypeError(f"Nobody can be asked in answer to a {ctx.kind}.")
    return ctx.state(f"ask:{moved_to(ctx) or ctx.chat.id}"), str(ctx.user.id)
