"""Values that conform to the Bot API's table, and the check that a value does."""

from __future__ import annotations

from typing import Any

from anzol.api.methods import did_you_mean, schema

PRIMITIVES: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
}
SIMPLE: dict[str, Any] = {"Integer": 1, "String": "x", "Boolean": True, "Float": 1.0}


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


def check_value(spec: str, value: Any, where: str) -> None:
    """Raise `TypeError` unless a value is of a type of the table; `where` leads the message."""
    errors = []
    for kind in alternatives(spec):
        try:
            return _check_one(kind, value, where)
        except TypeError as error:
            errors.append((_likeness(kind, value), error))
    # Of several alternatives the one that was meant is the one with most fields in common.
    raise max(errors, key=lambda pair: pair[0])[1]


def _check_one(kind: str, value: Any, where: str) -> None:
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
        _check_object(kind, value, where)


def _check_object(kind: str, value: Any, where: str) -> None:
    fields = schema()["types"].get(kind, {})
    if isinstance(fields, list):
        check_value("|".join(fields), value, where)
        return
    if not isinstance(value, dict):
        raise TypeError(f"{where} must be {kind}, a dict, not {value!r}.")
    for name, item in value.items():
        if name not in fields:
            raise TypeError(f"{where} has no field {name!r}{did_you_mean(name, fields)} ({kind})")
        check_value(fields[name], item, f"{where}.{name}")
    for name, spec in fields.items():
        if spec.startswith("!") and name not in value:
            raise TypeError(f"{where} needs {name!r} ({kind}).")


def _likeness(kind: str, value: Any) -> int:
    fields = schema()["types"].get(kind)
    if isinstance(value, dict) and isinstance(fields, list):
        return max(_likeness(part, value) for part in fields)
    if isinstance(value, dict) and isinstance(fields, dict):
        return len(value.keys() & fields.keys())
    return 0


def sample(spec: str, known: dict[str, Any] | None = None) -> Any:
    """A value of a type with its required fields; those that `known` has come from there."""
    kind = alternatives(spec)[0]
    if kind.startswith("["):
        return []
    if kind in SIMPLE:
        return SIMPLE[kind]
    fields = schema()["types"].get(kind, {})
    if isinstance(fields, list):
        return sample(fields[0], known)
    known = known or {}
    return {
        name: known[name] if name in known else sample(of)
        for name, of in fields.items()
        if of.startswith("!") or name in known
    }
