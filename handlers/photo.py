"""Measure pictures."""

from bot import MessageCtx, Router

router = Router()


@router.on("message:photo")
def photo(ctx: MessageCtx) -> str:
    largest = ctx.event.photo[-1]
    return f"{largest.width} × {largest.height} pixels"
