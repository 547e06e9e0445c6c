"""Formatted text in a call's parameters: each parameter that takes one gets its parse mode, or its entities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import methods
from .text import FormattedText, is_html, plain
from .types import class_of
from .uploads import PLAIN

# Their entities are called `entities`, those of any other field `<field>_entities`.
MAIN = ("text", "message_text")


def place_formatting(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a call as Telegram takes them: HTML as its source, formatted text as text and entities.

    Where the method takes no formatting (a button's label, a title) the plain text goes.
    """
    if not _holds_formatting(params):
        return params
    known = methods.schema()["methods"].get(methods.find(method) or method)
    return _place(params, known["params"] if known else {})


def _holds_formatting(value: Any) -> bool:
    if isinstance(value, dict):
        inside: Iterable[Any] = value.values()
    elif isinstance(value, FormattedText):
        return True
    elif isinstance(value, (list, tuple)):
        inside = value
    else:
        return is_html(value)
    # Keyboards have many, and most are plain: any() would take three times as long.
    for item in inside:  # noqa: SIM110
        if type(item) not in PLAIN and _holds_formatting(item):
            return True
    return False


def _place(fields: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    placed = {name: _value(value, known.get(name, "")) for name, value in fields.items()}
    for name, value in fields.items():
        if isinstance(value, FormattedText) or is_html(value):
            _set(placed, name, value, known)
    return placed


def _value(value: Any, spec: str) -> Any:
    """Place what is inside a value; `spec` is its type as in anzol/api/schema.json."""
    spec = spec.lstrip("!")
    if isinstance(value, FormattedText) or is_html(value):
        return value
    if isinstance(value, dict):
        return _place(value, class_of(spec)._fields)
    if isinstance(value, list | tuple) and _holds_formatting(value):
        inner = spec[1:-1] if spec.startswith("[") else ""
        return [_value(item, inner) for item in value]
    return value


def _set(placed: dict[str, Any], name: str, value: Any, known: dict[str, str]) -> None:
    """Put one formatted text into its object, with what says how it is read."""
    mode, entities = _companions(name, known)
    placed.pop(mode, None)
    placed.pop(entities, None)
    if not mode:
        placed[name] = value.text if isinstance(value, FormattedText) else plain(value)
    elif isinstance(value, FormattedText):
        placed[name] = value.text
        if value.entities:
            placed[entities] = value.entities
    else:
        placed[name] = str(value.__html__())
        placed[mode] = "HTML"


def _companions(name: str, known: dict[str, str]) -> tuple[str, str]:
    """Return the fields for a text's parse mode and its entities; empty where it cannot be formatted."""
    own_mode, own_entities = f"{name}_parse_mode", f"{name}_entities"
    if own_entities in known:
        return own_mode if own_mode in known else "parse_mode", own_entities
    if "entities" in known and name in MAIN:
        return "parse_mode", "entities"
    if not known:  # a method or object newer than the table
        return "parse_mode", "entities" if name in MAIN else own_entities
    return "", ""
