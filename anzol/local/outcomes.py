"""Telling the simulator what became of each update, so that its inspector shows it."""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from typing import Any

import requests

from anzol.server.metrics import Run

log = logging.getLogger(__name__)

BACKLOG = 1000  # a simulator that hangs costs that many at most; what comes then is not told
SECONDS = 5.0


class Outcomes:
    """Post the end of each run to the simulator at `url`, in a thread of its own and without waiting for it."""

    def __init__(self, url: str, bot: int) -> None:
        self._url, self._bot = f"{url}/user/outcome", bot
        self._waiting: queue.Queue[dict[str, Any]] = queue.Queue(BACKLOG)
        threading.Thread(target=self._post, name="outcomes", daemon=True).start()

    def __call__(self, run: Run) -> None:
        """Tell of one run, some time soon."""
        told = {
            "bot": self._bot,
            "update_id": run.update_id,
            "handler": run.handler,
            "seconds": round(run.ran, 6),
            "outcome": run.outcome,
            "error": "".join(traceback.format_exception(run.error)) if run.error else None,
        }
        try:
            self._waiting.put_nowait(told)
        except queue.Full:
            log.debug("the simulator is not told of update %s", run.update_id)

    def _post(self) -> None:
        with requests.Session() as session:
            session.trust_env = False  # no proxy leads back to this machine
            while True:
                told = self._waiting.get()
                try:
                    session.post(self._url, json=told, timeout=SECONDS)
                except requests.RequestException as error:
                    log.debug("the simulator does not listen: %s", type(error).__name__)
