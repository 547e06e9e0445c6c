"""Methods with the name of a message field, which refuse to be read as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def verb(data: str) -> Callable[[F], F]:
    """Mark a method of `ctx` that sends; `if ctx.photo:` raises `TypeError` and names where the data is, `ctx.message.photo`."""
    return lambda method: Verb(method, data)  # type: ignore[return-value]  # called like the method


class Verb:
    """A method without a truth value. mypy warns about `if ctx.photo:` by itself; this is for everybody else."""

    def __init__(self, method: Callable[..., Any], data: str, ctx: Any = None) -> None:
        self.__doc__ = method.__doc__
        self.__name__ = method.__name__
        self.__wrapped__ = method
        self._data = data
        self._ctx = ctx

    def __get__(self, ctx: Any, owner: Any = None) -> Verb:
        return Verb(self.__wrapped__, self._data, ctx)

    def __call__(self, *args: Any, **params: Any) -> Any:
        return self.__wrapped__(self._ctx, *args, **params)

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"ctx.{self.__name__}() sends one; one that was received is ctx.{self._data}, or None."
        )
