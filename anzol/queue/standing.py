"""What a process holds of a queue, and the facts by which it plans what to run next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from .base import Lane


class Rules(NamedTuple):
    """How often a queue's tasks are tried, and the seconds before each retry, the last for all further ones.

    `sole`: one process at a time runs a bot's tasks.
    """

    attempts: int = 5
    schedule: Sequence[float] = (1.0, 4.0, 15.0, 60.0)
    sole: bool = False

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after so many attempts."""
        return self.schedule[min(max(attempt, 1), len(self.schedule)) - 1]


class Seats(NamedTuple):
    """How many lanes of a queue may be run at this moment, and how many more with urgent tasks."""

    all: int
    urgent: int


class Held(NamedTuple):
    """A lane that we hold: since when it has its worker (monotonic), and which run of which task that is."""

    since: float
    seq: int
    runs: int


class Watch(NamedTuple):
    """Who wants to hear, once, when a task's first run has ended, and until when (monotonic) it is worth waiting."""

    finished: Callable[[], None]
    until: float = inf


class Solo(NamedTuple):
    """A lane whose task may have taken its process along, to be run alone; until then, or until that has shown."""

    lane: Lane
    until: float
    is_running: bool


@dataclass
class Standing:
    """The lanes that this process holds: a plan changes a copy, which counts once its transaction is committed."""

    held: dict[Lane, Held] = field(default_factory=dict)
    # Of them, by queue.
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    waiting: set[str] = field(default_factory=set)  # queues of which some lane waits for a worker
    hurrying: set[str] = field(default_factory=set)  # the same of lanes with something urgent
    turn: int = 0  # grows with each task and each lane that goes behind the others
    solo: Solo | None = None
    leads: set[tuple[int, str]] = field(default_factory=set)  # bots and queues that are ours alone

    def copy(self) -> Standing:
        """Return one that can be changed without changing this."""
        return Standing(
            self.held.copy(),
            self.counts.copy(),
            self.waiting.copy(),
            self.hurrying.copy(),
            self.turn,
            self.solo,
            self.leads.copy(),
        )


class Circumstances(NamedTuple):
    """The facts that a plan is based on. `bots` are those whose tasks are run here, None for all but the `paused`."""

    owner: str
    now: float
    seats: Mapping[str, Seats]
    rules: Mapping[str, Rules]
    bots: Collection[int] | None
    paused: Collection[int]
    remembered: float  # what was received before may come again as something new
    closing: bool
