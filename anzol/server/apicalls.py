"""Every call to the Bot API on its way out: timed, counted for its update, and told to whoever watches."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from anzol.api.client import Carrier
from anzol.api.errors import ApiError

log = logging.getLogger("anzol")

NO_ANSWER = "network"

# method, code, seconds, and the seconds for which a 429 asked us to wait
Seen = Callable[[str, str, float, int], None]


@dataclass(slots=True)
class Count:
    """How many calls were made."""

    calls: int = 0


_count: ContextVar[Count | None] = ContextVar("calls", default=None)


@contextmanager
def counted() -> Iterator[Count]:
    """Count the calls that this thread makes inside."""
    count = Count()
    token = _count.set(count)
    try:
        yield count
    finally:
        _count.reset(token)


class Observed:
    """A carrier that tells of each call: its method, `"200"`, Telegram's error code or `"network"`, and its time."""

    def __init__(self, carrier: Carrier, seen: Seen) -> None:
        self.carrier = carrier
        self._seen = seen

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        """Make the call."""
        code, flood, started = NO_ANSWER, 0, time.perf_counter()
        try:
            result = self.carrier.request(method, fields, files)
            code = "200"
            return result
        except ApiError as error:
            code, flood = str(error.code), int(error.parameters.get("retry_after", 0))
            raise
        finally:
            seconds = time.perf_counter() - started
            count = _count.get()
            if count is not None:
                count.calls += 1
            log.debug("call %s %s %.0f ms", method, code, seconds * 1000)
            self._seen(method, code, seconds, flood)

    def download(self, file_path: str) -> Iterator[bytes]:
        """Read a file, in blocks."""
        return self.carrier.download(file_path)
