"""Measure pictures."""

from bot import Context, Router

router = Router()


@router.on("message:photo")
def photo(ctx: Context) -> str:
    largest = ctx.event.photo[-1]
    return f"{largest.width} × {largest.height} pixels"
