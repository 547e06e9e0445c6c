"""The arithmetic of measurements: medians with their ranges, and ratios within a round."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

FAULTS = {"lost": "lost", "doubled": "doubled", "out_of_order": "out of order"}


@dataclass(frozen=True)
class Sample:
    """The figures of one bot in one scenario of one round."""

    scenario: str
    bot: str
    round: int
    figures: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Spread:
    """A median with the lowest and the highest of its values."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread | None:
        """Return the spread of some values, `None` when there are none."""
        found = sorted(values)
        if not found:
            return None
        return cls(statistics.median(found), found[0], found[-1], len(found))


@dataclass
class Samples:
    """All samples of a report, to be asked by scenario, bot and figure."""

    all: list[Sample] = field(default_factory=list)

    @classmethod
    def from_json(cls, rows: Sequence[dict[str, Any]]) -> Samples:
        return cls([Sample(**row) for row in rows])

    def bots(self, *scenarios: str) -> list[str]:
        """Return the names of the bots that were measured, in their first order."""
        return list(dict.fromkeys(s.bot for s in self.all if s.scenario in scenarios))

    def rounds(self, scenario: str, bot: str, figure: str) -> dict[int, float]:
        """Return the values of a figure by round; a round without one is left out."""
        return {
            sample.round: sample.figures[figure]
            for sample in self.all
            if sample.scenario == scenario
            and sample.bot == bot
            and sample.figures.get(figure) is not None
        }

    def spread(self, scenario: str, bot: str, figure: str) -> Spread | None:
        """Return the median and range of a figure over the rounds."""
        return Spread.of(self.rounds(scenario, bot, figure).values())

    def ratio(
        self,
        scenario: str,
        bot: str,
        reference: str,
        figure: str,
        change: Callable[[float], float] = lambda ratio: ratio,
    ) -> Spread | None:
        """Return the figure of a bot by that of the reference in the same round.

        Neighbours on the machine move both alike, so that this moves least of all.
        """
        mine = self.rounds(scenario, bot, figure)
        theirs = self.rounds(scenario, reference, figure)
        return Spread.of(
            change(mine[number] / theirs[number])
            for number in sorted(mine)
            if theirs.get(number) and mine[number] > 0
        )

    def faults(self, bot: str, *scenarios: str) -> dict[str, int]:
        """Return how many updates were lost, doubled and out of order, those that occurred."""
        taken = [s.figures for s in self.all if s.bot == bot and s.scenario in scenarios]
        sums = {name: int(sum(f.get(name) or 0 for f in taken)) for name in FAULTS}
        return {name: count for name, count in sums.items() if count}
