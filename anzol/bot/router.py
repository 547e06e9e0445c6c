"""The router: its decorators say which updates a handler takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, overload

from anzol.api.updates import ALBUM_KINDS

from .checks import check_signature, check_text
from .context import Context
from .contexts import (
    AlbumCtx,
    ButtonCtx,
    Decorator,
    DocumentCtx,
    InlineCtx,
    MessageCtx,
    MessageQuery,
    PhotoCtx,
    TextCtx,
)
from .filters import Test, parse_query
from .patterns import Pattern
from .routes import always, by_regex, command_name
from .tree import MESSAGE, H, Tree


class Router(Tree):
    """Collect handlers with decorators; files have one each, `handlers/__init__.py` includes them in order."""

    @overload
    def on(  # type: ignore[overload-overlap]
        self, query: Literal["message:text"], *filters: Test, retry: bool = False
    ) -> Decorator[TextCtx]: ...
    @overload
    def on(  # type: ignore[overload-overlap]
        self, query: Literal["message:photo"], *filters: Test, retry: bool = False
    ) -> Decorator[PhotoCtx]: ...
    @overload
    def on(  # type: ignore[overload-overlap]
        self, query: Literal["message:document"], *filters: Test, retry: bool = False
    ) -> Decorator[DocumentCtx]: ...
    @overload
    def on(  # type: ignore[overload-overlap]
        self, query: MessageQuery, *filters: Test, retry: bool = False
    ) -> Decorator[MessageCtx]: ...
    @overload
    def on(self, query: str, *filters: Test, retry: bool = False) -> Callable[[H], H]: ...
    def on(self, query: str, *filters: Test, retry: bool = False) -> Any:
        """Handle updates by kind and field: `on("message:photo", private)`."""
        check_text(query, 'on("message")')
        kinds, test = parse_query(query)

        def matches(ctx: Context) -> dict[str, Any] | None:
            return {} if test(ctx) else None

        claims = tuple(f'"{part}"' for part in query.split())
        return lambda handler: self.add(
            kinds, matches, handler, filters=filters, retry=retry, claims=claims
        )

    def command(
        self, *names: str, filters: tuple[Test, ...] = (), retry: bool = False
    ) -> Decorator[MessageCtx]:
        """Handle `/name`, also `/name@this_bot`; the docstring is its line in Telegram's menu."""
        for name in names or (None,):
            check_text(name, 'command("start")')
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
        check_text(pattern, 'button("like:{id:int}")')
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
        check_text(pattern, 'text("hello")')
        test, arguments = by_regex(pattern, "text")
        return lambda handler: self.add(
            MESSAGE,
            test,
            handler,
            filters=filters,
            arguments=arguments,
            retry=retry,
            claims=(f"text {pattern!r}",),
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
            frozenset({"inline_query"}),
            test,
            handler,
            filters=filters,
            arguments=arguments,
            claims=(f"inline {pattern!r}",),
        )

    def album(
        self, handler: Callable[[AlbumCtx, list[Any]], Any]
    ) -> Callable[[AlbumCtx, list[Any]], Any]:
        """Handle an album by one call, `handler(ctx, messages)`, when its last part has come."""

        def test(ctx: Context) -> dict[str, Any] | None:
            return {} if ctx.in_album else None

        return self.add(
            ALBUM_KINDS, test, handler, arguments=("messages",), album=True, claims=("albums",)
        )

    def state(self, name: str, *, retry: bool = False) -> Decorator[MessageCtx]:
        """Handle the answer to `ctx.ask(..., then=name)`."""
        check_text(name, 'state("name")')
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
