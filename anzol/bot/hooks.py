"""Hooks: what a router runs before, around and after its handlers, and when one fails or a user leaves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import Drop, HandlerError

from .checks import check_signature, location
from .context import Context

Handler = Callable[..., Any]
# Generators with one `yield`, whose second half always runs.
Around = Callable[[Context], Iterator[None]]
AroundCall = Callable[[Context, str, dict[str, Any]], Iterator[None]]


class Hooks:
    """The hooks of one router. Those of `every` and `calls` are around all updates and calls of the whole bot."""

    def __init__(self) -> None:
        self.before: list[Handler] = []
        self.around: list[Around] = []
        self.after: list[Handler] = []
        self.errors: list[tuple[tuple[type[Exception], ...], Handler]] = []
        self.exits: dict[str, Handler] = {}  # by the state that a user leaves
        self.every: list[Around] = []
        self.calls: list[AroundCall] = []

    def handlers_of(self, error: Exception) -> list[Handler]:
        """Return the error handlers for an exception of this type."""
        return [handler for types, handler in self.errors if isinstance(error, types)]


def check_around(hook: Callable[..., Any], arguments: tuple[str, ...] = ()) -> None:
    """Raise `HandlerError` for a hook that does not yield, or takes other arguments."""
    check_signature(hook, arguments, positional=True)
    if not inspect.isgeneratorfunction(hook):
        raise HandlerError(
            f"{location(hook)} needs one `yield`: what stands before it runs before the handler, the rest after it."
        )


@contextmanager
def inside(hooks: Iterable[Around], ctx: Context) -> Iterator[None]:
    """Run a block inside hooks, the first outermost. Raises `Drop` if one returns without yielding."""
    with ExitStack() as stack:
        for hook in hooks:
            manager: Any = contextmanager(hook)(ctx)
            try:
                next(manager.gen)
            except StopIteration:
                raise Drop from None
            stack.push(manager)
        yield


def with_hooks(ctx: Context, hooks: Sequence[AroundCall]) -> Bot:
    """Return the bot of a context with hooks around its calls, the first outermost."""

    def around(method: str, params: dict[str, Any], call: Callable[[], Any]) -> Any:
        for hook in reversed(hooks):
            call = _around_call(hook(ctx, method, params), call)
        return call()

    return ctx.bot.hooked(around)


def _around_call(running: Any, call: Callable[[], Any]) -> Callable[[], Any]:
    def inner() -> Any:
        try:
            next(running)
        except StopIteration:
            raise Drop from None
        try:
            result = call()
        except BaseException as error:
            with suppress(StopIteration):
                running.throw(error)
            raise
        with suppress(StopIteration):
            running.send(result)
        return result

    return inner
