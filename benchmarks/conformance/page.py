"""The table of who keeps what, stored as JSON and shown in docs/conformance.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.conformance.probes import PROBES
from benchmarks.conformance.setups import NOTES
from benchmarks.tables import NONE, grid

NAME = "conformance.json"


@dataclass(frozen=True)
class Cell:
    """What one probe saw of one set-up."""

    probe: str
    setup: str
    good: bool
    seen: str


@dataclass(frozen=True)
class Results:
    facts: Mapping[str, Any]
    cells: list[Cell]


def save(results: Results, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = {**results.facts, "cells": [asdict(cell) for cell in results.cells]}
    text = json.dumps(rows, ensure_ascii=False).replace('{"probe"', '\n{"probe"')
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def load(folder: Path) -> Results:
    rows = json.loads((folder / NAME).read_text(encoding="utf-8"))
    cells = [Cell(**row) for row in rows.pop("cells")]
    return Results(rows, cells)


def render(results: Results) -> str:
    """Return the table, what makes each row green, and how each column is set up."""
    setups = list(dict.fromkeys(cell.setup for cell in results.cells))
    found = {(cell.probe, cell.setup): cell for cell in results.cells}
    asked = [probe for name, probe in PROBES.items() if any((name, s) in found for s in setups)]
    rows = [
        [probe.question, *(show(found.get((probe.name, setup))) for setup in setups)]
        for probe in asked
    ]
    sums = [sum(cell.good for cell in results.cells if cell.setup == setup) for setup in setups]
    rows.append(["**kept**", *(f"**{count} of {len(asked)}**" for count in sums)])
    rules = [[p.question, p.rule, f"`python -m benchmarks.conformance {p.name}`"] for p in asked]
    ways = [[setup, NOTES.get(setup, "")] for setup in setups]
    return "\n\n".join(
        [
            grid(["", *setups], rows),
            stamp(results),
            grid(["probe", "green when", "command"], rules),
            grid(["column", "set up as"], ways),
        ]
    )


def show(cell: Cell | None) -> str:
    return f"{'🟢' if cell.good else '🔴'} {cell.seen}" if cell else NONE


def stamp(results: Results) -> str:
    facts = results.facts
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return f"Probed on {facts['date']}, commit {facts['commit']}: {versions}."
