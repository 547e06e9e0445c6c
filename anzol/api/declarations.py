"""What the TypeScript declarations of `@grammyjs/types` know beyond a description: newer methods, types and fields.

They follow the Bot API within days, while machine-readable descriptions take weeks. Only names, types and flags are
taken, and only those that the description lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

# The declarations keep what Telegram has replaced; legacy.py knows it.
DEPRECATED = re.compile(r"/\*\* @deprecated[^*]*\*/\s*\w+\??: [^;]*;")
COMMENT = re.compile(r"/\*.*?\*/|^import .*?;$|^export \{\};$", re.DOTALL | re.MULTILINE)
NAMESPACE = re.compile(r"declare namespace (\w+) \{")
INTERFACE = re.compile(r"\binterface (\w+)(?:<[^>]*>)?(?: extends ([^{]+?))? \{")
ALIAS = re.compile(r"\btype (\w+)(?:<[^>]*>)? = ")
FIELD = re.compile(r"\s*(\w+)(\?)?: (.*)", re.DOTALL)
METHOD = re.compile(r"\s*(\w+)\((?:args\??: \{(.*)\})?\): (.*)", re.DOTALL)
PRIMITIVES = {"number": "Integer", "string": "String", "boolean": "Boolean", "true": "Boolean", "F": "InputFile"}  # fmt: skip
# Names of their own for what the Bot API calls otherwise.
RENAMED = {"UserFromGetMe": "User", "ReplyMessage": "Message", "LanguageCode": "String", "ChatFromGetChat": "ChatFullInfo"}  # fmt: skip

Fields = dict[str, str]


class Shape(NamedTuple):
    """A type as it is declared: its own fields, the types it extends, and the alternatives it is one of."""

    fields: Fields
    bases: list[str]
    alternatives: list[str]


def read_declarations(folder: Path) -> tuple[dict[str, Any], dict[str, Shape]]:
    """Return the methods and the types of a package's `.d.ts` files, in the notation of schema.json."""
    methods: dict[str, Any] = {}
    shapes: dict[str, Shape] = {}
    for path in sorted(folder.glob("*.d.ts")):
        text = COMMENT.sub("", DEPRECATED.sub("", path.read_text(encoding="utf-8")))
        for name, body in _blocks(NAMESPACE, text):
            for inner, shape in _shapes(body):
                shapes[f"{name}.{inner}"] = shape
        shapes.update(_shapes(_without_blocks(NAMESPACE, text)))
        methods.update(_methods(text))
    return methods, shapes


def add_newer(table: dict[str, Any], folder: Path) -> list[str]:
    """Add to a table what the declarations have beyond it, and return what was added."""
    methods, shapes = read_declarations(folder)
    added: list[str] = []
    for name, method in methods.items():
        known = table["methods"].get(name)
        if known is None:
            known = table["methods"][name] = {"params": {}, "returns": method["returns"]}
            added.append(name)
            _add_fields(known["params"], method["params"], "", "", shapes)
        else:
            added += _add_fields(known["params"], method["params"], f"{name}(", ")", shapes)
    # A type is taken only if something refers to it: the declarations have helpers that the Bot API does not.
    seen: set[str] = set()
    while wanted := (_referred(table) | set(table["types"])) - seen:
        for name in sorted(wanted):
            seen.add(name)
            added += _add_type(table["types"], name, shapes)
    return added


def _add_type(types: dict[str, Any], name: str, shapes: dict[str, Shape]) -> list[str]:
    shape = shapes.get(name)
    if shape is None:
        return []
    known = types.get(name)
    variants = [other for other in shapes if other.startswith(f"{name}.")]
    if isinstance(known, list) or (known is None and shape.alternatives and not variants):
        members = types.setdefault(name, [])
        new = [other for other in shape.alternatives if other in shapes and other not in members]
        members += new
        return [f"{name} | {other}" for other in new]
    fields = types.setdefault(name, {})
    added = _add_fields(fields, _all_fields(name, shapes), f"{name}.", "", shapes)
    return added if known is not None else [name]


def _add_fields(
    known: Fields, declared: Fields, before: str, after: str, shapes: dict[str, Shape]
) -> list[str]:
    new = {name: spec for name, spec in declared.items() if name not in known}
    for name, spec in new.items():
        known[name] = _resolve(spec, shapes)
    return [f"{before}{name}{after}" for name in new]


def _all_fields(name: str, shapes: dict[str, Shape]) -> Fields:
    """Return a type's fields with those of its bases; of a type with variants those that any has."""
    shape = shapes[name]
    found: Fields = {}
    for base in shape.bases:
        inner = f"{name.rpartition('.')[0]}.{base}"  # a neighbour in the same namespace comes first
        found |= next((_all_fields(b, shapes) for b in (inner, base) if b in shapes), {})
    found |= shape.fields
    if not shape.alternatives:
        return found
    variants = [_all_fields(other, shapes) for other in shapes if other.startswith(f"{name}.")]
    for variant in variants:
        for field, spec in variant.items():
            everywhere = all(other.get(field, "").startswith("!") for other in variants)
            found.setdefault(field, spec if everywhere else spec.lstrip("!"))
    return found


def _referred(table: dict[str, Any]) -> set[str]:
    """Return every type that a method or another type refers to."""
    specs: list[str] = []
    for fields in table["types"].values():
        specs += fields if isinstance(fields, list) else fields.values()
    for method in table["methods"].values():
        specs += [method["returns"], *method["params"].values()]
    return {name for spec in specs for name in re.findall(r"[A-Z]\w+", spec)}


def _resolve(spec: str, shapes: dict[str, Shape]) -> str:
    """Replace names that stand for nothing but a primitive, as `ParseMode` does."""

    def one(match: re.Match[str]) -> str:
        shape = shapes.get(match[0])
        plain = shape and not shape.fields and set(shape.alternatives) == {"String"}
        return "String" if plain else match[0]

    return re.sub(r"[A-Z]\w+", one, spec)


def _shapes(text: str) -> Iterator[tuple[str, Shape]]:
    for match in INTERFACE.finditer(text):
        body = _inside(text, match.end())
        bases = [re.sub("<.*", "", base).strip() for base in _split(match[2] or "", ",")]
        yield match[1], Shape(_fields(body), bases, [])
    for match in ALIAS.finditer(text):
        expression = _until(text, match.end(), ";")
        if not expression.startswith("{"):
            yield match[1], Shape({}, [], _type(expression).split("|"))


def _methods(text: str) -> Iterator[tuple[str, Any]]:
    match = re.search(r"type ApiMethods<F> = \{", text)
    for statement in _split(_inside(text, match.end()), ";") if match else []:
        if found := METHOD.fullmatch(statement):
            yield found[1], {"params": _fields(found[2] or ""), "returns": _type(found[3])}


def _fields(body: str) -> Fields:
    found = (FIELD.fullmatch(statement) for statement in _split(body, ";"))
    return {
        match[1]: ("" if match[2] else "!") + spec
        for match in found
        if match and (spec := _type(match[3]))  # nothing for `title?: undefined`
    }


def _type(expression: str) -> str:
    """Return a type in the notation of schema.json."""
    parts = []
    for part in _split(expression, "|"):
        parts.append(_one_type(part.strip()))
    return "|".join(dict.fromkeys(part for part in parts if part))


def _one_type(part: str) -> str:
    if array := re.fullmatch(r"(?:Readonly)?Array<(.*)>|(.*)\[\]", part, re.DOTALL):
        return f"[{_type(array[1] or array[2])}]"
    if part.startswith("(") and part.endswith(")"):
        return _type(part[1:-1])
    if "&" in part:  # `Message & Update.NonChannel`: the rest narrows the first
        return _one_type(_split(part, "&")[0].strip())
    if wrapped := re.fullmatch(r"(?:Exclude|Omit)<(.*)>", part, re.DOTALL):
        return _one_type(_split(wrapped[1], ",")[0].strip())
    if part.startswith(('"', "'", "`", "keyof ")):
        return "String"
    if part.lstrip("-").isdigit():
        return "Integer"
    name = re.sub(r"<.*", "", part, flags=re.DOTALL).partition(".")[0]
    if name in ("undefined", "null", "never"):
        return ""
    return PRIMITIVES.get(name) or RENAMED.get(name, name)


def _blocks(start: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    for match in start.finditer(text):
        yield match[1], _inside(text, match.end())


def _without_blocks(start: re.Pattern[str], text: str) -> str:
    for _, body in _blocks(start, text):
        text = text.replace(body, "")
    return text


def _inside(text: str, begin: int) -> str:
    """Return what stands between the brace before `begin` and its partner."""
    return _until(text, begin, "}")


def _until(text: str, begin: int, end: str) -> str:
    depth = 0
    for place in range(begin, len(text)):
        character = text[place]
        if character == end and depth == 0:
            return text[begin:place]
        depth += (character in "{(<[") - (character in "})>]")
    return text[begin:]


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands in no bracket."""
    parts, begin = [], 0
    while begin <= len(text):
        part = _until(text, begin, mark)
        parts.append(part)
        begin += len(part) + 1
    return [part for part in parts if part.strip()]
