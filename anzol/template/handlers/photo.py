"""Measure pictures."""

from anzol import PhotoCtx, Router

router = Router()


@router.on("message:photo")
def photo(ctx: PhotoCtx) -> str:
    largest = ctx.message.photo[-1]
    return f"{largest.width} × {largest.height} pixels"
