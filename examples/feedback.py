"""A feedback desk: what people write to the bot appears in a group, and replies there go back to them.

Add the bot to the group, ask it for `/id` there, and set `DESK` to that number.
"""

import os

from anzol import Forbidden, MessageCtx, Next, Router, group, html, private

router = Router()


def desk() -> int:
    return int(os.environ.get("DESK", "0"))


@router.command("id", group)
def tell_id(ctx: MessageCtx) -> str:
    """Tell this group's number."""
    return f"{ctx.chat.id}"


@router.command("start", private)
def start(ctx: MessageCtx) -> str:
    """Say what this bot does."""
    return "Write to us here. Somebody will answer."


@router.on("message", private)
def ask(ctx: MessageCtx) -> str:
    user = html('<a href="tg://user?id={}">{}</a>:', ctx.user.id, ctx.user.first_name)
    ctx.bot.send_message(desk(), user)
    ctx.bot.copy_message(desk(), ctx.chat.id, ctx.message.message_id)
    return "Thank you. We will answer here."


@router.on("message:reply_to_message", group)
def answer(ctx: MessageCtx) -> str:
    """Send a reply in the group to the person whose name stands in the message above."""
    asked = ctx.message.reply_to_message
    mentioned = [entity.user for entity in (asked and asked.entities) or [] if entity.user]
    if ctx.chat.id != desk() or not mentioned:
        raise Next
    try:
        ctx.bot.copy_message(mentioned[0].id, ctx.chat.id, ctx.message.message_id)
    except Forbidden:
        return f"{mentioned[0].first_name} has blocked the bot."
    return f"Sent to {mentioned[0].first_name}."
