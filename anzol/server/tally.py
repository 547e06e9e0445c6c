"""Counting many at once: what happens to each update waits in a list until it is worth a visit to the metrics."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Hashable
from itertools import repeat
from threading import Lock
from typing import TypeVar

import prometheus_client

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # set when several processes answer at one address
MANY = 64  # kept for one series: the visit then costs each of them little, and a thousand series take a few MB

Key = TypeVar("Key", bound=Hashable)


class Timings(prometheus_client.Histogram):
    """A histogram that takes many values in one go."""

    def observe_all(self, values: Collection[float]) -> None:
        """Observe each of these values."""
        self._sum.inc(sum(values))
        places = map(bisect_left, repeat(self._upper_bounds), values)
        for place, times in Counter(places).items():
            self._buckets[place].inc(times)


class Tally:
    """Counts what happens in one series of a counter, of histograms, or of both.

    Each time prometheus_client checks, locks and looks for the place anew, which is several times what it costs to keep
    the values. Whoever reads the metrics calls `settle` before. What several processes share is read from their files,
    by whichever is asked: there nothing is kept.
    """

    __slots__ = ("_counter", "_is_shared", "_kept", "_lock", "_timings")

    def __init__(self, counter: prometheus_client.Counter | None, *timings: Timings) -> None:
        self._counter, self._timings = counter, timings
        self._is_shared = SHARED in os.environ
        self._kept: list[tuple[float, ...]] = []
        self._lock = Lock()

    def add(self, *values: float) -> None:
        """Count once, with a value for each of the histograms."""
        if self._is_shared:
            if self._counter is not None:
                self._counter.inc()
            for timings, value in zip(self._timings, values):  # noqa: B905 - each time
                timings.observe(value)
            return
        kept = self._kept
        kept.append(values)
        if len(kept) >= MANY:
            self.settle()

    def settle(self) -> None:
        """Put what is kept into the metrics."""
        with self._lock:
            # Others may append meanwhile: what is taken out is what was copied, and never the list itself.
            found = self._kept[:]
            del self._kept[: len(found)]
            if self._counter is not None:
                self._counter.inc(len(found))
            for timings, values in zip(self._timings, zip(*found, strict=True), strict=False):
                timings.observe_all(values)


class Tallies(dict[Key, Tally]):
    """Tallies by what tells their series apart, each made by `make(key)` when it is first asked for."""

    def __init__(self, make: Callable[[Key], Tally]) -> None:
        self._make = make

    def __missing__(self, key: Key) -> Tally:
        return self.setdefault(key, self._make(key))

    def settle(self) -> None:
        """Put what is kept into the metrics."""
        for tally in list(self.values()):
            tally.settle()
