"""Patterns of button data, spelt like a Flask rule with braces: `"like:{id:int}"`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from anzol.api.contents import DATA_LIMIT
from anzol.api.errors import HandlerError

from .checks import check_text, check_types

CONVERTERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "int": (r"-?\d+", int),
    "str": (r"[^:]+", str),
    "any": (r".*", str),
}
# Values for each kind of field, different enough to tell the kinds apart.
SAMPLES = {"int": ("7", "-40"), "str": ("x", "ü y"), "any": ("", "a:b")}
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")  # https://core.telegram.org/api/links#bot-links
FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")


def compiled_for(text: Any, usage: str) -> Pattern:
    """Return the compiled pattern of a decorator; raise `HandlerError` that shows its `usage` where it has none."""
    check_text(text, usage)
    return Pattern(text)


def with_data(handler: Any, pattern: Pattern) -> Any:
    """Give a handler `data(...)`, which makes what its pattern reads; raise `HandlerError` if it expects other types."""
    check_types(handler, pattern.types())
    with suppress(AttributeError):  # a method, a partial: it keeps no attribute
        handler.data = pattern.build
    return handler


class Pattern:
    """A compiled pattern: `{id:int}` is a whole number, `{name}` text without a colon, `{rest:any}` anything.

    `beginning` is what all data that matches begins with.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.converters: dict[str, Callable[[str], Any]] = {}
        regex, last = "", 0
        self.beginning = FIELD.split(text, maxsplit=1)[0]
        for field in FIELD.finditer(text):
            name, kind = field[1], field[2] or "str"
            if kind not in CONVERTERS:
                raise HandlerError(f"{{{name}:{kind}}} is not a field; use {', '.join(CONVERTERS)}")
            if not name.isidentifier() or name in self.converters:
                raise HandlerError(f"{name!r} is not a field name, or is there twice in {text!r}")
            expression, self.converters[name] = CONVERTERS[kind]
            regex += f"{_literal(text[last : field.start()], text)}(?P<{name}>{expression})"
            last = field.end()
        shortest = FIELD.sub(lambda field: "" if field[2] == "any" else "x", text)
        if not text or len(shortest.encode()) > DATA_LIMIT:
            raise HandlerError(
                f"No button can have the data {text!r}: Telegram allows 1 to {DATA_LIMIT} bytes."
            )
        self._regex = re.compile(regex + _literal(text[last:], text), re.DOTALL)

    def match(self, data: str) -> dict[str, Any] | None:
        """Return the fields in some data as keyword arguments, or `None` if it does not match."""
        found = self._regex.fullmatch(data)
        if found is None:
            return None
        return {name: convert(found[name]) for name, convert in self.converters.items()}

    def types(self) -> dict[str, type]:
        """Return the type of each field."""
        return {name: int if read is int else str for name, read in self.converters.items()}

    def build(self, **fields: Any) -> str:
        """Return data with these fields. Raises `TypeError` or `ValueError` if they could not be read back from it."""
        if fields.keys() != self.converters.keys():
            raise TypeError(f"{self.text!r} takes {', '.join(self.converters) or 'no fields'}.")
        data = FIELD.sub(lambda field: str(fields[field[1]]), self.text)
        if self.match(data) != fields:
            raise ValueError(
                f"{fields} does not fit into {self.text!r}: {data!r} reads back differently."
            )
        if len(data.encode()) > DATA_LIMIT:
            raise ValueError(
                f"{data!r} is longer than the {DATA_LIMIT} bytes that Telegram allows."
            )
        return data

    def samples(self) -> list[str]:
        """Return examples of matching data."""
        kinds = [field[2] or "str" for field in FIELD.finditer(self.text)]
        if not kinds:
            return [self.text]
        return [self._sample(turn) for turn in (0, 1)]

    def _sample(self, turn: int) -> str:
        return FIELD.sub(lambda field: SAMPLES[field[2] or "str"][turn], self.text)


def _literal(part: str, text: str) -> str:
    if "{" in part or "}" in part:
        raise HandlerError(f"{text!r} has a brace that does not open a field such as {{id:int}}")
    return re.escape(part)
