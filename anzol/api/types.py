"""Telegram's objects: dicts that can also be read by attribute, by the generated table.

`message.text` is `message["text"]`; a field that Telegram left out is `None`; a misspelt one raises and suggests; a
field newer than the table is simply there. `from` is a Python keyword: read it as `from_user`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from .methods import did_you_mean, schema

ALIASES = {"from_user": "from"}


class Object(dict[str, Any]):
    """A JSON object of the Bot API, https://core.telegram.org/bots/api#available-types"""

    __slots__ = ()
    _fields: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        key = ALIASES.get(name, name)
        try:
            value = self[key]
        except KeyError:
            return self._absent(name, key)
        # Nested objects are wrapped when first read, and kept: `message.chat is message.chat`.
        kind = type(value)
        if kind is dict or (kind is list and value and type(value[0]) in (dict, list)):
            value = self[key] = wrap(self._fields.get(key, ""), value)
        return value

    def _absent(self, name: str, key: str) -> None:
        if key in self._fields:
            return
        if name.startswith("__"):  # copy, pickle and their like ask for what no object has
            raise AttributeError(name)
        known = [*self, *self._fields, *ALIASES]
        raise AttributeError(
            f"{type(self).__name__} has no field {name!r}{did_you_mean(name, known)}"
        )


def wrap(spec: str, value: Any) -> Any:
    """Return `value` with attribute access; `spec` is its type as in anzol/api/schema.json, empty when unknown."""
    if isinstance(value, dict):
        return value if isinstance(value, Object) else class_of(spec)(value)
    if isinstance(value, list):
        inner = spec.lstrip("!")[1:-1] if spec.lstrip("!").startswith("[") else ""
        if not any(type(item) in (dict, list) for item in value):
            return value
        return [wrap(inner, item) for item in value]
    return value


@cache
def class_of(spec: str) -> type[Object]:
    """Return the class of a type or of alternatives (`"Message|Boolean"`, `"!Chat"`); `Object` when unknown."""
    if spec.startswith("!"):
        return class_of(spec[1:])
    fields: dict[str, str] = {}
    for name in spec.split("|"):
        members = schema()["types"].get(name, {})
        if isinstance(members, list):
            members = class_of("|".join(members))._fields
        fields.update({field: kind for field, kind in members.items() if field not in fields})
    if not fields:
        return Object
    return type(spec.split("|")[0], (Object,), {"__slots__": (), "_fields": fields})


def __getattr__(name: str) -> type[Object]:
    if name not in schema()["types"]:
        raise AttributeError(
            f"The Bot API has no type {name!r}{did_you_mean(name, schema()['types'])}"
        )
    return class_of(name)
