"""The statements for an engine at the end of a wire: what a batch needs is read in one journey and written in another.

`gather` locks the lanes of a batch in one order, so that no two processes wait for each other, and reads what the calls
to come will ask. Those then change what is known here, and the transaction's end writes all of it at once. Whatever
else is called first writes what is pending, and forgets what it may change.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .base import OPEN, SCHEDULED, Lane, Row, Sent, Task
from .clock import elapsed
from .driver import Displaced
from .membership import DISMISS, LEASE, PULSE
from .session import Change
from .statements import HURRYING, TOO_LATE, WAITING
from .statements import SCHEDULED as DUE
from .store import Needs, Store
from .wire import (
    CHANGE_LANES,
    CHANGE_VALUES,
    CLAIM,
    CLOSE_LANES,
    COLUMNS,
    DROP_VALUES,
    FINISH,
    FORGET,
    INSERT,
    KEEP,
    LOCK_LANES,
    NEW_SEQS,
    NEW_VALUES,
    OPEN_LANES,
    OWNED_LANES,
    PRUNE,
    PRUNE_CALLS,
    READ_KEYS,
    READ_LANES,
    READ_RUNS,
    READ_VALUES,
    RECORD,
    RELEASE,
    SKIP_LOCKED,
    TAKE_LANES,
    TELL,
    TIME,
    UNWIND,
    VOUCH,
    WAKE,
    Statement,
    Wire,
    columns,
    storable,
)


class Known:
    """A locked lane as it will be once everything is written, and its first open tasks beside the one that ends."""

    __slots__ = ("due", "has_more", "heads", "is_changed", "is_closed", "is_new", "is_wanted", "owner", "priority", "rank", "since")  # fmt: skip

    def __init__(self, owner: str | None, due: float | None, priority: int, rank: int) -> None:
        self.owner, self.due, self.priority, self.rank = owner, due, priority, rank
        self.since: float | None = None  # once it was closed and opened anew
        self.heads: list[Row] = []
        self.has_more = True  # others may wait behind those
        self.is_new = False  # made by `gather`
        self.is_wanted = self.is_changed = self.is_closed = False

    @property
    def is_unwanted(self) -> bool:
        """Return whether it was made for nothing so far."""
        return self.is_new and not self.is_wanted


class GatheredStore(Store):
    """See `Store`. Tasks, ends, claims, sessions and calls of a gathered batch are kept until the transaction's end."""

    gathers = True

    def __init__(self, session: Wire) -> None:
        super().__init__(session)
        self._wire = session
        self._execute = self._write = self._execute_now
        self._begin("")

    def _begin(self, owner: str) -> None:
        self._owner = owner
        self._lanes: dict[Lane, Known] = {}
        self._runs: dict[int, tuple[str | None, int]] = {}
        self._lane_of: dict[int, Lane] = {}
        self._keys: dict[tuple[int, str, str], tuple[int, float] | None] = {}
        self._seqs: list[int] = []
        self._values: dict[tuple[int, str, str], str | None] = {}
        self._stored: set[tuple[int, str, str]] = set()  # values that the database has
        self._is_waiting = False  # a lane was left for others
        self._clear()

    def _clear(self) -> None:
        self._added: dict[int, dict[str, Any]] = {}
        self._finished: list[int] = []
        self._claimed: list[int] = []
        self._claim_time = 0.0
        self._forgotten: list[int] = []
        self._kept: dict[int, str] = {}
        self._records: list[tuple[tuple[int, str, int], Sent]] = []
        self._saved: set[tuple[int, str, str]] = set()

    @contextlib.contextmanager
    def transaction(self, owner: str) -> Iterator[None]:
        """Write in one transaction, as `Store.transaction` does."""
        self._begin(owner)
        self._wire.want((VOUCH, (owner,)))
        started = elapsed()
        try:
            yield
            statements = self._pending(whole=True)
            if self._is_waiting:
                statements.append((TELL, (owner,)))
            self._wire.commit(statements)
            if elapsed() - started > LEASE - PULSE:
                # It slept before it read the answer: what it has claimed may be others' by now.
                raise Displaced("the process stood still for longer than its lease")
        except BaseException:
            self._wire.rollback()
            raise

    def gather(self, needs: Needs, now: float) -> None:
        """Lock the lanes of a batch in their order, and read what its operations will ask."""
        lanes = {row.line: row.seq for row in needs.runs}
        for task in needs.tasks:
            if not task.after:
                lanes.setdefault(Lane(task.bot, task.queue, task.lane), 0)
        keys = {(task.bot, task.queue, task.key) for task in needs.tasks}
        values = {(bot, name, change.key) for bot, name, change in needs.changes}
        runs = [row.seq for row in needs.runs]
        statements: list[Statement] = []
        if lanes:
            names = columns(lanes, 3)
            statements.append((OPEN_LANES, (self._owner, now, *names)))
            statements.append((READ_LANES, (*names, list(lanes.values()))))
        if runs:
            statements.append((READ_RUNS, (runs,)))
        if keys:
            statements.append((READ_KEYS, columns(keys, 3)))
            statements.append((NEW_SEQS, (len(needs.tasks),)))
        if values:
            statements.append((READ_VALUES, columns(values, 3)))
        if not statements:
            return
        found = iter(self._wire.execute_all(statements))
        if lanes:
            new = {Lane(*each) for each in next(found).fetchall()}
            for each in next(found).fetchall():
                self._know(each, new, bool(lanes[Lane(*each[:3])]))
        if runs:
            self._runs = {seq: (owner, run) for seq, owner, run in next(found).fetchall()}
            self._lane_of = {row.seq: row.line for row in needs.runs}
        if keys:
            self._keys = dict.fromkeys(keys)
            for bot, queue, key, state, received in next(found).fetchall():
                self._keys[bot, queue, key] = state, received
            self._seqs = [seq for (seq,) in next(found).fetchall()]
            self._seqs.reverse()
        if values:
            self._values = dict.fromkeys(values)
            for bot, name, key, value in next(found).fetchall():
                self._values[bot, name, key] = value
                self._stored.add((bot, name, key))

    def _know(self, row: Sequence[Any], new: Container[Lane], has_run: bool) -> None:
        lane, head = Lane(*row[:3]), row[7:]
        known = self._lanes[lane] = Known(*row[3:7])
        known.is_new = lane in new
        if head[0] is not None:
            known.heads.append(Row(*head))
        elif has_run or known.is_new:
            known.has_more = False

    def _execute_now(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Execute one statement now, after what is pending, and forget what it may change."""
        if statement.lstrip().startswith("select"):
            self._flush(whole=False)
        else:
            self._settle()
        return self._wire.execute(statement, values)

    def _flush(self, *, whole: bool) -> None:
        statements = self._pending(whole=whole)
        if statements:
            self._wire.execute_all(statements)

    def _leave(self, lane: Lane) -> None:
        """Write what is pending, and let a lane's state be what the database says."""
        known = self._lanes.get(lane)
        if known is not None and known.is_unwanted:
            known.is_closed = True
        self._flush(whole=False)
        self._lanes.pop(lane, None)

    def _pending(self, *, whole: bool) -> list[Statement]:
        """Return the statements that make the database what is known here; from then on it is.

        Lanes that were made for calls which may still come go only when it is the `whole` batch.
        """
        statements: list[Statement] = []
        if self._added:
            rows = self._added.values()
            statements.append((INSERT, [[row[name] for row in rows] for name in COLUMNS]))
        if self._finished:
            statements.append((FINISH, (self._finished,)))
        if self._kept:
            statements.append((KEEP, (list(self._kept), list(self._kept.values()))))
        if self._claimed:
            statements.append((CLAIM, (self._owner, self._claim_time, self._claimed)))
        if self._records:
            statements.append((RECORD, self._record_columns()))
        if self._forgotten:
            statements.append((FORGET, (self._forgotten,)))
        statements += self._pending_values() if self._saved else ()
        statements += self._pending_lanes(whole=whole)
        self._clear()
        return statements

    def _pending_values(self) -> Iterator[Statement]:
        new, changed, dropped = [], [], []
        for name in self._saved:
            value = self._values[name]
            if name not in self._stored:
                if value is not None:
                    new.append((*name, value))
                    self._stored.add(name)
            elif value is not None:
                changed.append((*name, value))
            else:
                dropped.append((*name, ""))
                self._stored.discard(name)
        for statement, rows in (
            (NEW_VALUES, new),
            (CHANGE_VALUES, changed),
            (DROP_VALUES, dropped),
        ):
            if rows:
                yield statement, columns(rows, 4)

    def _pending_lanes(self, *, whole: bool) -> Iterator[Statement]:
        closed = [
            lane
            for lane, known in self._lanes.items()
            if known.is_closed or (whole and known.is_unwanted)
        ]
        for lane in closed:
            del self._lanes[lane]
        changed = []
        for lane, known in self._lanes.items():
            if known.is_changed:
                changed.append((*lane, known.owner, known.priority, known.rank, known.since))
            known.is_changed = False
        if closed:
            yield CLOSE_LANES, columns(closed, 3)
        if changed:
            yield CHANGE_LANES, columns(changed, 7)

    def _record_columns(self) -> list[list[Any]]:
        nth: Counter[int] = Counter()
        rows = []
        for (seq, owner, runs), (method, target, turn, digest, result) in self._records:
            rows.append((seq, nth[seq], method, target, turn, digest, result, owner, runs))
            nth[seq] += 1
        return columns(rows, 9)

    def add(
        self, task: Task, now: float, expires: float | None, owner: str | None = None
    ) -> int | None:
        """Insert a task, as `Store.add` does."""
        name = task.bot, task.queue, task.key
        if name not in self._keys or not self._seqs:
            return super().add(task, now, expires, owner)
        if self._keys[name] is not None:
            return None
        state = SCHEDULED if task.after else OPEN
        seq = self._seqs.pop()
        self._keys[name] = state, now
        count = 0 if owner is None else 1
        self._added[seq] = {
            "seq": seq,
            "bot": task.bot,
            "queue": task.queue,
            "key": task.key,
            "lane": task.lane,
            "kind": task.kind,
            "priority": task.priority,
            "received": now,
            "expires": expires,
            "body": task.body,
            "batch": task.batch or None,
            "state": state,
            "due": now + task.after if task.after else None,
            "owner": owner,
            "attempts": count,
            "runs": count,
            "started": None if owner is None else now,
        }
        known = self._lanes.get(Lane(task.bot, task.queue, task.lane))
        if known is not None and not task.after and owner is None and not known.has_more:
            named = seq, task.bot, task.queue, task.key, task.lane, task.kind, task.priority
            known.heads.append(Row(*named, task.body, now, expires, 0, 0, 0, 0, task.parsed))
        return seq

    def set_aside(self, task: Task, before: float) -> bool:
        """Rename a finished task of the same key, as `Store.set_aside` does."""
        name = task.bot, task.queue, task.key
        if name in self._keys:
            state, received = self._keys[name] or (OPEN, 0.0)
            if state in (OPEN, SCHEDULED) or received >= before:
                return False
            self._keys[name] = None
        return super().set_aside(task, before)

    def claim(self, lane: Lane, owner: str, now: float) -> Row | None:
        """Count a run of the lane's first task, as `Store.claim` does."""
        known = self._lanes.get(lane)
        if known is not None and known.heads:
            row = known.heads.pop(0)
            added = self._added.get(row.seq)
            if added is None:
                self._claimed.append(row.seq)
                self._claim_time = now
            else:
                added |= {"owner": owner, "attempts": 1, "runs": 1, "started": now}
            return row._replace(attempts=row.attempts + 1, runs=row.runs + 1)
        if known is not None and not known.has_more:
            return None
        self._leave(lane)
        if known is None:
            self.lock([lane])
        return super().claim(lane, owner, now)

    def finish(self, fence: tuple[int, str, int]) -> bool:
        """Close a task whose handler returned, as `Store.finish` does."""
        seq, owner, runs = fence
        lane = self._lane_of.get(seq)
        if lane is None or lane not in self._lanes or seq not in self._runs:
            return super().finish(fence)
        if self._runs[seq] != (owner, runs):
            self._leave(lane)
            return False
        del self._runs[seq]
        self._finished.append(seq)
        return True

    def keep(self, seq: int, result: str) -> None:
        """Store what a run that has just been closed leaves for whoever asks."""
        self._kept[seq] = result

    def forget(self, seq: int) -> None:
        """Drop what was recorded of a task's calls."""
        self._forgotten.append(seq)

    def record(self, fence: tuple[int, str, int], sent: Sent) -> None:
        """Remember a call of a run that still has its task."""
        self._records.append((fence, sent))

    def open_lane(
        self, lane: Lane, owner: str | None, priority: int, rank: int, now: float
    ) -> tuple[str | None, float | None]:
        """Make sure that a lane has its row, as `Store.open_lane` does."""
        known = self._lanes.get(lane)
        if known is None:
            found = super().open_lane(lane, owner, priority, rank, now)
        else:
            if known.is_closed or known.is_unwanted:
                known.is_changed = known.is_closed or owner != known.owner
                known.since = now if known.is_closed else known.since
                known.owner, known.due, known.priority, known.rank = owner, None, priority, rank
                known.is_wanted, known.is_closed = True, False
            elif priority < known.priority or rank < known.rank:
                known.priority, known.rank = min(priority, known.priority), min(rank, known.rank)
                known.is_changed = True
            found = known.owner, known.due
        if found == (None, None):
            self._is_waiting = True
        return found

    def lane_owner(self, lane: Lane) -> str | None:
        """Return who runs a lane, None when nobody does or there is none."""
        known = self._lanes.get(lane)
        if known is None:
            return super().lane_owner(lane)
        return None if known.is_closed or known.is_unwanted else known.owner

    def close_lane(self, lane: Lane) -> bool:
        """Close a lane, as `Store.close_lane` does."""
        known = self._lanes.get(lane)
        if known is None:
            self.lock([lane])
            return super().close_lane(lane)
        known.is_closed = not known.heads and not known.has_more
        return known.is_closed

    def park(self, lane: Lane, due: float | None, now: float, rank: int, aging: int) -> int:
        """Give a lane back, as `Store.park` does."""
        if lane not in self._lanes:
            self.lock([lane])
        self._leave(lane)
        self._is_waiting = self._is_waiting or due is None
        kept = self._lanes, self._runs
        self._lanes, self._runs = {}, {}
        priority = super().park(lane, due, now, rank, aging)
        self._lanes, self._runs = kept
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
        """Claim waiting lanes, as `Store.take` does, and read their first tasks."""
        statement = (HURRYING if hurrying else WAITING) + SKIP_LOCKED
        found: list[Any] = []
        for bot, count in most.items():
            if count:
                found += self._execute(statement, (queue, bot, count)).fetchall()
        found.sort(key=lambda each: each[3])
        lanes = [lane for each in found[:limit] if (lane := Lane(*each[:3])) not in held]
        if lanes:
            names = columns(lanes, 3)
            _, read = self._wire.execute_all(
                [(TAKE_LANES, (owner, *names)), (READ_LANES, (*names, [-1] * len(lanes)))]
            )
            for each in read.fetchall():
                self._know(each, (), True)
        return lanes

    def lock(self, lanes: Iterable[Lane]) -> None:
        """Lock lanes that are there, in their order."""
        self._execute_now(LOCK_LANES, columns(lanes, 3)).fetchall()

    def wake(self, now: float) -> None:
        """Let the lanes go on whose time has come."""
        self._execute(WAKE, (now,))

    def unwind(self, now: float) -> None:
        """Let the lanes go on that were parked at a time that is still to come."""
        self._execute(UNWIND, (now,))

    def scheduled(self, now: float, limit: int) -> list[tuple[int, Lane, int]]:
        """Open the tasks whose time has come, in the order of their lanes."""
        found = self._execute(
            f"select * from ({DUE} {SKIP_LOCKED}) as found order by bot, queue, lane", (now, limit)
        ).fetchall()
        if found:
            self._execute(RELEASE, ([each[0] for each in found],))
        return [
            (seq, Lane(bot, queue, lane), priority) for seq, bot, queue, lane, priority in found
        ]

    def dismiss(self, owner: str) -> bool:
        """Forget a process that is gone; return False when it lives after all."""
        self._execute(DISMISS, (owner,))
        if self._execute("select 1 from owner where name = ?", (owner,)).fetchone():
            return False
        return super().dismiss(owner)

    def owned_lanes(self, owner: str) -> list[Lane]:
        """Return the lanes of a process, locked."""
        return [Lane._make(each) for each in self._execute(OWNED_LANES, (owner,)).fetchall()]

    def postpone(
        self, fence: tuple[int, str, int], counted: bool, due: float | None, error: str | None
    ) -> bool:
        """Give a task back that is to run again."""
        return super().postpone(fence, counted, due, storable(error))

    def bury(self, fence: tuple[int, str, int], error: str) -> bool:
        """Close a task that failed."""
        return super().bury(fence, storable(error) or "")

    def lose(self, seq: int, error: str) -> bool:
        """Bury a task that no run has in hand."""
        return super().lose(seq, storable(error) or "")

    def differs(self, bot: int, name: str, change: Change) -> bool:
        """Return whether somebody else has changed this key since the run read it."""
        key = bot, name, change.key
        if key not in self._values:
            self._read_value(key)
        return self._values[key] != change.before

    def save(self, bot: int, name: str, change: Change) -> None:
        """Write one key of a session."""
        key = bot, name, change.key
        if key not in self._values:
            self._read_value(key)
        self._values[key] = change.after
        self._saved.add(key)

    def _read_value(self, key: tuple[int, str, str]) -> None:
        bot, name, value_key = key
        self._values[key] = None
        found = self._wire.execute(READ_VALUES, ([bot], [name], [value_key])).fetchone()
        if found is not None:
            self._values[key] = found[3]
            self._stored.add(key)

    def prune(self, bot: int, before: Sequence[float], limit: int) -> bool:
        """Delete old tasks, as `Store.prune` does; what another process is deleting is left to it."""
        for statement, moment in zip(PRUNE_CALLS, before, strict=True):
            self._execute(statement, (bot, moment, limit))
        deleted = [
            self._execute(statement, (bot, moment, limit)).rowcount
            for statement, moment in zip(PRUNE, before, strict=True)
        ]
        return limit in deleted

    def too_late(self, bot: int, queue: str, before: float, limit: int) -> list[Row]:
        """Return waiting tasks received before a time, their lanes locked."""
        rows = super().too_late(bot, queue, before, limit)
        if rows:
            self.lock({row.line for row in rows})
            found = self._execute(TOO_LATE, (bot, queue, before, limit)).fetchall()
            still = {each[0] for each in found}
            rows = [row for row in rows if row.seq in still]
        return rows

    def drop(self, bot: int, batch: str) -> None:
        """Cancel the tasks of a batch that wait."""
        self._settle()
        super().drop(bot, batch)

    def _settle(self) -> None:
        """Write what is pending, and forget what was known."""
        self._flush(whole=True)
        self._lanes.clear()
        self._runs.clear()

    def time(self) -> float | None:
        """Return the database's time in epoch seconds."""
        return float(self._wire.execute(TIME).fetchone()[0])
