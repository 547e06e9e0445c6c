"""Plots of a report as SVG and PNG, without a background, in colours that light and dark pages bear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.figures import Spread
from benchmarks.report import Result, rounds
from benchmarks.suites import Bars

TEXT, OURS, THEIRS, RANGE = "#7d8590", "#2f81f7", "#9aa3ad", "#d29922"
ROW = 0.36  # inches for a bar


def draw(result: Result, folder: Path) -> list[Path]:
    """Write each plot of a suite; returns the files."""
    return [path for plot in result.suite.plots for path in bars(plot, result, folder)]


def canvas(width: float, height: float) -> tuple[Any, Any]:
    """Return a figure and its axes."""
    import matplotlib

    matplotlib.use("Agg")
    # Text stays text in SVG, and the same samples give the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "anzol", "font.size": 10})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(width, height), layout="constrained")
    return figure, axes


def entitle(figure: Any, text: str) -> None:
    """Write a title above a figure."""
    figure.suptitle(text, x=0.01, ha="left", color=TEXT, fontweight="bold")


def save(figure: Any, folder: Path, name: str) -> list[Path]:
    """Write a figure as SVG and PNG, and forget it; returns the files."""
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{kind}" for kind in ("svg", "png")]
    for path in paths:
        stamp: dict[str, Any] = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, transparent=True, dpi=160, metadata=stamp)
    pyplot.close(figure)
    return paths


def bars(plot: Bars, result: Result, folder: Path) -> list[Path]:
    """Draw one bar for each bot, the best on top, with a whisker from lowest to highest."""
    names = result.samples.bots(plot.scenario)
    found = {bot: plot.value(result.samples, bot) for bot in names}
    known = {bot: spread for bot, spread in found.items() if spread}
    if not known:
        return []
    order = sorted(known, key=lambda bot: known[bot].median, reverse=plot.least)
    figure, axes = canvas(8, 1.1 + ROW * len(order))
    for height, bot in enumerate(order):
        bar(axes, height, bot, known[bot], plot.unit)
    axes.set_yticks(range(len(order)), order)
    entitle(figure, f"{plot.title}, {plot.unit}")
    axes.set_xlim(0, max(spread.high for spread in known.values()) * 1.18)
    facts = result.facts
    axes.set_xlabel(
        f"{facts['date']}, commit {facts['commit']}; {rounds(result)}",
        color=TEXT,
        fontsize=8,
        loc="left",
    )
    plain(axes, "top", "right", "bottom")
    axes.tick_params(axis="x", bottom=False, labelbottom=False)
    axes.tick_params(axis="y", left=False)
    return save(figure, folder, plot.name)


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


def plain(axes: Any, *without: str) -> None:
    """Take some sides of the frame away, and draw the others as the text is."""
    for side, spine in axes.spines.items():
        spine.set_visible(side not in without)
        spine.set_color(TEXT)
    axes.tick_params(colors=TEXT)
