"""The writer: one thread that commits what many hand in, one transaction for all that came meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from .base import Unavailable
from .operations import Operation

log = logging.getLogger(__name__)

BATCH = 500  # operations per transaction, so that the first does not wait for a long last
STOPPED = "the server is shutting down"
PAUSE = 0.2  # seconds between two tries while the database refuses


class Writer:
    """Calls `commit(operations)` for batches and `tick()`, which returns the seconds until it is due again.

    `trouble(error)` tells the database's refusals (patient operations are tried again, the others get
    Unavailable) from defects (each operation is tried alone, so that one cannot spoil its neighbours).
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Operation]], None],
        tick: Callable[[], float],
        trouble: Callable[[Exception], str | None],
    ) -> None:
        self._commit, self._tick, self._trouble = commit, tick, trouble
        self._queue: SimpleQueue[Operation | None] = SimpleQueue()
        self._patient: list[Operation] = []  # refused by the database, to be tried again
        self._thread = threading.Thread(target=self._loop, name="inbox-writer", daemon=True)
        self._closed = self._ended = False
        self.busy = threading.Lock()  # held while the thread may use the database
        self._reason: str | None = None  # why the database refused last time

    def start(self) -> None:
        self._thread.start()

    def submit(self, operation: Operation) -> None:
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
            batch = self._patient + self._collect(PAUSE if self._patient else pause)
            self._patient = []
            with self.busy:
                if batch:
                    self._try(batch)
                pause = self._ticked()
        # From here on whoever submits turns away itself what this may have missed.
        self._ended = True
        self._turn_away()

    def _turn_away(self) -> None:
        while operations := self._collect(0.0):
            for operation in operations:
                operation.refused(Unavailable(STOPPED))

    def _collect(self, pause: float) -> list[Operation]:
        batch: list[Operation | None] = []
        try:
            batch.append(self._queue.get(timeout=max(pause, 0.0)))
            while len(batch) < BATCH:
                batch.append(self._queue.get_nowait())
        except Empty:
            pass
        return [operation for operation in batch if operation is not None]

    def _ticked(self) -> float:
        try:
            return self._tick()
        except Exception as error:
            if self._trouble(error) is None:
                log.exception("The inbox's housekeeping failed; it goes on.")
            return PAUSE

    def _try(self, batch: list[Operation]) -> None:
        try:
            self._commit(batch)
            self._note(None)
        except Exception as error:
            reason = self._trouble(error)
            if reason is not None:
                self._refuse(batch, reason)
            elif len(batch) > 1:
                for operation in batch:
                    self._try([operation])
            else:
                log.exception("The inbox could not write %s.", type(batch[0]).__name__)
                batch[0].refused(error)

    def _refuse(self, batch: list[Operation], reason: str) -> None:
        self._note(reason)
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
            log.warning("The inbox can write again.")
        else:
            log.error("The inbox cannot write: %s.", reason)
