"""`/metrics` for Prometheus, and what it counts. Every name is explained in docs/operating.md."""

from __future__ import annotations

import os
from typing import NamedTuple

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

from anzol.api.updates import OWN_KINDS, known_kinds

from .gauges import Gauges
from .runs import Run
from .tally import SHARED, Tallies, Tally, Timings

# A stored update takes milliseconds; a handler may take minutes.
ACK_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
RUN_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)
OTHER = "other"  # the kind of what no table knows


class Metrics:
    """The counters and histograms of this process, for each of its bots."""

    def __init__(self) -> None:
        # Otherwise each counter has a second series, `…_created`, that nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        answers = Counter(
            "anzol_webhook_answers", "Answers of the webhook.", ["code"], registry=registry
        )
        ack = Timings(
            "anzol_webhook_seconds",
            "Time from a delivery to its answer.",
            registry=registry,
            buckets=ACK_BUCKETS,
        )
        self._answers = Tallies[int](lambda status: Tally(answers.labels(status), ack))
        self.bots = Families(
            Counter(
                "anzol_received",
                "Updates stored, by kind.",
                ["bot", "kind", "repeated"],
                registry=registry,
            ),
            Counter(
                "anzol_runs",
                "Runs of handlers, by outcome.",
                ["bot", "kind", "outcome"],
                registry=registry,
            ),
            Timings(
                "anzol_wait_seconds",
                "Time from storing an update to its handler.",
                ["bot", "kind"],
                registry=registry,
                buckets=RUN_BUCKETS,
            ),
            Timings(
                "anzol_handler_seconds",
                "Time taken by handlers.",
                ["bot", "kind"],
                registry=registry,
                buckets=RUN_BUCKETS,
            ),
            Timings(
                "anzol_api_seconds",
                "Time of Bot API calls, by method and Telegram's code.",
                ["bot", "method", "code"],
                registry=registry,
                buckets=(0.05, 0.1, 0.25, 0.5, 1, 5, 30),
            ),
            Counter(
                "anzol_api_flood_seconds",
                "Seconds for which Telegram asked to wait (429).",
                ["bot"],
                registry=registry,
            ),
            Counter(
                "anzol_stuck_runs",
                "Runs of handlers that took longer than HANDLER_SECONDS.",
                ["bot"],
                registry=registry,
            ),
            Counter(
                "anzol_telegram_outages",
                "How often Telegram was found unreachable.",
                ["bot"],
                registry=registry,
            ),
            Counter(
                "anzol_pushes",
                "Messages that the bot sent by itself, or could not send, by outcome.",
                ["bot", "outcome"],
                registry=registry,
            ),
        )
        self._meters: dict[int, Meter] = {}

    def of(self, bot: int) -> Meter:
        """Return what counts for one bot."""
        return self._meters.get(bot) or self._meters.setdefault(bot, Meter(bot, self.bots))

    def answered(self, status: int, seconds: float) -> None:
        """Count and time an answer of the webhook."""
        self._answers[status].add(seconds)

    def page(self, gauges: Gauges) -> Response:
        """Return all metrics in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(gauges)
        text = generate_latest(registry)
        self._answers.settle()  # after the gauges, which call Telegram
        for meter in list(self._meters.values()):
            meter.settle()
        if SHARED in os.environ:
            shared = CollectorRegistry()
            MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
            text += generate_latest(shared)
        else:
            text += generate_latest(self.registry)
        return Response(text, content_type=CONTENT_TYPE_LATEST)


def share_as(name: str) -> None:
    """Count in a file of this name, from the first metric on: who takes the name's place later goes on with it."""
    values.ValueClass = values.MultiProcessValue(lambda: name)  # type: ignore[no-untyped-call]


class Families(NamedTuple):
    """The metrics that have a label `bot`."""

    received: Counter
    runs: Counter
    waited: Timings
    ran: Timings
    calls: Timings
    flood: Counter
    stuck: Counter
    outages: Counter
    pushes: Counter


class Meter:
    """Counts what happens to one bot: its label is looked up once, and not for each update."""

    def __init__(self, bot: int, families: Families) -> None:
        # Telegram adds kinds; a label for whatever somebody sends would fill the memory.
        self._kinds = {kind: kind for kind in OWN_KINDS.union(known_kinds())}
        label = str(bot)
        self._label, self._families = label, families
        self._received = Tallies[tuple[str, str]](
            lambda key: Tally(families.received.labels(label, *key))
        )
        self._runs = Tallies[tuple[str, str]](self._of_runs)
        self._calls = Tallies[tuple[str, str]](
            lambda key: Tally(None, families.calls.labels(label, *key))
        )
        # These begin at 0, so that the first one shows as an increase.
        self._flood = families.flood.labels(label)
        self._stuck = families.stuck.labels(label)
        self._outages = families.outages.labels(label)

    def received(self, kind: str, *, repeated: bool) -> None:
        """Count an update that was stored, or that had been stored before."""
        self._received[self._kinds.get(kind, OTHER), "yes" if repeated else "no"].add()

    def ran(self, run: Run) -> None:
        """Count a run of a handler."""
        kind = self._kinds.get(run.kind, OTHER)
        self._runs[kind, run.outcome].add(max(0.0, run.waited), run.ran)

    def _of_runs(self, key: tuple[str, str]) -> Tally:
        """Return what counts and times the runs of a kind with an outcome."""
        families, (kind, outcome) = self._families, key
        return Tally(
            families.runs.labels(self._label, kind, outcome),
            families.waited.labels(self._label, kind),
            families.ran.labels(self._label, kind),
        )

    def called(self, method: str, code: str, seconds: float, flood: int) -> None:
        """Count a call of the Bot API."""
        self._calls[method, code].add(seconds)
        if flood:
            self._flood.inc(flood)

    def stuck(self) -> None:
        """Count a run that takes too long."""
        self._stuck.inc()

    def away(self) -> None:
        """Count the beginning of an outage."""
        self._outages.inc()

    def pushed(self, outcome: str) -> None:
        """Count a message that the bot sent by itself, or could not send."""
        self._families.pushes.labels(self._label, outcome).inc()

    def settle(self) -> None:
        """Put what was counted and is still kept into the metrics."""
        for tallies in (self._received, self._runs, self._calls):
            tallies.settle()
