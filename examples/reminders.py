"""Reminders: `/remind 10m tea`. They are stored, and come after a restart too."""

import re

from anzol import Context, MessageCtx, Router

router = Router()

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@router.command("remind")
def remind(ctx: MessageCtx) -> str:
    """Be reminded: /remind 10m tea"""
    found = re.fullmatch(r"([1-9]\d{0,2})([smhd])\s+(.+)", ctx.payload, re.DOTALL)
    if not found or found[2] == "d" and int(found[1]) > 365:
        return "Write it like this, within a year: /remind 10m tea"
    ctx.later(int(found[1]) * UNITS[found[2]], ring, text=found[3])
    ctx.session["coming"] = [*ctx.session.get("coming", []), found[3]]
    return f"I will remind you of: {found[3]}"


@router.job
def ring(ctx: Context, text: str) -> str:
    ctx.session["coming"].remove(text)
    return f"⏰ {text}"


@router.command("reminders")
def show(ctx: MessageCtx) -> str:
    """See what is coming."""
    return "\n".join(ctx.session.get("coming", [])) or "Nothing is coming."
