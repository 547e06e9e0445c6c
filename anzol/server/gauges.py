"""The metrics that are read at a scrape: what is stored, what Telegram says of the webhooks, and the processes."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version

from prometheus_client import ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from anzol.api.reach import AWAY, REFUSED, WELL
from anzol.push.outbox import QUEUE as OUTBOX
from anzol.queue import OpenError, Queue
from anzol.version import __version__

from .health import Known

# Seconds that the first scrape waits for getWebhookInfo; later ones have the last answer.
FIRST_SCRAPE_SECONDS = 2.0
OF_ONE = ("process_max_fds", "process_start_time_seconds")  # no sums


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


def gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    """Return a gauge to be filled, with a value for each bot."""
    return GaugeMetricFamily(name, text, labels=["bot", *labels])


def build() -> Metric:
    """Return the versions of Anzol, Python, Flask and waitress as an info metric."""
    info = InfoMetricFamily("anzol_build", "Versions of this process' parts.")
    parts = {name: version(name) for name in ("flask", "waitress")}
    info.add_metric([], {"version": __version__, "python": platform.python_version(), **parts})
    return info
