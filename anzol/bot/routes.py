"""One handler's place in a router: which updates it takes, and how it is run."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property
from typing import Any, TypedDict

from anzol.api.errors import HandlerError
from anzol.api.methods import did_you_mean

from . import filters
from .checks import check_filters, check_signature, location
from .context import Context
from .filters import Test
from .hooks import Handler
from .matchers import Matcher


class Options(TypedDict, total=False):
    """Options that every decorator takes.

    `retry=True` runs the handler again after any exception, `False` after none. `aside=True` asks for a lane beside the
    chat's, so that it does not wait for what runs there; `lane="user"` for the user's own lane in a group.
    """

    retry: bool
    aside: bool
    lane: str


def refuse_unknown(decorator: str, options: Options, *own: str) -> None:
    """Raise `HandlerError` for an option that a decorator does not have; `own` are those that only it has.

    What looks like a filter's name is taken for one.
    """
    known = sorted({*Options.__annotations__, *own})
    for name in options:
        if name in known:
            continue
        told = f"@router.{decorator}() has no option {name!r}"
        if get_close_matches(name, known, n=1):
            raise HandlerError(told + did_you_mean(name, known))
        named = [each for each, value in vars(filters).items() if isinstance(value, filters.Filter)]
        if meant := get_close_matches(name, named, n=1):
            raise HandlerError(
                f"{told}; did you mean the filter {meant[0]}? Give it by itself: "
                f"@router.{decorator}(..., {meant[0]})."
            )
        raise HandlerError(f"{told}; it has {', '.join(known)}.")


class Route:
    """A handler with its matcher and filters.

    `state` is the question whose answer it takes; `album` says that it takes whole albums, `command` that it may interrupt
    a conversation, `keep` that it leaves an open question open. The rest is as in `Options`.
    """

    def __init__(
        self,
        matcher: Matcher,
        handler: Handler,
        *,
        filters: tuple[Test, ...] = (),
        command: bool = False,
        state: str | None = None,
        album: bool = False,
        keep: bool = False,
        retry: bool | None = None,
        aside: bool = False,
        lane: str = "chat",
    ) -> None:
        check_signature(handler, matcher.arguments, positional=album)
        check_filters(filters, handler)
        if lane not in ("chat", "user"):
            raise HandlerError(f"{location(handler)}: lane is 'chat' or 'user', not {lane!r}.")
        self.matcher = matcher
        self.kinds, self.test = matcher.kinds, matcher.test
        self.handler = handler
        self.filters = filters
        self.claims = () if filters else matcher.claims
        self.command = command
        self.state = state
        self.album = album
        self.keep = keep
        self.retry = retry
        self.aside = aside
        self.lane = lane

    @cached_property
    def place(self) -> str:
        """Return where the handler is defined: `handlers/start.py:12 start()`."""
        return location(self.handler)

    @property
    def commands(self) -> list[str]:
        """Return the commands that the menu shows."""
        return [claim[1:] for claim in self.claims if claim.startswith("/")]

    def match(self, ctx: Context) -> dict[str, Any] | None:
        """Return the handler's arguments, or `None` when the update is not for it."""
        if ctx.kind not in self.kinds:
            return None
        found = self.test(ctx)
        if found is None:
            return None
        for condition in self.filters:
            if not condition(ctx):
                return None
        return found
