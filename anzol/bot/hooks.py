"""Hooks around handlers: generators with one `yield`, whose second half always runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import Drop, HandlerError

from .checks import check_signature, location
from .context import Context

Around = Callable[[Context], Iterator[None]]
AroundCall = Callable[[Context, str, dict[str, Any]], Iterator[None]]


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
