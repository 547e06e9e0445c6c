"""Answer every other text with itself."""

from bot import Context, Router

router = Router()


@router.on("message:text")
def echo(ctx: Context) -> str:
    return ctx.text
