"""The echo with a session of 10 kB, of which each update changes one value."""

from __future__ import annotations

from typing import Any

from anzol import Router

router = Router()
NOTES = 40


@router.on("message:text")
def echo(ctx: Any) -> str:
    if "note0" not in ctx.session:
        for number in range(NOTES):
            ctx.session[f"note{number}"] = {"title": f"Note {number}", "text": "x" * 200}
    ctx.session["seen"] = ctx.session.get("seen", 0) + 1
    return f"echo {ctx.text}"
