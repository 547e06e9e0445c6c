"""A group that becomes a supergroup gets another number: what it has told us goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context

KEPT = ("chat", "ask")  # the session, and the questions that wait for an answer


def moved_to(ctx: Context) -> int | None:
    """The supergroup that this chat is by now: updates of the old group may come to their turn later than its own."""
    if ctx.chat is None or ctx.chat.get("type") != "group":
        return None
    new: int | None = ctx.state(f"migrated:{ctx.chat.id}").get("to")
    if new is not None:
        ctx.bot.moved[ctx.chat.id] = new
    return new


def is_move(ctx: Context) -> bool:
    """Whether this is Telegram's note of the move, which nobody wrote."""
    return bool(ctx.event.get("migrate_from_chat_id") or ctx.event.get("migrate_to_chat_id"))


def follow(ctx: Context) -> None:
    """Take the state along when Telegram tells of the move, in the old chat or in the new one."""
    if ctx.kind != "message" or ctx.chat is None:
        return
    if old := ctx.event.get("migrate_from_chat_id"):
        _move(ctx, old, ctx.chat.id)
    elif new := ctx.event.get("migrate_to_chat_id"):
        _move(ctx, ctx.chat.id, new)


def follow_late(ctx: Context) -> None:
    """Take the state along when the handler's own calls found out, as where the bot gets no messages."""
    if ctx.chat is not None and ctx.chat.get("type") == "group" and ctx.chat.id in ctx.bot.moved:
        _move(ctx, ctx.chat.id, ctx.bot.moved[ctx.chat.id])


def _move(ctx: Context, old: int, new: int) -> None:
    ctx.bot.moved[old] = new
    known = ctx.state(f"migrated:{old}")
    if known.get("to") != new:
        known["to"] = new
    for what in KEPT:
        source, target = ctx.state(f"{what}:{old}"), ctx.state(f"{what}:{new}")
        for key, value in source.items():
            target.setdefault(key, value)
        source.clear()
