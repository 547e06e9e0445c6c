"""Operations: what threads hand to the writer, each applied inside its transaction."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from .base import Arrival, Unavailable
from .plan import Plan

if TYPE_CHECKING:
    from .work import Work

# How the run of a handler ended.
RETURNED, RAISED, POSTPONED, LATE, UNTOUCHED = (
    "returned",
    "raised",
    "postponed",
    "late",
    "untouched",
)


class Operation(Protocol):
    """`apply` runs on the writer's thread in a transaction, again after a rollback; then one of the others."""

    patient: bool  # wait out trouble with the database instead of being refused

    def apply(self, plan: Plan) -> None: ...
    def committed(self) -> None: ...
    def refused(self, error: Exception) -> None: ...


class Put:
    """Store an arrival; `wait` blocks until that is committed."""

    patient = False

    def __init__(self, arrival: Arrival, watch: threading.Event | None = None) -> None:
        self.arrival, self._watch = arrival, watch
        self._seq: int | None = None
        self._error: Exception | None = None
        # A bare lock is the cheapest way to sleep until another thread says go.
        self._gate = threading.Lock()
        self._gate.acquire()

    def wait(self) -> bool:
        self._gate.acquire()
        if self._error is not None:
            raise self._error
        return self._seq is not None

    def apply(self, plan: Plan) -> None:
        self._seq = plan.receive(self.arrival)
        if self._seq is not None and self._watch is not None:
            plan.watch(self._seq, self._watch)

    def committed(self) -> None:
        self._gate.release()

    def refused(self, error: Exception) -> None:
        self._error = error
        self._gate.release()


class Check:
    """Write nothing, in a transaction; `wait` raises what prevented it."""

    patient = False

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._done = threading.Event()

    def wait(self, timeout: float) -> None:
        if not self._done.wait(timeout):
            raise Unavailable(f"the database did not answer within {timeout:g} s")
        if self._error is not None:
            raise self._error

    def apply(self, plan: Plan) -> None:
        pass

    def committed(self) -> None:
        self._done.set()

    def refused(self, error: Exception) -> None:
        self._error = error
        self._done.set()


class Finish:
    """Write down how the run of a handler ended and let its lane go on."""

    patient = True
    _written: threading.Event | None = None

    def __init__(
        self,
        work: Work,
        how: str,
        *,
        after: float | None = None,
        counted: bool = True,
        error: str | None = None,
        changes: dict[str, tuple[dict[str, Any], set[str]]] | None = None,
    ) -> None:
        self.work, self.how = work, how
        self._after, self._counted, self._error = after, counted, error
        self._changes = changes or {}

    def submit_and_wait(self) -> None:
        """Return once it is written down."""
        self._written = threading.Event()
        self.work.desk.submit(self)
        self._written.wait()

    def apply(self, plan: Plan) -> None:
        work, store = self.work, plan.store
        attempts = work.attempt if self._counted else work.attempt - 1
        if self.how == RETURNED:
            store.finish(work.seq, attempts)
            if work.may_have_calls():
                store.forget(work.seq)
            for seq in work.absorbed():
                store.absorb(work.key, seq)
            for name, change in self._changes.items():
                self._merge(plan, name, *change)
        elif self.how == RAISED:
            store.bury(work.seq, attempts, self._error or "")
        elif self.how == LATE:
            store.expire(work.seq)
            store.forget(work.seq)
        elif self.how == POSTPONED:
            store.postpone(work.seq, attempts, self._error)
            plan.park(work.key, plan.now + (self._after or 0.0))
            return
        else:
            plan.park(work.key, None)
            return
        plan.advance(work.key)

    def _merge(self, plan: Plan, name: str, changed: dict[str, Any], removed: set[str]) -> None:
        # Another lane may have written other keys of the same state meanwhile.
        value = plan.store.state(self.work.bot, name) | changed
        for key in removed:
            value.pop(key, None)
        plan.store.save_state(self.work.bot, name, value)

    def committed(self) -> None:
        if self._written is not None:
            self._written.set()

    def refused(self, error: Exception) -> None:
        # The handler's results cannot be written, whatever the database does: that buries the update.
        if self.how != RAISED:
            self.work.desk.submit(
                Finish(self.work, RAISED, error=f"{type(error).__name__}: {error}")
            )
        self.committed()


class Record:
    """Remember the result of one call of an update's handler."""

    patient = True

    def __init__(self, work: Work, place: int, method: str, digest: str, result: str) -> None:
        self._work, self._call = work, (place, method, digest, result)

    def apply(self, plan: Plan) -> None:
        if not self._work.settled:
            plan.store.record(self._work.seq, *self._call)

    def committed(self) -> None:
        pass

    def refused(self, error: Exception) -> None:
        pass


class Forget:
    """Drop what is remembered of an update's calls from one place on."""

    patient = True

    def __init__(self, work: Work, place: int) -> None:
        self._work, self._place = work, place

    def apply(self, plan: Plan) -> None:
        plan.store.forget(self._work.seq, self._place)

    def committed(self) -> None:
        pass

    def refused(self, error: Exception) -> None:
        pass
