"""Routers in routers: whose turn it is, and what all of them take together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from anzol.api.errors import HandlerError
from anzol.api.updates import known_kinds

from . import conversation
from .checks import check_filters, check_signature, location
from .context import Context
from .routes import Handler, Match, Route, always

H = TypeVar("H", bound=Handler)

MESSAGE = frozenset({"message"})
CANCEL = Route(MESSAGE, always, conversation.cancel, command=True)


class Tree:
    """Handlers in order; one that is itself a tree has its handlers in that place, and hooks of its own."""

    changes = 0  # counts all routers' handlers, so that what was computed from them can be kept

    def __init__(self) -> None:
        self.entries: list[Route | Tree] = []
        self.error_handlers: list[Handler] = []
        self.before_hooks: list[Handler] = []
        self.after_hooks: list[Handler] = []
        self._states: tuple[int, frozenset[str]] = (-1, frozenset())

    def add(
        self,
        kinds: frozenset[str],
        test: Match,
        handler: H,
        *,
        arguments: tuple[str, ...] = (),
        **options: Any,
    ) -> H:
        """Add a handler: the primitive under all decorators; `options` are those of `Route`."""
        check_filters(options.get("filters", ()), handler)
        check_signature(handler, arguments, positional=bool(options.get("album")))
        route = Route(kinds, test, handler, **options)
        self._refuse_second(route)
        self.entries.append(route)
        Tree.changes += 1
        return handler

    def include(self, *routers: Tree) -> None:
        """Put other routers' handlers here, in this order."""
        for router in routers:
            if not isinstance(router, Tree):
                raise HandlerError(
                    f"include() takes routers, not {router!r}; write include(start.router)."
                )
            if self is router or self in router.routers():
                raise HandlerError("A router cannot include itself.")
            for route in router.routes():
                self._refuse_second(route)
            self.entries.append(router)
            Tree.changes += 1

    def routes(self) -> Iterator[Route]:
        """All handlers in the order in which they are tried."""
        for entry in self.entries:
            if isinstance(entry, Tree):
                yield from entry.routes()
            else:
                yield entry

    def routers(self) -> Iterator[Tree]:
        """The routers included here, and those in them."""
        for entry in self.entries:
            if isinstance(entry, Tree):
                yield entry
                yield from entry.routers()

    def match(self, ctx: Context) -> tuple[list[Tree], Route] | None:
        """The route that takes this update, with the routers it lies in, outermost first; fills `ctx.params`."""
        awaited = conversation.awaited(ctx) if ctx.kind == "message" and self.states() else None
        if awaited is not None:
            if ctx.command and (found := self._first(ctx, lambda route: route.command)):
                return found
            if ctx.command == "cancel":
                return [self], CANCEL
            if found := self._first(ctx, lambda route: route.state == awaited):
                return found
        return self._first(ctx, lambda route: route.state is None)

    def _first(
        self, ctx: Context, eligible: Callable[[Route], bool]
    ) -> tuple[list[Tree], Route] | None:
        for entry in self.entries:
            if isinstance(entry, Tree):
                found = entry._first(ctx, eligible)
                if found:
                    return [self, *found[0]], found[1]
            elif ctx.kind in entry.kinds and eligible(entry):
                params = entry.match(ctx)
                if params is not None:
                    ctx.params = params
                    return [self], entry
        return None

    def states(self) -> frozenset[str]:
        """The names of all states whose answers some handler takes."""
        if self._states[0] != Tree.changes:
            names = frozenset(route.state for route in self.routes() if route.state is not None)
            self._states = (Tree.changes, names)
        return self._states[1]

    def commands(self) -> dict[str, str]:
        """Each command with the first line of its handler's docstring, for the menu and for /help."""
        return {
            name: (route.handler.__doc__ or "").strip().partition("\n")[0]
            for route in self.routes()
            for name in route.commands
        }

    def menu(self) -> list[dict[str, str]]:
        """What setMyCommands takes: the commands whose handlers have a docstring."""
        return [
            {"command": name, "description": line[:256]}
            for name, line in self.commands().items()
            if line
        ]

    def allowed_updates(self) -> list[str]:
        """The kinds of update that some handler takes, in Telegram's order; what setWebhook asks for."""
        wanted = {kind for route in self.routes() for kind in route.kinds}
        known = [kind for kind in known_kinds() if kind in wanted]
        return known + sorted(wanted - set(known))

    def _refuse_second(self, route: Route) -> None:
        for other in self.routes():
            for claim in set(route.claims) & set(other.claims):
                raise HandlerError(
                    f"{location(route.handler)} handles {claim}, and so does {location(other.handler)}: "
                    "only the first would ever run. Remove one, or give it a filter."
                )
