"""Calls of the Bot API, each reported with its outcome and its time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from anzol.api.carrier import Carrier
from anzol.api.errors import ApiError

from .runs import RUNNING

log = logging.getLogger("anzol")

NO_ANSWER = "network"

# method, code, seconds, and the seconds for which a 429 asked us to wait
OnCall = Callable[[str, str, float, int], None]


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
