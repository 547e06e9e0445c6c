"""The plan of one transaction: which lanes this process has and what it runs next, true once committed."""

from __future__ import annotations

import threading
import time
from typing import Any

from .base import Arrival, Key
from .store import Store

QUANTUM = 0.1  # seconds after which a lane yields its worker to lanes that wait


class Plan:
    """Changes lanes in the database and in a copy of what this process holds; a rollback drops the copy."""

    def __init__(
        self,
        store: Store,
        owner: str,
        now: float,
        held: dict[Key, float],
        workers: int,
        waiting: bool,
        closing: bool,
    ) -> None:
        self.store, self.now = store, now
        self.held = dict(held)  # our lanes, each with the monotonic time its turn began
        self.waiting = waiting  # some lane waits for a worker: nobody may overtake it
        self.due: float | None = None  # the earliest retry planned here
        self.run: list[tuple[Any, ...]] = []  # rows to hand to workers
        self.watched: dict[int, threading.Event] = {}
        self._owner, self._workers, self._closing = owner, workers, closing
        self._clock = time.monotonic()

    def receive(self, arrival: Arrival) -> int | None:
        """Store an arrival, claiming its lane when a worker is free; None when it was here before."""
        expires = None if arrival.lifetime is None else self.now + arrival.lifetime
        seq = self.store.add(arrival, self.now, expires)
        key = arrival.bot, arrival.lane
        if seq is None or key in self.held:
            return seq
        claim = not self._closing and not self.waiting and len(self.held) < self._workers
        owner = self._owner if claim else None
        if not self.store.open_lane(key, owner, arrival.priority, self.now):
            if arrival.priority < 2:
                self.store.urge(key, arrival.priority)
        elif claim:
            self.held[key] = self._clock
            row = (seq, arrival.bot, arrival.update_id, arrival.lane, arrival.kind, arrival.body)
            self.run.append((*row, self.now, 0, expires))
        else:
            self.waiting = True
        return seq

    def watch(self, seq: int, event: threading.Event) -> None:
        self.watched[seq] = event

    def advance(self, key: Key) -> None:
        """Go on with a lane whose first update is closed: its next one, another lane's, or none."""
        if self.store.close_lane(key):
            self.held.pop(key, None)
        elif self._closing or (self.waiting and self._clock - self.held[key] > QUANTUM):
            self.park(key, None)
        else:
            self.run.append(self.store.head(key))

    def park(self, key: Key, due: float | None) -> None:
        """Give a lane back: it waits for a worker, or until `due`."""
        self.store.park(key, due, self.now)
        self.held.pop(key, None)
        if due is None:
            self.waiting = True
        else:
            self.due = due if self.due is None else min(self.due, due)

    def recover(self) -> None:
        """Give back lanes that are ours in the database alone: a commit that failed may still have happened."""
        for key in self.store.owned(self._owner):
            if key not in self.held:
                self.park(key, None)

    def claim(self) -> None:
        """Take the lanes that waited longest, as many as there are free workers."""
        free = self._workers - len(self.held)
        if self._closing or not self.waiting or free <= 0:
            return
        keys = self.store.take(self._owner, free)
        self.waiting = len(keys) == free
        for key in keys:
            row = self.store.head(key)
            if row is None:
                self.store.close_lane(key)
            else:
                self.held[key] = self._clock
                self.run.append(row)
