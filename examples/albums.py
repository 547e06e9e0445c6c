"""Collect albums: each is one call, however many pictures it has, and is sent back in reverse order."""

from anzol import AlbumCtx, MessageCtx, Router
from anzol.api.types import Message

router = Router()


@router.album
def album(ctx: AlbumCtx, messages: list[Message]) -> str:
    pictures = [message.photo[-1] for message in messages if message.photo]
    ctx.media_group([picture.file_id for picture in reversed(pictures)])
    kilobytes = sum(picture.file_size or 0 for picture in pictures) // 1024
    return f"{len(messages)} parts, {kilobytes} KB, caption: {ctx.text or 'none'}"


@router.on("message")
def other(ctx: MessageCtx) -> str:
    return "Send me several pictures at once."
