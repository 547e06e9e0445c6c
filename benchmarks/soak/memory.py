"""Memory of the serving processes over time."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks import plots
from benchmarks.soak.trouble import Server

YOUNG = 20.0  # seconds after which a process has imported and cached what it needs


class Memory:
    """How much each process had, from its start to its end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._started = time.monotonic()
        self._found: dict[int, list[tuple[float, float]]] = {}  # (seconds, MB) by process

    def look(self) -> None:
        """Note how much each process has now."""
        now = time.monotonic() - self._started
        for pid, size in self._server.memory().items():
            self._found.setdefault(pid, []).append((now, size))

    def grown(self) -> float:
        """Return by how many MB an hour the longest-lived process has grown, once it was warm."""
        longest = max(self._found.values(), key=lambda found: found[-1][0] - found[0][0])
        warm = [(at, size) for at, size in longest if at - longest[0][0] > YOUNG]
        if len(warm) < 2:
            return 0.0
        return (warm[-1][1] - warm[0][1]) / (warm[-1][0] - warm[0][0]) * 3600

    def __str__(self) -> str:
        most = max(size for found in self._found.values() for _, size in found)
        return f"Memory of a process: {most:.0f} MB at most, {self.grown():+.1f} MB an hour."

    def draw(self, folder: Path, troubles: list[tuple[float, str]]) -> None:
        """Draw a line for each process, and a mark for each trouble."""
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        axes: Any
        figure, axes = pyplot.subplots(figsize=(8, 3), layout="constrained")
        for found in self._found.values():
            axes.plot([at / 60 for at, _ in found], [size for _, size in found], color=plots.OURS)
        for at, _ in troubles:
            axes.axvline(at / 60, color=plots.RANGE, linewidth=0.5, alpha=0.5)
        axes.set_ylim(0)
        title = "Memory of each process, MB; lines mark troubles"
        figure.suptitle(title, x=0.01, ha="left", color=plots.TEXT, fontweight="bold")
        axes.set_xlabel("minutes", color=plots.TEXT)
        axes.tick_params(colors=plots.TEXT)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        for kind in ("svg", "png"):
            figure.savefig(folder / f"soak.{kind}", transparent=True, dpi=160)
        pyplot.close(figure)
