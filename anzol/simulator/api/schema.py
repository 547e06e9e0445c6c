"""The Bot API's table of methods and types: checks parameters and makes plausible answers.

The table is data (`anzol/api/schema.json`): `"!Integer|String"` is required and one of two types, `"[X]"` an array of X.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from anzol import api

from . import legacy
from .errors import Refused, bad

TABLE: dict[str, Any] = json.loads(
    (Path(api.__file__).parent / "schema.json").read_text(encoding="utf-8")
)
VERSION: str = TABLE["version"]
TYPES: dict[str, Any] = TABLE["types"]
METHODS: dict[str, tuple[str, dict[str, Any]]] = {
    name.lower(): (name, entry) for name, entry in TABLE["methods"].items()
}
METHODS |= {old: METHODS[name.lower()] for old, name in legacy.METHODS.items()}
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


# setWebhook without a url deletes the webhook; the price list of Stars needs no provider; the format of a set's
# thumbnail is that of the set.
OPTIONAL_IN_PRACTICE = {"url", "provider_token", "format"}
SPECS: dict[str, dict[str, str]] = {
    method: {name: spec.lstrip("!") for name, spec in entry["params"].items()}
    for method, entry in TABLE["methods"].items()
}
REQUIRED: dict[str, tuple[str, ...]] = {
    method: tuple(
        name
        for name, spec in entry["params"].items()
        if spec[0] == "!" and name not in OPTIONAL_IN_PRACTICE
    )
    for method, entry in TABLE["methods"].items()
}


def read_arguments(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Convert what arrived to the types of the method; unknown names are left out, as Telegram does.

    Raises Refused with Telegram's text.
    """
    arguments, specs = {}, SPECS[method]
    for name, value in params.items():
        spec = specs.get(name)
        if spec is not None:
            try:
                arguments[name] = convert(name, spec, value)
            except Refused:
                if name != "allowed_updates":  # Telegram keeps the previous setting
                    raise
    for name in REQUIRED[method]:
        if name not in params:
            raise bad(ABSENT.get(name, f'parameter "{name}" is required'))
    return arguments


@cache
def known_names(method: str) -> frozenset[str]:
    """Return the parameters that a method reads, those of older versions among them."""
    return frozenset(TABLE["methods"][method]["params"]) | legacy.STILL_READ


def warnings(method: str, params: dict[str, Any], files: Container[str] = ()) -> list[str]:
    """Return a sentence for each parameter that the method does not have: the server ignores them."""
    known = known_names(method)
    if params.keys() <= known:
        return []
    found = []
    for name in params.keys() - known:
        if name not in files:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            found.append(f"{method} has no parameter {name}{hint}")
    return sorted(found)


def convert(name: str, spec: str, value: Any) -> Any:
    """Return `value` as the type `spec` says; numbers and flags are read as leniently as Telegram reads them."""
    if spec == "String":
        return value if isinstance(value, str) else as_text(value)
    if spec in ("Integer", "Integer|String") and type(value) is int:
        return value
    if spec == "Integer":
        return to_integer(value)
    if spec == "Float":
        return to_float(value)
    if spec == "Boolean":
        return as_text(value).lower() in ("true", "yes", "1")
    if spec == "Integer|String":
        text = as_text(value).strip()
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if "InputFile" in spec or "MessageEntity" in spec or name == "reply_markup":
        # read where they are used
        return value
    return parse_object(name, spec, value)


def as_text(value: Any) -> str:
    """Return a JSON value as the text Telegram would read."""
    return value if isinstance(value, str) else json.dumps(value)


def to_integer(value: Any) -> int:
    """Return a whole number; anything else counts as 0."""
    match = INTEGER.match(as_text(value))
    return int(match[0]) if match else 0


def to_float(value: Any) -> float:
    """Return a number; anything else counts as 0."""
    match = FLOAT.match(as_text(value))
    return float(match[0]) if match else 0.0


def parse_object(name: str, spec: str, value: Any) -> Any:
    """Parse a JSON parameter and check it against its type. Raises Refused with the server's words."""
    words = WORDS.get(name, Words(name.replace("_", " ")))
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {words.label} JSON object") from None
    if words.shape and not isinstance(value, list if spec[0] == "[" else dict):
        raise bad(words.shape)
    value = without_nulls(value)
    try:
        check(spec, value)
    except Mismatch as error:
        raise bad(f"can't parse {words.item or words.label}: {error}") from None
    return value


def without_nulls(value: Any) -> Any:
    """Return JSON without the fields that are null: to the server they are absent."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


class Words(NamedTuple):
    """The server's error texts for a parameter that is not JSON, has another shape, or has a wrong item."""

    label: str
    shape: str = ""
    item: str = ""


WORDS = {
    "reply_parameters": Words(
        "reply parameters", "object expected as reply parameters", "reply parameters"
    ),
    "suggested_post_parameters": Words(
        "suggested post parameters", "object expected as suggested post parameters"
    ),
    "link_preview_options": Words(
        "link preview options", "object expected as link preview options"
    ),
    "permissions": Words("permissions", "object expected as permissions", "chat permissions"),
    "accepted_gift_types": Words("accepted gift types", "object expected as accepted gift types"),
    "content": Words("story content", "object expected as story content"),
    "prices": Words("prices", "expected an Array of labeled prices", "labeled price"),
    "suggested_tip_amounts": Words(
        "suggested_tip_amounts", "expected an Array of suggested tip amounts"
    ),
    "shipping_options": Words(
        "shipping options", "expected an Array of shipping options", "shipping option"
    ),
    "results": Words(
        "inline query results", "expected an Array of inline query results", "inline query result"
    ),
    "scope": Words("BotCommandScope", "", "BotCommandScope"),
    "commands": Words("commands", "expected an Array of BotCommand", "BotCommand"),
    "rights": Words("ChatAdministratorRights", "", "ChatAdministratorRights"),
    "stickers": Words("stickers", "expected an Array of InputSticker", "InputSticker"),
    "errors": Words("errors", "expected an Array of PassportElementError", "PassportElementError"),
    "checklist": Words("InputChecklist", "", "InputChecklist"),
    "options": Words("options", "expected an Array of String as options", "options"),
    "reaction": Words("reaction types", "expected an Array of ReactionType", "ReactionType"),
    "areas": Words("story areas", "expected an Array of InputStoryArea", "InputStoryArea"),
    "message_ids": Words("message_ids", "expected an Array of message identifiers"),
    "correct_option_ids": Words(
        "correct option identifiers", "expected an Array of correct option identifiers"
    ),
    "custom_emoji_ids": Words(
        "custom emoji identifiers", "expected an Array of custom emoji identifiers"
    ),
    "media": Words("media", "", "InputMedia"),
}


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
        accepted, name = PRIMITIVES[kind]
        if not isinstance(value, accepted) or not is_number(kind, value):
            raise Mismatch(f"expected {name}")
    elif isinstance(value, str) and kind in TEXT_IS_ONE_TOO:
        return
    elif not isinstance(value, dict):
        raise Mismatch("expected an Object")
    else:
        check_fields(kind, value)


def is_number(kind: str, value: Any) -> bool:
    """Return whether a number that travels as text is one."""
    pattern = {"Integer": INTEGER, "Float": FLOAT}.get(kind)
    return not pattern or not isinstance(value, str) or bool(pattern.fullmatch(value))


# what JSON gives, and what the server calls it
PRIMITIVES: dict[str, tuple[tuple[type, ...], str]] = {
    "String": ((str, int, float), "String"),
    "Integer": ((int, str), "Number"),
    "Float": ((int, float, str), "Number"),
    "Boolean": ((bool, str, int), "Boolean"),
}
TEXT_IS_ONE_TOO = {"InputPollOption", "KeyboardButton"}

# Fields that the documents require and the server does not; of a user it reads the id alone.
LENIENT: dict[str, frozenset[str]] = {
    "ChatAdministratorRights": frozenset(TYPES["ChatAdministratorRights"]),
    "KeyboardButtonRequestChat": frozenset({"chat_is_channel"}),
    "User": frozenset(TYPES["User"]) - {"id"},
}


def check_fields(kind: str, value: dict[str, Any]) -> None:
    """Raise Mismatch when a required field is absent or a known one has another type."""
    lenient = LENIENT.get(kind, frozenset())
    for name, spec in (TYPES.get(kind) or {}).items():
        if name not in value:
            if spec[0] == "!" and name not in lenient:
                raise Mismatch(f'Can\'t find field "{name}"')
        elif "InputFile" not in spec and "MessageEntity" not in spec:  # read where they are used
            try:
                check(spec.lstrip("!"), value[name])
            except Mismatch as error:
                expected = str(error).removeprefix("expected ").removeprefix("an ")
                if str(error).startswith("expected"):
                    raise Mismatch(f'Field "{name}" must be of type {expected}') from None
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
