"""Updates that wait their turn: one at a time in each lane, tried again when they ask for it.

Usually the test's own thread runs them, so that a test repeats exactly. Side by side, each lane has a thread.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anzol.api.errors import Retry
from anzol.api.memory import Sent
from anzol.api.updates import LIFETIMES
from anzol.bot.attempts import pause_after

from .clock import Clock

MOST = 1000  # tries that were not counted as failures
PATIENCE = 10.0  # real seconds that a handler on a thread of its own may take


@dataclass(eq=False)
class Delivery:
    """One update on its way through its lane; times in seconds of the test's clock."""

    seq: int
    body: bytes
    kind: str
    lane: str
    received: float
    due: float = 0.0
    attempt: int = 1
    tries: int = 0
    calls: list[Sent] = field(default_factory=list)

    def __str__(self) -> str:
        return f"the {self.kind} in lane {self.lane}"

    @property
    def expires(self) -> float:
        """Return when nobody waits for an answer any more."""
        return self.received + LIFETIMES.get(self.kind, float("inf"))


class Lanes:
    """The updates that have arrived and are not done. `handle` runs one; it raises Retry for another try."""

    def __init__(self, clock: Clock, handle: Callable[[Delivery], None]) -> None:
        self._clock = clock
        self._handle = handle
        self._changed = threading.Condition(threading.RLock())
        self._waiting: list[Delivery] = []
        self._running: dict[Delivery, int] = {}  # and the number of the thread that runs it
        self._errors: list[BaseException] = []
        self.side_by_side = False

    def put(self, delivery: Delivery) -> None:
        """Take an update; side by side it begins at once when its lane is free."""
        with self._changed:
            self._waiting.append(delivery)
            if self.side_by_side:
                self._start()

    def followers(self, delivery: Delivery) -> list[Delivery]:
        """Return what waits behind an update in its lane, oldest first."""
        with self._changed:
            return [other for other in self._waiting if other.lane == delivery.lane]

    def remove(self, seqs: set[int]) -> None:
        """Forget updates that were done together with another one."""
        if seqs:
            with self._changed:
                self._waiting = [one for one in self._waiting if one.seq not in seqs]

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Run what waits, letting time pass where only that helps; raise what a handler raised for good."""
        while not until():
            delivery = self._take()
            if delivery is not None:
                self._work(delivery)
                continue
            due = self.next_due()
            if due is None:
                break
            self._clock.sleep_until(due)
        self._raise_first()

    def next_due(self) -> float | None:
        """Return when the next update that only waits for its time may be tried again."""
        with self._changed:
            return min((one.due for one in self._heads()), default=None)

    def finish(self) -> None:
        """Wait for the threads, then go on one by one. Raises AssertionError for a handler that does not end."""
        with self._changed:
            ended = self._changed.wait_for(lambda: not self._running, PATIENCE)
            self.side_by_side = False
            if not ended:
                raise AssertionError("\n".join(map(stack_of, self._running.items())))
        self.run()

    def _raise_first(self) -> None:
        with self._changed:
            errors, self._errors = self._errors, []
        if errors:
            raise errors[0]

    def _heads(self) -> list[Delivery]:
        """Return the first update of each lane that is free."""
        seen = {one.lane for one in self._running}
        heads = []
        for one in self._waiting:
            if one.lane not in seen:
                seen.add(one.lane)
                heads.append(one)
        return heads

    def _take(self) -> Delivery | None:
        with self._changed:
            for one in self._heads():
                if one.due <= self._clock.now():
                    self._waiting.remove(one)
                    self._running[one] = threading.get_ident()
                    return one
        return None

    def _start(self) -> None:
        for one in self._heads():
            if one.due <= self._clock.now():
                self._waiting.remove(one)
                thread = threading.Thread(target=self._serve, args=(one,), daemon=True)
                self._running[one] = 0
                thread.start()

    def _serve(self, delivery: Delivery) -> None:
        with self._changed:
            self._running[delivery] = threading.get_ident()
        self._work(delivery)

    def _work(self, delivery: Delivery) -> None:
        again = False
        try:
            if delivery.expires > self._clock.now():
                self._handle(delivery)
        except Retry as retry:
            again = self._plan(delivery, retry)
        except BaseException as error:  # the test's, whichever thread it came from
            self._errors.append(error)
        finally:
            with self._changed:
                del self._running[delivery]
                if again:
                    self._waiting.insert(0, delivery)
                if self.side_by_side:
                    self._start()
                self._changed.notify_all()

    def _plan(self, delivery: Delivery, retry: Retry) -> bool:
        delivery.tries += 1
        if delivery.tries >= MOST:
            text = f"{delivery} asked {MOST} times to be run again."
            self._errors.append(AssertionError(text[0].upper() + text[1:]))
            return False
        if retry.__cause__ is None:
            # The author asked for this run: calls are recognised by their content, and other texts are new.
            delivery.calls = [(*call[:2], None, *call[3:]) for call in delivery.calls]
        after = pause_after(delivery.attempt) if retry.after is None else retry.after
        delivery.due = self._clock.now() + after
        delivery.attempt += retry.counted
        return True


def stack_of(running: tuple[Delivery, int]) -> str:
    """Return where a handler that does not end is at the moment."""
    delivery, thread = running
    frame: Any = sys._current_frames().get(thread)
    lines = traceback.format_stack(frame)[-3:] if frame else []
    return f"After {PATIENCE:.0f} s the handler of {delivery} is still here:\n{''.join(lines)}"
