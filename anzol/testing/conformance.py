"""Checks that values conform to the Bot API's table; the error names the place of the first deviation."""

from __future__ import annotations

from functools import cache
from typing import Any

from anzol.api.legacy import STILL_WRITTEN
from anzol.api.methods import did_you_mean, schema

PRIMITIVES: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
}


def check_call(method: str, fields: dict[str, Any], files: dict[str, Any]) -> None:
    """Raise TypeError for a call that does not conform to the table."""
    known = schema()["methods"][method]["params"]
    for name, value in fields.items():
        if name not in known:
            raise TypeError(f"{method} has no parameter {name!r}{did_you_mean(name, known)}")
        check_value(known[name], value, f"{method}: {name}")
    for name in files.keys() & known.keys():
        if "InputFile" not in known[name]:
            raise TypeError(f"{method}: {name} cannot be a file.")
    for name, spec in known.items():
        if spec.startswith("!") and name not in fields and name not in files:
            raise TypeError(f"{method} needs {name!r}.")


def check_fields(kind: str, fields: dict[str, Any], where: str) -> None:
    """Raise TypeError for a field that a type does not have or that has another type there; none is required."""
    known = schema()["types"][kind]
    for name, value in fields.items():
        if name in STILL_WRITTEN:
            continue
        if name not in known:
            raise TypeError(f"{where} has no field {name!r}{did_you_mean(name, known)} ({kind})")
        check_value(known[name], value, f"{where}.{name}")


def check_value(spec: str, value: Any, where: str) -> None:
    """Raise TypeError unless a value is of a type of the table; `where` leads the message."""
    errors = []
    for kind in alternatives(spec):
        try:
            return check_one(kind, value, where)
        except TypeError as error:
            errors.append((likeness(kind, value), error))
    # Of several alternatives the one that was meant is the one with most fields in common.
    raise max(errors, key=lambda pair: pair[0])[1]


@cache
def alternatives(spec: str) -> list[str]:
    """Split `"Integer|[String]"` at the bars that are in no bracket."""
    parts, depth = [""], 0
    for character in spec.lstrip("!"):
        depth += (character == "[") - (character == "]")
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def check_one(kind: str, value: Any, where: str) -> None:
    """Raise TypeError unless a value is of one type."""
    if kind.startswith("["):
        if not isinstance(value, list | tuple):
            raise TypeError(f"{where} must be a list, not {value!r}.")
        for index, item in enumerate(value):
            check_value(kind[1:-1], item, f"{where}[{index}]")
    elif kind in PRIMITIVES:
        wrong_bool = isinstance(value, bool) and kind != "Boolean"
        if wrong_bool or not isinstance(value, PRIMITIVES[kind]):
            raise TypeError(f"{where} must be {kind}, not {value!r}.")
    elif kind == "InputFile":
        raise TypeError(f"{where} must be a file: a Path, bytes or an open file, not {value!r}.")
    else:
        check_object(kind, value, where)


def check_object(kind: str, value: Any, where: str) -> None:
    """Raise TypeError unless a value is an object of a type with known fields and all required ones."""
    fields = schema()["types"].get(kind, {})
    if isinstance(fields, list):
        return check_value("|".join(fields), value, where)
    if not isinstance(value, dict):
        raise TypeError(f"{where} must be {kind}, a dict, not {value!r}.")
    check_fields(kind, value, where)
    for name, spec in fields.items():
        if spec.startswith("!") and name not in value:
            raise TypeError(f"{where} needs {name!r} ({kind}).")
    return None


def likeness(kind: str, value: Any) -> int:
    """Return how many fields a value has in common with a type."""
    fields = schema()["types"].get(kind)
    if isinstance(value, dict) and isinstance(fields, list):
        return max(likeness(part, value) for part in fields)
    if isinstance(value, dict) and isinstance(fields, dict):
        return len(value.keys() & fields.keys())
    return 0
