"""The router: its decorators say which updates a handler takes, in which order they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar, cast, overload

from anzol.api.errors import HandlerError
from anzol.api.updates import ALBUM_KINDS, kind_of, known_kinds, lane_of

from . import conversation, samples
from .arrival import Arriving
from .checks import check_signature, check_text
from .context import Context
from .contexts import (
    AlbumCtx,
    ButtonCtx,
    ButtonDecorator,
    Decorator,
    InlineCtx,
    TextCtx,
    by_query,
    by_state,
)
from .filters import Test, parse_query
from .patterns import Pattern
from .routes import MESSAGE, Handler, Match, Route, always, by_text, command_name, split_texts
from .table import Found, Table

H = TypeVar("H", bound=Handler)
C = TypeVar("C", bound=Context)

INLINE = frozenset({"inline_query"})
PRESS = frozenset({"callback_query"})

CANCEL = Route(MESSAGE, always, lambda ctx: conversation.CANCELLED, command=True)


class Router:
    """Collect handlers with decorators; files have one each, `handlers/__init__.py` includes them in order.

    The first handler that matches runs, and no other. All decorators take `retry=True`: run the handler again after any
    exception, or `retry=False`: after none. Those whose updates can be told on arrival take `aside=True` (in a lane beside the chat's: it does not wait
    for what runs there) and `lane="user"` (in a group, in the user's own lane).
    """

    def __init__(self) -> None:
        self.entries: list[Route | Router] = []
        self.error_handlers: list[tuple[tuple[type[Exception], ...], Handler]] = []
        self.before_hooks: list[Handler] = []
        self.after_hooks: list[Handler] = []
        self._claims: dict[str, Route] = {}
        self._included_in: list[Router] = []
        self._made: Table[Router] | None = None

    # Decorators

    @by_query
    def on(self, query: str, *filters: Test, **options: Any) -> Any:
        """Handle updates by kind and field: `on("message:photo", private)`."""
        check_text(query, 'on("message")')
        kinds, test = parse_query(query)

        def matches(ctx: Context) -> dict[str, Any] | None:
            return {} if test(ctx) else None

        claims = tuple(f'"{part}"' for part in query.split())
        return self._decorator(
            Context,
            kinds,
            matches,
            filters=filters,
            claims=claims,
            query=query,
            samples=lambda: samples.of_query(query),
            **options,
        )

    def command(
        self,
        *what: str | Test,
        filters: tuple[Test, ...] = (),
        keep: bool | None = None,
        retry: bool | None = None,
        aside: bool = False,
        lane: str = "chat",
    ) -> Decorator[TextCtx]:
        """Handle `/name`, also `/name@this_bot`: `command("start", "help", private)`.

        The handler's docstring is its line in Telegram's menu. With `keep`, as /help has by itself, it runs within a conversation and leaves the question open.
        """
        names, more = split_texts(what)
        if not names:
            check_text(more[0] if more else None, 'command("start")')
        if isinstance(filters, tuple):  # else the check of filters says what to write
            filters = (*more, *filters)
        wanted = tuple(command_name(name) for name in names)

        def test(ctx: Context) -> dict[str, Any] | None:
            return {} if ctx.command in wanted else None

        return self._decorator(
            TextCtx,
            MESSAGE,
            test,
            filters=filters,
            claims=tuple(f"/{name}" for name in wanted),
            keys=tuple(("command", name) for name in wanted),
            samples=lambda: [samples.message(text=f"/{name}") for name in wanted],
            command=True,
            keep="help" in wanted if keep is None else keep,
            retry=retry,
            aside=aside,
            lane=lane,
        )

    def button(
        self,
        pattern: str,
        *filters: Test,
        state: str | None = None,
        retry: bool | None = None,
        aside: bool = False,
        lane: str = "chat",
    ) -> ButtonDecorator:
        """Handle presses of buttons by their data: `button("like:{id:int}")` calls `handler(ctx, id=7)`.

        `handler.data(id=7)` makes the data of such a button. With `state`, only presses of users who are asked for that count.
        """
        check_text(pattern, 'button("like:{id:int}")')
        compiled = Pattern(pattern)

        def test(ctx: Context) -> dict[str, Any] | None:
            return compiled.match(ctx.event.get("data") or "")

        decorate = self._decorator(
            ButtonCtx,
            PRESS,
            test,
            arguments=tuple(compiled.converters),
            filters=filters,
            claims=(f"button {pattern}" + (f" in state {state}" if state else ""),),
            keys=(("button", compiled.beginning),),
            samples=lambda: [samples.press(data) for data in compiled.samples()],
            state=state,
            retry=retry,
            aside=aside,
            lane=lane,
        )

        def with_data(handler: Any) -> Any:
            with suppress(AttributeError):  # a method, a partial: it keeps no attribute
                handler.data = compiled.build
            return decorate(handler)

        return cast(ButtonDecorator, with_data)

    def text(
        self,
        *what: str | Test,
        regex: str | None = None,
        retry: bool | None = None,
        aside: bool = False,
        lane: str = "chat",
    ) -> Decorator[TextCtx]:
        """Handle messages with exactly one of these texts: `text("Yes", "Price (USD)", private)`.

        With `regex=`, those whose text contains a regular expression; its named groups are arguments.
        """
        texts, filters = split_texts(what)
        if not texts and regex is None:
            check_text(filters[0] if filters else None, 'text("hello")')
        test, arguments = by_text(texts, regex, "text")
        shown = texts if regex is None else (regex,)
        return self._decorator(
            TextCtx,
            MESSAGE,
            test,
            arguments=tuple(arguments),
            filters=filters,
            claims=tuple(f"text {text!r}" for text in shown),
            keys=tuple(("text", text) for text in texts),
            samples=lambda: [samples.message(text=text) for text in texts or (samples.ANY,)],
            retry=retry,
            aside=aside,
            lane=lane,
        )

    @overload
    def inline(  # type: ignore[overload-overlap]
        self, handler: Callable[[InlineCtx], Any], /
    ) -> Callable[[InlineCtx], Any]: ...
    @overload
    def inline(self, *what: str | Test, regex: str | None = None) -> Decorator[InlineCtx]: ...
    def inline(self, *what: Any, regex: str | None = None) -> Any:
        """Handle inline queries: all (`@router.inline`), exactly these, or by `regex=`; return a list of results."""
        texts, filters = split_texts(what)
        if not texts and regex is None:
            if len(filters) == 1:
                return self.add(INLINE, always, filters[0], claims=("inline queries",))
            check_text(None, 'inline("hello")')
        test, arguments = by_text(texts, regex, "inline")
        shown = texts if regex is None else (regex,)
        return self._decorator(
            InlineCtx,
            INLINE,
            test,
            arguments=tuple(arguments),
            filters=filters,
            claims=tuple(f"inline {text!r}" for text in shown),
            keys=tuple(("text", text) for text in texts),
            samples=lambda: [samples.inline(text) for text in texts or (samples.ANY,)],
        )

    def album(
        self, handler: Callable[[AlbumCtx, list[Any]], Any]
    ) -> Callable[[AlbumCtx, list[Any]], Any]:
        """Handle an album by one call, `handler(ctx, messages)`, when its last part has come."""

        def test(ctx: Context) -> dict[str, Any] | None:
            return {} if ctx.in_album else None

        return self.add(
            ALBUM_KINDS,
            test,
            handler,
            arguments=("messages",),
            album=True,
            claims=("albums",),
            samples=samples.albums,
        )

    @by_state
    def state(self, name: str, *filters: Test, retry: bool | None = None) -> Any:
        """Handle the answer to `ctx.ask(..., then=name)`: a text, or what the filters let through, such as `has("photo")`.

        Another message is answered with the question's `again`, and the question stays open.
        """
        check_text(name, 'state("name")')
        return self._decorator(
            TextCtx,
            MESSAGE,
            always if filters else _has_text,
            filters=filters,
            claims=(f"state {name}",),
            state=name,
            retry=retry,
        )

    @overload
    def error(self, kind: type[Exception], /, *more: type[Exception]) -> Callable[[H], H]: ...
    @overload
    def error(self, handler: H, /) -> H: ...
    def error(self, *what: Any) -> Any:
        """Call `handler(ctx, error)` when a handler of this router, or of one it includes, failed for good.

        `@router.error` takes all, `@router.error(ApiError, ValueError)` these and their kinds. That settles it; raise in
        the error handler to have the update buried all the same.
        """
        if not what or not isinstance(what[0], type):
            return self.error(Exception)(*what)

        def add(handler: H) -> H:
            check_signature(handler, ("error",), positional=True)
            self.error_handlers.append((what, handler))
            return handler

        return add

    def before(self, hook: H) -> H:
        """Call `hook(ctx)` before a matched handler; a reply that it returns is sent, and the handler does not run."""
        check_signature(hook, ())
        self.before_hooks.append(hook)
        return hook

    def after(self, hook: H) -> H:
        """Call `hook(ctx)` after a handler that did not fail."""
        check_signature(hook, ())
        self.after_hooks.append(hook)
        return hook

    # The tree

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
        self._claim([route])
        self.entries.append(route)
        return handler

    def include(self, *routers: Router) -> None:
        """Put other routers' handlers here, in this order."""
        for router in routers:
            if not isinstance(router, Router):
                raise HandlerError(
                    f"include() takes routers, not {router!r}; write include(start.router)."
                )
            if self is router or self in router.routers():
                raise HandlerError("A router cannot include itself.")
            self._claim(list(router.routes()))
            self.entries.append(router)
            router._included_in.append(self)

    def routes(self) -> Iterator[Route]:
        """Yield all handlers in the order in which they are tried."""
        return (route for _, route in self._paths())

    def routers(self) -> Iterator[Router]:
        """Yield the routers included here, and those in them."""
        for entry in self.entries:
            if isinstance(entry, Router):
                yield entry
                yield from entry.routers()

    def _paths(self) -> Iterator[tuple[tuple[Router, ...], Route]]:
        for entry in self.entries:
            if isinstance(entry, Router):
                for path, route in entry._paths():
                    yield (self, *path), route
            else:
                yield (self,), entry

    def _decorator(
        self, context: type[C], kinds: frozenset[str], test: Match, **options: Any
    ) -> Decorator[C]:
        """Return a decorator of handlers that take such a `context`: for type checkers, all are `Context`."""
        return cast("Decorator[C]", lambda handler: self.add(kinds, test, handler, **options))

    def _claim(self, routes: list[Route]) -> None:
        """Note what these handlers take, here and in all routers around; refuse what another one takes already."""
        around = [self]
        for router in around:
            around += router._included_in
            for route in routes:
                for claim in route.claims:
                    if (other := router._claims.get(claim)) is not None:
                        raise HandlerError(
                            f"{route.place} handles {claim}, and so does {other.place}: "
                            "only the first would ever run. Remove one, or give it a filter."
                        )
        for router in around:
            router._made = None
            router._claims |= {claim: route for route in routes for claim in route.claims}

    @property
    def _table(self) -> Table[Router]:
        if self._made is None:
            self._made = Table(self._paths())
        return self._made

    # Whose turn it is

    def match(self, ctx: Context) -> Found[Router] | None:
        """Return the route that takes this update, with the routers it lies in; fills `ctx.params`."""
        table = self._table
        asks = table.states and ctx.kind in ("message", "callback_query")
        question = ctx.question() if asks else None
        if question is None:
            return table.first(ctx, _is_free)
        if ctx.kind == "callback_query":
            return table.first(ctx, lambda route: route.state in (None, question.then))
        if ctx.command and (found := table.first(ctx, _is_command)):
            return found
        if ctx.command == "cancel":
            return Found((self,), CANCEL)
        if found := table.first(ctx, lambda route: route.state == question.then):
            return found
        if question.then in table.states:
            again = Route(MESSAGE, always, lambda ctx: question.again, keep=True)
            return Found((self,), again)
        return table.first(ctx, _is_free)

    def lane_of(self, update: dict[str, Any]) -> str:
        """Return the lane in which an update waits its turn: its chat's, unless a handler asked for another.

        It is told from the update alone: a filter that asks for more than that does not count.
        """
        lane = lane_of(update)
        aside = self._table.aside
        if not aside:
            return lane
        kind = kind_of(update)
        found = [placed.route for placed in aside if kind in placed.route.kinds]
        arriving = Arriving(update) if found else None
        for route in found:
            if arriving is not None and arriving.is_for(route):
                return arriving.lane_for(route, lane)
        return lane

    # What all of them take together

    def states(self) -> frozenset[str]:
        """Return the names of all states whose answers some handler takes."""
        return self._table.states

    def commands(self) -> dict[str, str]:
        """Return each command with the first line of its handler's docstring, for the menu and for /help."""
        return {
            name: (route.handler.__doc__ or "").strip().partition("\n")[0]
            for route in self.routes()
            for name in route.commands
        }

    def menu(self) -> list[dict[str, str]]:
        """Return what setMyCommands takes: the commands whose handlers have a docstring."""
        return [
            {"command": name, "description": line[:256]}
            for name, line in self.commands().items()
            if line
        ]

    def allowed_updates(self) -> list[str]:
        """Return the kinds of update that some handler takes, in Telegram's order; what setWebhook asks for."""
        wanted = {kind for route in self.routes() for kind in route.kinds}
        known = [kind for kind in known_kinds() if kind in wanted]
        return known + sorted(wanted - set(known))


def _is_free(route: Route) -> bool:
    """Return whether a route takes updates that answer no question."""
    return route.state is None


def _is_command(route: Route) -> bool:
    return route.command


def _has_text(ctx: Context) -> dict[str, Any] | None:
    return {} if ctx.text else None
