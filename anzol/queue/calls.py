"""Replies are remembered: what an update's handler has sent, so that a retry does not send it again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any


class Calls:
    """The calls of one run of a handler, counted from 0; safe to use from several threads."""

    def __init__(
        self,
        load: Callable[[], list[Any]],
        record: Callable[[int, str, str, str], None],
        forget: Callable[[int], None],
    ) -> None:
        self._load, self._record, self._forget = load, record, forget
        self._lock = threading.Lock()
        self._place = 0
        self._kept: dict[int, tuple[str, str, str]] | None = None

    def once(self, method: str, digest: str, send: Callable[[], Any]) -> Any:
        place, kept = self._next(method, digest)
        if kept is not None:
            return json.loads(kept)
        result = send()
        self._record(place, method, digest, json.dumps(result))
        return result

    def _next(self, method: str, digest: str) -> tuple[int, str | None]:
        with self._lock:
            if self._kept is None:
                self._kept = {place: tuple(call) for place, *call in self._load()}
            place = self._place
            self._place += 1
            if place not in self._kept:
                return place, None
            *call, result = self._kept[place]
            if call == [method, digest]:
                return place, result
            # The handler took another way this time: what it did from here on was for the old one.
            self._kept = {at: call for at, call in self._kept.items() if at < place}
            self._forget(place)
            return place, None
