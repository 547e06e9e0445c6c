"""The operator's statements: count, list, replay, end and purge what is stored, for one bot at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from .base import DEAD, DONE, EXPIRED, STATES, Entry, Lane, Pause, Session

BATCH = 1000  # rows changed in one transaction: a put waits for it

# Each state's count comes from its own partial index.
COUNTS = """
select (select count(*) from task where state = 0 and bot = ? and queue like ?),
  (select count(*) from task where state = 1 and bot = ? and queue like ?),
  (select count(*) from task where state = 2 and bot = ? and queue like ?),
  (select count(*) from task where state = 3 and bot = ? and queue like ?),
  (select count(*) from task where state = 4 and bot = ? and queue like ?),
  (select count(*) from task where state = 5 and bot = ? and queue like ?),
  (select count(*) from lane where owner is null and due is null and bot = ? and queue like ?
    and name <> ''),
  (select count(*) from lane where owner is null and due is not null and bot = ? and queue like ?)"""
ALL = "%"  # a queue's name in these statements that means all of them
COUNTED = (*STATES, "waiting", "retrying")
WAITING_SINCE = """
select min(since) from lane
where owner is null and due is null and bot = ? and queue like ? and name <> ''"""

ENTRY = """
select seq, bot, queue, key, lane, kind, state, attempts, received, expires, due, owner, started,
  error, body, batch, result
from task """
STATE = 6  # its place there
# The unary plus keeps the planner off the index: the newest are read backwards instead of sorting all of a bot's.
LIST_ALL = ENTRY + "where +bot = ? and queue like ? order by seq desc limit ?"
LIST = tuple(
    f"{ENTRY} where state = {state} and bot = ? and queue like ? order by received desc, seq desc limit ?"
    for state in range(len(STATES))
)
SHOW = ENTRY + "where seq = ? and bot = ?"
RUNNING = f"""
{ENTRY} where state = 0 and owner is not null and bot = ? and queue like ? order by started"""

PAUSED = "select bot, owner, reason, since from pause where bot = ? order by since"

# Not those that a process keeps for tasks to come.
OWNERS = """
select owner, count(*) from lane
where owner is not null and bot = ? and queue like ? and name <> '' and exists (
  select 1 from task where task.bot = lane.bot and task.queue = lane.queue
  and task.lane = lane.name and task.state = 0)
group by owner"""

DEAD_SEQS = "select seq from task where state = 2 and bot = ? and queue like ? order by received"
LANE_OF = "select queue, lane, owner from task where seq = ? and bot = ? and state = ?"
REOPEN = """
update task set state = 0, attempts = 0, crashes = 0, cancelled = 0, expires = null, error = null
where seq = ? and state = 2"""
WAIT = """
insert into lane (bot, queue, name, priority, rank, since)
values (?, ?, ?, 2, (select max(seq) from task), ?)
on conflict (bot, queue, name) do update set since = lane.since"""
# Where rows are locked, what follows sees what others have done to the lane, and they wait.
LOCK = "update lane set since = since where bot = ? and queue = ? and name = ?"
CANCEL = """
update task set cancelled = 1 where seq = ? and bot = ? and state = 0 and owner is not null"""
SKIP = """
update task set state = 2, owner = null, due = null, error = 'skipped by an operator'
where seq = ? and state in (0, 4)"""
GO_ON = "update lane set due = null where bot = ? and queue = ? and name = ? and owner is null"
CLOSE_LANE = """
delete from lane where bot = ? and queue = ? and name = ? and owner is null and not exists (
  select 1 from task where bot = ? and queue = ? and lane = ? and state = 0)"""

OLD = {
    state: f"select seq from task where state = {state} and bot = ? and queue like ? and received < ? order by received limit ?"
    for state in (DONE, DEAD, EXPIRED)
}
FORGET = {state: f"delete from call where seq in ({old})" for state, old in OLD.items()}
PURGE = {state: f"delete from task where seq in ({old})" for state, old in OLD.items()}
FORGET_BOT = (
    "delete from call where seq in (select seq from task where bot = ?)",
    "delete from task where bot = ?",
    "delete from lane where bot = ?",
    "delete from session where bot = ?",
)


class Catalog:
    """An operator's view of one bot's tasks. Methods that change something make their own transactions."""

    def __init__(self, session: Session, bot: int) -> None:
        self.session, self.bot = session, bot
        self._execute = session.execute

    def counts(self, queue: str = ALL) -> dict[str, int]:
        """Count tasks by state, and lanes that nobody runs."""
        found = self._execute(COUNTS, (self.bot, queue) * len(COUNTED)).fetchone()
        return dict(zip(COUNTED, found, strict=True))

    def owners(self, queue: str = ALL) -> dict[str, int]:
        """Return how many lanes each process runs, living or not."""
        return dict(self._execute(OWNERS, (self.bot, queue)).fetchall())

    def waiting_since(self, queue: str = ALL) -> float | None:
        """Return since when the longest waiting lane waits for a worker."""
        (since,) = self._execute(WAITING_SINCE, (self.bot, queue)).fetchone()
        return None if since is None else float(since)

    def newest(self, state: int | None, limit: int, queue: str = ALL) -> list[Entry]:
        """Return the newest tasks, of one state or of all."""
        statement = LIST_ALL if state is None else LIST[state]
        return [entry(row) for row in self._execute(statement, (self.bot, queue, limit)).fetchall()]

    def running(self, queue: str = ALL) -> list[Entry]:
        """Return what is being run, the longest first."""
        return [entry(row) for row in self._execute(RUNNING, (self.bot, queue)).fetchall()]

    def paused(self) -> list[Pause]:
        """Return which processes start nothing of the bot, and why."""
        return [Pause(*row) for row in self._execute(PAUSED, (self.bot,)).fetchall()]

    def show(self, seq: int) -> Entry | None:
        """Return one task."""
        row = self._execute(SHOW, (seq, self.bot)).fetchone()
        return None if row is None else entry(row)

    def retry(self, seqs: Sequence[int] | None, now: float, queue: str = ALL) -> int:
        """Reopen dead tasks; return how many."""
        if seqs is None:
            seqs = [seq for (seq,) in self._execute(DEAD_SEQS, (self.bot, queue)).fetchall()]
        count = 0
        for start in range(0, len(seqs), BATCH):
            with self._transaction():
                count += sum(self._reopen(seq, now) for seq in seqs[start : start + BATCH])
        return count

    def _reopen(self, seq: int, now: float) -> bool:
        found = self._execute(LANE_OF, (seq, self.bot, DEAD)).fetchone()
        if found is None:
            return False
        queue, lane, _ = found
        self._execute(WAIT, (self.bot, queue, lane, now))
        return bool(self._execute(REOPEN, (seq,)).rowcount)

    def cancel(self, seq: int) -> bool:
        """Ask the process that runs a task to end it; False when nobody does."""
        with self._transaction():
            return bool(self._execute(CANCEL, (seq, self.bot)).rowcount)

    def skip(self, seq: int) -> bool:
        """Bury an open task, whatever it is doing, and let its lane go on; False when it is not open."""
        with self._transaction():
            found = None
            for state in (0, 4):
                found = found or self._execute(LANE_OF, (seq, self.bot, state)).fetchone()
            if found is None:
                return False
            lane = Lane(self.bot, *found[:2])
            self._execute(LOCK, lane)
            if not self._execute(SKIP, (seq,)).rowcount:
                return False
            # A lane that somebody runs is theirs: they see within a second that its task has ended.
            if not self._execute(CLOSE_LANE, (*lane, *lane)).rowcount:
                self._execute(GO_ON, lane)
            return True

    def purge(self, state: int, before: float, queue: str = ALL) -> int:
        """Delete finished tasks of one state that were received before a time; return how many."""
        count, deleted = 0, BATCH
        while deleted == BATCH:
            with self._transaction():
                self._execute(FORGET[state], (self.bot, queue, before, BATCH))
                deleted = self._execute(PURGE[state], (self.bot, queue, before, BATCH)).rowcount
            count += deleted
        return count

    def forget(self) -> None:
        """Delete everything of the bot."""
        with self._transaction():
            for statement in FORGET_BOT:
                self._execute(statement, (self.bot,))

    def _transaction(self) -> AbstractContextManager[None]:
        return self.session.transaction()


def entry(row: Any) -> Entry:
    """Make an entry of a row of `ENTRY`."""
    named = list(row)
    named[STATE] = STATES[named[STATE]]
    return Entry(*named)
