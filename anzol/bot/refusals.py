"""Saying no to an update, in the way that its kind has for it."""

from __future__ import annotations

from typing import NoReturn

from anzol.api.errors import Drop

from .context import Context
from .kinds import kind_row


def refuse(ctx: Context, reason: str) -> NoReturn:
    """Tell why an update is not taken, where anybody can be told, and end it: raises `Drop`."""
    row = kind_row(ctx.kind)
    if not reason:
        pass
    elif ctx.kind == "callback_query":
        ctx.answer(ctx.t(reason), show_alert=True)
    elif row.first == "ok":
        ctx.answer(False, error_message=ctx.t(reason))
    elif ctx.chat is not None:
        ctx.reply(ctx.t(reason))
    raise Drop
