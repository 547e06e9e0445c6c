"""What happened, numbered: the page's event stream and the inspector's log."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from .clock import Clock

PING_SECONDS = 15.0  # real seconds; a comment line shows whether the reader is gone

Json = dict[str, Any]


class Feed:
    """The last `keep` events; readers wait for the next one."""

    def __init__(self, lock: threading.RLock, keep: int) -> None:
        self.cursor = 0
        self.closed = False
        self._events: deque[Json] = deque(maxlen=keep)
        self._arrived = threading.Condition(lock)

    def publish(self, kind: str, **fields: Any) -> None:
        """Append an event. Never change what was passed in afterwards: it is serialised later."""
        with self._arrived:
            self.cursor += 1
            self._events.append({"id": self.cursor, "type": kind, **fields})
            self._arrived.notify_all()

    def close(self) -> None:
        """End every stream."""
        with self._arrived:
            self.closed = True
            self._arrived.notify_all()

    def stream(self, cursor: int) -> Iterator[bytes]:
        """Yield server-sent events after `cursor`, for ever."""
        yield b"retry: 1000\n\n"
        while not self.closed:
            events, lost = self.after(cursor)
            if lost:
                yield b'data: {"type":"reset"}\n\n'
            for event in events:
                yield b"id: %d\ndata: %s\n\n" % (event["id"], encode(event))
            cursor = self.cursor if lost or not events else events[-1]["id"]
            with self._arrived:
                woken = cursor != self.cursor or self.closed or self._arrived.wait(PING_SECONDS)
            if not woken:
                yield b": still here\n\n"

    def wait(self, seconds: float) -> None:
        """Wait for the next event for at most `seconds` of wall time; the lock must be held."""
        self._arrived.wait(seconds)

    def after(self, cursor: int) -> tuple[list[Json], bool]:
        """Return the events after `cursor`, and whether some of them are already forgotten."""
        with self._arrived:
            missing = self.cursor - cursor
            if missing < 0 or missing > len(self._events):
                return [], True
            return list(islice(self._events, len(self._events) - missing, None)), False


class Log:
    """The last `keep` entries about updates, deliveries and calls; each is also an event."""

    def __init__(self, feed: Feed, clock: Clock, keep: int) -> None:
        self._feed = feed
        self._clock = clock
        self._entries: deque[Json] = deque(maxlen=keep)
        self._last = 0

    def add(self, kind: str, bot: int, **fields: Any) -> None:
        """Append an entry; the caller holds the world's lock."""
        self._last += 1
        entry = {"id": self._last, "kind": kind, "bot": bot, "time": self._clock.now(), **fields}
        self._entries.append(entry)
        self._feed.publish("log", entry=entry)

    def find(self, bot: int | None, after: int, update_id: int | None, limit: int) -> list[Json]:
        """Return the newest `limit` entries that match, oldest first; the caller holds the lock."""
        found: list[Json] = []
        for entry in reversed(self._entries):
            if entry["id"] <= after or len(found) == limit:
                break
            if bot in (None, entry["bot"]) and update_id in (None, entry.get("update_id")):
                found.append(entry)
        return found[::-1]


def decode(body: Any) -> Any:
    """Return the JSON of an entry's body."""
    return json.loads(body) if isinstance(body, bytes) else body


def encode(value: Any) -> bytes:
    """Return JSON bytes; an update's own bytes become its JSON here and not earlier."""
    return json.dumps(value, separators=(",", ":"), default=json.loads).encode()
