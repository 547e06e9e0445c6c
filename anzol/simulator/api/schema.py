"""The Bot API's table of methods and types: checks parameters and makes plausible answers.

The table is data (`anzol/api/schema.json`): `"!Integer|String"` is required and one of two types, `"[X]"` an array of X.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from anzol import api

from .errors import Refused, bad

TABLE: dict[str, Any] = json.loads(
    (Path(api.__file__).parent / "schema.json").read_text(encoding="utf-8")
)
VERSION: str = TABLE["version"]
TYPES: dict[str, Any] = TABLE["types"]
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    name.lower(): (name, entry) for name, entry in TABLE["methods"].items()
}
INTEGER = re.compile(r"\s*[+-]?\d+")
FLOAT = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

# What Telegram says when a required parameter is absent, where it has words of its own.
ABSENT = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "text": "message text is empty",
    "file_id": "file_id not specified",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "name": "name is empty",
    "title": "title is empty",
    "permissions": "permissions are empty",
    **{
        kind: f"there is no {kind.replace('_', ' ')} in the request"
        for kind in (
            "photo",
            "document",
            "video",
            "audio",
            "voice",
            "animation",
            "sticker",
            "video_note",
        )
    },
}


def read_arguments(entry: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Convert what arrived to the types of the method; unknown names are left out, as Telegram does.

    Raises Refused with Telegram's text.
    """
    arguments = {}
    for name, spec in entry["params"].items():
        if name in params:
            try:
                arguments[name] = convert(name, spec.lstrip("!"), params[name])
            except Refused:
                if name != "allowed_updates":  # Telegram keeps the previous setting
                    raise
        elif spec[0] == "!" and name not in OPTIONAL_IN_PRACTICE:
            raise bad(ABSENT.get(name, f'parameter "{name}" is required'))
    return arguments


# setWebhook without a url deletes the webhook; the price list of Stars needs no provider.
OPTIONAL_IN_PRACTICE = {"url", "provider_token"}


def convert(name: str, spec: str, value: Any) -> Any:
    """Return `value` as the type `spec` says; numbers and flags are read as leniently as Telegram reads them."""
    if spec == "String":
        return value if isinstance(value, str) else as_text(value)
    if spec == "Integer":
        return to_integer(value)
    if spec == "Float":
        return to_float(value)
    if spec == "Boolean":
        return as_text(value).lower() in ("true", "yes", "1")
    if spec == "Integer|String":
        text = as_text(value).strip()
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if "InputFile" in spec or name == "reply_markup":  # read where they are used
        return value
    return parse_object(name, spec, value)


def as_text(value: Any) -> str:
    """Return a JSON value as the text Telegram would read."""
    return value if isinstance(value, str) else json.dumps(value)


def to_integer(value: Any) -> int:
    """Read a whole number; anything else counts as 0."""
    match = INTEGER.match(as_text(value))
    return int(match[0]) if match else 0


def to_float(value: Any) -> float:
    """Read a number; anything else counts as 0."""
    match = FLOAT.match(as_text(value))
    return float(match[0]) if match else 0.0


def parse_object(name: str, spec: str, value: Any) -> Any:
    """Parse a JSON parameter and check it against its type."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
    try:
        check(spec, value)
    except Mismatch as error:
        raise bad(f"can't parse {name.replace('_', ' ')}: {error}") from None
    return value


class Mismatch(Exception):
    """A JSON value that is not of its type; the text is Telegram's."""


@cache
def alternatives(spec: str) -> tuple[str, ...]:
    """Split `A|[B|C]|D` at its top level and resolve abstract types to their members."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(spec):
        depth += (char == "[") - (char == "]")
        if char == "|" and depth == 0:
            parts.append(spec[start:index])
            start = index + 1
    parts.append(spec[start:])
    found: list[str] = []
    for part in parts:
        members = TYPES.get(part)
        found += (
            alternatives("|".join(members)) if isinstance(members, list) and members else [part]
        )
    return tuple(found)


def check(spec: str, value: Any) -> None:
    """Raise Mismatch unless `value` fits one of the types of `spec`."""
    choices = alternatives(spec)
    failure = Mismatch("wrong type")
    for choice in choices:
        try:
            return check_one(choice, value)
        except Mismatch as error:
            failure = error
    raise failure


def check_one(kind: str, value: Any) -> None:
    """Raise Mismatch unless `value` is a `kind`."""
    if kind[0] == "[":
        if not isinstance(value, list):
            raise Mismatch("expected an Array")
        for item in value:
            check(kind[1:-1], item)
    elif kind in PRIMITIVES:
        if not isinstance(value, PRIMITIVES[kind]) or not is_number(kind, value):
            raise Mismatch(f"expected {kind}")
    elif not isinstance(value, dict):
        raise Mismatch("expected an Object")
    else:
        check_fields(TYPES.get(kind) or {}, value)


def is_number(kind: str, value: Any) -> bool:
    """Return whether a number that travels as text is one."""
    pattern = {"Integer": INTEGER, "Float": FLOAT}.get(kind)
    return not pattern or not isinstance(value, str) or bool(pattern.fullmatch(value))


PRIMITIVES: dict[str, tuple[type, ...]] = {
    "String": (str, int, float),
    "Integer": (int, str),
    "Float": (int, float, str),
    "Boolean": (bool, str, int),
}


def check_fields(fields: dict[str, str], value: dict[str, Any]) -> None:
    """Raise Mismatch when a required field is absent or a known one has another type."""
    for name, spec in fields.items():
        if name not in value:
            if spec[0] == "!":
                raise Mismatch(f'Can\'t find field "{name}"')
        elif "InputFile" not in spec:
            try:
                check(spec.lstrip("!"), value[name])
            except Mismatch as error:
                if str(error).startswith("expected"):
                    raise Mismatch(f'Field "{name}": {error}') from None
                raise


def plausible(spec: str) -> Any:
    """Return the smallest value of a type: required fields only, empty lists, true."""
    kind = alternatives(spec)[0]
    if kind[0] == "[":
        return []
    simple = {"String": "", "Integer": 0, "Float": 0.0, "Boolean": True}
    if kind in simple:
        return simple[kind]
    fields = TYPES.get(kind) or {}
    return {
        name: plausible(field[1:]) for name, field in fields.items() if field[0] == "!" and fields
    }


def find(name: str) -> tuple[str, dict[str, Any]]:
    """Return a method's proper name and entry, whatever the case it is called in.

    Raises Refused 404 as Telegram does.
    """
    try:
        return METHODS[name.lower()]
    except KeyError:
        raise Refused(404, "method not found") from None
