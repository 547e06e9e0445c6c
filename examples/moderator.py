"""Keep a group tidy: greet newcomers, delete links from those who are new, mute on request.

Make the bot an administrator that may delete messages and restrict members.
"""

from typing import Any

from anzol import Context, MessageCtx, Router, group, html

router = Router()

NEWCOMER = 24 * 3600  # seconds without links after joining
MUTED = 600


@router.on("chat_member")
def welcome(ctx: Context) -> Any:
    change = ctx.event
    if change.old_chat_member.status != "left" or change.new_chat_member.status != "member":
        return None
    member = change.new_chat_member.user
    ctx.session[f"joined {member.id}"] = change.date
    return html("Welcome, <b>{}</b>! No links on the first day, please.", member.first_name)


@router.command("mute", filters=(group,))
def mute(ctx: MessageCtx) -> str:
    """Reply with it to a message: its author is silent for ten minutes."""
    rude = ctx.message.reply_to_message
    if not is_admin(ctx):
        return "Only administrators can mute."
    if rude is None or rude.from_user is None:
        return "Reply to a message by the person to mute."
    ctx.bot.restrict_chat_member(
        chat_id=ctx.chat.id,
        user_id=rude.from_user.id,
        permissions={"can_send_messages": False},
        until_date=ctx.message.date + MUTED,
    )
    return f"{rude.from_user.first_name} is muted for ten minutes."


@router.on("message::url message::text_link", group)
def no_links(ctx: MessageCtx) -> str | None:
    joined = ctx.session.get(f"joined {ctx.user.id}", 0)
    if ctx.message.date - joined > NEWCOMER or is_admin(ctx):
        return None
    ctx.delete()
    return f"{ctx.user.first_name}, no links on the first day."


def is_admin(ctx: MessageCtx) -> bool:
    member = ctx.bot.get_chat_member(chat_id=ctx.chat.id, user_id=ctx.user.id)
    return member.status in ("creator", "administrator")
