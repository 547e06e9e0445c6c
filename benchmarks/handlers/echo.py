"""The bot that is measured: it answers a text with that text."""

from __future__ import annotations

from typing import Any

from anzol import Router

router = Router()


@router.on("message:text")
def echo(ctx: Any) -> str:
    return f"echo {ctx.text}"
