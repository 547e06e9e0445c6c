"""The statements by which tasks are stored and run; the same for all engines."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from . import statements as sql
from .base import NORMAL, Lane, Row, Rows, Sent, Session, Task
from .batches import Batches
from .known import Known
from .session import Change


@dataclass(slots=True)
class Needs:
    """What a transaction is going to touch: tasks to store, runs that end, keys of sessions that change."""

    tasks: list[Task] = field(default_factory=list)
    runs: list[Row] = field(default_factory=list)
    changes: list[tuple[int, str, Change]] = field(default_factory=list)


class Store:
    """The statements on one session. Those that write belong in its transaction."""

    gathers = False  # whether `gather` does anything
    known: Known | None = None  # what need not be read
    keeps_lanes = False  # whether rows of lanes may stay for tasks to come
    contested: Sequence[Lane] = ()  # those of them in which others have left a task to us

    def __init__(self, session: Session) -> None:
        self.session = session
        self._execute = session.execute
        # The same for what most updates write, and of which nothing is fetched.
        self._write: Callable[..., Rows] = session.execute

    def transaction(self, owner: str) -> AbstractContextManager[None]:
        """Write in one transaction of a process; raise Displaced once that has been taken for dead."""
        return self.session.transaction()

    def leave(self) -> None:
        """Give up the lanes that are kept for tasks to come."""

    def gather(self, needs: Needs, now: float) -> None:
        """Lock what the calls to come are about, and read it, where each statement is a journey."""

    def time(self) -> float | None:
        """Return the database's time in epoch seconds, None when it has no clock of its own."""
        return None

    def add(
        self, task: Task, now: float, expires: float | None, owner: str | None = None
    ) -> int | None:
        """Insert a task, running already when it has an owner; return its seq, None for a repeated one."""
        named = task.bot, task.queue, task.key, task.lane, task.kind, task.priority
        kept = now, expires, task.body, task.batch or None
        if owner is not None:
            return self._insert(sql.ADD_RUNNING, (*named, *kept, owner, now))
        if task.after:
            return self._insert(sql.ADD, (*named, *kept, 4, now + task.after))
        return self._insert(sql.ADD, (*named, *kept, 0, None))

    def _insert(self, statement: str, values: Sequence[Any]) -> int | None:
        found = self._execute(statement + " returning seq", values).fetchone()
        return None if found is None else int(found[0])

    def set_aside(self, task: Task, before: float) -> bool:
        """Rename a finished task of the same key that was received `before`; return whether there was one."""
        return bool(self._execute(sql.SET_ASIDE, (task.bot, task.queue, task.key, before)).rowcount)

    def claim(self, lane: Lane, owner: str, now: float) -> Row | None:
        """Count a run of the lane's first task and return its row, None when no task is open."""
        found = self._execute(sql.CLAIM, (owner, now, *lane)).fetchone()
        return None if found is None else Row(*found)

    def head(self, lane: Lane) -> int | None:
        """Return the seq of the lane's first open task."""
        found = self._execute(sql.HEAD, lane).fetchone()
        return None if found is None else int(found[0])

    def unclaim(self, seq: int) -> None:
        """Take a claim of this transaction back."""
        self._execute(sql.UNCLAIM, (seq,))

    def search(self, seq: int) -> Row | None:
        """Return a task's row, None when there is none."""
        found = self._execute(sql.SEARCH, (seq,)).fetchone()
        return None if found is None else Row(*found)

    def following(self, row: Row, limit: int) -> list[Row]:
        """Return the first open tasks behind `row` in its lane."""
        found = self._execute(sql.FOLLOWING, (*row.line, row.seq, limit)).fetchall()
        return [Row(*each) for each in found]

    def finish(self, fence: tuple[int, str, int]) -> bool:
        """Close a task whose handler returned; False when the run has lost it, as for the next four."""
        return bool(self._write(sql.FINISH, fence).rowcount)

    def keep(self, seq: int, result: str) -> None:
        """Store what a run that has just been closed leaves for whoever asks."""
        self._execute(sql.KEEP, (result, seq))

    def drop(self, bot: int, batch: str) -> None:
        """Cancel what waits of a batch."""
        Batches.inside(self.session, bot).cancel(batch)

    def expire(self, fence: tuple[int, str, int]) -> bool:
        """Close a task that was too late to be run."""
        return bool(self._execute(sql.EXPIRE, fence).rowcount)

    def bury(self, fence: tuple[int, str, int], error: str) -> bool:
        """Close a task that failed."""
        return bool(self._execute(sql.BURY, (error, *fence)).rowcount)

    def postpone(
        self, fence: tuple[int, str, int], counted: bool, due: float | None, error: str | None
    ) -> bool:
        """Give a task back that is to run again."""
        return bool(self._execute(sql.POSTPONE, (int(not counted), due, error, *fence)).rowcount)

    def pardon(self, fence: tuple[int, str, int]) -> bool:
        """Count this run for none: whatever ends it, it is not to blame."""
        return bool(self._execute(sql.PARDON, fence).rowcount)

    def absorb(self, line: Lane, seq: int) -> None:
        """Close a follower together with the task that took it over."""
        if self._execute(sql.ABSORB, (seq, *line)).rowcount:
            self.forget(seq)

    def open_lane(
        self, lane: Lane, owner: str | None, priority: int, rank: int, now: float
    ) -> tuple[str | None, float | None]:
        """Make sure that a lane has its row, locked by this transaction; return its owner and when it is due."""
        found = self._execute(sql.OPEN_LANE, (*lane, owner, priority, rank, now)).fetchone()
        return found[0], found[1]

    def lead(self, bot: int, queue: str, owner: str, now: float) -> bool:
        """Make a process the one that runs a bot's tasks of a queue, unless another one is; return whether it is."""
        found = self._execute(sql.LEAD, (bot, queue, owner, now)).fetchone()
        return bool(found[0] == owner)

    def lane_owner(self, lane: Lane) -> str | None:
        """Return who runs a lane, None when nobody does or there is none."""
        found = self._execute(sql.LANE_OWNER, lane).fetchone()
        return None if found is None else found[0]

    def close_lane(self, lane: Lane) -> bool:
        """Close a lane and return True when no task of it is open."""
        return bool(self._write(sql.CLOSE_LANE, (*lane, *lane)).rowcount)

    def park(self, lane: Lane, due: float | None, now: float, rank: int, aging: int) -> int:
        """Give a lane back to wait for a worker, or until `due`; return its priority."""
        (urgency,) = self._execute(sql.URGENCY, lane).fetchone()
        priority = NORMAL if urgency is None else int(urgency)
        self._execute(sql.PARK, (due, now, rank + priority * aging, priority, *lane))
        return priority

    def take(
        self,
        queue: str,
        most: Mapping[int, int],
        owner: str,
        limit: int,
        hurrying: bool,
        held: Container[Lane],
    ) -> list[Lane]:
        """Claim up to `limit` waiting lanes that are not `held`, by rank, of all or of the `hurrying` ones.

        `most` are the bots, with as many lanes as each may get.
        """
        statement = sql.HURRYING if hurrying else sql.WAITING
        found: list[Any] = []
        for bot, count in most.items():
            if count:
                found += self._execute(statement, (queue, bot, count)).fetchall()
        found.sort(key=lambda each: each[3])
        lanes = [Lane(*each[:3]) for each in found[:limit]]
        return [lane for lane in lanes if lane not in held and self.take_lane(lane, owner)]

    def take_lane(self, lane: Lane, owner: str) -> bool:
        """Claim one lane that waits; False when others were faster."""
        return bool(self._execute(sql.TAKE, (owner, *lane)).rowcount)

    def wake(self, now: float) -> None:
        """Let the lanes go on whose time has come."""
        self._execute(sql.WAKE, (now,))

    def unwind(self, now: float) -> None:
        """Let the lanes go on that were parked at a time that is still to come."""
        self._execute(sql.UNWIND, (now,))

    def is_ahead(self, now: float) -> bool:
        """Return whether `unwind` has something to do."""
        return self._execute(sql.IS_AHEAD, (now,)).fetchone() is not None

    def scheduled(self, now: float, limit: int) -> list[tuple[int, Lane, int]]:
        """Open the tasks whose time has come; return seq, lane and priority of each."""
        found = self._execute(sql.SCHEDULED, (now, limit)).fetchall()
        for seq, *_ in found:
            self._execute(sql.RELEASE, (seq,))
        return [
            (seq, Lane(bot, queue, lane), priority) for seq, bot, queue, lane, priority in found
        ]

    def next_due(self) -> float | None:
        """Return the earliest time for which something waits."""
        times = (
            self._execute(sql.NEXT_DUE).fetchone()[0],
            self._execute(sql.NEXT_SCHEDULED).fetchone()[0],
        )
        return min((float(each) for each in times if each is not None), default=None)

    def owners(self) -> list[str]:
        """Return the processes that have lanes, or have paused a bot."""
        found = self._execute(sql.OWNERS).fetchall() + self._execute(sql.PAUSERS).fetchall()
        return list(dict.fromkeys(owner for (owner,) in found))

    def owned(self, owner: str) -> list[tuple[int, Lane, int, int, int]]:
        """Return seq, lane, attempts, runs and cancelled of each task that a process runs."""
        return [
            (seq, Lane(bot, queue, lane), attempts, runs, cancelled)
            for seq, bot, queue, lane, attempts, runs, cancelled, _ in self._execute(
                sql.OWNED, (owner,)
            ).fetchall()
            if seq is not None
        ]

    def owned_lanes(self, owner: str) -> list[Lane]:
        """Return the lanes of a process."""
        return [Lane._make(each) for each in self._execute(sql.OWNED_LANES, (owner,)).fetchall()]

    def abandon(self, seq: int, due: float | None) -> None:
        """Take a task from its process, which is gone; it may run from `due` on."""
        self._execute(sql.ABANDON, (due, seq))

    def lose(self, seq: int, error: str) -> bool:
        """Bury a task that no run has in hand."""
        return bool(self._execute(sql.LOSE, (error, seq)).rowcount)

    def pause(self, bot: int, owner: str, reason: str, now: float) -> None:
        """Note that a process has paused a bot."""
        self._execute(sql.PAUSE, (bot, owner, reason, now))

    def resume(self, bot: int, owner: str) -> None:
        """Note that a process has resumed a bot."""
        self._execute(sql.RESUME, (bot, owner))

    def dismiss(self, owner: str) -> bool:
        """Forget a process that is gone, and its pauses; return False when it lives after all."""
        self._execute(sql.UNPAUSE, (owner,))
        return True

    def values(self, bot: int, name: str) -> dict[str, str]:
        """Return the JSON of each key of a session."""
        return dict(self._execute(sql.VALUES, (bot, name)).fetchall())

    def value(self, bot: int, name: str, key: str) -> str | None:
        """Return the JSON of one key of a session, None when it is not there."""
        found = self._execute(sql.VALUE, (bot, name, key)).fetchone()
        return None if found is None else found[0]

    def size(self, bot: int, name: str) -> int:
        """Return the length of a session's keys and their JSON, in characters."""
        return int(self._execute(sql.SIZE, (bot, name)).fetchone()[0])

    def touch(self, bot: int, name: str, key: str) -> None:
        """Keep others from changing a key until the transaction's end."""
        self._execute(sql.TOUCH, (bot, name, key))

    def differs(self, bot: int, name: str, change: Change) -> bool:
        """Return whether somebody else has changed this key since the run read it."""
        found = self._execute(sql.VALUE, (bot, name, change.key)).fetchone()
        return (None if found is None else found[0]) != change.before

    def save(self, bot: int, name: str, change: Change) -> None:
        """Write one key of a session."""
        if change.after is None:
            self._execute(sql.DROP, (bot, name, change.key))
        else:
            self._write(sql.SAVE, (bot, name, change.key, change.after))

    def calls(self, seq: int) -> list[Sent]:
        """Return the recorded calls of a task, in order."""
        return [tuple(each) for each in self._execute(sql.CALLS, (seq,)).fetchall()]

    def record(self, fence: tuple[int, str, int], sent: Sent) -> None:
        """Remember a call of a run that still has its task."""
        self._execute(sql.RECORD, (fence[0], fence[0], *sent, *fence))

    def unturn(self, seq: int) -> None:
        """Let recorded calls be recognised by their content alone."""
        self._execute(sql.UNTURN, (seq,))

    def forget(self, seq: int) -> None:
        """Drop what was recorded of a task's calls."""
        self._execute(sql.FORGET, (seq,))

    def prune(self, bot: int, before: Sequence[float], limit: int) -> bool:
        """Delete up to `limit` done, dead, expired and cancelled tasks, each `before` a time; True when there may be more."""
        for statement, moment in zip(sql.PRUNE_CALLS, before, strict=True):
            self._execute(statement, (bot, moment, limit))
        deleted = [
            self._execute(statement, (bot, moment, limit)).rowcount
            for statement, moment in zip(sql.PRUNE, before, strict=True)
        ]
        return limit in deleted

    def has_old(self, bot: int, before: Sequence[float]) -> bool:
        """Return whether `prune` has something to do."""
        values = [value for moment in before for value in (bot, moment)]
        return self._execute(sql.HAS_OLD, values).fetchone() is not None

    def too_late(self, bot: int, queue: str, before: float, limit: int) -> list[Row]:
        """Return waiting tasks received before a time."""
        found = self._execute(sql.TOO_LATE, (bot, queue, before, limit)).fetchall()
        return [Row(*each) for each in found]

    def is_pending(self, seq: int) -> bool:
        """Return whether a task's first run is still to come or to end."""
        return self._execute(sql.IS_PENDING, (seq,)).fetchone() is not None

    def bots(self) -> list[int]:
        """Return the bots whose tasks are stored here."""
        found: list[int] = []
        bot = -(2**63)
        while (row := self._execute(sql.NEXT_BOT, (bot,)).fetchone())[0] is not None:
            bot = int(row[0])
            found.append(bot)
        return found

    def last_turn(self, aging: int) -> int:
        """Return the number of the newest task, or the turn of the lane that waits behind all, if that is higher."""
        (seq,) = self._execute(sql.LAST_SEQ).fetchone()
        (rank,) = self._execute(sql.LAST_RANK).fetchone()
        return max(seq or 0, (rank or 0) - NORMAL * aging)

    def newest(self) -> float | None:
        """Return when the newest task was received, in epoch seconds."""
        found = self._execute(sql.NEWEST).fetchone()
        return None if found is None else float(found[0])

    def probe(self) -> None:
        """Write as much as an update needs, and take it back."""
        self._execute(sql.FILL, (bytes(8192),))
        self._execute(sql.EMPTY)
