"""Memory of the serving processes over time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import plots

# Of a process's life: until then it imports, caches, and starts threads for the busiest moment that it has seen.
WARM = 0.5
ENOUGH = 600.0  # seconds after that; in fewer, a thread more looks like a leak


@dataclass(frozen=True)
class Growth:
    """What became of one process's memory once it was warm."""

    hourly: float  # MB
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.hourly:+.1f} MB an hour in the last {self.seconds / 60:.0f} minutes of the process "
            "that lived longest"
        )


class Memory:
    """How much each process had, from its start to its end; `sizes` gives what each has now, in MB."""

    def __init__(
        self,
        sizes: Callable[[], Mapping[int, float]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sizes, self._clock = sizes, clock
        self._started = clock()
        self._found: dict[int, list[tuple[float, float]]] = {}  # (seconds, MB) by process

    def look(self) -> None:
        """Note how much each process has now."""
        now = self._clock() - self._started
        for pid, size in self._sizes().items():
            self._found.setdefault(pid, []).append((now, size))

    def growth(self) -> Growth | None:
        """Return how the longest-lived process has grown, `None` when none was warm for long enough.

        It is the slope of the straight line that fits best: the first and the last value alone would tell of the moment.
        """
        longest = max(self._found.values(), key=lambda found: found[-1][0] - found[0][0])
        (born, _), (died, _) = longest[0], longest[-1]
        warm = [each for each in longest if each[0] >= born + WARM * (died - born)]
        seconds = warm[-1][0] - warm[0][0]
        if seconds < ENOUGH:
            return None
        slope = statistics.linear_regression(*zip(*warm, strict=True)).slope
        return Growth(slope * 3600, seconds)

    def __str__(self) -> str:
        most = max(size for found in self._found.values() for _, size in found)
        growth = self.growth()
        return f"Memory of a process: {most:.0f} MB at most{f', {growth}' if growth else ''}."

    def draw(self, folder: Path, troubles: list[tuple[float, str]], note: str) -> list[Path]:
        """Draw a line for each process, and a mark for each trouble; returns the files."""
        figure, axes = plots.canvas(8, 3.2)
        for at, _ in troubles:
            axes.axvline(at / 60, color=plots.RANGE, linewidth=0.5, alpha=0.5)
        for found in self._found.values():
            axes.plot(
                [at / 60 for at, _ in found],
                [size for _, size in found],
                color=plots.OURS,
                linewidth=1.2,
            )
        axes.set_ylim(0)
        axes.set_xlim(0)
        plots.entitle(figure, "Memory of each process, MB; thin lines mark troubles")
        axes.set_xlabel(f"minutes; {note}", color=plots.TEXT, fontsize=8, loc="left")
        plots.plain(axes, "top", "right")
        return plots.save(figure, folder, "soak")
