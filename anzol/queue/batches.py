"""Batches: what belongs together is counted, cancelled, held back and listed together, whatever queue it waits in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from .base import STATES, Entry, Session
from .catalog import CLOSE_LANE, ENTRY, GO_ON, LOCK, entry

BATCH = 500  # rows changed in one transaction: a put waits for it
# Added to the time of what is held back, so that it keeps its own: no clock shows the year 2286.
HELD = 10_000_000_000.0

COUNT = f"""
select queue, kind, state, case when due >= {HELD:.0f} then 1 else 0 end, count(*) from task
where bot = ? and batch = ? group by 1, 2, 3, 4"""
WAITING = """
select seq, queue, lane, due from task
where bot = ? and batch = ? and state in (0, 4) and owner is null and coalesce(due, 0) < ? limit ?"""
CANCEL = """
update task set state = 5, due = null, body = null
where seq = ? and state in (0, 4) and owner is null"""
HOLD = """
update task set state = 4, due = ? where seq = ? and state in (0, 4) and owner is null"""
RESUME = f"""
update task set due = due - {HELD:.0f}
where bot = ? and batch = ? and state = 4 and due >= {HELD:.0f}"""
RUNNING = "select 1 from task where bot = ? and batch = ? and queue = ? and state = 0 and owner is not null"
LIST = ENTRY + "where bot = ? and batch = ? and state = ? and seq > ? order by seq limit ?"
# Of the newest rows only: a broadcast has as many as it has readers.
NEWEST = """
select batch, min(received) from (
  select batch, received, seq from task where bot = ? and batch is not null
  order by seq desc limit ?) as newest
group by batch order by max(seq) desc limit ?"""
LOOKED_AT = 20_000
OPEN = "select count(*) from task where bot = ? and queue = ? and state = 0"


class Tally(NamedTuple):
    """How many tasks of a batch are alike; `state` as in `STATES`, or "held"."""

    queue: str
    kind: str
    state: str
    number: int


class Batches:
    """The batches of one bot, on one session; what changes something makes its own transactions."""

    def __init__(
        self,
        session: Session,
        bot: int,
        transaction: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        self._session, self._bot = session, bot
        self._execute = session.execute
        self._transaction = transaction or session.transaction

    @classmethod
    def inside(cls, session: Session, bot: int) -> Batches:
        """Return one whose changes belong to the transaction that the session is in."""
        return cls(session, bot, nullcontext)

    def tallies(self, batch: str) -> list[Tally]:
        """Return how many tasks of a batch there are, by queue, kind and state."""
        found = self._execute(COUNT, (self._bot, batch)).fetchall()
        return [
            Tally(queue, kind, "held" if held else STATES[state], count)
            for queue, kind, state, held, count in found
        ]

    def cancel(self, batch: str) -> Counter[tuple[str, str]]:
        """Close what waits; return how many of which queue and kind. What is running goes on."""
        before = self._cancelled(batch)
        self._change(batch, lambda seq, due: self._execute(CANCEL, (seq,)).rowcount, 2 * HELD)
        return self._cancelled(batch) - before

    def hold(self, batch: str) -> int:
        """Keep what waits from being run until `resume`; return how many. What is running goes on."""
        return self._change(
            batch,
            lambda seq, due: self._execute(HOLD, ((due or 0.0) + HELD, seq)).rowcount,
            HELD,
        )

    def resume(self, batch: str) -> int:
        """Let what was held back go on, each at its time; return how many."""
        with self._transaction():
            return self._execute(RESUME, (self._bot, batch)).rowcount

    def is_running(self, batch: str, queue: str) -> bool:
        """Return whether a task of the batch in that queue is being run."""
        return self._execute(RUNNING, (self._bot, batch, queue)).fetchone() is not None

    def entries(self, batch: str, state: str) -> Iterator[Entry]:
        """Yield the tasks of a batch that are in a state, in their order."""
        last = 0
        while True:
            values = (self._bot, batch, STATES.index(state), last, BATCH)
            rows = self._execute(LIST, values).fetchall()
            yield from map(entry, rows)
            if len(rows) < BATCH:
                return
            last = rows[-1][0]

    def newest(self, limit: int) -> list[tuple[str, float]]:
        """Return the newest batches, and since when there is each."""
        found = self._execute(NEWEST, (self._bot, LOOKED_AT, limit)).fetchall()
        return [(batch, float(since)) for batch, since in found]

    def open(self, queue: str) -> int:
        """Return how many tasks of a queue wait to be run now, or are being run."""
        (count,) = self._execute(OPEN, (self._bot, queue)).fetchone()
        return int(count)

    def values(self, names: Sequence[str]) -> dict[str, str]:
        """Return the JSON of each key of some sessions, all together."""
        marks = ", ".join("?" * len(names))
        statement = f"select key, value from session where bot = ? and name in ({marks})"
        return dict(self._execute(statement, (self._bot, *names)).fetchall())

    def _cancelled(self, batch: str) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for tally in self.tallies(batch):
            if tally.state == "cancelled":
                found[tally.queue, tally.kind] += tally.number
        return found

    def _change(self, batch: str, change: Callable[[int, float | None], int], before: float) -> int:
        """Change what waits and is due `before`, and close the lanes that nothing is left in."""
        total = 0
        while True:
            with self._transaction():
                rows = self._execute(WAITING, (self._bot, batch, before, BATCH)).fetchall()
                lanes = sorted({(self._bot, queue, name) for _, queue, name, _ in rows})
                for lane in lanes:
                    self._execute(LOCK, lane)
                changed = sum(change(seq, due) for seq, _, _, due in rows)
                for lane in lanes:
                    # A lane that somebody runs is theirs: they see that its task has gone.
                    if not self._execute(CLOSE_LANE, (*lane, *lane)).rowcount:
                        self._execute(GO_ON, lane)
            total += changed
            if not changed:
                return total
