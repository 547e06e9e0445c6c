"""The queue's contract: what goes in, what comes out, and what a database engine must supply.

1. Stored before acknowledged: `put` returns after the commit that holds the task.
2. Once: `(bot, queue, key)` is taken one time, also by simultaneous callers; remembered for `retention`.
3. In order, one at a time, per lane; lanes in parallel; a lane yields its worker while others wait.
4. As long as it takes: a handler may run for minutes; what runs can be seen, cancelled and skipped.
5. A run is an attempt, counted before it starts; what takes its process along is buried in the end.
6. Retried (`Again`) or buried (any other exception), and replayed by an operator; a paused bot's tasks wait.
7. In time: urgent lanes first, the others not last for ever; past its life a task is expired, not run.
8. Taken over: what a dead process left is run by the next one, or by a living neighbour. Fenced: who lost a
   lane writes nothing of it any more.
9. State and new tasks commit with the task, in one transaction, or not at all.
10. Calls are remembered: whoever runs a task again gets what its earlier runs have recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple, Protocol

OPEN, DONE, DEAD, EXPIRED, SCHEDULED, CANCELLED = range(6)
STATES = ("open", "done", "dead", "expired", "scheduled", "cancelled")

URGENT, NORMAL = 0, 2  # the range of priorities: what is below NORMAL has workers of its own
UPDATES = "updates"  # the queue that is meant when none is named

LONGEST = 366 * 86400.0  # the longest a task may be put off, in seconds: a year
LARGEST = 4 * 1024 * 1024  # bytes of a body: four times what a webhook takes
NUMBERS = 2**63
# Seconds that a start waits for a process that makes or migrates the tables. No request waits for it: without them there is
# nowhere to store an update.
MIGRATION_PATIENCE = 60.0
LENGTHS = (("key", 256), ("lane", 256), ("queue", 64), ("kind", 64), ("batch", 200))
SHORTEST = min(longest for _, longest in LENGTHS)
OPTIONAL = ("kind", "batch")


class Lane(NamedTuple):
    """A line in which tasks run one at a time."""

    bot: int
    queue: str
    name: str


def refuse_seconds(name: str, value: float | None, longest: float = LONGEST) -> None:
    """Raise ValueError unless `value` is a number of seconds that may be waited for."""
    if value is None:
        return
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not isfinite(value)
        or not 0 <= value <= longest
    ):
        raise ValueError(f"{name} has value {value!r}. Use seconds from 0 to {longest:.0f}.")


# Not frozen: one is made for each update, and that would double what it costs.
@dataclass(slots=True)
class Task:
    """Something to run: `body` goes to the handler of `queue`, one task of a `lane` at a time.

    `key` identifies repetitions: a second task with the same bot, queue and key is not stored. `lifetime` is in seconds,
    None for no limit. With `after` it runs that many seconds from now; until then others of its lane go on. Tasks of a
    `batch` can be counted and cancelled together. `parsed` is handed to the run if that begins at once, to spare it reading
    the body.
    Raise ValueError, a line with the value and what is allowed, for what cannot be stored.
    """

    bot: int
    key: str
    lane: str
    body: bytes
    queue: str = UPDATES
    kind: str = ""
    priority: int = NORMAL
    lifetime: float | None = None
    after: float = 0.0
    batch: str = ""
    parsed: Any = field(default=None, compare=False, repr=False)
    # The lane, as one of all bots' and queues'.
    line: Lane = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # One value the database cannot take would spoil the transaction of its neighbours.
        if not -NUMBERS <= self.bot < NUMBERS:
            raise ValueError(f"bot has value {self.bot}. Use a 64-bit integer.")
        if not URGENT <= self.priority <= NORMAL:
            raise ValueError(f"priority has value {self.priority!r}. Use {URGENT} to {NORMAL}.")
        # Mostly they are so short that even all together would pass as one.
        key, lane, queue = self.key, self.lane, self.queue
        texts = key + lane + queue + self.kind + self.batch
        if not (key and lane and queue) or len(texts) > SHORTEST or not texts.isascii():
            self._refuse_texts()
        if len(self.body) > LARGEST:
            raise ValueError(f"body has {len(self.body)} bytes. Use at most {LARGEST}.")
        if self.lifetime is not None:
            refuse_seconds("lifetime", self.lifetime)
        if self.after:
            refuse_seconds("after", self.after)
        self.line = Lane(self.bot, queue, lane)

    def _refuse_texts(self) -> None:
        for name, longest in LENGTHS:
            text = getattr(self, name)
            if len(text) > longest or not (text or name in OPTIONAL):
                raise ValueError(f"{name} has {len(text)} characters. Use 1 to {longest}.")
            text.encode()


class Row(NamedTuple):
    """A task in the hands of a process: what its run needs, and what proves that it is this run's."""

    seq: int
    bot: int
    queue: str
    key: str
    lane: str
    kind: str
    priority: int
    body: bytes
    received: float
    expires: float | None
    attempts: int  # this run among those that count, from 1
    runs: int  # this run among all, from 1
    crashes: int  # runs that ended with their process
    cancelled: int  # an operator wants it to end
    parsed: Any = None  # what its sender knew of the body

    @property
    def line(self) -> Lane:
        """Return the lane that the task waits in."""
        return Lane(self.bot, self.queue, self.lane)


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored task as an operator sees it; times in epoch seconds.

    `due` only while it waits for its time, `owner` and `started` only while it runs; `result` is what its run left.
    """

    seq: int
    bot: int
    queue: str
    key: str
    lane: str
    kind: str
    state: str
    attempts: int
    received: float
    expires: float | None
    due: float | None
    owner: str | None
    started: float | None
    error: str | None
    body: bytes | None
    batch: str | None = None
    result: str | None = None


class Pause(NamedTuple):
    """A process's pause of a bot: since when (epoch seconds), and why."""

    bot: int
    owner: str
    reason: str
    since: float


# What a run has recorded of one call: a method, to whom, its place among the calls of that method to that target (None
# once that means nothing any more), a digest of its content, and its result as JSON.
Sent = tuple[str, str, int | None, str, str]


class Unavailable(Exception):
    """The task could not be stored now; nothing of it was kept, so the sender should try again."""


class OpenError(Exception):
    """The database cannot be used; the text says what to change."""


class Again(Exception):
    """Raised by a handler to be run again, `after` seconds from now or by the schedule.

    `counted=False`: it is not a failed attempt. `asked=True`: the handler's author wants another run, so that calls
    recorded so far are recognised by their content alone. Raise ValueError for a wait that is none.
    """

    def __init__(
        self,
        after: float | None = None,
        cause: BaseException | None = None,
        *,
        counted: bool = True,
        asked: bool = False,
    ) -> None:
        refuse_seconds("after", after)
        super().__init__(after, cause, counted, asked)
        self.after, self.cause, self.counted, self.asked = after, cause, counted, asked


class Failed(Exception):
    """Raised by a handler to have its task buried for a known reason: the text is kept, and no traceback."""


class Cancelled(BaseException):
    """Raised in a handler whose run an operator has cancelled, or whose process is stopping."""


class TookProcess(Exception):
    """The reason for a burial: each run of the task ended with the process that ran it."""


class Rows(Protocol):
    """The result of `Session.execute`, such as a sqlite3 cursor."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Session(Protocol):
    """One connection. Statements use `?` for a value; the session translates it for engines that use another sign."""

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Rows: ...

    def transaction(self) -> AbstractContextManager[None]:
        """Write in one transaction: committed durably on leaving, rolled back on any error."""

    def migration(self) -> AbstractContextManager[None]:
        """Change the tables in one transaction, as `transaction` does, after up to `MIGRATION_PATIENCE` for others."""

    def version(self) -> int:
        """Return a number that changes when another session has committed."""

    def is_usable(self) -> bool:
        """Return whether nothing is known against using it again."""

    def close(self) -> None: ...
