"""Work: one task in the hands of a handler."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, NamedTuple, Protocol

from .base import Cancelled, Row, Sent, Task, Unavailable
from .ends import Buried, Record, Results
from .known import Known
from .operations import Operation
from .session import Change, State
from .store import Store

PARTS = 10  # followers looked at: an album has at most ten parts, so what waits further behind is none of it


class Desk(Protocol):
    """What a run needs of its dispatcher: to read at once, to write with the next transaction."""

    known: Known | None  # what is known of sessions without reading

    @property
    def owner(self) -> str:
        """Return the name of this process among those that share the database."""

    def reading(self) -> AbstractContextManager[Store]:
        """Return a store to read from."""

    def submit(self, operation: Operation) -> None:
        """Hand an operation to the writer."""

    def release_seat(self, work: Work) -> bool:
        """Let another worker run instead of this one; False when too many wait already."""

    def take_seat(self, work: Work) -> None:
        """Count the calling thread among the workers again."""

    def now(self) -> float:
        """Return the queue's time."""


class Work:
    """One run of a task. Times are epoch seconds, `attempt` counts from 1, `body` is as received."""

    # What most runs leave as it is, so that it need not be set for each.
    thread: int | None = None  # once it has begun, with its time in `since`
    since = 0.0
    calling_since: float | None = None
    has_seat = True
    is_stuck = False
    is_reverted = False
    result: str | None = None  # JSON that is kept with the task once it is done
    _waits = 0
    _cancelled: str | None = None
    _changes: list[tuple[str, list[Change]]] | None = None  # once settled
    _has_ended = False  # its sessions refuse changes

    def __init__(self, row: Row, desk: Desk) -> None:
        self.row, self._desk = row, desk
        self.reports: list[Callable[[bool], None]] = []
        self._lock = threading.Lock()
        self._states: dict[str, State] = {}
        self._reads: list[str] = []  # what its sessions have read from the database
        self._absorbed: set[int] = set()
        self._tasks: list[Task] = []
        self._dropped: list[str] = []
        self._records: list[Record] = []

    def __repr__(self) -> str:
        row = self.row
        return f"<Work {row.seq}: {row.queue} {row.key} of bot {row.bot}, {row.lane}, attempt {row.attempts}>"

    @property
    def seq(self) -> int:
        """Return the task's number."""
        return self.row.seq

    @property
    def bot(self) -> int:
        """Return the bot that it is for."""
        return self.row.bot

    @property
    def owner(self) -> str:
        """Return who runs it: the name of this process, another one each time that it takes part anew."""
        return self._desk.owner

    @property
    def queue(self) -> str:
        """Return the name of its queue."""
        return self.row.queue

    @property
    def key(self) -> str:
        """Return the key it was stored under, unique per bot and queue."""
        return self.row.key

    @property
    def lane(self) -> str:
        """Return the lane it waits in."""
        return self.row.lane

    @property
    def kind(self) -> str:
        """Return its kind, as its sender named it."""
        return self.row.kind

    @property
    def body(self) -> bytes:
        """Return its content, as stored."""
        return self.row.body

    @property
    def parsed(self) -> Any:
        """Return the body as its sender had parsed it, None in a later run."""
        return self.row.parsed

    @property
    def received(self) -> float:
        """Return when it was stored, in epoch seconds."""
        return self.row.received

    @property
    def expires(self) -> float | None:
        """Return when it expires, in epoch seconds."""
        return self.row.expires

    @property
    def attempt(self) -> int:
        """Return this run's number among those that count, from 1."""
        return self.row.attempts

    def now(self) -> float:
        """Return the time in the queue's epoch seconds, which no clock steps."""
        return self._desk.now()

    @property
    def is_repeated(self) -> bool:
        """Return whether there was a run before, counted or not."""
        return self.row.runs > 1

    @property
    def cancelled(self) -> bool:
        """Return whether this run should end as soon as it can."""
        return self._cancelled is not None

    def cancel(self, reason: str) -> None:
        """Have the next call of this run raise Cancelled."""
        self._cancelled = reason

    def state(self, name: str) -> State:
        """Return the state kept under `name`, such as "chat:5"; changes commit when the handler returns."""
        state = self._states.get(name)
        if state is None:
            known, where = self._desk.known, (self._reads, self.row.bot, name)
            kept = Kept(self._desk, known, *where)
            told = State(name, kept, partial(known.tell, *where)) if known else State(name, kept)
            # In one step: a handler's own threads may ask as well, and all get the same one.
            state = self._states.setdefault(name, told)
            if self._has_ended:
                state.has_ended = True
        return state

    def peek(self, name: str) -> dict[str, Any]:
        """Return the state committed under `name`, whatever this run has read of it."""
        stored = Kept(self._desk, None, self._reads, self.row.bot, name).values()
        return {key: json.loads(text) for key, text in stored.items()}

    def revert(self) -> None:
        """Forget what was changed so far: the run has failed, and only its error handlers follow.

        What it has taken over stays so, if they settle the error.
        """
        self.is_reverted = True
        self._changes, self._has_ended = None, False
        for state in list(self._states.values()):
            state.revert()
        self._tasks.clear()
        self._dropped.clear()

    def add(self, task: Task) -> None:
        """Store a new task together with the end of this one."""
        self._tasks.append(task)

    def drop(self, batch: str) -> None:
        """Cancel what waits of a batch, together with the end of this task."""
        self._dropped.append(batch)

    def calls(self) -> list[Sent]:
        """Return what earlier runs have recorded, in order; nothing is read for a first run."""
        if not self.is_repeated:
            return []
        with self._desk.reading() as store:
            return store.calls(self.seq)

    def record(self, sent: Callable[[], Sent]) -> None:
        """Remember a call in case this task is run again; `sent()` makes what is stored, if it comes to that.

        Nothing waits for it: a crash in the milliseconds before the next commit loses the record.
        """
        record = Record(self.row, sent)
        self._records.append(record)
        self._desk.submit(record)

    def keep(self, sent: Callable[[], Sent]) -> None:
        """Remember a call that the end of this run follows at once, and takes along: the writer is not woken twice.

        What kills the process in between leaves as little of it as of any call in the milliseconds before a commit.
        """
        record = Record(self.row, sent)
        record.is_kept = True
        self._records.append(record)

    def record_kept(self) -> None:
        """Hand on what was kept for an end that closes the task: another one has come."""
        for record in self._records:
            if record.is_kept:
                record.is_kept = False
                self._desk.submit(record)

    def following(self, limit: int = PARTS) -> list[Work]:
        """Return the first open tasks that wait behind this one in its lane."""
        with self._desk.reading() as store:
            return [Work(row, self._desk) for row in store.following(self.row, limit)]

    def absorb(self, seqs: Iterable[int]) -> None:
        """Mark these followers done together with this task, in the same transaction."""
        self._absorbed.update(seqs)

    def calling(self) -> Calling:
        """Mark a call to another service: raise Cancelled first if this run should end, and let a stop wait for it."""
        return Calling(self)

    @contextmanager
    def waiting(self) -> Iterator[Callable[[], bool]]:
        """Release the worker's seat during a wait; yield a function that returns whether to go on waiting.

        It says no once the run is cancelled, or when too many wait already.
        """
        with self._lock:
            self._waits += 1
        released = self._desk.release_seat(self)
        try:
            yield lambda: released and self._cancelled is None
        finally:
            with self._lock:
                self._waits -= 1
                is_last = not self._waits
            if is_last:  # a handler's own threads may wait as well
                self._desk.take_seat(self)

    def when_returned(self, report: Callable[[bool], None]) -> None:
        """Call `report(conflict)` once it is certain that this run has ended the task; True: it runs again instead.

        That is after the commit, on the writer's thread, together with the others of the same transaction.
        """
        if self._changes is None:
            self.settle()
        self.reports.append(report)

    def settle(self) -> list[tuple[str, list[Change]]]:
        """Return what changes in which session, and refuse more; raise what makes one unfit for storing."""
        if self._changes is None:
            changes, states = [], self.end()  # all, before one of them turns out unfit
            for name, state in states:
                if found := state.changes():
                    changes.append((name, found))
            self._changes = changes
        return self._changes

    def results(self) -> Results:
        """Return what this run leaves behind; raise what makes a session unfit for storing."""
        changes = self.settle() if self._changes is None else self._changes
        tasks, absorbed = tuple(self._tasks), tuple(self._absorbed and sorted(self._absorbed))
        records, dropped = tuple(self._records), tuple(self._dropped)
        is_repeated = self.row.runs > 1
        return Results(changes, tasks, absorbed, records, is_repeated, dropped, self.result)

    def unwritten(self, error: Exception) -> None:
        """Bury the task, as its run's end cannot be written."""
        if not isinstance(error, Unavailable):
            self.record_kept()
            text = f"{type(error).__name__}: {error}"
            self._desk.submit(Buried(self.row, lambda error: None, text))

    def end(self) -> list[tuple[str, State]]:
        """Refuse changes from now on; return the sessions that were opened."""
        # In this order: what a handler's own threads open meanwhile is in the list, or finds that it is over.
        self._has_ended = True
        states = list(self._states.items())
        for _, state in states:
            state.has_ended = True
        return states


class Calling:
    """One call of a run to another service."""

    # A class, since a generator costs three times as much, for every call.
    __slots__ = ("_work",)

    def __init__(self, work: Work) -> None:
        self._work = work

    def __enter__(self) -> None:
        work = self._work
        if work._cancelled is not None:
            raise Cancelled(work._cancelled)
        work.calling_since = time.monotonic()

    def __exit__(self, *error: object) -> None:
        work = self._work
        work.calling_since = None
        if not work.has_seat and not work._waits:
            work._desk.take_seat(work)


class Kept(NamedTuple):
    """What is stored under one name, for a run, of which all share `reads`."""

    desk: Desk
    known: Known | None
    reads: list[str]
    bot: int
    name: str

    def value(self, key: str) -> str | None:
        """Return the JSON of one key, None when it is not there."""
        name, known = (self.bot, self.name, key), self.known
        self.reads.append(key)
        generation = 0 if known is None else known.generation
        with self.desk.reading() as store:
            value = store.value(*name)
        if known is not None:
            known.note(name, value, generation)
        return value

    def values(self) -> dict[str, str]:
        """Return the JSON of every key."""
        self.reads.append("")
        with self.desk.reading() as store:
            return store.values(self.bot, self.name)

    def size(self) -> int:
        """Return the length of all keys and their JSON, in characters."""
        with self.desk.reading() as store:
            return store.size(self.bot, self.name)
