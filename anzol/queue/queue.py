"""The public API of this package: what the server and its operator's commands use."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace

from . import migration
from .base import (
    DEAD,
    DONE,
    EXPIRED,
    STATES,
    UPDATES,
    Entry,
    OpenError,
    Pause,
    Session,
    Task,
    Unavailable,
)
from .batches import Batches
from .catalog import COUNTED, Catalog
from .dispatch import Dispatcher, Options
from .driver import Driver
from .engine import engine
from .outside import open_session
from .personal import Personal
from .session import State
from .store import Store
from .subscriptions import Subscriptions
from .workers import Crew

log = logging.getLogger(__name__)

SOON = 0.001  # seconds
FINISHED = {"done": DONE, "dead": DEAD, "expired": EXPIRED}

Entries = list[Entry]  # in the class, `list` is its method


class Queue:
    """Durable tasks: stored once, run in order per lane, retried, buried. See `anzol.queue.base` for the promise.

    Making one has no effect: files, locks and threads appear with `start` or the first `put`. What counts, lists and
    replays tasks looks at those of `name`, unless it is given another `queue` or ALL.
    """

    def __init__(self, driver: Driver, options: Options, name: str = UPDATES) -> None:
        self.name = name
        self._driver, self._options = driver, options
        self._crews: dict[str, Crew] = {}
        self._lock = threading.Lock()
        self._dispatcher: Dispatcher | None = None
        self._pid = 0
        self._starting: list[Callable[[], None]] = []
        # What a fork left of the parent's is not used, and kept so that nothing of it is let go here.
        self._inherited: list[Dispatcher] = []

    def serve(self, name: str, crew: Crew) -> None:
        """Have this process run the tasks of a queue; call it before the start."""
        self._crews[name] = crew

    def run_for(self, bots: Collection[int] | None) -> None:
        """Have this process run and show the tasks of these bots from now on, None for all."""
        self._options = replace(self._options, bots=None if bots is None else frozenset(bots))
        if self._dispatcher is not None and self._pid == os.getpid():
            self._dispatcher.run_for(self._options.bots)

    def tidies(self, does: bool) -> None:
        """Say before the start whether this process deletes what is old: of several on one machine one is enough."""
        self._options = replace(self._options, tidies=does)

    def of(self, bot: int) -> Queue:
        """Return a view of one bot's tasks: what it counts, lists and changes is theirs alone."""
        view = copy(self)
        view._options = replace(self._options, bots=(bot,))
        return view

    def start(self) -> None:
        """Open the database and run what is left in it; does nothing when started already.

        Raise OpenError, one line that says what to change, when the database cannot be used.
        """
        self._running()

    def when_started(self, call: Callable[[], None]) -> None:
        """Call something whenever a process has begun to run tasks."""
        self._starting.append(call)

    @property
    def is_running(self) -> bool:
        """Return whether this process runs tasks."""
        return self._dispatcher is not None and self._pid == os.getpid()

    def put(self, task: Task) -> bool:
        """Store a task and return once it is committed: True for a new one, False for a repeated one.

        Raise Unavailable when it could not be stored (nothing of it was) or the queue is stopping.
        """
        return self._ready().put(task)

    def put_all(self, tasks: Sequence[Task]) -> Sequence[bool]:
        """Store tasks in one transaction, in their order, all or none; return for each whether it is new.

        Raise Unavailable when they could not be stored or the queue is stopping.
        """
        return self._ready().put_all(tasks)

    def deposit(self, tasks: Sequence[Task]) -> Sequence[bool]:
        """Store tasks, all or none, without running anything here: a server takes them up within two seconds.

        Return for each whether it is new. Raise OpenError when the database cannot be used.
        """
        new, now = [], self._now()
        with self._session() as session, session.transaction():
            store = self._driver.store(session)
            for task in tasks:
                # What waits for its time needs no lane yet, and each server sees it come.
                task = replace(task, after=max(task.after, SOON))
                expires = None if task.lifetime is None else now + task.after + task.lifetime
                new.append(store.add(task, now, expires) is not None)
        self._wake()
        return new

    def put_and_wait(self, task: Task, timeout: float = 50.0) -> bool:
        """Store a task and return when its handler has run once, or after `timeout` seconds."""
        finished = threading.Event()
        if not self._ready().put(task, finished.set):
            return False
        finished.wait(timeout)
        return True

    def put_soon(
        self,
        task: Task,
        stored: Callable[[bool | Exception], None],
        finished: Callable[[], None] | None = None,
        timeout: float = 50.0,
    ) -> None:
        """Store a task without waiting: `stored(new)`, or `stored(error)`, is called on the writer's thread.

        `finished()` is called when the handler has run once, or after `timeout` seconds. Neither may block. Raise
        Unavailable when it is refused at once; then nothing is called.
        """
        dispatcher = self._dispatcher  # asked for here: this is called for each update
        if dispatcher is None or self._pid != os.getpid():
            dispatcher = self._ready()
        dispatcher.put_soon(task, stored, finished, timeout)

    def pause(self, bot: int, reason: str) -> None:
        """Start nothing of a bot in this process; its tasks are stored and wait, in order, until `resume`."""
        self._ready().pause_bot(bot, reason)

    def resume(self, bot: int) -> None:
        """Run what waits for a bot."""
        self._ready().resume_bot(bot)

    def check(self, timeout: float = 2.0) -> None:
        """Raise Unavailable, with the reason, when a task could not be stored now; takes `timeout` seconds at most."""
        self._ready().check(timeout)

    def workers(self, queue: str = UPDATES) -> dict[str, int]:
        """Count this process' threads of one queue: `busy`, `idle`, `stuck`, `lost`; and tasks `refused` a thread."""
        return self._ready().workers()[queue]

    def inspect(self) -> str:
        """Say how the database is kept, after a write; raise OpenError when it cannot be written.

        Unlike `check` this starts nothing: an operator's command must not take tasks to run.
        """
        driver = self._driver
        with self._catalogs():
            session = driver.reader()
            with contextlib.closing(session):
                with session.transaction():
                    Store(session).probe()
                return driver.describe(session)

    def stop(self) -> int:
        """Refuse what comes, let running handlers finish for `drain` seconds, return the number of open tasks."""
        with self._lock:
            dispatcher = self._dispatcher
            if dispatcher is None or self._pid != os.getpid():
                return 0
        # Without the lock: whoever stops a second time does not wait for the first.
        dispatcher.stop()
        try:
            return self.counts()["open"]
        except OpenError as error:
            log.warning("How much is left is not known: %s", error)
            return 0

    def counts(self, queue: str | None = None) -> dict[str, int]:
        """Count tasks by state (open, done, dead, expired, scheduled, cancelled), and lanes.

        `waiting` lanes wait for a worker, `retrying` for a time, `running` have one; `oldest` is how many seconds
        the longest waiting lane has waited.
        """
        total = dict.fromkeys((*COUNTED, "running", "oldest"), 0)
        for counts in self.counts_by_bot(queue).values():
            oldest = max(total["oldest"], counts["oldest"])
            total = {name: total[name] + count for name, count in counts.items()}
            total["oldest"] = oldest
        return total

    def counts_by_bot(self, queue: str | None = None) -> dict[int, dict[str, int]]:
        """Return the same for each bot."""
        with self._catalogs() as catalogs:
            return {catalog.bot: self._counts(catalog, queue or self.name) for catalog in catalogs}

    def _counts(self, catalog: Catalog, queue: str) -> dict[str, int]:
        found = catalog.counts(queue) | {"running": 0}
        for owner, lanes in catalog.owners(queue).items():
            # What a dead one left waits for the next process.
            is_dead = self._driver.is_dead(owner, catalog.session)
            found["waiting" if is_dead else "running"] += lanes
        since = catalog.waiting_since(queue)
        return found | {"oldest": 0 if since is None else max(0, int(self._now() - since))}

    def list(self, state: str | None = None, limit: int = 50, queue: str | None = None) -> Entries:
        """Return the newest tasks, of one state or of all."""
        if state is not None and state not in STATES:
            raise ValueError(f"state has value {state!r}. Use one of {', '.join(STATES)}.")
        number = None if state is None else STATES.index(state)
        with self._catalogs() as catalogs:
            found = [
                entry
                for catalog in catalogs
                for entry in catalog.newest(number, limit, queue or self.name)
            ]
        if len(catalogs) > 1:
            found.sort(key=lambda entry: -entry.seq)
        return found[:limit]

    def running(self, queue: str | None = None) -> Entries:
        """Return what is being run, by other processes too, the longest first."""
        with self._catalogs() as catalogs:
            found = [
                entry
                for catalog in catalogs
                for entry in catalog.running(queue or self.name)
                if not self._driver.is_dead(entry.owner or "", catalog.session)
            ]
        return sorted(found, key=lambda entry: entry.started or 0.0)

    def paused(self) -> Sequence[Pause]:
        """Return why bots stand still, as each living process has found it."""
        with self._catalogs() as catalogs:
            return [
                pause
                for catalog in catalogs
                for pause in catalog.paused()
                if not self._driver.is_dead(pause.owner, catalog.session)
            ]

    def show(self, seq: int) -> Entry | None:
        """Return one task, or None when there is no such number."""
        if not 0 <= seq < 2**63:
            return None
        with self._catalogs() as catalogs:
            return next(filter(None, (catalog.show(seq) for catalog in catalogs)), None)

    def retry(self, seqs: Iterable[int] | None = None, queue: str | None = None) -> int:
        """Open dead tasks again, some or all, with their attempts forgotten; return how many."""
        chosen = None if seqs is None else [seq for seq in seqs if 0 <= seq < 2**63]
        with self._catalogs() as catalogs:
            count = sum(
                catalog.retry(chosen, self._now(), queue or self.name) for catalog in catalogs
            )
        self._wake()
        return count

    def cancel(self, seq: int) -> bool:
        """Have a run end at its next API call; False when that task is not being run."""
        with self._catalogs() as catalogs:
            found = any(catalog.cancel(seq) for catalog in catalogs)
        self._wake()
        return found

    def skip(self, seq: int) -> bool:
        """Bury an open task and let its lane go on; whatever its run still does is not recorded.

        Return False when there is no open task of that number.
        """
        with self._catalogs() as catalogs:
            found = any(catalog.skip(seq) for catalog in catalogs)
        self._wake()
        return found

    def purge(self, state: str, older_than: float, queue: str | None = None) -> int:
        """Delete done, dead or expired tasks received more than `older_than` seconds ago; return how many."""
        if state not in FINISHED:
            raise ValueError("Open updates are still to be run; purge done, dead or expired ones.")
        before = self._now() - older_than
        with self._catalogs() as catalogs:
            return sum(
                catalog.purge(FINISHED[state], before, queue or self.name) for catalog in catalogs
            )

    @contextlib.contextmanager
    def batches(self, bot: int) -> Iterator[Batches]:
        """Yield a bot's batches, to count, cancel and list them, with or without a running server; raise OpenError."""
        with self._session() as session:
            yield Batches(session, bot)

    def wake(self) -> None:
        """Look at once for what was changed by other means than a put."""
        self._wake()

    def now(self) -> float:
        """Return the queue's time in epoch seconds, which no clock steps."""
        return self._now()

    def subscriptions(self, bot: int) -> Subscriptions:
        """Return the subscriptions to a bot's topics."""
        return Subscriptions(bot, self._session)

    def personal(self, bot: int) -> Personal:
        """Return what is stored of a bot's users, one by one."""
        return Personal(bot, self._session)

    def session(self, bot: int, name: str) -> AbstractContextManager[State]:
        """Open a session outside a task; what the block has changed is stored at its end.

        Raises `SessionChanged` when a task has changed the same key meanwhile, and `Unavailable`.
        """
        self._ready()
        return open_session(bot, name, self._session)

    def forget(self, bot: int) -> None:
        """Delete everything of a bot: tasks, sessions, what was remembered. No process may be running it.

        Raise OpenError when the database cannot be used.
        """
        if not self._driver.exists():
            return
        with self._opened() as session:
            migration.prepare(self._driver, session)
            Catalog(session, bot).forget()

    def backup(self, target: str) -> None:
        """Write a complete copy of the database to a new file, even beside a busy server; raise OpenError."""
        with self._catalogs():
            session = self._driver.reader()
            with contextlib.closing(session):
                self._driver.backup(session, target)

    def move(self, url: str) -> dict[str, int]:
        """Copy everything to an empty PostgreSQL database, and mark this one as moved; return the rows of each table.

        Raise OpenError while a server uses this one, and for a `url` that will not do.
        """
        from .sqlite import SqliteDriver

        source = self._driver
        if not isinstance(source, SqliteDriver) or not url.startswith(("postgresql:", "postgres:")):
            raise OpenError("Only SQLite is moved, to postgresql://user@host/name.")
        engine(url)  # says whether psycopg is there
        from . import moving, postgresql

        target = postgresql.driver(url)
        try:
            with self._session():
                pass  # it is there, and ours
            return moving.move(source, target)
        except Exception as error:
            reason = source.trouble(error) or target.trouble(error)
            if reason is None:
                raise
            raise OpenError(f"Cannot move to {target.place}: {reason}.") from error

    def _now(self) -> float:
        # A command has no clock that runs since the start: the system's must do.
        return time.time() if self._dispatcher is None else self._options.clock.now()

    def _wake(self) -> None:
        if self._dispatcher is not None and self._pid == os.getpid():
            self._dispatcher.wake()

    def _doubt_known(self) -> None:
        """Have handlers of this process see at once what it has committed beside its queue."""
        known = None if self._dispatcher is None else self._dispatcher.known
        if known is not None:
            known.doubt()

    def _ready(self) -> Dispatcher:
        try:
            return self._running()
        except OpenError as error:
            raise Unavailable(str(error)) from error

    def _running(self) -> Dispatcher:
        dispatcher, pid = self._dispatcher, os.getpid()
        if dispatcher is not None and self._pid == pid:
            return dispatcher
        with self._lock:
            if self._dispatcher is not None and self._pid == pid:
                return self._dispatcher
            if self._dispatcher is not None:
                self._inherited.append(self._dispatcher)
            dispatcher = Dispatcher(self._driver, self._crews, self._options)
            dispatcher.start()
            self._dispatcher, self._pid = dispatcher, pid
        for call in self._starting:
            call()
        return dispatcher

    @contextlib.contextmanager
    def _catalogs(self) -> Iterator[Sequence[Catalog]]:
        """Yield catalogs on a session of their own: the operator's commands work beside a server, and without one."""
        with self._session() as session:
            bots = self._options.bots
            yield [
                Catalog(session, bot) for bot in (Store(session).bots() if bots is None else bots)
            ]

    @contextlib.contextmanager
    def _session(self) -> Iterator[Session]:
        """Yield a session of its own; raise OpenError when the database cannot be used."""
        driver = self._driver
        if not driver.exists():
            raise OpenError(
                f"There is no queue at {driver.place} yet; the server creates it when it starts. "
                "Is DATABASE_URL the server's?"
            )
        with self._opened() as session:
            migration.require(driver, session)
            yield session

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Session]:
        """Yield a session on a database of any version; raise OpenError when it cannot be used."""
        driver = self._driver
        try:
            with contextlib.closing(driver.reader()) as session:
                try:
                    yield session
                finally:
                    self._doubt_known()
        except Exception as error:
            reason = driver.trouble(error)
            if reason is None:
                raise
            raise OpenError(f"Cannot use the queue at {driver.place}: {reason}.") from error
