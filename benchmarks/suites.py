"""What can be measured: each suite with its bots, its scenarios, its tables and its plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rounds import Plan, Taken
from benchmarks.tables import Table, Value


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    plan: Plan
    quick: bool = False
    beside: Path | None = None


@dataclass(frozen=True)
class Bars:
    """A plot: one bar for each bot, with its range. `least` says that less is better."""

    name: str
    title: str
    unit: str
    scenario: str
    value: Value
    least: bool = True


@dataclass(frozen=True)
class Suite:
    """One question that is answered by measuring."""

    name: str
    title: str
    about: str
    take: Callable[[Options], Taken]
    tables: Sequence[Table]
    plots: Sequence[Bars] = ()
