"""Plots of a report as SVG and PNG, without a background, in colours that light and dark pages bear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.figures import Spread
from benchmarks.report import Result
from benchmarks.suites import Bars

TEXT, OURS, THEIRS, RANGE = "#7d8590", "#2f81f7", "#9aa3ad", "#d29922"
ROW = 0.36  # inches for a bar


def draw(result: Result, folder: Path) -> list[Path]:
    """Write each plot of a suite; returns the files."""
    import matplotlib

    matplotlib.use("Agg")
    # Text stays text in SVG, and the same samples give the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "anzol", "font.size": 10})
    return [path for plot in result.suite.plots for path in bars(plot, result, folder)]


def bars(plot: Bars, result: Result, folder: Path) -> list[Path]:
    """Draw one bar for each bot, the best on top, with a whisker from lowest to highest."""
    from matplotlib import pyplot

    names = result.samples.bots(plot.scenario)
    found = {bot: plot.value(result.samples, bot) for bot in names}
    known = {bot: spread for bot, spread in found.items() if spread}
    if not known:
        return []
    order = sorted(known, key=lambda bot: known[bot].median, reverse=plot.least)
    figure, axes = pyplot.subplots(figsize=(8, 1.1 + ROW * len(order)), layout="constrained")
    for height, bot in enumerate(order):
        bar(axes, height, bot, known[bot], plot.unit)
    axes.set_yticks(range(len(order)), order)
    title = f"{plot.title}, {plot.unit}"
    figure.suptitle(title, x=0.01, ha="left", color=TEXT, fontweight="bold")
    axes.set_xlim(0, max(spread.high for spread in known.values()) * 1.18)
    facts = result.facts
    axes.set_xlabel(
        f"{facts['date']}, commit {facts['commit']}; medians and ranges of {facts['rounds']} rounds",
        color=TEXT,
        fontsize=8,
        loc="left",
    )
    plain(axes)
    paths = [folder / f"{plot.name}.{kind}" for kind in ("svg", "png")]
    for path in paths:
        stamp: dict[str, Any] = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, transparent=True, dpi=160, metadata=stamp)
    pyplot.close(figure)
    return paths


def bar(axes: Any, height: int, bot: str, spread: Spread, unit: str) -> None:
    ours = bot.startswith("anzol")
    axes.barh(height, spread.median, 0.68, color=OURS if ours else THEIRS)
    axes.plot([spread.low, spread.high], [height, height], color=RANGE, linewidth=2)
    digits = 1 if spread.median < 10 else 0
    axes.annotate(
        f"{spread.median:,.{digits}f}",
        (max(spread.median, spread.high), height),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        color=OURS if ours else TEXT,
        fontweight="bold" if ours else "normal",
    )


def plain(axes: Any) -> None:
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(TEXT)
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.tick_params(axis="y", left=False, colors=TEXT)
