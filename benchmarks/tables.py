"""Markdown tables of samples: a row for each bot, and what its columns say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.figures import FAULTS, Samples, Spread

NONE = "–"
Value = Callable[[Samples, str], Spread | None]


@dataclass(frozen=True)
class Column:
    """One column: its heading and the text of a bot's cell."""

    heading: str
    text: Callable[[Samples, str], str]


@dataclass(frozen=True)
class Table:
    """Columns over the bots of some scenarios; the last column counts what went wrong in them."""

    title: str
    scenarios: tuple[str, ...]
    columns: tuple[Column, ...]
    note: str = ""
    first: str = "bot"


def figure(scenario: str, name: str, scale: float = 1.0) -> Value:
    """Return what reads a figure, multiplied by `scale`."""

    def read(samples: Samples, bot: str) -> Spread | None:
        values = samples.rounds(scenario, bot, name).values()
        return Spread.of(value * scale for value in values)

    return read


def ratio(scenario: str, name: str, reference: str, *, inverse: bool = False) -> Value:
    """Return what reads a figure as a multiple of the reference's in the same round."""
    change = (lambda x: 1 / x) if inverse else (lambda x: x)
    return lambda samples, bot: samples.ratio(scenario, bot, reference, name, change)


def column(heading: str, value: Value, digits: int = 0, unit: str = "") -> Column:
    return Column(heading, lambda samples, bot: spread(value(samples, bot), digits, unit))


def spread(value: Spread | None, digits: int = 0, unit: str = "") -> str:
    """Return `median (low–high)`, or the value alone when there was one round."""
    if value is None:
        return NONE
    middle, low, high = (f"{x:,.{digits}f}" for x in (value.median, value.low, value.high))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}–{high})"


def faults(samples: Samples, bot: str, scenarios: Sequence[str]) -> str:
    found = samples.faults(bot, *scenarios)
    return ", ".join(f"{count:,} {FAULTS[name]}" for name, count in found.items()) or "none"


def render(table: Table, samples: Samples) -> str:
    """Return the table as markdown with its title and note; empty when nothing was measured."""
    bots = samples.bots(*table.scenarios)
    if not bots:
        return ""
    faulty = Column("lost, doubled, out of order", lambda s, bot: faults(s, bot, table.scenarios))
    columns = (*table.columns, faulty)
    rows = [[bot, *(column.text(samples, bot) for column in columns)] for bot in bots]
    lines = grid([table.first, *(column.heading for column in columns)], rows)
    return "\n\n".join(filter(None, (f"**{table.title}**", lines, table.note)))


def grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )
