"""The inbox's door: what the server and its operator's commands use."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator

from .base import STATES, Arrival, Driver, Entry, OpenError, Options, Unavailable
from .catalog import Catalog
from .dispatch import Dispatcher
from .run import Handler

LIMIT = 2**63


class Inbox:
    """Durable updates: stored once, run in order per lane, retried, buried. See `inbox.base` for the promise.

    Making one has no effect: files, locks and threads appear with `start` or the first `put`.
    """

    def __init__(self, driver: Driver, handle: Handler, options: Options) -> None:
        self._driver, self._handle, self._options = driver, handle, options
        self._lock = threading.Lock()
        self._dispatcher: Dispatcher | None = None
        self._pid = 0
        # What a fork left of the parent's is not used, and kept so that nothing of it is let go here.
        self._inherited: list[Dispatcher] = []

    def start(self) -> None:
        """Open the database and run what is left in it; does nothing when started already.

        Raise OpenError, one line that says what to change, when the database cannot be used.
        """
        self._running()

    def put(self, arrival: Arrival) -> bool:
        """Store an arrival and return once it is committed: True for a new one, False for a repeated one.

        Raise Unavailable when it could not be stored (nothing of it was) or the inbox is stopping.
        """
        check(arrival)
        return self._ready().put(arrival)

    def put_and_wait(self, arrival: Arrival, timeout: float = 50.0) -> bool:
        """Like `put`, but return only when the handler has run once, or after `timeout` seconds."""
        check(arrival)
        finished = threading.Event()
        if not self._ready().put(arrival, finished):
            return False
        finished.wait(timeout)
        return True

    def check(self, timeout: float = 2.0) -> None:
        """Raise Unavailable, with the reason, when an update could not be stored now; takes `timeout` seconds at most."""
        self._ready().check(timeout)

    def workers(self) -> dict[str, int]:
        """Count this process' worker threads: `busy`, `idle`, `lost`; and updates that were `refused` a thread."""
        return self._ready().workers()

    def inspect(self) -> str:
        """Say how the database is kept, after an empty write; raise OpenError when it cannot be written.

        Unlike `check` this starts nothing: an operator's command must not take updates to run.
        """
        with self._session() as catalog:
            with catalog.session.transaction():
                pass
            return self._driver.describe(catalog.session)

    def stop(self) -> int:
        """Refuse what comes, let running handlers finish for `drain` seconds, return the number of open updates."""
        with self._lock:
            dispatcher = self._dispatcher
            if dispatcher is None or self._pid != os.getpid():
                return 0
        # Without the lock: whoever stops a second time does not wait for the first.
        dispatcher.stop()
        return self.counts()["open"]

    def counts(self) -> dict[str, int]:
        """Count updates by state (open, done, dead, expired) and lanes.

        `waiting` lanes wait for a worker, `retrying` for the time of a retry; `oldest` is how many seconds the
        longest waiting lane has waited.
        """
        with self._session() as catalog:
            counts = catalog.counts()
            since = catalog.waiting_since()
        waited = 0.0 if since is None else self._options.clock() - since
        return counts | {"oldest": max(0, int(waited))}

    def list(self, state: str | None = None, limit: int = 50) -> list[Entry]:
        """Return the newest updates, of one state or of all."""
        with self._session() as catalog:
            return catalog.list(None if state is None else number(state), limit)

    def show(self, seq: int) -> Entry | None:
        """Return one update, or None when there is no such number."""
        with self._session() as catalog:
            return catalog.show(seq)

    def retry(self, seqs: Iterable[int] | None = None) -> int:
        """Open dead updates again, all or some, with their attempts forgotten; return how many."""
        with self._session() as catalog, catalog.session.transaction():
            count = catalog.retry(None if seqs is None else list(seqs), self._options.clock())
        if self._dispatcher is not None and self._pid == os.getpid():
            self._dispatcher.wake()
        return count

    def purge(self, state: str, older_than: float) -> int:
        """Delete done, dead or expired updates received more than `older_than` seconds ago; return how many."""
        if state == "open":
            raise ValueError("Open updates are still to be run; purge done, dead or expired ones.")
        before = self._options.clock() - older_than
        with self._session() as catalog, catalog.session.transaction():
            return catalog.purge(number(state), before)

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
            dispatcher = Dispatcher(self._driver, self._handle, self._options)
            dispatcher.start()
            self._dispatcher, self._pid = dispatcher, pid
            return dispatcher

    @contextlib.contextmanager
    def _session(self) -> Iterator[Catalog]:
        """A session of its own: the operator's commands work beside a server, and without one."""
        driver = self._driver
        if not driver.exists():
            raise OpenError(
                f"There is no inbox at {driver.place} yet; the server makes it when it starts. "
                "Is DATABASE_URL the server's?"
            )
        try:
            session = driver.reader()
            try:
                yield Catalog(session)
            finally:
                session.close()
        except Exception as error:
            reason = driver.trouble(error)
            if reason is None:
                raise
            raise OpenError(f"Cannot use the inbox at {driver.place}: {reason}.") from error


def check(arrival: Arrival) -> None:
    # One value the database cannot take would spoil the transaction of its neighbours.
    for name in ("bot", "update_id"):
        if not -LIMIT <= getattr(arrival, name) < LIMIT:
            raise ValueError(f"{name} has value {getattr(arrival, name)}. Not a 64-bit integer.")
    for name in ("lane", "kind"):
        getattr(arrival, name).encode()


def number(state: str) -> int:
    if state not in STATES:
        raise ValueError(f"state has value {state!r}. Use one of {', '.join(STATES)}.")
    return STATES.index(state)
