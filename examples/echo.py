"""Repeat everything: texts, pictures, stickers, places."""

from anzol import MessageCtx, Router

router = Router()


@router.command("start")
def start(ctx: MessageCtx) -> str:
    """Say what this bot does."""
    return f"Hello {ctx.user.first_name}, send me anything."


@router.on("message")
def echo(ctx: MessageCtx) -> None:
    ctx.bot.copy_message(
        chat_id=ctx.chat.id, from_chat_id=ctx.chat.id, message_id=ctx.message.message_id
    )
