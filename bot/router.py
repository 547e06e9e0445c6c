"""The router: handlers in order, the first that matches runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, overload

from . import conversation
from .checks import check_signature, location
from .context import Context
from .contexts import AlbumCtx, ButtonCtx, Decorator, InlineCtx, MessageCtx, MessageQuery
from .errors import HandlerError
from .filters import Test, parse_query
from .patterns import Pattern
from .routes import Handler, Match, Route, always, by_regex, command_name
from .updates import known_kinds

H = TypeVar("H", bound=Handler)

MESSAGE = frozenset({"message"})
ALBUM = frozenset({"message", "channel_post"})


class Router:
    """Collect handlers with decorators; files have one each, `handlers/__init__.py` includes them in order."""

    changes = 0  # counts all routers' handlers, so that what was computed from them can be kept

    def __init__(self) -> None:
        self.entries: list[Route | Router] = []
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
        check_signature(handler, arguments, positional=bool(options.get("album")))
        route = Route(kinds, test, handler, **options)
        self._refuse_second(route)
        self.entries.append(route)
        Router.changes += 1
        return handler

    @overload
    def on(  # type: ignore[overload-overlap]
        self, query: MessageQuery, *filters: Test, retry: bool = False
    ) -> Decorator[MessageCtx]: ...
    @overload
    def on(self, query: str, *filters: Test, retry: bool = False) -> Callable[[H], H]: ...
    def on(self, query: str, *filters: Test, retry: bool = False) -> Any:
        """Handle updates by kind and field: `on("message:photo", private)`."""
        kinds, test = parse_query(query)

        def matches(ctx: Context) -> dict[str, Any] | None:
            return {} if test(ctx) else None

        return lambda handler: self.add(kinds, matches, handler, filters=filters, retry=retry)

    def command(
        self, *names: str, filters: tuple[Test, ...] = (), retry: bool = False
    ) -> Decorator[MessageCtx]:
        """Handle `/name`, also `/name@this_bot`; the docstring is its line in Telegram's menu."""
        wanted = tuple(command_name(name) for name in names)

        def test(ctx: Context) -> dict[str, Any] | None:
            return {} if ctx.command in wanted else None

        return lambda handler: self.add(
            MESSAGE,
            test,
            handler,
            filters=filters,
            retry=retry,
            claims=tuple(f"/{name}" for name in wanted),
            command=True,
        )

    def button(self, pattern: str, *filters: Test, retry: bool = False) -> Decorator[ButtonCtx]:
        """Handle presses of buttons by their data: `button("like:{id:int}")` calls `handler(ctx, id=7)`."""
        compiled = Pattern(pattern)

        def test(ctx: Context) -> dict[str, Any] | None:
            return compiled.match(ctx.event.get("data") or "")

        return lambda handler: self.add(
            frozenset({"callback_query"}),
            test,
            handler,
            filters=filters,
            arguments=tuple(compiled.converters),
            retry=retry,
            claims=(f"button {pattern}",),
        )

    def text(self, pattern: str, *filters: Test, retry: bool = False) -> Decorator[MessageCtx]:
        """Handle messages whose text contains a regular expression; its named groups are arguments."""
        test, arguments = by_regex(pattern, "text")
        return lambda handler: self.add(
            MESSAGE, test, handler, filters=filters, arguments=arguments, retry=retry
        )

    @overload
    def inline(self, pattern: str, *filters: Test) -> Decorator[InlineCtx]: ...
    @overload
    def inline(self, pattern: Callable[[InlineCtx], Any]) -> Callable[[InlineCtx], Any]: ...
    def inline(self, pattern: Any, *filters: Test) -> Any:
        """Handle inline queries, all of them or those that contain a regular expression; return a list of results."""
        if not isinstance(pattern, str):
            return self.inline("")(pattern)
        test, arguments = by_regex(pattern, "inline")
        return lambda handler: self.add(
            frozenset({"inline_query"}), test, handler, filters=filters, arguments=arguments
        )

    def album(
        self, handler: Callable[[AlbumCtx, list[Any]], Any]
    ) -> Callable[[AlbumCtx, list[Any]], Any]:
        """Handle an album by one call, `handler(ctx, messages)`, when its last part has come."""

        def test(ctx: Context) -> dict[str, Any] | None:
            return {} if ctx.event.get("media_group_id") else None

        return self.add(ALBUM, test, handler, arguments=("messages",), album=True)

    def state(self, name: str, *, retry: bool = False) -> Decorator[MessageCtx]:
        """Handle the answer to `ctx.ask(..., then=name)`."""
        return lambda handler: self.add(
            MESSAGE, always, handler, retry=retry, claims=(f"state {name}",), state=name
        )

    def error(self, handler: H) -> H:
        """Call `handler(ctx, error)` when a handler of this router, or of one it includes, failed for good."""
        check_signature(handler, ("error",), positional=True)
        self.error_handlers.append(handler)
        return handler

    def before(self, hook: H) -> H:
        """Call `hook(ctx)` before a matched handler; what it returns is the reply, and the handler does not run."""
        check_signature(hook, ())
        self.before_hooks.append(hook)
        return hook

    def after(self, hook: H) -> H:
        """Call `hook(ctx)` after a handler that did not fail."""
        check_signature(hook, ())
        self.after_hooks.append(hook)
        return hook

    def include(self, *routers: Router) -> None:
        """Put other routers' handlers here, in this order."""
        for router in routers:
            if self is router or self in router.routers():
                raise HandlerError("A router cannot include itself.")
            for route in router.routes():
                self._refuse_second(route)
            self.entries.append(router)
            Router.changes += 1

    def routes(self) -> Iterator[Route]:
        """All handlers in the order in which they are tried."""
        for entry in self.entries:
            if isinstance(entry, Router):
                yield from entry.routes()
            else:
                yield entry

    def routers(self) -> Iterator[Router]:
        """The routers included here, and those in them."""
        for entry in self.entries:
            if isinstance(entry, Router):
                yield entry
                yield from entry.routers()

    def match(self, ctx: Context) -> tuple[list[Router], Route] | None:
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
    ) -> tuple[list[Router], Route] | None:
        for entry in self.entries:
            if isinstance(entry, Router):
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
        if self._states[0] != Router.changes:
            names = frozenset(route.state for route in self.routes() if route.state is not None)
            self._states = (Router.changes, names)
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


CANCEL = Route(MESSAGE, always, conversation.cancel, command=True)
