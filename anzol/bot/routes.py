"""One handler's place in a router: which updates it takes, and with which arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from anzol.api.errors import HandlerError

from .checks import check_filters, location
from .context import Context
from .filters import Test

Handler = Callable[..., Any]
# Answers with the handler's arguments, or with None when the update is not for it.
Match = Callable[[Context], dict[str, Any] | None]

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
# What stands in a regular expression and hardly in a text.
EXPRESSION = re.compile(r"\(\?|\\[wWdDsSb]|\.[*+]")
MESSAGE = frozenset({"message"})


class Route:
    """A handler with the kinds of update it takes and a test.

    `claims` are what no other handler may take too (`"/start"`); `commands` are those of them that the menu shows. `state`
    is the question whose answer it takes; `album` says that it takes whole albums. `keep` leaves an open question open.
    `aside` asks for a lane beside the chat's, `lane="user"` for the user's own. Updates that it takes can be found by
    `keys`: `("command", "start")`, `("text", "Yes")`, `("button", "like:")`; without any it is asked about each. `query` is
    that of `on()`, `samples` are updates that it takes.
    """

    def __init__(
        self,
        kinds: frozenset[str],
        test: Match,
        handler: Handler,
        *,
        filters: tuple[Test, ...] = (),
        retry: bool | None = None,
        claims: tuple[str, ...] = (),
        keys: tuple[tuple[str, str], ...] = (),
        command: bool = False,
        state: str | None = None,
        album: bool = False,
        keep: bool = False,
        aside: bool = False,
        lane: str = "chat",
        query: str = "",
        samples: Callable[[], list[dict[str, Any]]] = list,
    ) -> None:
        check_filters(filters, handler)
        if lane not in ("chat", "user"):
            raise HandlerError(f"{location(handler)}: lane is 'chat' or 'user', not {lane!r}.")
        self.kinds = kinds
        self.test = test
        self.handler = handler
        self.filters = filters
        self.retry = retry
        self.claims = () if filters else claims
        self.keys = keys
        self.command = command
        self.state = state
        self.album = album
        self.keep = keep
        self.aside = aside
        self.lane = lane
        self.query = query
        self.samples = samples

    @cached_property
    def place(self) -> str:
        """Return where the handler is written: `handlers/start.py:12 start()`."""
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


def command_name(name: str) -> str:
    """Return a command as it is compared: without slash, in small letters."""
    plain = name.removeprefix("/").lower()
    if not COMMAND.fullmatch(plain):
        raise HandlerError(f"{name!r} is no command: 1 to 32 letters, digits or _, as in 'start'")
    return plain


def split_texts(what: Iterable[Any]) -> tuple[tuple[str, ...], tuple[Test, ...]]:
    """Return the texts and the filters among a decorator's arguments."""
    given = tuple(what)
    texts = tuple(item for item in given if isinstance(item, str))
    return texts, tuple(item for item in given if not isinstance(item, str))


def by_text(texts: tuple[str, ...], regex: str | None, decorator: str) -> tuple[Match, list[str]]:
    """Return a test of the text, exact or by a regular expression, and the names of the latter's groups."""
    if regex is not None and texts:
        raise HandlerError(f"{decorator}() takes texts or regex=, not both.")
    if regex is not None:
        return _by_regex(regex, decorator)
    for text in texts:
        if EXPRESSION.search(text):
            raise HandlerError(
                f"{decorator}({text!r}) takes exactly this text; write {decorator}(regex={text!r}) for a pattern."
            )
    wanted = frozenset(texts)
    return lambda ctx: {} if ctx.text in wanted else None, []


def _by_regex(regex: str, decorator: str) -> tuple[Match, list[str]]:
    try:
        compiled = re.compile(regex)
    except re.error as error:
        raise HandlerError(f"{decorator}({regex!r}) is no regular expression: {error}") from None

    def test(ctx: Context) -> dict[str, Any] | None:
        found = compiled.search(ctx.text)
        return found.groupdict() if found else None

    return test, list(compiled.groupindex)


def always(ctx: Context) -> dict[str, Any]:
    """Take every update of the route's kinds."""
    return {}
