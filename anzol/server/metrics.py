"""`/metrics` for Prometheus, and what it counts. Every name is explained in docs/operating.md."""

from __future__ import annotations

import logging
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector

from anzol.api.client import Carrier
from anzol.api.errors import ApiError
from anzol.api.reach import AWAY, REFUSED, WELL, Reach
from anzol.api.updates import known_kinds
from anzol.queue import OpenError, Queue
from anzol.version import __version__

from .health import Registered

log = logging.getLogger("anzol")

# A stored update takes milliseconds; a handler may take minutes.
ACK_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
RUN_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)
# Seconds that the first scrape waits for getWebhookInfo; later ones have the last answer.
FIRST_SCRAPE_SECONDS = 2.0
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # set when several processes answer at one address
NO_ANSWER = "network"
CHILDREN = 1024  # results kept for one metric; there are some dozens

# method, code, seconds, and the seconds for which a 429 asked us to wait
OnCall = Callable[[str, str, float, int], None]


@dataclass(slots=True)
class Run:
    """The outcome of one run of a handler. Times in seconds; `waited` since the update was received."""

    kind: str
    waited: float
    ran: float = 0.0
    update_id: int = 0
    handler: str = ""  # where it is written; empty for none, and for one that failed
    error: BaseException | None = None
    # done, unhandled, unreachable (blocked), again (another attempt follows), waiting (for more) or dead
    outcome: str = "dead"
    text: str = "failed"


def children(metric: Any) -> Callable[..., Any]:
    """Return `metric.labels` with its results kept: a lookup is a tenth of what the labels' check and lock cost."""
    return lru_cache(CHILDREN)(metric.labels)


class Metrics:
    """The counters and histograms of this process."""

    def __init__(self) -> None:
        # Otherwise each counter has a second series, `…_created`, that nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        self._kinds = frozenset(known_kinds())
        self._answers = children(
            Counter("anzol_webhook_answers", "Answers of the webhook.", ["code"], registry=registry)
        )
        self._ack = Histogram(
            "anzol_webhook_seconds",
            "Time from a delivery to its answer.",
            registry=registry,
            buckets=ACK_BUCKETS,
        )
        self._received = children(
            Counter(
                "anzol_received",
                "Updates stored, by kind.",
                ["kind", "repeated"],
                registry=registry,
            )
        )
        self._runs = children(
            Counter(
                "anzol_runs",
                "Runs of handlers, by outcome.",
                ["kind", "outcome"],
                registry=registry,
            )
        )
        self._waited = children(
            Histogram(
                "anzol_wait_seconds",
                "Time from storing an update to its handler.",
                ["kind"],
                registry=registry,
                buckets=RUN_BUCKETS,
            )
        )
        self._ran = children(
            Histogram(
                "anzol_handler_seconds",
                "Time taken by handlers.",
                ["kind"],
                registry=registry,
                buckets=RUN_BUCKETS,
            )
        )
        self._calls = children(
            Histogram(
                "anzol_api_seconds",
                "Time of Bot API calls, by method and Telegram's code.",
                ["method", "code"],
                registry=registry,
                buckets=(0.05, 0.1, 0.25, 0.5, 1, 5, 30),
            )
        )
        self._flood = Counter(
            "anzol_api_flood_seconds",
            "Seconds for which Telegram asked to wait (429).",
            registry=registry,
        )

    def received(self, kind: str, *, repeated: bool) -> None:
        """Count an update that was stored, or that had been stored before."""
        self._received(self._kind(kind), "yes" if repeated else "no").inc()

    def ran(self, run: Run) -> None:
        """Count a run of a handler."""
        kind = self._kind(run.kind)
        self._runs(kind, run.outcome).inc()
        self._waited(kind).observe(max(0.0, run.waited))
        self._ran(kind).observe(run.ran)

    def called(self, method: str, code: str, seconds: float, flood: int) -> None:
        """Count a call of the Bot API."""
        self._calls(method, code).observe(seconds)
        if flood:
            self._flood.inc(flood)

    def answered(self, status: int, seconds: float) -> None:
        """Count and time an answer of the webhook."""
        self._answers(str(status)).inc()
        self._ack.observe(seconds)

    def page(self, gauges: Gauges) -> Response:
        """Return all metrics in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(gauges)
        text = generate_latest(registry)
        if SHARED in os.environ:
            shared = CollectorRegistry()
            MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
            text += generate_latest(shared)
        else:
            text += generate_latest(self.registry)
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    def _kind(self, kind: str) -> str:
        # Telegram adds kinds; a label for whatever somebody sends would fill the memory.
        return kind if kind in self._kinds else "other"


class Gauges:
    """Gauges read at scrape time: the inbox, the webhook, this process."""

    def __init__(self, queue: Queue, registered: Registered, reach: Reach) -> None:
        self._queue, self._reach = queue, reach
        self._registered = registered
        self._process = ProcessCollector(registry=None)

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges."""
        yield build()
        yield from self._process.collect()
        yield from self._stored()
        yield from self._telegram()
        yield from self._webhook()

    def _stored(self) -> Iterable[Metric]:
        try:
            counts = self._queue.counts()
        except OpenError:  # nothing was stored yet, or the database is away: /readyz says which
            return
        updates = GaugeMetricFamily("anzol_updates", "Stored updates by state.", labels=["state"])
        for state in ("open", "done", "dead", "expired"):
            updates.add_metric([state], counts[state])
        yield updates
        lanes = GaugeMetricFamily(
            "anzol_lanes", "Chats that wait for their turn.", labels=["state"]
        )
        for state in ("waiting", "retrying"):
            lanes.add_metric([state], counts[state])
        yield lanes
        yield GaugeMetricFamily(
            "anzol_oldest_seconds", "How long the first in line has waited.", counts["oldest"]
        )
        yield GaugeMetricFamily("anzol_running", "Handlers running now.", counts["running"])
        yield CounterMetricFamily(
            "anzol_stuck_runs",
            "Runs of handlers that took longer than HANDLER_SECONDS.",
            self._queue.stuck(),
        )

    def _telegram(self) -> Iterable[Metric]:
        states = GaugeMetricFamily(
            "anzol_telegram_state",
            "1 for the current state: well, away, or refused (the token).",
            labels=["state"],
        )
        for state in (WELL, AWAY, REFUSED):
            states.add_metric([state], float(self._reach.state == state))
        yield states
        yield CounterMetricFamily(
            "anzol_telegram_outages",
            "How often Telegram was found unreachable.",
            self._reach.outages,
        )

    def _webhook(self) -> Iterable[Metric]:
        seen = self._registered.wait(FIRST_SCRAPE_SECONDS)
        if seen is None or not seen.info:
            return
        info = seen.info
        yield GaugeMetricFamily(
            "anzol_webhook_pending",
            "Updates that Telegram still holds.",
            info.get("pending_update_count", 0),
        )
        yield GaugeMetricFamily(
            "anzol_webhook_last_error_timestamp_seconds",
            "When a delivery last failed, as Telegram sees it; 0 is never.",
            info.get("last_error_date", 0),
        )
        yield GaugeMetricFamily(
            "anzol_webhook_registered",
            "Whether Telegram has a webhook for this bot.",
            bool(info.get("url")),
        )


def build() -> Metric:
    """Return the versions of Anzol, Python, Flask and waitress as an info metric."""
    info = InfoMetricFamily("anzol_build", "Versions of this process' parts.")
    parts = {name: version(name) for name in ("flask", "waitress")}
    info.add_metric([], {"version": __version__, "python": platform.python_version(), **parts})
    return info


@dataclass(slots=True)
class Count:
    """A count of calls."""

    calls: int = 0


_count: ContextVar[Count | None] = ContextVar("calls", default=None)


@contextmanager
def counted() -> Iterator[Count]:
    """Count the calls that this thread makes within the block."""
    count = Count()
    token = _count.set(count)
    try:
        yield count
    finally:
        _count.reset(token)


class Observed:
    """A carrier that reports each call: its method, `"200"`, Telegram's error code or `"network"`, and its time."""

    def __init__(self, carrier: Carrier, seen: OnCall) -> None:
        self.carrier = carrier
        self._seen = seen

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        """Make the call and report it."""
        code, flood, started = NO_ANSWER, 0, time.perf_counter()
        try:
            result = self.carrier.request(method, fields, files)
            code = "200"
            return result
        except ApiError as error:
            asked = error.parameters.get("retry_after", 0)
            code, flood = str(error.code), asked if isinstance(asked, int) else 0
            raise
        finally:
            self._note(method, code, time.perf_counter() - started, flood)

    def _note(self, method: str, code: str, seconds: float, flood: int) -> None:
        count = _count.get()
        if count is not None:
            count.calls += 1
        if log.isEnabledFor(logging.DEBUG):
            log.debug("call %s %s %.0f ms", method, code, seconds * 1000)
        try:
            self._seen(method, code, seconds, flood)
        except Exception:  # who watches changes nothing of what happened
            log.exception("A call could not be counted.")

    def download(self, file_path: str) -> Iterator[bytes]:
        """Read a file, in blocks."""
        return self.carrier.download(file_path)
