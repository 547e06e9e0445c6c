"""Hooks around handlers: generators with one `yield`, whose second half always runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from anzol.api.errors import Drop, HandlerError

from .checks import check_signature, location
from .context import Context

Around = Callable[[Context], Iterator[None]]


def check_around(hook: Callable[..., Any]) -> None:
    """Raise `HandlerError` for a hook that does not yield."""
    check_signature(hook, ())
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
