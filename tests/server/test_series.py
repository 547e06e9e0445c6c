"""Counters and histograms of our own: what prometheus_client shows of them is what it would show of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest

from anzol.server.series import SHARED, counter, histogram

BUCKETS = (0.005, 0.02, 1, 2.5, 300)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    monkeypatch.delenv(SHARED, raising=False)
    disable_created_metrics()
    return CollectorRegistry()


def counted(find: Callable[..., Any], times: Callable[..., Any], alone: Any) -> None:
    find("message", "done").inc()
    find("message", "done").inc()
    find("message", 'a "quoted" one').inc(7)
    find("edited_message", "dead")
    for seconds in (0.0, 0.005, 0.0051, 1, 1.0000001, 299.9, 300, 301, 1e9):
        times("message").observe(seconds)
    times("callback_query")
    alone.observe(0.25)


def test_the_page_is_the_one_that_prometheus_client_makes_of_its_own_metrics(
    registry: CollectorRegistry,
):
    counted(
        counter(registry, "runs", "Runs.", ["kind", "outcome"]),
        histogram(registry, "wait_seconds", "Time.", ["kind"], BUCKETS),
        histogram(registry, "answer_seconds", "Time.", [], BUCKETS)(),
    )
    theirs = CollectorRegistry()
    counted(
        prometheus_client.Counter("runs", "Runs.", ["kind", "outcome"], registry=theirs).labels,
        prometheus_client.Histogram(
            "wait_seconds", "Time.", ["kind"], registry=theirs, buckets=BUCKETS
        ).labels,
        prometheus_client.Histogram("answer_seconds", "Time.", registry=theirs, buckets=BUCKETS),
    )
    assert generate_latest(registry).decode() == generate_latest(theirs).decode()


def test_a_histogram_without_labels_is_there_before_its_first_time(registry: CollectorRegistry):
    histogram(registry, "answer_seconds", "Time.", [], BUCKETS)
    assert b"answer_seconds_count 0.0" in generate_latest(registry)


def test_nothing_that_threads_count_at_once_is_lost(registry: CollectorRegistry):
    find = counter(registry, "runs", "Runs.", ["kind"])
    times = histogram(registry, "wait_seconds", "Time.", ["kind"], BUCKETS)

    def work() -> None:
        for number in range(1000):
            find(str(number % 50)).inc()
            times(str(number % 50)).observe(0.01)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = generate_latest(registry).decode().splitlines()
    assert sum(line.startswith("runs_total{") and line.endswith(" 80.0") for line in lines) == 50
    shown = [line for line in lines if line.startswith("wait_seconds_count{")]
    assert len(shown) == 50
    assert all(line.endswith(" 80.0") for line in shown)
