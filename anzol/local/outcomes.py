"""Reports to the simulator on what became of each update, so that its inspector can show it."""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from typing import Any

import requests

from anzol.server.runs import Run

log = logging.getLogger(__name__)

BACKLOG = 1000  # reports that a hung simulator can hold up; later ones are dropped
SECONDS = 5.0  # for the simulator to take a report


class Outcomes:
    """Post the outcome of each run to the simulator at `url`, from a thread of its own, so that no run waits for it."""

    def __init__(self, url: str, bot: int) -> None:
        self._url, self._bot = f"{url}/user/outcome", bot
        self._waiting: queue.Queue[dict[str, Any]] = queue.Queue(BACKLOG)
        threading.Thread(target=self._post, name="outcomes", daemon=True).start()

    def __call__(self, run: Run) -> None:
        """Queue the report on one run."""
        report = {
            "bot": self._bot,
            "update_id": run.update_id,
            "handler": run.handler,
            "seconds": round(run.ran, 6),
            "outcome": run.outcome,
            "error": "".join(traceback.format_exception(run.error)) if run.error else None,
        }
        try:
            self._waiting.put_nowait(report)
        except queue.Full:
            log.debug("update %s is not reported to the simulator", run.update_id)

    def _post(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # no proxy leads back to this machine
            while True:
                report = self._waiting.get()
                try:
                    session.post(self._url, json=report, timeout=SECONDS)
                except requests.RequestException as error:
                    log.debug("the simulator takes no reports: %s", type(error).__name__)
