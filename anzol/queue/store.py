"""The statements by which tasks are stored and run; the same for all engines."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from .base import NORMAL, Lane, Row, Rows, Sent, Session, Task
from .batches import Batches
from .known import Known
from .session import Change

ROW = """seq, bot, queue, key, lane, kind, priority, body, received, expires, attempts, runs, crashes,
cancelled"""

ADD = """
insert into task (bot, queue, key, lane, kind, priority, received, expires, body, batch, state, due)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (bot, queue, key) do nothing"""
ADD_RUNNING = """
insert into task (bot, queue, key, lane, kind, priority, received, expires, body, batch,
  owner, attempts, runs, started)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?) on conflict (bot, queue, key) do nothing"""
# Telegram starts its numbers anew after a quiet week: what is older than the memory for repetitions makes room.
SET_ASIDE = """
update task set key = key || '~' || seq
where bot = ? and queue = ? and key = ? and state in (1, 2, 3, 5) and received < ?"""

HEAD = """
select seq from task where bot = ? and queue = ? and lane = ? and state = 0 order by seq limit 1"""
CLAIM = f"""
update task set owner = ?, attempts = attempts + 1, runs = runs + 1, started = ?, due = null
where seq = ({HEAD}) returning {ROW}"""
UNCLAIM = "update task set owner = null, attempts = attempts - 1, started = null where seq = ?"
FOLLOWING = f"""
select {ROW} from task where bot = ? and queue = ? and lane = ? and state = 0 and seq > ?
order by seq limit ?"""

# The fence: these change nothing once the task was taken from this run.
MINE = "where seq = ? and owner = ? and runs = ? and state = 0"
IS_MINE = f"select 1 from task {MINE}"
FINISH = f"update task set state = 1, owner = null, error = null, body = null {MINE}"
EXPIRE = f"update task set state = 3, owner = null, attempts = attempts - 1, body = null {MINE}"
KEEP = "update task set result = ? where seq = ?"
BURY = f"update task set state = 2, owner = null, error = ? {MINE}"
POSTPONE = f"""
update task set owner = null, started = null, attempts = attempts - ?, crashes = 0, due = ?,
  error = coalesce(?, error) {MINE}"""
PARDON = f"update task set attempts = attempts - 1 {MINE}"
ABSORB = """
update task set state = 1, body = null
where seq = ? and bot = ? and queue = ? and lane = ? and state = 0 and owner is null"""

# A lane has a row as long as it has open tasks. owner: the process that runs it; null: it waits, for a worker
# (due is null) or for a time.
LEAD = """
insert into lane (bot, queue, name, owner, priority, rank, since) values (?, ?, '', ?, 2, 0, ?)
on conflict (bot, queue, name) do update set
  owner = case when lane.owner is null then excluded.owner else lane.owner end
returning owner"""
OPEN_LANE = """
insert into lane (bot, queue, name, owner, priority, rank, since) values (?, ?, ?, ?, ?, ?, ?)
on conflict (bot, queue, name) do update set
  priority = case when excluded.priority < lane.priority then excluded.priority else lane.priority end,
  rank = case when excluded.rank < lane.rank then excluded.rank else lane.rank end
returning owner, due"""
LANE_OWNER = "select owner from lane where bot = ? and queue = ? and name = ?"
CLOSE_LANE = """
delete from lane where bot = ? and queue = ? and name = ? and not exists (
  select 1 from task where bot = ? and queue = ? and lane = ? and state = 0)"""
URGENCY = """
select min(priority) from task
where bot = ? and queue = ? and lane = ? and state = 0 and priority < 2"""
PARK = """
update lane set owner = null, due = ?, since = ?, rank = ?, priority = ?
where bot = ? and queue = ? and name = ?"""
WAITING = """
select bot, queue, name, rank from lane
where owner is null and due is null and queue = ? and bot = ? order by rank limit ?"""
HURRYING = """
select bot, queue, name, rank from lane
where owner is null and due is null and priority < 2 and queue = ? and bot = ?
order by rank limit ?"""
TAKE = """
update lane set owner = ?
where bot = ? and queue = ? and name = ? and owner is null and due is null"""
WAKE = "update lane set due = null where owner is null and due is not null and due <= ?"
NEXT_DUE = "select min(due) from lane where owner is null and due is not null"
# Parked "later than now": by a process whose clock was another, and `due` means nothing here.
IS_AHEAD = """
select 1 from lane where owner is null and due is not null and since > ? limit 1"""
UNWIND = """
update lane set due = null where owner is null and due is not null and since > ?"""

SCHEDULED = """
select seq, bot, queue, lane, priority from task where state = 4 and due <= ? order by due limit ?"""
NEXT_SCHEDULED = "select min(due) from task where state = 4"
# Its age counts from its time.
RELEASE = """
update task set state = 0, due = null,
  received = case when due > received then due else received end where seq = ?"""

# Read once a second, over lanes with open tasks only: an index would cost every task more.
OWNERS = "select distinct owner from lane where owner is not null"
OWNED = """
select task.seq, task.bot, task.queue, task.lane, task.attempts, task.cancelled, lane.name
from lane left join task on task.bot = lane.bot and task.queue = lane.queue
  and task.lane = lane.name and task.state = 0 and task.owner = lane.owner
where lane.owner = ?"""
OWNED_LANES = "select bot, queue, name from lane where owner = ?"
ABANDON = "update task set owner = null, crashes = crashes + 1, due = ? where seq = ?"
LOSE = """
update task set state = 2, owner = null, crashes = crashes + 1, error = ?
where seq = ? and state = 0"""
SEARCH = f"select {ROW} from task where seq = ?"

VALUES = "select key, value from session where bot = ? and name = ?"
VALUE = "select value from session where bot = ? and name = ? and key = ?"
SIZE = """
select coalesce(sum(length(key) + length(value)), 0) from session where bot = ? and name = ?"""
SAVE = """
insert into session (bot, name, key, value) values (?, ?, ?, ?)
on conflict (bot, name, key) do update set value = excluded.value"""
# Where rows are locked, nobody changes it from here on.
TOUCH = "update session set value = value where bot = ? and name = ? and key = ?"
DROP = "delete from session where bot = ? and name = ? and key = ?"

CALLS = "select method, target, turn, digest, result from call where seq = ? order by place"
RECORD = f"""
insert into call (seq, place, method, target, turn, digest, result)
select ?, (select count(*) from call where seq = ?), ?, ?, cast(? as int), ?, ? where exists ({IS_MINE})"""
UNTURN = "update call set turn = null where seq = ?"
FORGET = "delete from call where seq = ?"

OLD = {
    state: f"select seq from task where state = {state} and bot = ? and received < ? order by received limit ?"
    for state in (1, 2, 3, 5)
}
PRUNE_CALLS = tuple(f"delete from call where seq in ({old})" for old in OLD.values())
PRUNE = tuple(f"delete from task where seq in ({old})" for old in OLD.values())
HAS_OLD = """
select 1 where exists (select 1 from task where state = 1 and bot = ? and received < ?)
or exists (select 1 from task where state = 2 and bot = ? and received < ?)
or exists (select 1 from task where state = 3 and bot = ? and received < ?)
or exists (select 1 from task where state = 5 and bot = ? and received < ?)"""
TOO_LATE = f"""
select {ROW} from task where bot = ? and queue = ? and state = 0 and owner is null and received < ?
limit ?"""

PAUSE = """
insert into pause (bot, owner, reason, since) values (?, ?, ?, ?)
on conflict (bot, owner) do update set reason = excluded.reason, since = excluded.since"""
RESUME = "delete from pause where bot = ? and owner = ?"
PAUSERS = "select distinct owner from pause"
UNPAUSE = "delete from pause where owner = ?"

IS_PENDING = "select 1 from task where seq = ? and state = 0 and (owner is not null or runs = 0)"
NEXT_BOT = "select min(bot) from task where bot > ?"
LAST_RANK = "select max(rank) from lane where owner is null and due is null"
LAST_SEQ = "select max(seq) from task"
NEWEST = "select received from task order by seq desc limit 1"
FILL = "insert into queue_check (filler) values (?)"
EMPTY = "delete from queue_check"


@dataclass(slots=True)
class Needs:
    """What a transaction is going to touch: tasks to store, runs that end, keys of sessions that change."""

    tasks: list[Task] = field(default_factory=list)
    runs: list[Row] = field(default_factory=list)
    changes: list[tuple[int, str, Change]] = field(default_factory=list)


class Store:
    """The statements on one session. Those that write belong in its transaction."""

    save_statement = SAVE
    gathers = False  # whether `gather` does anything
    known: Known | None = None  # what need not be read

    def __init__(self, session: Session) -> None:
        self.session = session
        self._execute = session.execute
        # The same for what most updates write, and of which nothing is fetched.
        self._write: Callable[..., Rows] = session.execute

    def transaction(self, owner: str) -> AbstractContextManager[None]:
        """Write in one transaction of a process; raise Displaced once that has been taken for dead."""
        return self.session.transaction()

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
            return self._insert(ADD_RUNNING, (*named, *kept, owner, now))
        if task.after:
            return self._insert(ADD, (*named, *kept, 4, now + task.after))
        return self._insert(ADD, (*named, *kept, 0, None))

    def _insert(self, statement: str, values: Sequence[Any]) -> int | None:
        found = self._execute(statement + " returning seq", values).fetchone()
        return None if found is None else int(found[0])

    def set_aside(self, task: Task, before: float) -> bool:
        """Rename a finished task of the same key that was received `before`; return whether there was one."""
        return bool(self._execute(SET_ASIDE, (task.bot, task.queue, task.key, before)).rowcount)

    def claim(self, lane: Lane, owner: str, now: float) -> Row | None:
        """Count a run of the lane's first task and return its row, None when no task is open."""
        found = self._execute(CLAIM, (owner, now, *lane)).fetchone()
        return None if found is None else Row(*found)

    def head(self, lane: Lane) -> int | None:
        """Return the seq of the lane's first open task."""
        found = self._execute(HEAD, lane).fetchone()
        return None if found is None else int(found[0])

    def unclaim(self, seq: int) -> None:
        """Take a claim of this transaction back."""
        self._execute(UNCLAIM, (seq,))

    def search(self, seq: int) -> Row | None:
        """Return a task's row, None when there is none."""
        found = self._execute(SEARCH, (seq,)).fetchone()
        return None if found is None else Row(*found)

    def following(self, row: Row, limit: int) -> list[Row]:
        """Return the first open tasks behind `row` in its lane."""
        found = self._execute(FOLLOWING, (*row.line, row.seq, limit)).fetchall()
        return [Row(*each) for each in found]

    def finish(self, fence: tuple[int, str, int]) -> bool:
        """Close a task whose handler returned; False when the run has lost it, as for the next four."""
        return bool(self._write(FINISH, fence).rowcount)

    def keep(self, seq: int, result: str) -> None:
        """Store what a run that has just been closed leaves for whoever asks."""
        self._execute(KEEP, (result, seq))

    def drop(self, bot: int, batch: str) -> None:
        """Cancel what waits of a batch."""
        Batches.inside(self.session, bot).cancel(batch)

    def expire(self, fence: tuple[int, str, int]) -> bool:
        """Close a task that was too late to be run."""
        return bool(self._execute(EXPIRE, fence).rowcount)

    def bury(self, fence: tuple[int, str, int], error: str) -> bool:
        """Close a task that failed."""
        return bool(self._execute(BURY, (error, *fence)).rowcount)

    def postpone(
        self, fence: tuple[int, str, int], counted: bool, due: float | None, error: str | None
    ) -> bool:
        """Give a task back that is to run again."""
        return bool(self._execute(POSTPONE, (int(not counted), due, error, *fence)).rowcount)

    def pardon(self, fence: tuple[int, str, int]) -> bool:
        """Count this run for none: whatever ends it, it is not to blame."""
        return bool(self._execute(PARDON, fence).rowcount)

    def absorb(self, line: Lane, seq: int) -> None:
        """Close a follower together with the task that took it over."""
        if self._execute(ABSORB, (seq, *line)).rowcount:
            self.forget(seq)

    def open_lane(
        self, lane: Lane, owner: str | None, priority: int, rank: int, now: float
    ) -> tuple[str | None, float | None]:
        """Make sure that a lane has its row, locked by this transaction; return its owner and when it is due."""
        found = self._execute(OPEN_LANE, (*lane, owner, priority, rank, now)).fetchone()
        return found[0], found[1]

    def lead(self, bot: int, queue: str, owner: str, now: float) -> bool:
        """Make a process the one that runs a bot's tasks of a queue, unless another one is; return whether it is."""
        found = self._execute(LEAD, (bot, queue, owner, now)).fetchone()
        return bool(found[0] == owner)

    def lane_owner(self, lane: Lane) -> str | None:
        """Return who runs a lane, None when nobody does or there is none."""
        found = self._execute(LANE_OWNER, lane).fetchone()
        return None if found is None else found[0]

    def close_lane(self, lane: Lane) -> bool:
        """Close a lane and return True when no task of it is open."""
        return bool(self._write(CLOSE_LANE, (*lane, *lane)).rowcount)

    def vacate_lane(self, lane: Lane) -> bool:
        """Do as `close_lane` with a lane of this process's for which a task comes in the same transaction."""
        return self.close_lane(lane)

    def park(self, lane: Lane, due: float | None, now: float, rank: int, aging: int) -> int:
        """Give a lane back to wait for a worker, or until `due`; return its priority."""
        (urgency,) = self._execute(URGENCY, lane).fetchone()
        priority = NORMAL if urgency is None else int(urgency)
        self._execute(PARK, (due, now, rank + priority * aging, priority, *lane))
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
        statement = HURRYING if hurrying else WAITING
        found: list[Any] = []
        for bot, count in most.items():
            if count:
                found += self._execute(statement, (queue, bot, count)).fetchall()
        found.sort(key=lambda each: each[3])
        lanes = [Lane(*each[:3]) for each in found[:limit]]
        return [lane for lane in lanes if lane not in held and self.take_lane(lane, owner)]

    def take_lane(self, lane: Lane, owner: str) -> bool:
        """Claim one lane that waits; False when others were faster."""
        return bool(self._execute(TAKE, (owner, *lane)).rowcount)

    def wake(self, now: float) -> None:
        """Let the lanes go on whose time has come."""
        self._execute(WAKE, (now,))

    def unwind(self, now: float) -> None:
        """Let the lanes go on that were parked at a time that is still to come."""
        self._execute(UNWIND, (now,))

    def is_ahead(self, now: float) -> bool:
        """Return whether `unwind` has something to do."""
        return self._execute(IS_AHEAD, (now,)).fetchone() is not None

    def scheduled(self, now: float, limit: int) -> list[tuple[int, Lane, int]]:
        """Open the tasks whose time has come; return seq, lane and priority of each."""
        found = self._execute(SCHEDULED, (now, limit)).fetchall()
        for seq, *_ in found:
            self._execute(RELEASE, (seq,))
        return [
            (seq, Lane(bot, queue, lane), priority) for seq, bot, queue, lane, priority in found
        ]

    def next_due(self) -> float | None:
        """Return the earliest time for which something waits."""
        times = (self._execute(NEXT_DUE).fetchone()[0], self._execute(NEXT_SCHEDULED).fetchone()[0])
        return min((float(each) for each in times if each is not None), default=None)

    def owners(self) -> list[str]:
        """Return the processes that have lanes, or have paused a bot."""
        found = self._execute(OWNERS).fetchall() + self._execute(PAUSERS).fetchall()
        return list(dict.fromkeys(owner for (owner,) in found))

    def owned(self, owner: str) -> list[tuple[int, Lane, int, int]]:
        """Return seq, lane, attempts and cancelled of each task that a process runs."""
        return [
            (seq, Lane(bot, queue, lane), attempts, cancelled)
            for seq, bot, queue, lane, attempts, cancelled, _ in self._execute(
                OWNED, (owner,)
            ).fetchall()
            if seq is not None
        ]

    def owned_lanes(self, owner: str) -> list[Lane]:
        """Return the lanes of a process."""
        return [Lane._make(each) for each in self._execute(OWNED_LANES, (owner,)).fetchall()]

    def abandon(self, seq: int, due: float | None) -> None:
        """Take a task from its process, which is gone; it may run from `due` on."""
        self._execute(ABANDON, (due, seq))

    def lose(self, seq: int, error: str) -> bool:
        """Bury a task that no run has in hand."""
        return bool(self._execute(LOSE, (error, seq)).rowcount)

    def pause(self, bot: int, owner: str, reason: str, now: float) -> None:
        """Note that a process has paused a bot."""
        self._execute(PAUSE, (bot, owner, reason, now))

    def resume(self, bot: int, owner: str) -> None:
        """Note that a process has resumed a bot."""
        self._execute(RESUME, (bot, owner))

    def dismiss(self, owner: str) -> bool:
        """Forget a process that is gone, and its pauses; return False when it lives after all."""
        self._execute(UNPAUSE, (owner,))
        return True

    def values(self, bot: int, name: str) -> dict[str, str]:
        """Return the JSON of each key of a session."""
        return dict(self._execute(VALUES, (bot, name)).fetchall())

    def value(self, bot: int, name: str, key: str) -> str | None:
        """Return the JSON of one key of a session, None when it is not there."""
        found = self._execute(VALUE, (bot, name, key)).fetchone()
        return None if found is None else found[0]

    def size(self, bot: int, name: str) -> int:
        """Return the length of a session's keys and their JSON, in characters."""
        return int(self._execute(SIZE, (bot, name)).fetchone()[0])

    def touch(self, bot: int, name: str, key: str) -> None:
        """Keep others from changing a key until the transaction's end."""
        self._execute(TOUCH, (bot, name, key))

    def differs(self, bot: int, name: str, change: Change) -> bool:
        """Return whether somebody else has changed this key since the run read it."""
        found = self._execute(VALUE, (bot, name, change.key)).fetchone()
        return (None if found is None else found[0]) != change.before

    def save(self, bot: int, name: str, change: Change) -> None:
        """Write one key of a session."""
        if change.after is None:
            self._execute(DROP, (bot, name, change.key))
        else:
            self._write(self.save_statement, (bot, name, change.key, change.after))

    def calls(self, seq: int) -> list[Sent]:
        """Return the recorded calls of a task, in order."""
        return [tuple(each) for each in self._execute(CALLS, (seq,)).fetchall()]

    def record(self, fence: tuple[int, str, int], sent: Sent) -> None:
        """Remember a call of a run that still has its task."""
        self._execute(RECORD, (fence[0], fence[0], *sent, *fence))

    def unturn(self, seq: int) -> None:
        """Let recorded calls be recognised by their content alone."""
        self._execute(UNTURN, (seq,))

    def forget(self, seq: int) -> None:
        """Drop what was recorded of a task's calls."""
        self._execute(FORGET, (seq,))

    def prune(self, bot: int, before: Sequence[float], limit: int) -> bool:
        """Delete up to `limit` done, dead, expired and cancelled tasks, each `before` a time; True when there may be more."""
        for statement, moment in zip(PRUNE_CALLS, before, strict=True):
            self._execute(statement, (bot, moment, limit))
        deleted = [
            self._execute(statement, (bot, moment, limit)).rowcount
            for statement, moment in zip(PRUNE, before, strict=True)
        ]
        return limit in deleted

    def has_old(self, bot: int, before: Sequence[float]) -> bool:
        """Return whether `prune` has something to do."""
        values = [value for moment in before for value in (bot, moment)]
        return self._execute(HAS_OLD, values).fetchone() is not None

    def too_late(self, bot: int, queue: str, before: float, limit: int) -> list[Row]:
        """Return waiting tasks received before a time."""
        found = self._execute(TOO_LATE, (bot, queue, before, limit)).fetchall()
        return [Row(*each) for each in found]

    def is_pending(self, seq: int) -> bool:
        """Return whether a task's first run is still to come or to end."""
        return self._execute(IS_PENDING, (seq,)).fetchone() is not None

    def bots(self) -> list[int]:
        """Return the bots whose tasks are stored here."""
        found: list[int] = []
        bot = -(2**63)
        while (row := self._execute(NEXT_BOT, (bot,)).fetchone())[0] is not None:
            bot = int(row[0])
            found.append(bot)
        return found

    def last_turn(self, aging: int) -> int:
        """Return the number of the newest task, or the turn of the lane that waits behind all, if that is higher."""
        (seq,) = self._execute(LAST_SEQ).fetchone()
        (rank,) = self._execute(LAST_RANK).fetchone()
        return max(seq or 0, (rank or 0) - NORMAL * aging)

    def newest(self) -> float | None:
        """Return when the newest task was received, in epoch seconds."""
        found = self._execute(NEWEST).fetchone()
        return None if found is None else float(found[0])

    def probe(self) -> None:
        """Write as much as an update needs, and take it back."""
        self._execute(FILL, (bytes(8192),))
        self._execute(EMPTY)
