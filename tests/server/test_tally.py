from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from itertools import count

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram

from anzol.server.tally import MANY, SHARED, Tallies, Tally, Timings

BUCKETS = (0.005, 0.1, 1)


class Counted:
    """A counter and two histograms, and what stands in them."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.times = Counter("times", "Text.", registry=registry)
        self.waited = Timings("waited", "Text.", registry=registry, buckets=BUCKETS)
        self.ran = Timings("ran", "Text.", registry=registry, buckets=BUCKETS)

    def __getitem__(self, name: str) -> float | None:
        return self._registry.get_sample_value(name)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    monkeypatch.delenv(SHARED, raising=False)
    return Counted()


def test_many_values_at_once_count_as_each_of_them_alone():
    alone = Histogram("seconds", "Text.", ["kind"], registry=None, buckets=BUCKETS)
    together = Timings("seconds", "Text.", ["kind"], registry=None, buckets=BUCKETS)
    values = [0.0, -1.0, 0.005, 0.0050001, 0.1, 0.5, 0.5, 1, 1.5, 3e9, math.inf]
    for value in values:
        alone.labels("message").observe(value)
    together.labels("message").observe_all(values)
    assert shown(together) == shown(alone)
    assert [value for _, value in shown(together)] == [3, 5, 8, 11, 11, math.inf]


def shown(histogram: Histogram) -> list[tuple[str, float]]:
    """Return the names and values of its samples, without the time when it was made."""
    (family,) = histogram.collect()
    samples = [(f"{one.name} {one.labels}", one.value) for one in family.samples]
    return [(name, value) for name, value in samples if "_created" not in name]


def test_what_is_kept_is_in_the_metrics_once_it_is_settled(counted: Counted):
    tally = Tally(counted.times, counted.waited, counted.ran)
    tally.add(0.5, 0.01)
    tally.add(2.0, 0.02)
    assert counted["times_total"] == 0
    tally.settle()
    tally.settle()  # and only once
    assert (counted["times_total"], counted["waited_count"], counted["ran_count"]) == (2, 2, 2)
    assert (counted["waited_sum"], counted["ran_sum"]) == (2.5, 0.03)


def test_no_more_is_kept_than_fits(counted: Counted):
    tally = Tally(counted.times)
    for _ in range(MANY * 3 + 1):
        tally.add()
    assert counted["times_total"] == MANY * 3


def test_nothing_is_lost_or_counted_twice_between_threads(counted: Counted):
    tally = Tally(counted.times, counted.waited)
    each, done = 5000, threading.Event()

    def add() -> None:
        for _ in range(each):
            tally.add(1.0)

    def settle() -> None:
        while not done.is_set():
            tally.settle()

    adding = [threading.Thread(target=add) for _ in range(4)]
    settling = threading.Thread(target=settle)
    for thread in (settling, *adding):
        thread.start()
    for thread in adding:
        thread.join()
    done.set()
    settling.join()
    tally.settle()
    assert counted["times_total"] == counted["waited_sum"] == 4 * each


def test_where_processes_share_their_counts_each_is_in_the_metrics_at_once(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(SHARED, "/a/folder")
    tally = Tally(counted.times, counted.waited, counted.ran)
    tally.add(0.5, 0.01)
    assert (counted["times_total"], counted["waited_sum"], counted["ran_sum"]) == (1, 0.5, 0.01)


def test_a_series_has_one_tally_and_all_are_settled_together(counted: Counted):
    numbers: Iterator[int] = count()
    made: list[tuple[str, int]] = []

    def make(kind: str) -> Tally:
        made.append((kind, next(numbers)))
        return Tally(counted.times)

    tallies = Tallies(make)
    for kind in ("message", "poll", "message"):
        tallies[kind].add()
    assert made == [("message", 0), ("poll", 1)]
    tallies.settle()
    assert counted["times_total"] == 3
