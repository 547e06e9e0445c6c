"""Keep a group tidy: newcomers press a button before they may write, links on the first day are deleted, warnings mute.

Make the bot an administrator that may delete messages and restrict members.
"""

from typing import Any

from anzol import (
    ApiError,
    ButtonCtx,
    ChatMemberCtx,
    Context,
    MessageCtx,
    Router,
    TextCtx,
    admin,
    can,
    group,
    html,
    keyboard,
)

router = Router()

NEWCOMER = 24 * 3600  # seconds without links after joining
MUTED = 600
WARNINGS = 3
SILENT = {"can_send_messages": False}


@router.on("chat_member")
def welcome(ctx: ChatMemberCtx) -> None:
    change = ctx.event
    if change.old_chat_member.status != "left" or change.new_chat_member.status != "member":
        return
    member = change.new_chat_member.user
    ctx.session[f"joined {member.id}"] = change.date
    restrict(ctx, member.id, SILENT)
    text = html(
        "Welcome, <b>{}</b>! Press the button, please, if you are one of us.", member.first_name
    )
    ctx.reply(text, keyboard(("I am not a robot", human.data(user=member.id))))


@router.button("human:{user:int}")
def human(ctx: ButtonCtx, user: int) -> None:
    if ctx.user.id != user:
        ctx.answer("This button is for somebody else.")
        return
    allowed: dict[str, Any] = ctx.bot.get_chat(ctx.where()["chat_id"]).permissions or {}
    restrict(ctx, user, {**allowed, "can_send_messages": True})
    ctx.edit("Welcome! No links on the first day, please.")


@router.command("warn", group, can("restrict_members"))
def warn(ctx: TextCtx) -> str:
    """Reply with it to a message: the third warning mutes its author for ten minutes."""
    rude = ctx.message.reply_to_message
    if rude is None or rude.from_user is None:
        return "Reply to a message by the person to warn."
    name, key = rude.from_user.first_name, f"warnings {rude.from_user.id}"
    ctx.session[key] = ctx.session.get(key, 0) + 1
    if ctx.session[key] < WARNINGS:
        return f"{name}, that is warning {ctx.session[key]} of {WARNINGS}."
    del ctx.session[key]
    try:
        restrict(ctx, rude.from_user.id, SILENT, ctx.message.date + MUTED)
    except ApiError as error:
        return f"I am not allowed to mute {name}: {error.description}"
    return f"{name} is muted for ten minutes."


@router.command("warn", group)
def may_not_warn(ctx: TextCtx) -> str:
    return "Only administrators can warn."


@router.on("message::url message::text_link", group, ~admin)
def no_links(ctx: MessageCtx) -> str | None:
    if ctx.message.date - ctx.session.get(f"joined {ctx.user.id}", 0) > NEWCOMER:
        return None
    ctx.delete()
    return f"{ctx.user.first_name}, no links on the first day."


def restrict(
    ctx: Context, user: int, permissions: dict[str, Any], until: int | None = None
) -> None:
    ctx.bot.restrict_chat_member(
        ctx.where()["chat_id"], user, permissions=permissions, until_date=until
    )
