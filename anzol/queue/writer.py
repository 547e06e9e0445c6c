"""The writer: one thread that commits what many hand in, one transaction for all that came meanwhile."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from .base import Unavailable
from .operations import Operation

log = logging.getLogger(__name__)

BATCH = 500  # operations per transaction, so that the first does not wait for a long last
STOPPED = "the server is shutting down"
PAUSE = 0.2  # seconds between two tries while the database refuses
QUICK = 0.5  # seconds: a refusal that takes longer has waited for a lock, and each one alone would wait again
# Seconds that records of calls wait, and tasks behind one that runs: its end mostly comes within, and spares a commit.
COMPANY = 0.003


class Writer:
    """Calls `commit(operations)` for batches and `tick()`, which returns the seconds until it is due again.

    An operation of which `may_wait(operation)` is true waits a moment for company.
    `trouble(error)` tells the database's refusals (patient operations are tried again, the others get
    Unavailable) from defects (each operation is tried alone, so that one cannot spoil its neighbours).
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Operation]], None],
        tick: Callable[[], float],
        trouble: Callable[[Exception], str | None],
        may_wait: Callable[[Operation], bool],
    ) -> None:
        self._commit, self._tick, self._trouble, self._may_wait = commit, tick, trouble, may_wait
        self._queue: SimpleQueue[Operation | None] = SimpleQueue()
        self._patient: list[Operation] = []  # refused by the database, to be tried again
        self._thread = threading.Thread(target=self._loop, name="queue-writer", daemon=True)
        self._closed = self._ended = False
        self.busy = threading.Lock()  # held while the thread may use the database
        self._reason: str | None = None  # why the database refused last time

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, operation: Operation) -> None:
        """Submit an operation to be committed with the next transaction."""
        self._queue.put(operation)
        if self._ended:
            self._turn_away()

    def wake(self) -> None:
        """Tick at once."""
        self._queue.put(None)

    def close(self) -> None:
        """End the thread after what was submitted before."""
        self._closed = True
        self.wake()
        self._thread.join()

    def _loop(self) -> None:
        pause = 0.0
        while not self._closed or not self._queue.empty():
            batch = self._collect(PAUSE if self._patient else pause)
            patient, self._patient = self._patient, []
            with self.busy:
                # Apart from the others: a large result that the disk refuses must not refuse them too.
                self._try(patient)
                self._try(batch)
                pause = self._ticked()
            del batch, patient  # while it waits, it keeps no task in memory
        # From here on whoever submits turns away itself what this may have missed.
        self._ended = True
        self._turn_away()

    def _turn_away(self) -> None:
        while operations := self._collect(0.0):
            for operation in operations:
                operation.refused(Unavailable(STOPPED))

    def _collect(self, pause: float) -> list[Operation]:
        batch: list[Operation] = []
        may_wait, until = True, None  # for company, and for how long
        try:
            found = [self._queue.get(timeout=max(pause, 0.0))]
            while True:
                self._take_waiting(found, BATCH - len(batch))
                new = [operation for operation in found if operation is not None]
                batch += new
                may_wait = may_wait and all(map(self._may_wait, new))
                if not batch or not may_wait or len(batch) >= BATCH:
                    break
                if until is None:
                    until = time.monotonic() + COMPANY
                found = [self._queue.get(timeout=max(until - time.monotonic(), 0.0))]
        except Empty:
            pass
        return batch

    def _take_waiting(self, found: list[Operation | None], limit: int) -> None:
        """Add what is there at once, up to a length; after the end of the thread others take from it, too."""
        with suppress(Empty):
            while len(found) < limit:
                found.append(self._queue.get_nowait())

    def _ticked(self) -> float:
        try:
            return self._tick()
        except Exception as error:
            if self._trouble(error) is None:
                log.exception("The queue's housekeeping failed; it goes on.")
            return PAUSE

    def _try(self, batch: list[Operation]) -> None:
        if not batch:
            return
        started = time.monotonic()
        try:
            self._commit(batch)
        except Exception as error:
            reason = self._trouble(error)
            if reason is not None:
                self._refuse(batch, reason, time.monotonic() - started < QUICK)
            elif len(batch) > 1:
                for operation in batch:
                    self._try([operation])
            else:
                log.exception("The queue could not write %s.", type(batch[0]).__name__)
                batch[0].refused(error)
            return
        self._note(None)
        # The reports after all else and in one go: a line of the log costs half as much with warm caches.
        steps = [each.committed for each in batch]
        steps += [each.report for each in batch if each.tells]
        for step in steps:
            try:
                step()
            except Exception:  # it is committed all the same
                log.exception("The step %s after a commit failed.", step.__qualname__)

    def _refuse(self, batch: list[Operation], reason: str, is_quick: bool) -> None:
        self._note(reason)
        if is_quick and len(batch) > 1 and any(operation.patient for operation in batch):
            # One result may be too large for the disk: its neighbours must not suffer.
            for operation in batch:
                self._try([operation])
            return
        for operation in batch:
            if operation.patient:
                self._patient.append(operation)
            else:
                operation.refused(Unavailable(reason))

    def _note(self, reason: str | None) -> None:
        if reason == self._reason:
            return
        self._reason = reason
        if reason is None:
            log.warning("The queue can write again.")
        else:
            log.error("The queue cannot write: %s.", reason)
