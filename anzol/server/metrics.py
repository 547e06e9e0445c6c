"""`/metrics` for Prometheus, and what it counts. Every name is explained in docs/operating.md."""

from __future__ import annotations

import logging
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, NamedTuple

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.core import (
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector

from anzol.api.client import Carrier
from anzol.api.errors import ApiError
from anzol.api.reach import AWAY, REFUSED, WELL
from anzol.api.updates import OWN_KINDS, known_kinds
from anzol.push.outbox import QUEUE as OUTBOX
from anzol.queue import OpenError, Queue
from anzol.version import __version__

from .health import Known
from .tally import SHARED, Tallies, Tally, Timings

log = logging.getLogger("anzol")

# A stored update takes milliseconds; a handler may take minutes.
ACK_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
RUN_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)
# Seconds that the first scrape waits for getWebhookInfo; later ones have the last answer.
FIRST_SCRAPE_SECONDS = 2.0
NO_ANSWER = "network"
OTHER = "other"  # the kind of what no table knows

OF_ONE = ("process_max_fds", "process_start_time_seconds")  # no sums

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
    calls: int = 0  # of the Bot API, by its own thread


# The run that this thread is in. Not by a class' `with` block, which takes three functions for each update.
RUNNING: ContextVar[Run | None] = ContextVar("running", default=None)


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


def processes(pids: Sequence[int]) -> Iterable[Metric]:
    """Return memory, time and files of processes, summed; the limit and the start are those of the first."""
    found: dict[str, Metric] = {}
    for pid in pids:
        for family in ProcessCollector(pid=partial(int, pid), registry=None).collect():
            known = found.setdefault(family.name, family)
            if known is not family and family.name not in OF_ONE:
                sums = zip(known.samples, family.samples, strict=True)
                known.samples = [mine._replace(value=mine.value + its.value) for mine, its in sums]
    return found.values()


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


class Gauges:
    """Gauges read at scrape time: the inbox and the webhook of each bot, this process."""

    def __init__(
        self,
        queue: Queue,
        bots: Callable[[], Iterable[Known]],
        pids: Callable[[], Sequence[int]],
    ) -> None:
        self._queue, self._bots, self._pids = queue, bots, pids

    def collect(self) -> Iterable[Metric]:
        """Yield the gauges."""
        yield build()
        yield from processes(self._pids())
        yield from self._stored()
        bots = list(self._bots())
        yield from self._telegram(bots)
        yield from self._webhook(bots)

    def _stored(self) -> Iterable[Metric]:
        try:
            found = self._queue.counts_by_bot()
        except OpenError:  # nothing was stored yet, or the database is away: /readyz says which
            return
        updates = gauge("anzol_updates", "Stored updates by state.", "state")
        lanes = gauge("anzol_lanes", "Chats that wait for their turn.", "state")
        oldest = gauge("anzol_oldest_seconds", "How long the first in line has waited.")
        running = gauge("anzol_running", "Handlers running now.")
        for bot, counts in found.items():
            for state in ("open", "done", "dead", "expired"):
                updates.add_metric([str(bot), state], counts[state])
            for state in ("waiting", "retrying"):
                lanes.add_metric([str(bot), state], counts[state])
            oldest.add_metric([str(bot)], counts["oldest"])
            running.add_metric([str(bot)], counts["running"])
        yield from (updates, lanes, oldest, running)
        yield from self._outboxes()

    def _outboxes(self) -> Iterable[Metric]:
        waiting = gauge(
            "anzol_pushes_waiting", "Messages to be sent now, or at their time.", "state"
        )
        oldest = gauge("anzol_pushes_oldest_seconds", "How long the first of them has waited.")
        for bot, counts in self._queue.counts_by_bot(OUTBOX).items():
            waiting.add_metric([str(bot), "open"], counts["open"])
            waiting.add_metric([str(bot), "scheduled"], counts["scheduled"])
            oldest.add_metric([str(bot)], counts["oldest"])
        yield from (waiting, oldest)

    def _telegram(self, bots: Iterable[Known]) -> Iterable[Metric]:
        states = gauge(
            "anzol_telegram_state",
            "1 for the current state: well, away, or refused (the token).",
            "state",
        )
        for each in bots:
            for state in (WELL, AWAY, REFUSED):
                states.add_metric([str(each.id), state], float(each.bot.reach.state == state))
        yield states

    def _webhook(self, bots: Iterable[Known]) -> Iterable[Metric]:
        pending = gauge("anzol_webhook_pending", "Updates that Telegram still holds.")
        failed = gauge(
            "anzol_webhook_last_error_timestamp_seconds",
            "When a delivery last failed, as Telegram sees it; 0 is never.",
        )
        is_set = gauge("anzol_webhook_registered", "Whether Telegram has a webhook for this bot.")
        for each in bots:
            each.registered.look()  # all are asked before one is waited for
        until = time.monotonic() + FIRST_SCRAPE_SECONDS
        for each in bots:
            seen = each.registered.wait(max(0.0, until - time.monotonic()))
            if seen is None or not seen.info:
                continue
            label, info = [str(each.id)], seen.info
            pending.add_metric(label, info.get("pending_update_count", 0))
            failed.add_metric(label, info.get("last_error_date", 0))
            is_set.add_metric(label, bool(info.get("url")))
        yield from (pending, failed, is_set)


def gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    """Return a gauge to be filled, with a value for each bot."""
    return GaugeMetricFamily(name, text, labels=["bot", *labels])


def build() -> Metric:
    """Return the versions of Anzol, Python, Flask and waitress as an info metric."""
    info = InfoMetricFamily("anzol_build", "Versions of this process' parts.")
    parts = {name: version(name) for name in ("flask", "waitress")}
    info.add_metric([], {"version": __version__, "python": platform.python_version(), **parts})
    return info


class Observed:
    """A carrier that reports each call: its method, `"200"`, Telegram's error code or `"network"`, and its time."""

    def __init__(self, carrier: Carrier, seen: OnCall) -> None:
        self.carrier = carrier
        self._seen = seen

    @property
    def round_trip(self) -> float:
        """Return the seconds that the network alone takes there and back at least."""
        return self.carrier.round_trip

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
            seconds = time.perf_counter() - started
            if (run := RUNNING.get()) is not None:
                run.calls += 1
            if log.isEnabledFor(logging.DEBUG):
                log.debug("call %s %s %.0f ms", method, code, seconds * 1000)
            try:
                self._seen(method, code, seconds, flood)
            except Exception:  # who watches changes nothing of what happened
                log.exception("A call could not be counted.")

    def download(self, file_path: str) -> Iterator[bytes]:
        """Read a file, in blocks."""
        return self.carrier.download(file_path)
