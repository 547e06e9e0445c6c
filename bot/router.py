"""The router: handlers in order, the first that matches runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .checks import check_signature, location
from .context import Context
from .errors import HandlerError
from .filters import Test, parse_query
from .patterns import Pattern
from .updates import known_kinds

Handler = Callable[..., Any]
H = TypeVar("H", bound=Handler)
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


class Route:
    """One handler: the kinds of update it takes, and a test that answers with its arguments or `None`."""

    def __init__(
        self,
        kinds: frozenset[str],
        test: Callable[[Context], dict[str, Any] | None],
        handler: Handler,
        *,
        retry: bool = False,
        commands: tuple[str, ...] = (),
    ) -> None:
        self.kinds = kinds
        self.test = test
        self.handler = handler
        self.retry = retry
        self.commands = commands

    def match(self, ctx: Context) -> dict[str, Any] | None:
        if self.kinds and ctx.kind not in self.kinds:
            return None
        return self.test(ctx)


class Router:
    """Collect handlers with decorators; files have one each, `handlers/__init__.py` includes them in order."""

    def __init__(self) -> None:
        self.entries: list[Route | Router] = []
        self.error_handlers: list[Handler] = []
        self.before_hooks: list[Handler] = []
        self.after_hooks: list[Handler] = []

    def add(
        self,
        kinds: frozenset[str],
        test: Callable[[Context], dict[str, Any] | None],
        handler: H,
        *filters: Test,
        arguments: tuple[str, ...] = (),
        **options: Any,
    ) -> H:
        """Add a handler: the primitive under all decorators."""
        check_signature(handler, arguments)

        def matches(ctx: Context) -> dict[str, Any] | None:
            found = test(ctx)
            if found is None or not all(condition(ctx) for condition in filters):
                return None
            return found

        self.entries.append(Route(kinds, matches, handler, **options))
        return handler

    def on(self, query: str, *filters: Test, retry: bool = False) -> Callable[[H], H]:
        """Handle updates by kind and field: `on("message:photo", private)`."""
        kinds, test = parse_query(query)
        return lambda handler: self.add(
            kinds, lambda ctx: {} if test(ctx) else None, handler, *filters, retry=retry
        )

    def command(
        self, *names: str, filters: tuple[Test, ...] = (), retry: bool = False
    ) -> Callable[[H], H]:
        """Handle `/name`, also `/name@this_bot`; the docstring is its line in Telegram's menu."""
        wanted = tuple(_command_name(name) for name in names)

        def decorate(handler: H) -> H:
            if not filters:
                self._refuse_second(wanted, handler)
            shown = () if filters else wanted
            return self.add(
                frozenset({"message"}),
                lambda ctx: {} if _command(ctx) in wanted else None,
                handler,
                *filters,
                retry=retry,
                commands=shown,
            )

        return decorate

    def button(self, pattern: str, *filters: Test, retry: bool = False) -> Callable[[H], H]:
        """Handle presses of buttons by their data: `button("like:{id:int}")` calls `handler(ctx, id=7)`."""
        compiled = Pattern(pattern)

        def test(ctx: Context) -> dict[str, Any] | None:
            return compiled.match(ctx.event.get("data") or "")

        arguments = tuple(compiled.converters)
        return lambda handler: self.add(
            frozenset({"callback_query"}),
            test,
            handler,
            *filters,
            arguments=arguments,
            retry=retry,
        )

    def text(self, pattern: str, *filters: Test, retry: bool = False) -> Callable[[H], H]:
        """Handle messages whose text contains a regular expression; its named groups are arguments."""
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise HandlerError(f"text({pattern!r}) is no regular expression: {error}") from None

        def test(ctx: Context) -> dict[str, Any] | None:
            found = compiled.search(ctx.event.get("text") or "")
            return found.groupdict() if found else None

        arguments = tuple(compiled.groupindex)
        return lambda handler: self.add(
            frozenset({"message"}), test, handler, *filters, arguments=arguments, retry=retry
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
            for route in router.routes():
                self._refuse_second(route.commands, route.handler)
            self.entries.append(router)

    def routes(self) -> Iterator[Route]:
        """All handlers in the order in which they are tried."""
        for entry in self.entries:
            if isinstance(entry, Router):
                yield from entry.routes()
            else:
                yield entry

    def match(self, ctx: Context) -> tuple[list[Router], Route] | None:
        """The route that takes this update, with the routers it lies in, outermost first; fills `ctx.params`."""
        for entry in self.entries:
            if isinstance(entry, Router):
                found = entry.match(ctx)
                if found:
                    return [self, *found[0]], found[1]
            else:
                params = entry.match(ctx)
                if params is not None:
                    ctx.params = params
                    return [self], entry
        return None

    def commands(self) -> dict[str, str]:
        """Each command with the first line of its handler's docstring, for the menu and for /help."""
        return {
            name: (route.handler.__doc__ or "").strip().partition("\n")[0]
            for route in self.routes()
            for name in route.commands
        }

    def allowed_updates(self) -> list[str]:
        """The kinds of update that some handler takes, in Telegram's order; what setWebhook asks for."""
        wanted = {kind for route in self.routes() for kind in route.kinds or known_kinds()}
        known = [kind for kind in known_kinds() if kind in wanted]
        return known + sorted(wanted - set(known))

    def _refuse_second(self, names: tuple[str, ...], handler: Handler) -> None:
        for route in self.routes():
            for name in set(names) & set(route.commands):
                raise HandlerError(
                    f"{location(handler)} handles /{name}, and so does {location(route.handler)}: "
                    "only the first would ever run. Remove one, or give it filters=(...)."
                )


def _command_name(name: str) -> str:
    plain = name.removeprefix("/").lower()
    if not COMMAND.fullmatch(plain):
        raise HandlerError(f"{name!r} is no command: 1 to 32 letters, digits or _, as in 'start'")
    return plain


def _command(ctx: Context) -> str | None:
    """The command a message begins with, if it is for this bot."""
    text = ctx.event.get("text") or ""
    if not text.startswith("/"):
        return None
    name, _, bot = text.split(None, 1)[0][1:].partition("@")
    if bot and bot.lower() != (ctx.bot.me.username or "").lower():
        return None
    return str(name.lower())
