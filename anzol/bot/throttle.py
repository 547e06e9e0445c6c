"""A limit on how often a user or a chat may do something, kept in the bot's database: `router.before(throttle(20))`."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

from anzol.api.errors import Drop, HandlerError

from .context import Context
from .matchers import command_name
from .refusals import refuse
from .texts import TOO_OFTEN, TOO_OFTEN_PLURAL

ROUNDING = 1e-6  # seconds: the sum of intervals is not exact


def throttle(
    limit: int,
    seconds: float = 60.0,
    *,
    by: str = "user",
    command: str = "",
    warning: str = "",
) -> Callable[[Context], None]:
    """Return a `before` hook that drops what one user sends beyond `limit` in `seconds`, with one warning.

    What is unused comes back evenly: of 20 in a minute, one every three seconds. `by="chat"` counts all users of a chat
    together, `command="report"` only that command. An album counts once, and so does an update that is tried again. All
    processes count together.
    """
    if by not in ("user", "chat"):
        raise HandlerError(f"throttle(by={by!r}) counts nothing; by is 'user' or 'chat'.")
    if limit < 1 or seconds <= 0:
        raise HandlerError(f"throttle({limit}, {seconds}) lets nothing through.")
    wanted = command and command_name(command)
    key = f"/{wanted} {limit}/{seconds:g}" if wanted else f"{limit}/{seconds:g}"
    interval = seconds / limit

    def guard(ctx: Context) -> None:
        whom = ctx.address.sender if by == "user" else ctx.address.chat
        is_post = ctx.chat is not None and ctx.chat.get("type") == "channel"
        if whom is None or is_post or (wanted and ctx.command != wanted):
            return
        kept = ctx.state(f"throttle:{by}:{whom}")
        visit: dict[str, Any] = kept.get(key) or {}
        album = ctx.event.get("media_group_id")
        if album is not None and visit.get("album") == album:
            return
        now = sent_at(ctx)
        # The generic cell rate algorithm: `full` is when all of the limit is free again.
        full = max(visit.get("full", now), now)
        wait = full + interval - now - seconds
        if wait <= ROUNDING:
            kept[key] = {"full": full + interval, **({"album": album} if album else {})}
            return
        if visit.get("warned"):
            raise Drop
        kept[key] = {**visit, "warned": True}
        refuse(ctx, warning or ctx.t(TOO_OFTEN, TOO_OFTEN_PLURAL, n=ceil(wait)))

    return guard


def sent_at(ctx: Context) -> float:
    """Return when the user did what the update tells: a backlog does not look like a flood."""
    event = ctx.event if isinstance(ctx.event, dict) else {}
    return float(event.get("edit_date") or event.get("date") or ctx.bot.wall())
