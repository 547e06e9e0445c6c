"""The lines of a TOML file on which its keys and tables stand, which tomllib does not tell."""

from __future__ import annotations

import re

Place = tuple[str | int, ...]

HEADER = re.compile(r"\s*\[(\[)?\s*([^\[\]]+?)\s*\]?\]\s*(?:#.*)?$")
ASSIGNMENT = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*")(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"))*)\s*="""
)


def places_of(source: str) -> dict[Place, tuple[int, bool]]:
    """Return the line of each key and table of a TOML file, and whether a text of several lines begins below it."""
    found: dict[Place, tuple[int, bool]] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    fence = ""
    for number, line in enumerate(source.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        header, key = HEADER.match(line), ASSIGNMENT.match(line)
        if header:
            table = _resolved(_parts(header[2]), counts)
            if header[1]:
                at = counts[table] = counts.get(table, -1) + 1
                table = (*table, at)
            found.setdefault(table, (number, False))
        elif key:
            rest = line[key.end() :].strip()
            found[(*table, *_parts(key[1]))] = (number, rest in ('"""', "'''"))
            for mark in ('"""', "'''"):
                if rest.startswith(mark) and mark not in rest[3:]:
                    fence = mark
    return found


def _parts(text: str) -> Place:
    return tuple(part.strip().strip('"') for part in text.split("."))


def _resolved(parts: Place, counts: dict[Place, int]) -> Place:
    """Return a table's place: below the newest of a list of tables, as in `[rule.quiet]`."""
    place: Place = ()
    for part in parts[:-1]:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place])
    return (*place, *parts[-1:])
