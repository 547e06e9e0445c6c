"""How the text of a setting becomes its value: each function returns a parser, which raises ValueError."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import Field
from ipaddress import ip_network
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import urlsplit

OWN_PAGES = ("admin", "events", "healthz", "metrics", "openapi.json", "push", "readyz")
DISTINCT = 6  # characters of a key that differ; of sixteen random hex digits fewer than that are one in a million


def matching(pattern: str) -> Callable[[str], str]:
    """Return a parser of texts that match a regular expression as a whole."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError
        return text

    return parse


def number(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from `low` to `high`."""

    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a parser of these words in any case, which gives them as they are spelt here."""

    def parse(text: str) -> str:
        found = next((choice for choice in choices if choice.lower() == text.lower()), None)
        if found is None:
            raise ValueError
        return found

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    """Return a parser of addresses with one of these schemes, without query and fragment; a slash at the end goes."""

    def parse(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
            raise ValueError
        return text.rstrip("/")

    return parse


def words(pattern: str) -> Callable[[str], tuple[str, ...]]:
    """Return a parser of words between blanks or commas, each of which matches a regular expression."""

    def parse(text: str) -> tuple[str, ...]:
        found = tuple(word for word in re.split(r"[\s,]+", text) if word)
        if not all(re.fullmatch(pattern, word) for word in found):
            raise ValueError
        return found

    return parse


def listed(pattern: str) -> Callable[[str], str]:
    """Return a parser of one or more words that match a regular expression, which gives them with commas between."""

    def parse(text: str) -> str:
        return ",".join(matching(pattern)(word.strip()) for word in text.strip(",").split(","))

    return parse


def strong(pattern: str) -> Callable[[str], str]:
    """Return a parser of keys: what matches, unless it could be guessed by counting."""

    def parse(text: str) -> str:
        if len(set(text)) < DISTINCT:
            raise ValueError
        return matching(pattern)(text)

    return parse


def named(pattern: str) -> Callable[[str], tuple[str, ...]]:
    """Return a parser of `name:key` words, whose names match a regular expression and whose keys are strong."""
    several, key_of = words(rf"(?:{pattern}):[^\s,:]+"), strong(r"\S{16,}")

    def parse(text: str) -> tuple[str, ...]:
        found = several(text)
        for word in found:
            key_of(word.rpartition(":")[2])
        return found

    return parse


def networks(text: str) -> str:
    """Check that a text lists addresses, networks or `*`; return it as it is."""
    for word in text.replace(",", " ").split():
        if word != "*":
            ip_network(word, strict=False)
    return text


def existing_file(text: str) -> Path:
    """Return the path of a file that exists."""
    if not Path(text).is_file():
        raise ValueError
    return Path(text)


def webhook_path(text: str) -> str:
    """Return a path of plain segments that is none of the server's own."""
    path = matching(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")(text)
    if path.split("/")[1] in OWN_PAGES:
        raise ValueError
    return path


ON, OFF = ("on", "true", "yes", "1"), ("off", "false", "no", "0")


def switch(text: str) -> bool:
    """Read yes or no (also `on`/`off`, `true`/`false`, `1`/`0`)."""
    return one_of(*ON, *OFF)(text) in ON


PLAIN: dict[Any, tuple[Callable[[str], Any], str]] = {
    str: (str, "any text"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    bool: (switch, "on or off"),
    Path: (Path, "a path"),
}


def by_annotation(kind: Any) -> tuple[Callable[[str], Any], str]:
    """Return the parser for an annotation, and what it allows; raise KeyError for one that has none."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):  # `str | None`: unset is None
        (kind,) = set(arguments) - {NoneType}
        return by_annotation(kind)
    if origin is Literal:
        return one_of(*map(str, arguments)), " or ".join(map(str, arguments))
    if origin is tuple:
        parse, allowed = by_annotation(arguments[0])
        several = words(r".+")
        return lambda text: tuple(
            parse(word) for word in several(text)
        ), f"{allowed}, or several with commas between"
    return PLAIN[kind]


def read(knob: Field[Any], kind: Any, text: str) -> Any:
    """Return a setting's value; raise ValueError with one line when the text is not allowed."""
    parse, allowed = knob.metadata.get("parse"), knob.metadata.get("allowed")
    if parse is None:
        try:
            parse, plain = by_annotation(kind)
        except (KeyError, ValueError):
            raise TypeError(
                f"{knob.name}: {kind} cannot be read from a text; write setting(parse=…, allowed=…)."
            ) from None
        allowed = allowed or plain
    try:
        return parse(text)
    except ValueError:
        value = "has a value that" if knob.metadata.get("secret") else f"is {text!r}, which"
        raise ValueError(
            f"{knob.name.upper()} {value} is not allowed; allowed: {allowed}."
        ) from None
