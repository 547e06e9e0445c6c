"""What Telegram knows of the webhook, asked now and then and remembered in between."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("anzol")

EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """getWebhookInfo's answer and when it came, in epoch seconds; or why there is none."""

    info: dict[str, Any]
    at: float
    error: str = ""


class Registered:
    """Ask `get_info()` in a thread of its own when somebody looks and the last answer is older than a minute.

    Nobody looks, nothing is asked: no thread waits in between, which suits hosts that freeze a process.
    """

    def __init__(
        self, get_info: Callable[[], dict[str, Any]], clock: Callable[[], float] = time.time
    ) -> None:
        self._get_info = get_info
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        self._asking: threading.Thread | None = None

    def look(self) -> Seen | None:
        """The last answer, None before the first; a newer one is on its way when it is old."""
        with self._lock:
            fresh = self._seen is not None and self._clock() - self._seen.at < EVERY
            if not fresh and (self._asking is None or not self._asking.is_alive()):
                self._asking = threading.Thread(target=self._ask, name="webhook-info", daemon=True)
                self._asking.start()
            return self._seen

    def wait(self, seconds: float = 5.0) -> Seen | None:
        """Like `look`, but give the first answer some time to arrive."""
        seen, asking = self.look(), self._asking
        if seen is None and asking is not None:
            asking.join(seconds)
        return self._seen

    def _ask(self) -> None:
        try:
            self._seen = Seen(dict(self._get_info()), self._clock())
        except Exception as error:
            log.info("Telegram does not tell about the webhook: %s", error)
            known = self._seen.info if self._seen else {}
            self._seen = Seen(known, self._clock(), str(error))
