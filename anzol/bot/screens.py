"""Screens: messages that are redrawn in place as their buttons are pressed, with a way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anzol.api.errors import Drop, Next

from .checks import check_signature
from .context import Context
from .matchers import of_button
from .migration import Session
from .patterns import Pattern
from .reply import Button, Reply, reply_of
from .routes import Route
from .texts import BACK as LABEL

DATA = "anzol-back"
REMEMBERED = (
    100  # messages of a chat whose ways are kept, the newest last; an older one has no way back
)
DEEPEST = 20  # screens on one way


class Screen:
    """A function of `ctx` that returns what a message shows; `show(ctx, ...)` draws it, a button with data of its pattern leads there."""

    def __init__(self, handler: Callable[..., Any], pattern: Pattern) -> None:
        check_signature(handler, tuple(pattern.converters))
        self.handler = handler
        self.pattern = pattern

    def show(self, ctx: Context, /, **fields: Any) -> Any:
        """Show this screen: in the message whose button was pressed, else in a new one."""
        return self._draw(ctx, self.pattern.build(**fields), fields)

    def open(self, ctx: Context, **fields: Any) -> None:
        """Show this screen because a button that leads here was pressed."""
        self._draw(ctx, self.pattern.build(**fields), fields)

    def _draw(self, ctx: Context, data: str, fields: dict[str, Any]) -> Any:
        shown = self.handler(ctx, **fields)
        if shown is None:  # the handler has done something else
            return None
        reply = reply_of(shown)
        ways = _ways(ctx)
        way = _extended(ways.get(_key(ctx), []) if ctx.callback else [], data)
        _place_back(ctx, reply, len(way) - 2)
        sent = ctx.edit(reply) if ctx.callback else ctx.reply(reply)
        key = _key(ctx) if ctx.callback else str(sent["message_id"])
        ways.pop(key, None)
        ways[key] = way
        for old in [*ways][:-REMEMBERED]:
            del ways[old]
        return sent


def back(label: str = "") -> Button:
    """Return a button that leads to the screen before this one; on the first screen it is left out.

    Without a label it says "‹ Back" in the user's language.
    """
    return label or LABEL, DATA


def _go_back(ctx: Context, to: str) -> None:
    """Show the screen before: by the press that leads there, so that its own router's hooks run.

    `to` is its place on the way, or nothing in a message that is no screen: of two presses, the second leads nowhere.
    """
    way = _ways(ctx).get(_key(ctx), [])
    place = int(to[1:]) if to[1:].isdecimal() else len(way) - 2
    if not way or place < 0:
        ctx.edit()  # nothing is known of an old message: its buttons go
        return
    if place >= len(way) - 1:
        raise Drop
    ctx.event["data"] = way[place]
    raise Next


def _ways(ctx: Context) -> Session:
    return ctx.state(f"screens:{ctx.address.chat}")


def _key(ctx: Context) -> str:
    return str(ctx.address.inline or ctx.address.message)


def _extended(way: list[str], data: str) -> list[str]:
    """Return a way that ends in a screen: cut back to it, if it is on the way already."""
    before = way[: way.index(data)] if data in way else way
    return [*before, data][-DEEPEST:]


def _place_back(ctx: Context, reply: Reply, to: int) -> None:
    """Label the buttons that lead back, to this place on the way; take them away where nothing is before."""
    rows = (reply.params.get("reply_markup") or {}).get("inline_keyboard")
    if not rows:
        return
    placed = [
        [_leading(ctx, one, to) for one in row if to >= 0 or not _is_back(one)] for row in rows
    ]
    reply.params["reply_markup"] = {"inline_keyboard": [row for row in placed if row]}


def _is_back(button: dict[str, Any]) -> bool:
    return button.get("callback_data") == DATA


def _leading(ctx: Context, button: dict[str, Any], to: int) -> dict[str, Any]:
    if not _is_back(button):
        return button
    label = ctx.t(LABEL) if button["text"] == LABEL else button["text"]
    return {**button, "text": label, "callback_data": f"{DATA}:{to}"}


GO_BACK = Route(of_button(Pattern(f"{DATA}{{to:any}}")), _go_back)
