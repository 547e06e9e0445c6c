"""`/healthz`: the process answers. `/readyz`: it can store and run updates, and what Telegram knows of it."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Response, jsonify

from anzol.api.client import Bot
from anzol.api.errors import TelegramError
from anzol.api.reach import Reach, is_trouble
from anzol.queue import OpenError, Queue, Unavailable
from anzol.version import __version__

from .family import Family

log = logging.getLogger("anzol")

FRESH_SECONDS = 1.0  # seconds an answer is reused: anybody may ask, and asking costs a transaction
STUCK_SECONDS = 300  # an update that waits this long for a worker: none becomes free any more
ASK_SECONDS = 5.0  # seconds that somebody waits for the first answer
EVERY = 60.0  # seconds between two getWebhookInfo: a scrape a minute sees each change once


@dataclass(frozen=True, slots=True)
class Seen:
    """getWebhookInfo's answer and when it came, in epoch seconds; or why there is none."""

    info: dict[str, Any]
    at: float
    error: str = ""


class Registered:
    """Call `get_info()` in a thread of its own when somebody looks and the last answer is older than a minute.

    While nobody looks, nothing is asked and no thread waits, which suits hosts that freeze an idle process. Trouble on
    the way calls `doubt()`: a refused token shows before the first update.
    """

    def __init__(
        self,
        get_info: Callable[[], dict[str, Any]],
        clock: Callable[[], float] = time.time,
        doubt: Callable[[], None] = lambda: None,
    ) -> None:
        self._get_info, self._doubt = get_info, doubt
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        self._asking: threading.Thread | None = None

    def look(self) -> Seen | None:
        """Return the last answer, None before the first; an old one is also refreshed in the background."""
        with self._lock:
            fresh = self._seen is not None and self._clock() - self._seen.at < EVERY
            if not fresh and (self._asking is None or not self._asking.is_alive()):
                self._asking = threading.Thread(target=self._ask, name="webhook-info", daemon=True)
                self._asking.start()
            return self._seen

    def wait(self, seconds: float = ASK_SECONDS) -> Seen | None:
        """Like `look`, but give the first answer some time to arrive."""
        seen, asking = self.look(), self._asking
        if seen is None and asking is not None:
            asking.join(seconds)
        return self._seen

    def _ask(self) -> None:
        try:
            self._seen = Seen(dict(self._get_info()), self._clock())
        except Exception as error:
            log.info("Telegram does not report on the webhook: %s", error)
            if isinstance(error, TelegramError) and is_trouble(error):
                self._doubt()
            known = self._seen.info if self._seen else {}
            self._seen = Seen(known, self._clock(), str(error))


class Known(Protocol):
    """The part of a bot that is reported."""

    bot: Bot
    registered: Registered

    @property
    def id(self) -> int: ...


class Health:
    """The routes that a process manager and a load balancer ask."""

    def __init__(
        self,
        queue: Queue,
        bots: Callable[[], Iterable[Known]],
        *,
        url: Callable[[], str],
        family: Callable[[], Family | None] = lambda: None,
    ) -> None:
        """Answer for the whole `family` of processes, where there are several."""
        self._queue = queue
        self._family = family
        self._bots = bots
        self._url = url
        self._found: dict[str, Any] = {}
        self._until = 0.0

    def alive(self) -> Response:
        """Answer 200: the process serves requests."""
        return Response("ok\n", mimetype="text/plain")

    def ready(self, *, details: bool) -> Response:
        """Answer 200, or 503 when an update could not be stored now or none is being run."""
        found = self._look()
        is_ready = all(found[name] == "ok" for name in ("storing", "working"))
        status = 200 if is_ready else 503
        if not details:
            return Response("ready\n" if is_ready else "not ready\n", status, mimetype="text/plain")
        answer = jsonify(ready=is_ready, version=__version__, **found, bots=self._each())
        answer.status_code = status
        return answer

    def _look(self) -> dict[str, Any]:
        if time.monotonic() >= self._until:
            self._found = {**self._storing(), **self._working()}
            self._until = time.monotonic() + FRESH_SECONDS
        return self._found

    def _storing(self) -> dict[str, Any]:
        try:
            self._queue.check()
        except Unavailable as error:
            return {"storing": str(error)}
        return {"storing": "ok"}

    def _working(self) -> dict[str, Any]:
        try:
            counts, workers = self._queue.counts(), self._queue.workers()
        except (OpenError, Unavailable) as error:
            return {"working": str(error)}
        found: dict[str, Any] = {"inbox": counts, "workers": workers}
        family = self._family()
        if family is not None:
            # One process answers for all: what the others have told within the last second, and what it knows itself.
            each = [status for status in family.statuses() if status["process"] != family.name]
            each.append({"process": family.name, "pid": os.getpid(), "workers": workers})
            found["processes"] = sorted(each, key=lambda status: status["process"])
            found["workers"] = {
                name: sum(status["workers"][name] for status in each) for name in workers
            }
        return {"working": _state_of_work(counts["oldest"], found["workers"]), **found}

    def _each(self) -> list[dict[str, Any]]:
        """Report each bot, for information only: what Telegram does makes this server no less ready."""
        bots = list(self._bots())
        for each in bots:
            each.registered.look()  # all are asked before one is waited for
        until = time.monotonic() + ASK_SECONDS
        return [
            {
                "bot": each.id,
                "telegram": self._telegram(each.bot.reach),
                "webhook": self._webhook(each.registered, max(0.0, until - time.monotonic())),
            }
            for each in bots
        ]

    def _telegram(self, reach: Reach) -> dict[str, Any]:
        """Report a pause: updates are stored whether Telegram takes calls or not."""
        if not reach.since:
            return {"state": reach.state}
        report = {"state": reach.state, "seconds": int(time.time() - reach.since)}
        return report | ({"reason": reach.reason} if reach.reason else {})

    def _webhook(self, registered: Registered, seconds: float) -> dict[str, Any]:
        """Report what Telegram says of the webhook."""
        seen = registered.wait(seconds)
        if seen is None:
            return {"state": "not known yet"}
        report = {name: seen.info.get(name) for name in ("url", "pending_update_count")}
        error_at = seen.info.get("last_error_date")
        if error_at:
            report["last_error"] = seen.info.get("last_error_message")
            report["last_error_seconds_ago"] = int(time.time() - error_at)
        return {"state": self._state(seen.info, seen.error), **report}

    def _state(self, info: dict[str, Any], error: str) -> str:
        if error:
            return error
        if not info.get("url"):
            return "not registered: flask webhook set"
        wanted = self._url()
        return "ok" if info["url"] == wanted or not wanted else f"leads elsewhere than {wanted}"


def _state_of_work(oldest: int, workers: dict[str, int]) -> str:
    if workers["lost"]:
        return f"{workers['lost']} worker threads have died; restart the server"
    if workers["refused"]:
        return "the system allows no more threads: lower WORKERS, or raise its limit"
    if workers["stuck"] >= workers["busy"] > 0 and oldest > FRESH_SECONDS:
        return f"{workers['stuck']} handlers are stuck and updates wait: flask inbox running"
    if oldest > STUCK_SECONDS:
        return f"an update has waited {oldest} s for a worker; all WORKERS are busy"
    return "ok"
