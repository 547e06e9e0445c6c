"""Counters and histograms, counted in a third of the time that prometheus_client takes, and shown by it.

There are five observations for each update. prometheus_client looks with each whether it may, goes through the buckets one
by one, and locks twice. Where several processes answer at one address its own are used: they keep the counts in files.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from threading import Lock
from typing import Protocol

import prometheus_client
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # set when several processes answer at one address


class Tally(Protocol):
    """What is counted under one combination of labels."""

    def inc(self, amount: float = 1) -> None: ...


class Times(Protocol):
    """The seconds that are observed under one combination of labels."""

    def observe(self, amount: float) -> None: ...


def counter(
    registry: CollectorRegistry, name: str, text: str, labels: Sequence[str]
) -> Callable[..., Tally]:
    """Return what finds, or makes, the count of some values of the labels."""
    if SHARED in os.environ:
        return prometheus_client.Counter(name, text, labels, registry=registry).labels
    counts = OwnCounter(name, text, labels)
    registry.register(counts)
    return counts.labels


def histogram(
    registry: CollectorRegistry,
    name: str,
    text: str,
    labels: Sequence[str],
    buckets: Sequence[float],
) -> Callable[..., Times]:
    """Return what finds, or makes, the times of some values of the labels; without labels there is one from the start."""
    if SHARED in os.environ:
        shared = prometheus_client.Histogram(name, text, labels, registry=registry, buckets=buckets)
        return shared.labels if labels else lambda: shared
    times = OwnHistogram(name, text, labels, buckets)
    registry.register(times)
    if not labels:
        times.labels()
    return times.labels


class OwnTally:
    """A count of this process."""

    __slots__ = ("_lock", "value")

    def __init__(self) -> None:
        self.value = 0.0
        self._lock = Lock()

    def inc(self, amount: float = 1) -> None:
        """Count."""
        with self._lock:
            self.value += amount


class OwnTimes:
    """Times observed in this process, by bucket; the last one has no bound."""

    __slots__ = ("_bounds", "_lock", "buckets", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.buckets = [0] * (len(bounds) + 1)
        self.sum = 0.0
        self._lock = Lock()

    def observe(self, amount: float) -> None:
        """Count a time."""
        bucket = bisect_left(self._bounds, amount)
        with self._lock:
            self.sum += amount
            self.buckets[bucket] += 1

    def seen(self) -> tuple[list[int], float]:
        """Return the buckets and the sum, of the same moment."""
        with self._lock:
            return list(self.buckets), self.sum


class OwnCounter(Collector):
    """A counter."""

    def __init__(self, name: str, text: str, labels: Sequence[str]) -> None:
        self._name, self._text, self._labels = name, text, labels
        self._found: dict[tuple[str, ...], OwnTally] = {}

    def labels(self, *values: str) -> OwnTally:
        """Return the count of some values of the labels, 0 at first."""
        return self._found.get(values) or self._found.setdefault(values, OwnTally())

    def collect(self) -> Iterator[Metric]:
        """Yield the counter as it is shown."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for values, count in self._found.copy().items():
            family.add_metric(values, count.value)
        yield family


class OwnHistogram(Collector):
    """A histogram."""

    def __init__(
        self, name: str, text: str, labels: Sequence[str], buckets: Sequence[float]
    ) -> None:
        self._name, self._text, self._labels = name, text, labels
        self._bounds = buckets
        self._names = [*(str(float(bound)) for bound in buckets), "+Inf"]
        self._found: dict[tuple[str, ...], OwnTimes] = {}

    def labels(self, *values: str) -> OwnTimes:
        """Return the times of some values of the labels."""
        return self._found.get(values) or self._found.setdefault(values, OwnTimes(self._bounds))

    def collect(self) -> Iterator[Metric]:
        """Yield the histogram as it is shown: each bucket with those below it."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for values, times in self._found.copy().items():
            buckets, total = times.seen()
            shown = list(zip(self._names, accumulate(buckets), strict=True))
            family.add_metric(values, shown, total)
        yield family
