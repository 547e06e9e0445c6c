"""Checks of handlers as they are registered."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anzol.api.errors import HandlerError

PLAIN = ("int", "str", "float", "bool", "bytes", "list", "dict")


def location(function: Callable[..., Any]) -> str:
    """Return where a function is defined: `handlers/start.py:12 start()`."""
    # A method of a form or a screen stands for the author's handler that it has.
    function = getattr(getattr(function, "__self__", None), "handler", function)
    code = getattr(inspect.unwrap(function), "__code__", None)
    name = getattr(function, "__name__", repr(function))
    if code is None:
        return f"{name}()"
    return f"{short(code.co_filename)}:{code.co_firstlineno} {name}()"


def short(filename: str) -> str:
    """Return a path as the author would type it."""
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else filename


def check_text(value: Any, usage: str) -> None:
    """Raise `HandlerError` for a decorator without its text, as in `@router.command`."""
    if not isinstance(value, str):
        place = f"{location(value)}: " if callable(value) else ""
        raise HandlerError(f"{place}the decorator needs a text; write @router.{usage}.")


def check_filters(filters: Any, function: Callable[..., Any]) -> None:
    """Raise `HandlerError` for a filter that is not a function of `ctx`."""
    if not isinstance(filters, tuple | list):
        raise HandlerError(f"{location(function)}: filters is a tuple; write filters=(private,).")
    for test in filters:
        if not callable(test):
            raise HandlerError(
                f"{location(function)}: {test!r} is not a filter; give a function of ctx, "
                "such as `private` from `from anzol import private`."
            )


def check_signature(
    function: Callable[..., Any], arguments: tuple[str, ...], *, positional: bool = False
) -> None:
    """Raise `HandlerError` unless `function` takes `ctx` and these arguments."""
    if inspect.iscoroutinefunction(function):
        raise HandlerError(f"{location(function)} is async; write it as a plain def.")
    try:
        signature = inspect.signature(function)
        if positional:
            signature.bind(None, *arguments)
        else:
            signature.bind(None, **dict.fromkeys(arguments))
    except TypeError as error:
        wanted = ", ".join(("ctx", *arguments))
        name = getattr(function, "__name__", "handler")
        raise HandlerError(
            f"{location(function)} is called as {name}({wanted}): {error}. Write def {name}({wanted})."
        ) from None


def check_types(function: Callable[..., Any], types: dict[str, type]) -> None:
    """Raise `HandlerError` for an argument annotated with a type that it will not have."""
    parameters = inspect.signature(function).parameters
    for name, given in types.items():
        wanted = parameters[name].annotation if name in parameters else given
        written = getattr(wanted, "__name__", wanted)
        if written in PLAIN and written != given.__name__:
            raise HandlerError(
                f"{location(function)}: {name} comes as {given.__name__}, not as {written}; "
                f"write {name}: {given.__name__}, or {{{name}:int}} in the pattern for a number."
            )
