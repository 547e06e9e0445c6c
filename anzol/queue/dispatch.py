"""The dispatcher: one process's part in a queue, from `start` to `stop`.

Threads: callers put and wait; the writer's thread alone changes the database, the lanes held and the timers;
worker threads run handlers and submit how they ended. Readers share one more connection behind a lock.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from .base import OpenError, Task, Unavailable
from .clock import Clock
from .database import Database, pause_at_forks
from .driver import Displaced, Driver
from .ends import Done, Finish, Pardon, in_turn
from .known import Known
from .operations import (
    Check,
    Flush,
    NotePause,
    Operation,
    Put,
    PutAll,
    PutNow,
    PutSoon,
)
from .plan import AGING, Plan
from .standing import Circumstances, Standing, Watch
from .store import Needs, Store
from .work import Work
from .workers import Crew, Workers
from .writer import STOPPED, Writer

log = logging.getLogger(__name__)

SWEEP = 1.0  # seconds between two looks at what other processes left, and at what runs long
MANY = 1000  # rows changed in one transaction of housekeeping
STEP = 2.0  # seconds that the clocks of two machines may differ
# Seconds beyond the drain for a call under way, so that its answer can be recorded.
LAST_CALL = 15.0
TIDY = 1.0  # seconds for what was submitted last


@dataclass(frozen=True, slots=True)
class Options:
    """How a process takes part; seconds where it is about time. `bots`: whose tasks it runs, None for all.

    `tidies`: whether it deletes what is old.
    """

    bots: Collection[int] | None = None
    drain: float = 10.0
    retention: float = 48 * 3600.0
    dead_retention: float = 30 * 86400.0
    clock: Clock = field(default_factory=Clock)
    tidies: bool = True


class Outdated(Exception):
    """A bot's tasks waited too long for Telegram to come back."""


class Dispatcher:
    """The part of the queue that runs what is stored, from `start` to `stop`; it cannot be started again."""

    def __init__(self, driver: Driver, crews: Mapping[str, Crew], options: Options) -> None:
        self._driver, self._options = driver, options
        self._database = Database(driver)
        self._clock = options.clock
        # What is known of sessions without reading, None when nothing is: the writer's, for any thread.
        self.known: Known | None = None
        self._standing = Standing()
        self._due: float | None = None
        # The database may know lanes of ours that we do not, as after a commit that failed.
        self._doubt = False
        self._watched: dict[int, Watch] = {}
        self._paused: dict[int, str] = {}
        self._swept = self._version = -1.0
        self._look = True  # others may have left something to run, or seats have become free
        self._closing = self._has_left = False
        self._drained = threading.Event()
        self._writer = Writer(self._commit, self._tick, self._database.trouble, self._may_wait)
        # Themselves, and not by a method here: each run asks for the time, and ends with an operation.
        self.submit, self.now = self._writer.submit, self._clock.now
        self._workers = {
            name: Workers(name, crew, self, self._clock.now) for name, crew in crews.items()
        }
        self._rules = {name: crew.rules for name, crew in crews.items()}

    def start(self) -> None:
        """Open the database, create or migrate its tables, and take over what dead processes left."""
        try:
            store = self._database.writable()
            self.known = store.known
            self._clock.begin(store.newest(), store.time())
            self._standing.turn = store.last_turn(AGING)
            self._owner = self._driver.owner()
        except Exception as error:
            reason = self._driver.trouble(error)
            if reason is None:
                raise
            raise OpenError(
                f"Cannot open the queue at {self._driver.place}: {reason}. {self._driver.advice}"
            ) from error
        self._writer.start()
        self._owner.watch(self.wake)
        pause_at_forks(self)

    def reading(self) -> AbstractContextManager[Store]:
        """Return a store to read from."""
        return self._database.reading()

    @property
    def owner(self) -> str:
        """Return the name of this process among those that share the database."""
        return self._owner.name

    def release_seat(self, work: Work) -> bool:
        """Let another worker run instead of the calling thread; return False when too many wait already."""
        released = self._workers[work.queue].release_seat(work)
        if released:
            self._claim_soon(work.queue)
        return released

    def take_seat(self, work: Work) -> None:
        """Count the calling thread among the workers again."""
        self._workers[work.queue].take_seat(work)

    def put(self, task: Task, finished: Callable[[], None] | None = None) -> bool:
        """Store a task; False when it was here before. Raise Unavailable."""
        if self._closing:
            raise Unavailable(STOPPED)
        put = PutNow(task, None if finished is None else Watch(finished))
        self._writer.submit(put)
        put.wait()
        return put.seq is not None

    def put_all(self, tasks: Sequence[Task]) -> list[bool]:
        """Store tasks, all or none; False for each that was here before. Raise Unavailable."""
        if self._closing:
            raise Unavailable(STOPPED)
        put = PutAll(tasks)
        self._writer.submit(put)
        put.wait()
        return put.new

    def put_soon(
        self,
        task: Task,
        stored: Callable[[bool | Exception], None],
        finished: Callable[[], None] | None,
        timeout: float,
    ) -> None:
        """Store a task, for which no thread waits. Raise Unavailable."""
        if self._closing:
            raise Unavailable(STOPPED)
        watch = None if finished is None else Watch(finished, time.monotonic() + timeout)
        self._writer.submit(PutSoon(task, stored, watch))

    def check(self, timeout: float) -> None:
        """Raise Unavailable when nothing could be stored now."""
        if self._closing:
            raise Unavailable(STOPPED)
        check = Check()
        self._writer.submit(check)
        check.wait(timeout)

    def workers(self) -> dict[str, dict[str, int]]:
        """Count the threads of each queue."""
        return {name: workers.counts() for name, workers in self._workers.items()}

    def run_for(self, bots: Collection[int] | None) -> None:
        """Run the tasks of these bots from now on, None for all."""
        self._options = replace(self._options, bots=bots)
        self.wake()

    def pause_bot(self, bot: int, reason: str) -> None:
        """Start nothing of a bot from now on; what runs goes on."""
        self._paused = self._paused | {bot: reason}
        self.submit(NotePause(bot, reason))

    def resume_bot(self, bot: int) -> None:
        """Start what waits for a bot, in order."""
        self._paused = {other: reason for other, reason in self._paused.items() if other != bot}
        self.submit(NotePause(bot, None))
        self.wake()

    def wake(self) -> None:
        """Look at once for what other processes and operators changed."""
        self._swept = self._version = -1.0
        self._look = True
        self._writer.wake()

    def stop(self) -> None:
        """Drain, then release everything except the lanes whose handlers are still running."""
        if self._closing:
            return
        self._closing = True
        for workers in self._workers.values():
            workers.closing = True
        self._writer.wake()
        if not self._drained.wait(self._options.drain) and not self._end_calls():
            # Those lanes stay ours until the process is gone: nobody may run them beside us.
            log.warning("Handlers of %d lanes are still running.", len(self._standing.held))
            return
        self._writer.close()
        for workers in self._workers.values():
            workers.stop()
        self._database.close()
        self._owner.release()

    def _end_calls(self) -> bool:
        """Let calls that are under way end and no other begin; True when that has ended all runs."""
        for work in self._works():
            work.cancel("the server is shutting down")
        until = time.monotonic() + LAST_CALL
        while any(work.calling_since is not None for work in self._works()):
            if self._drained.wait(0.02) or time.monotonic() > until:
                break
        if self._drained.wait(0.1):
            return True
        for work in self._works():
            self.submit(Pardon(work.row))
        flush = Flush()
        self.submit(flush)
        with contextlib.suppress(Unavailable):
            flush.wait(TIDY)
        return False

    def pause(self) -> None:
        """Close the database and leave it closed until `resume`; threads that need it wait."""
        self._writer.busy.acquire()
        self._doubt = True  # a lane whose row was kept will be ours in the database alone
        self._database.pause()

    def resume(self) -> None:
        """Open the database again and let waiting threads go on."""
        self._database.resume()
        self._writer.busy.release()

    def _works(self) -> list[Work]:
        return [work for workers in self._workers.values() for work in workers.works()]

    def _circumstances(self) -> Circumstances:
        return Circumstances(
            owner=self._owner.name,
            now=self._clock.now(),
            seats={name: workers.seats for name, workers in self._workers.items()},
            rules=self._rules,
            bots=self._options.bots,
            paused=self._paused.keys(),
            remembered=self._clock.proven() - self._options.retention,
            closing=self._closing,
        )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Plan]:
        """Yield a plan; on leaving claim lanes for free workers, commit, and only then act on it."""
        store = self._database.writable()
        self.known = store.known
        plan = Plan(store, self._standing, self._circumstances())
        try:
            with store.transaction(self._owner.name):
                if self._doubt:
                    plan.recover()
                for lane in store.contested:
                    plan.park(lane, None, rank=store.head(lane))
                yield plan
                plan.claim()
                if self._closing:
                    store.leave()
        except Exception as error:
            self._doubt = True
            self._database.close()
            if isinstance(error, Displaced):
                self._rejoin()
            raise
        self._doubt = False
        self._standing = plan.standing
        self._watched |= plan.watched
        if plan.due is not None:
            self._due = plan.due if self._due is None else min(plan.due, self._due)
        for row in plan.run:
            self._workers[row.queue].hand(row)
        for row, reason in plan.died:
            workers = self._workers.get(row.queue)
            if workers is not None:
                for task in workers.tell_dead(Work(row, self), reason):
                    self.submit(Put(task))

    def _rejoin(self) -> None:
        """Take part as another process: others have what this one held, and run it."""
        log.warning("Other processes have taken this one for dead, and run its updates now.")
        for work in self._works():
            work.cancel("taken over by another process")
        self._standing.leads.clear()
        # First the new one: where the database refuses it, the next transaction tries again.
        before, self._owner = self._owner, self._driver.owner()
        before.release()
        self._owner.watch(self.wake)

    def _may_wait(self, operation: Operation) -> bool:
        return operation.may_wait(self._standing.held)

    def _commit(self, operations: Sequence[Operation]) -> None:
        finished = [operation for operation in operations if isinstance(operation, Finish)]
        with self._transaction() as plan:
            held = plan.standing.held
            plan.coming = {
                each.lane for each in operations if isinstance(each, Put) and each.lane in held
            }
            if plan.store.gathers:
                needs = Needs()
                for operation in operations:
                    operation.announce(needs)
                # Of several ends in a lane the one of the run that has it counts; the others have lost it.
                needs.runs.sort(key=plan.holds)
                plan.store.gather(needs, plan.now)
            elif finished and plan.coming:
                operations = in_turn(operations, plan.coming)
            plan.settled = {
                (finish.row.seq, finish.row.runs) for finish in finished if isinstance(finish, Done)
            }
            for operation in operations:
                operation.apply(plan)
        if self._watched:
            for finish in finished:
                self._release(finish.row.seq)

    def _release(self, seq: int) -> None:
        # Whoever takes it out is the one who tells.
        watch = self._watched.pop(seq, None)
        if watch is not None:
            try:
                watch.finished()
            except Exception:
                log.exception("The end of a run could not be reported.")

    def _claim_soon(self, queue: str) -> None:
        standing = self._standing
        if queue in standing.waiting or queue in standing.hurrying:
            self._look = True
            self._writer.wake()

    def _tick(self) -> float:
        if self._closing:
            for seq in list(self._watched):
                self._release(seq)
            if not self._standing.held:
                self._drained.set()
            # Once: a database that is locked would delay the stop each time.
            if not self._has_left:
                self._has_left = True
                self._leave()
            return SWEEP
        now, moment = self._clock.now(), time.monotonic()
        if self._due is not None and self._due <= now:
            self._wake_lanes(now)
        if moment - self._swept >= SWEEP:
            self._swept = moment
            self._sweep(now)
        if self._look:
            self._look = False
            with self._transaction() as plan:
                plan.look()
        pause = self._swept + SWEEP - time.monotonic()
        return pause if self._due is None else min(pause, self._due - now)

    def _leave(self) -> None:
        """Give up lanes that are kept for tasks to come, which others may have now."""
        if self._database.writable().keeps_lanes:
            with self._transaction():
                pass

    def _wake_lanes(self, now: float) -> None:
        with self._transaction() as plan:
            plan.store.wake(now)
            plan.open_scheduled(MANY)
            plan.look()
        self._due = self._database.writable().next_due()

    def _sweep(self, now: float) -> None:
        store = self._database.writable()
        self._clock.follow(store.time())
        self._watch_runs()
        self._unwind(now)
        self._bury_owners()
        version = store.session.version()
        if version != self._version:
            self._version = version
            self._see_changes()
        if self._options.tidies:
            self._prune()
        for bot in self._paused:
            self._give_up(bot)
        if self._standing.solo is not None:
            self._look = True

    def _watch_runs(self) -> None:
        moment = time.monotonic()
        for seq in [seq for seq, watch in self._watched.items() if watch.until <= moment]:
            self._release(seq)
        for name, workers in self._workers.items():
            if workers.watch():
                self._claim_soon(name)

    def _bury_owners(self) -> None:
        store = self._database.writable()
        gone = [owner for owner in store.owners() if self._is_gone(owner)]
        if not gone:
            return
        with self._transaction() as plan:
            for owner in gone:
                plan.abandon(owner)
        for owner in gone:
            self._owner.bury(owner)

    def _is_gone(self, owner: str) -> bool:
        return owner != self._owner.name and self._owner.is_dead(owner)

    def _see_changes(self) -> None:
        """Take notice of what other processes and operators have committed."""
        store = self._database.writable()
        self._due = store.next_due()
        self._standing.turn = max(self._standing.turn, store.last_turn(AGING))
        for seq in [seq for seq in self._watched if not store.is_pending(seq)]:
            self._release(seq)
        mine = {seq: cancelled for seq, *_, cancelled in store.owned(self._owner.name)}
        skipped = []
        for work in self._works():
            if work.seq not in mine:
                work.cancel("skipped by an operator, or taken over by another process")
                # A lane that others have taken is left alone until our run of it has ended.
                if store.lane_owner(work.row.line) == self._owner.name:
                    skipped.append(work)
            elif mine[work.seq]:
                work.cancel("cancelled by an operator")
        with self._transaction() as plan:
            for work in skipped:
                plan.lose(work.row)
            plan.look()

    def _unwind(self, now: float) -> None:
        """Run retries that were planned by a clock that was ahead of ours: their time may be hours away."""
        if self._database.writable().is_ahead(now + STEP):
            log.warning("The clock was set back: updates that wait for a retry are tried now.")
            with self._transaction() as plan:
                plan.store.unwind(now + STEP)
                plan.look()

    def _give_up(self, bot: int) -> None:
        for name, workers in self._workers.items():
            outage = workers.crew.outage
            before = self._clock.proven() - outage
            reason = Outdated(f"waited {outage / 3600:g} h: {self._paused.get(bot, '')}")
            if self._database.writable().too_late(bot, name, before, 1):
                with self._transaction() as plan:
                    more = plan.give_up(bot, name, before, MANY, reason)
                if more:
                    self._swept = -1.0
                    self._writer.wake()

    def _prune(self) -> None:
        store, options, past = self._database.writable(), self._options, self._clock.proven()
        kept = past - options.retention
        before = (kept, past - options.dead_retention, kept, kept)
        bots = store.bots() if options.bots is None else options.bots
        for bot in bots:
            if store.has_old(bot, before):
                with self._transaction() as plan:
                    more = plan.store.prune(bot, before, MANY)
                if more:
                    self._writer.wake()
                    self._swept = -1.0
