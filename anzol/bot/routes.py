"""One handler's place in a router: which updates it takes, and with which arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from anzol.api.errors import HandlerError

from .context import Context
from .filters import Test

Handler = Callable[..., Any]
# Answers with the handler's arguments, or with None when the update is not for it.
Match = Callable[[Context], dict[str, Any] | None]

COMMAND = re.compile(r"[a-z0-9_]{1,32}")


class Route:
    """A handler with the kinds of update it takes and a test.

    `claims` are what no other handler may take too (`"/start"`); `commands` are those of them that the menu shows;
    `state` is the question whose answer it takes; `album` says that it takes whole albums.
    """

    def __init__(
        self,
        kinds: frozenset[str],
        test: Match,
        handler: Handler,
        *,
        filters: tuple[Test, ...] = (),
        retry: bool = False,
        claims: tuple[str, ...] = (),
        command: bool = False,
        state: str | None = None,
        album: bool = False,
    ) -> None:
        self.kinds = kinds
        self.test = test
        self.handler = handler
        self.filters = filters
        self.retry = retry
        self.claims = () if filters else claims
        self.command = command
        self.state = state
        self.album = album

    @property
    def commands(self) -> list[str]:
        return [claim[1:] for claim in self.claims if claim.startswith("/")]

    def match(self, ctx: Context) -> dict[str, Any] | None:
        if ctx.kind not in self.kinds:
            return None
        found = self.test(ctx)
        if found is None:
            return None
        for condition in self.filters:
            if not condition(ctx):
                return None
        return found


def command_name(name: str) -> str:
    """A command as it is compared: without slash, in small letters."""
    plain = name.removeprefix("/").lower()
    if not COMMAND.fullmatch(plain):
        raise HandlerError(f"{name!r} is no command: 1 to 32 letters, digits or _, as in 'start'")
    return plain


def by_regex(pattern: str, decorator: str) -> tuple[Match, tuple[str, ...]]:
    """A test of the text by a regular expression, and the names of its groups."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise HandlerError(f"{decorator}({pattern!r}) is no regular expression: {error}") from None

    def test(ctx: Context) -> dict[str, Any] | None:
        found = compiled.search(ctx.text)
        return found.groupdict() if found else None

    return test, tuple(compiled.groupindex)


def always(ctx: Context) -> dict[str, Any]:
    """The test of a route whose kinds say it all."""
    return {}
