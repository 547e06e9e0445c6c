"""The dispatcher: one process's part in an inbox, from `start` to `stop`.

Threads: callers put and wait; the writer's thread alone changes the database, the lanes held and the timers;
worker threads run handlers and submit how they ended. Readers share one more connection behind a lock.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

from . import forks
from .base import Arrival, Driver, Key, OpenError, Options, Unavailable
from .database import Database
from .operations import RETURNED, UNTOUCHED, Check, Finish, Operation, Put
from .plan import Plan
from .run import Handler, run
from .store import Store
from .work import Work
from .workers import Workers
from .writer import STOPPED, Writer

log = logging.getLogger(__name__)

SWEEP = 1.0  # seconds between two looks at what other processes left
PRUNE = 1000  # rows deleted in one transaction
STEP = 2.0  # seconds that the clocks of two machines, or of one at two moments, may differ


class Dispatcher:
    def __init__(self, driver: Driver, handle: Handler, options: Options) -> None:
        self._driver, self._handle, self._options = driver, handle, options
        self._database = Database(driver)
        self._held: dict[Key, float] = {}
        self._waiting = True
        self._due: float | None = None
        self._doubt = False  # a commit failed: the database may know lanes of ours that we do not
        self._watched: dict[int, threading.Event] = {}
        self._swept = self._version = -1.0
        self._closing = False
        self._drained = threading.Event()
        self._writer = Writer(self._commit, self._tick, self._database.trouble)
        self._workers = Workers(self._run, options.workers)

    def start(self) -> None:
        """Open the database, create what is missing and take over what dead processes left."""
        try:
            self._database.writable()
            self._owner = self._driver.owner()
        except Exception as error:
            reason = self._driver.trouble(error)
            if reason is None:
                raise
            raise OpenError(
                f"Cannot open the inbox at {self._driver.place}: {reason}. "
                "Check DATABASE_URL and the permissions of its folder."
            ) from error
        self._writer.start()
        forks.watch(self)

    def submit(self, operation: Operation) -> None:
        self._writer.submit(operation)

    def reading(self) -> AbstractContextManager[Store]:
        return self._database.reading()

    def put(self, arrival: Arrival, watch: threading.Event | None = None) -> bool:
        if self._closing:
            raise Unavailable(STOPPED)
        put = Put(arrival, watch)
        self._writer.submit(put)
        return put.wait()

    def check(self, timeout: float) -> None:
        if self._closing:
            raise Unavailable(STOPPED)
        check = Check()
        self._writer.submit(check)
        check.wait(timeout)

    def workers(self) -> dict[str, int]:
        return self._workers.counts()

    def wake(self) -> None:
        """Look at once for what other processes and operators changed."""
        self._swept = -1.0
        self._writer.wake()

    def stop(self) -> None:
        """Drain and let go of everything, but of lanes whose handlers are still running."""
        if self._closing:
            return
        self._closing = True
        for event in list(self._watched.values()):
            event.set()
        self._writer.wake()
        if not self._drained.wait(self._options.drain):
            # Those lanes stay ours until the process is gone: nobody may run them beside us.
            log.warning("Handlers of %d lanes are still running.", len(self._held))
            return
        self._writer.close()
        self._workers.stop()
        self._database.close()
        self._owner.release()

    def pause(self) -> None:
        """Close the database and leave it closed until `resume`; threads that need it wait."""
        self._writer.busy.acquire()
        self._database.pause()

    def resume(self) -> None:
        self._database.resume()
        self._writer.busy.release()

    def _run(self, work: Work) -> None:
        if self._closing:
            self.submit(Finish(work, UNTOUCHED))
        else:
            run(work, self._handle, self._options)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Plan]:
        """Yield a plan; on leaving claim lanes for free workers, commit, and only then act on it."""
        store = self._database.writable()
        now = self._options.clock()
        plan = Plan(
            store,
            self._owner.name,
            now,
            self._held,
            self._options.workers,
            self._waiting,
            self._closing,
        )
        try:
            with store.session.transaction():
                if self._doubt:
                    plan.recover()
                yield plan
                plan.claim()
        except Exception:
            self._doubt = True
            self._database.close()
            raise
        self._doubt = False
        self._held, self._waiting = plan.held, plan.waiting
        self._watched |= plan.watched
        if plan.due is not None:
            self._due = plan.due if self._due is None else min(plan.due, self._due)
        for row in plan.run:
            self._workers.hand(Work(row, self))

    def _commit(self, operations: Sequence[Operation]) -> None:
        finished = [operation for operation in operations if isinstance(operation, Finish)]
        for finish in finished:
            finish.work.settled = finish.how == RETURNED
        with self._transaction() as plan:
            for operation in operations:
                operation.apply(plan)
        for operation in operations:
            operation.committed()
        if self._watched:
            for finish in finished:
                self._release(finish.work.seq)

    def _release(self, seq: int) -> None:
        event = self._watched.pop(seq, None)
        if event is not None:
            event.set()

    def _tick(self) -> float:
        if self._closing:
            if not self._held:
                self._drained.set()
            return SWEEP
        now, moment = self._options.clock(), time.monotonic()
        if self._due is not None and self._due <= now:
            self._wake_lanes(now)
        if moment - self._swept >= SWEEP:
            self._swept = moment
            self._sweep(now)
        pause = self._swept + SWEEP - time.monotonic()
        return pause if self._due is None else min(pause, self._due - now)

    def _wake_lanes(self, now: float) -> None:
        with self._transaction() as plan:
            plan.store.wake(now)
            plan.waiting = True
        self._due = self._database.writable().next_due()

    def _sweep(self, now: float) -> None:
        store = self._database.writable()
        self._unwind(now)
        gone = [owner for owner in store.owners() if self._is_gone(owner)]
        if gone:
            with self._transaction() as plan:
                for owner in gone:
                    plan.store.abandon(owner)
                plan.waiting = True
            for owner in gone:
                self._owner.bury(owner)
        version = store.session.version()
        if version != self._version:
            self._version = version
            self._due = store.next_due()
            for seq in [seq for seq in self._watched if not store.is_pending(seq)]:
                self._release(seq)
            if store.is_waiting():
                with self._transaction() as plan:
                    plan.waiting = True
        self._prune(now)

    def _is_gone(self, owner: str) -> bool:
        return owner != self._owner.name and self._owner.is_dead(owner)

    def _unwind(self, now: float) -> None:
        """Run the retries that were planned before the clock was set back: their time may be hours away."""
        if self._database.writable().is_ahead(now + STEP):
            log.warning("The clock was set back: updates that wait for a retry are tried now.")
            with self._transaction() as plan:
                plan.store.unwind(now + STEP)
                plan.waiting = True

    def _prune(self, now: float) -> None:
        before = now - self._options.retention
        if self._database.writable().has_finished(before):
            with self._transaction() as plan:
                more = plan.store.prune(before, PRUNE)
            if more:
                self._writer.wake()
                self._swept = -1.0
