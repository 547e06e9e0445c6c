"""A handler that takes the processor for two milliseconds, as a picture or a page of text does."""

from __future__ import annotations

import time

from anzol import Router
from anzol.bot.contexts import TextCtx

SECONDS = 0.002

router = Router()


@router.on("message:text")
def compute(ctx: TextCtx) -> str:
    """Answer with the text, and the processor's time as the price."""
    until = time.thread_time() + SECONDS
    while time.thread_time() < until:
        pass
    return ctx.text
