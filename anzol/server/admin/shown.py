"""How stored things are shown to a person."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from anzol.queue import Entry


@dataclass(slots=True)
class Lane:
    """A chat or another line with open updates: how many, since when, and when it goes on."""

    bot: int
    name: str
    count: int
    received: float
    due: float | None
    error: str | None


def lanes(entries: Iterable[Entry]) -> list[Lane]:
    """Group open updates by their lane, the fullest first."""
    found: dict[tuple[int, str], Lane] = {}
    for entry in sorted(entries, key=lambda entry: entry.seq):
        lane = found.get((entry.bot, entry.lane))
        if lane is None:
            lane = Lane(entry.bot, entry.lane, 0, entry.received, entry.due, entry.error)
            found[entry.bot, entry.lane] = lane
        lane.count += 1
    return sorted(found.values(), key=lambda lane: (-lane.count, lane.received))


@dataclass(slots=True)
class Progress:
    """A push: whose, its name, since when, and how many of its messages are in which state."""

    bot: int
    batch: str
    since: float
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """Return how many messages it has."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """Return how many of them wait no more."""
        return self.total - self.counts["waiting"] - self.counts["held"]

    @property
    def state(self) -> str:
        """Return its state in a word."""
        if self.counts["held"]:
            return "held"
        if self.counts["waiting"]:
            return "open"
        return "dead" if self.counts["failed"] and not self.counts["sent"] else "done"

    @property
    def moves(self) -> bool:
        """Return whether it is on its way."""
        return self.state == "open" and self.ended > 0

    @property
    def words(self) -> str:
        """Return the counts as a person reads them."""
        return ", ".join(f"{count} {state}" for state, count in self.counts.items() if count)


def ago(epoch: float) -> str:
    """Return a past time as `3 min ago`."""
    return f"{span(time.time() - epoch)} ago"


def until(epoch: float) -> str:
    """Return a future time as `in 3 min`."""
    return f"in {span(epoch - time.time())}"


def span(seconds: float) -> str:
    """Return seconds as a person says them."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def moment(epoch: float) -> str:
    """Return the exact time, in UTC."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def last_line(text: str | None) -> str:
    """Return the last line of a traceback."""
    return (text or "").rstrip().rpartition("\n")[2]


def pretty(body: bytes | None) -> str:
    """Return an update's JSON, indented."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else ""
