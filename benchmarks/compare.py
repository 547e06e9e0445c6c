"""Two reports side by side: `python -m benchmarks compare A B`."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.figures import Spread
from benchmarks.report import Result
from benchmarks.tables import grid

# What is compared, and whether less is better.
FIGURES = {
    "cpu_us": True,
    "updates_per_s": False,
    "reply_p50": True,
    "reply_max": True,
    "rss_mb": True,
    "ready_s": True,
}
HEADINGS = ["suite", "scenario", "bot", "figure", "A", "B", "B / A", ""]


def compare(before: Mapping[str, Result], after: Mapping[str, Result]) -> str:
    """Return a table of every figure that both have: A, B, and what became of it.

    Better or worse is said only where the ranges of the rounds do not overlap.
    """
    rows = []
    for name in before:
        if name not in after:
            continue
        mine, theirs = before[name].samples, after[name].samples
        cases = dict.fromkeys((s.scenario, s.bot) for s in mine.all)
        for scenario, bot in cases:
            for figure, least in FIGURES.items():
                a, b = (s.spread(scenario, bot, figure) for s in (mine, theirs))
                if a and b and a.median:
                    rows.append([name, scenario, bot, figure, *row(a, b, least)])
    return grid(HEADINGS, rows)


def row(a: Spread, b: Spread, least: bool) -> list[str]:
    digits = 2 if max(a.median, b.median) < 10 else 0
    values = [f"{x.median:,.{digits}f} ({x.low:,.{digits}f}–{x.high:,.{digits}f})" for x in (a, b)]
    return [*values, f"{b.median / a.median:.2f}", judge(a, b, least)]


def judge(a: Spread, b: Spread, least: bool) -> str:
    """Return "better", "worse", or nothing when the ranges overlap."""
    if a.low <= b.high and b.low <= a.high:
        return ""
    return "better" if (b.median < a.median) == least else "worse"
