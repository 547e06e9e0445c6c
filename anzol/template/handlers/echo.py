"""Answer every other text with itself."""

from anzol import MessageCtx, Router

router = Router()


@router.on("message:text")
def echo(ctx: MessageCtx) -> str:
    return ctx.text
