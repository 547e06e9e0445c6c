"""The plan of one transaction: which lanes this process has and what it runs next, true once committed."""

from __future__ import annotations

import time
from collections import Counter

from .base import NORMAL, URGENT, Lane, Row, Task, TookProcess
from .standing import Circumstances, Held, Rules, Seats, Solo, Standing, Watch
from .store import Store

# Seconds after which a lane yields its worker to lanes that wait: a few quick handlers.
QUANTUM = 0.1
# Each of several bots may hold this many times as many lanes as seats are free: a single busy one three quarters of all,
# and however many are busy, some seats stay free for the next.
SHARE = 3
AGING = 1000  # tasks that may come later and still go first, for each step of urgency
GATHER = 10.0  # seconds that a suspect waits for the running handlers to end, so that it is alone
# Seconds that others then wait for it: a process that it takes along is gone long before.
ALONE = 30.0

Fence = tuple[int, str, int]


def share(holds: int, free: int) -> int:
    """Return how many of the free seats a bot may take that holds so many, beside other bots."""
    return max(0, -((holds - SHARE * free) // (SHARE + 1)))


class Plan:
    """Changes lanes in the database and in a copy of what this process holds; a rollback drops the copy."""

    def __init__(self, store: Store, standing: Standing, circumstances: Circumstances) -> None:
        self.store, self.standing, self._here = store, standing.copy(), circumstances
        self.now = circumstances.now
        self.due: float | None = None  # the earliest time for which something was put off here
        self.run: list[Row] = []  # to hand to workers
        self.died: list[tuple[Row, Exception]] = []  # buried without a run that could tell
        self.watched: dict[int, Watch] = {}  # who wants to hear of a task that was stored
        self.settled: set[tuple[int, int]] = set()  # runs that this transaction closes
        self.coming: set[Lane] = (
            set()
        )  # lanes of ours for which this transaction is about to store a task
        # Of those, the ones whose last task has ended, and since when they had their worker.
        self._left: dict[Lane, float] = {}
        self._shares = circumstances.bots is not None and len(circumstances.bots) > 1
        self._clock = time.monotonic()
        # Bots and queues of which something was stored, with the seats where this process may run it: asked once.
        self._open: dict[tuple[int, str], Seats | None] = {}

    def fence(self, row: Row) -> Fence:
        """Return what proves that a task is still this run's."""
        return row.seq, self._here.owner, row.runs

    def receive(self, task: Task) -> int | None:
        """Store a task, claiming its lane when a worker is free; None when it was here before."""
        lane = task.line
        standing, store = self.standing, self.store
        expires = None if task.lifetime is None else self.now + task.after + task.lifetime
        if task.after:
            self._note_due(self.now + task.after)
            return self._add(task, expires, None)
        # A lane that goes on with its next task has had its worker for as long as before.
        since = self._left.pop(lane, self._clock)
        claim = not self._must_yield(lane, since) and self._may_claim(task, lane)
        standing.turn += 1
        rank = standing.turn + task.priority * AGING
        wanted = self._here.owner if claim else None
        owner, due = store.open_lane(lane, wanted, task.priority, rank, self.now)
        mine = claim and owner == wanted
        seq = self._add(task, expires, owner if mine else None)
        if seq is None:
            if lane not in standing.held:
                store.close_lane(lane)  # nothing came that it was opened for
        elif mine:
            standing.counts[lane.queue] += 1  # it was not held before
            standing.held[lane] = Held(since, seq, 1)
            named = seq, task.bot, task.queue, task.key, task.lane, task.kind, task.priority
            self.run.append(Row(*named, task.body, self.now, expires, 1, 1, 0, 0, task.parsed))
        elif owner is None and due is None:
            self._note_waiting(lane.queue, task.priority)
        return seq

    def _add(self, task: Task, expires: float | None, owner: str | None) -> int | None:
        seq = self.store.add(task, self.now, expires, owner)
        if seq is None and self.store.set_aside(task, self._here.remembered):
            seq = self.store.add(task, self.now, expires, owner)
        if seq is not None and seq > self.standing.turn:
            self.standing.turn = seq
        return seq

    def advance(self, lane: Lane) -> None:
        """Go on with a lane whose first task is closed: its next one, another lane's, or none."""
        if self.store.close_lane(lane):
            held = self._drop(lane)
            if held is not None and lane in self.coming:
                self._left[lane] = held.since
        else:
            self.repeat(lane)

    def repeat(self, lane: Lane) -> None:
        """Run the first open task of a lane of ours, unless others go first."""
        since = self.standing.held[lane].since
        if self._must_stop(lane):
            self.park(lane, None, rank=self.store.head(lane))
        elif self._must_yield(lane, since):
            self.park(lane, None)
        else:
            self._start(lane, since)

    def park(self, lane: Lane, due: float | None, rank: int | None = None) -> None:
        """Give a lane back: it waits for a worker, behind the others or at its `rank`, or until `due`."""
        rank = self._next_turn() if rank is None else rank
        priority = self.store.park(lane, due, self.now, rank, AGING)
        self._drop(lane)
        if due is None:
            self._note_waiting(lane.queue, priority)
        else:
            self._note_due(due)

    def holds(self, row: Row) -> bool:
        """Return whether a run is the one that has its lane."""
        held = self.standing.held.get(row.line)
        return held is not None and (held.seq, held.runs) == (row.seq, row.runs)

    def lose(self, row: Row) -> None:
        """Go on after a run whose task is not its own any more: ended by an operator, or run by others."""
        if not self.holds(row):
            return
        if self.store.lane_owner(row.line) == self._here.owner:
            self.advance(row.line)
        else:
            self._drop(row.line)
            self._note_waiting(row.queue, URGENT)

    def note_pause(self, bot: int, reason: str | None) -> None:
        """Let operators see that this process starts nothing of a bot, and why; with None, that it does again."""
        if reason is None:
            self.store.resume(bot, self._here.owner)
        else:
            self.store.pause(bot, self._here.owner, reason, self.now)

    def recover(self) -> None:
        """Give back what is ours in the database alone: a commit that failed may still have happened."""
        owned = self.store.owned(self._here.owner)
        running = {lane: (seq, runs) for seq, lane, _, runs, _ in owned}
        for lane in self.store.owned_lanes(self._here.owner):
            if not lane.name:
                continue  # it says that we lead, and nothing runs in it
            held, (seq, runs) = self.standing.held.get(lane), running.get(lane, (None, 0))
            if held is not None and (held.seq, held.runs) == (seq, runs):
                continue
            if seq is not None:
                self.store.unclaim(seq)
            if held is None and not self.store.close_lane(lane):
                self.park(lane, None, rank=seq)

    def abandon(self, owner: str) -> None:
        """Let a dead process's lanes wait for anybody, or bury what took it along too often."""
        if not self.store.dismiss(owner):
            return
        running = {lane: (seq, attempts) for seq, lane, attempts, *_ in self.store.owned(owner)}
        for lane in self.store.owned_lanes(owner):
            if lane.name and lane not in running and self.store.close_lane(lane):
                continue  # it was kept for a task to come
            if not self._is_ours(lane):
                continue
            seq, attempts = running.get(lane, (None, 0))
            due = None
            rules = self._here.rules.get(lane.queue, Rules())
            if seq is not None and attempts >= rules.attempts:
                self._bury_lost(seq)
                if self.store.close_lane(lane):
                    continue
            elif seq is not None:
                # At once after a first crash, which may have been any; later the innocent go first.
                due = None if attempts <= 1 else self.now + rules.pause(attempts - 1)
                self.store.abandon(seq, due)
            self.park(lane, due, rank=seq)

    def give_up(self, bot: int, queue: str, before: float, limit: int, reason: Exception) -> bool:
        """Bury waiting tasks that were received `before`; return True when there may be more."""
        rows = self.store.too_late(bot, queue, before, limit)
        for row in rows:
            if self.store.lose(row.seq, f"{type(reason).__name__}: {reason}"):
                self.died.append((row, reason))
            self.store.close_lane(row.line)
        return len(rows) == limit

    def open_scheduled(self, limit: int) -> bool:
        """Let tasks whose time has come wait for a worker; return True when there may be more."""
        found = self.store.scheduled(self.now, limit)
        for seq, lane, priority in found:
            rank = seq + priority * AGING
            owner, due = self.store.open_lane(lane, None, priority, rank, self.now)
            if owner is None and due is None:
                self._note_waiting(lane.queue, priority)
        return len(found) == limit

    def look(self) -> None:
        """Assume that lanes wait: other processes may have changed that."""
        self.standing.waiting |= self._here.seats.keys()
        self.standing.hurrying |= self._here.seats.keys()

    def claim(self) -> None:
        """Take the lanes that come first, as many as there are free workers."""
        if self._here.closing or not self._goes_on():
            return
        standing = self.standing
        if not standing.waiting and not standing.hurrying:
            return
        for queue, seats in self._here.seats.items():
            free = seats.all - standing.counts[queue]
            if queue in standing.waiting and free > 0 and self._take(queue, free, hurrying=False):
                standing.waiting.discard(queue)
            free = seats.all + seats.urgent - standing.counts[queue]
            if queue in standing.hurrying and free > 0 and self._take(queue, free, hurrying=True):
                standing.hurrying.discard(queue)

    def _take(self, queue: str, limit: int, *, hurrying: bool) -> bool:
        """Take up to `limit` lanes that wait; return True when no more do."""
        here = self._here
        bots = self.store.bots() if here.bots is None else here.bots
        holds = Counter(lane.bot for lane in self.standing.held if lane.queue == queue)
        most = {
            bot: limit if len(bots) < 2 else share(holds[bot], limit)
            for bot in bots
            if bot not in here.paused and self._leads(bot, queue)
        }
        # A lane that was lost to others may wait again while our run of it still goes on.
        held = self.standing.held
        lanes = self.store.take(queue, most, here.owner, limit, hurrying, held)
        for lane in lanes:
            self._hold(lane, Held(self._clock, 0, 0))
            self._start(lane, self._clock)
        taken = Counter(lane.bot for lane in lanes)
        return len(lanes) < limit and all(taken[bot] < count for bot, count in most.items())

    def _has_share(self, lane: Lane, free: int) -> bool:
        """Return whether a bot, beside others, may take one of the free seats."""
        held = self.standing.held
        if self.standing.counts[lane.queue] < SHARE * free:
            return True
        return share(sum(each[:2] == lane[:2] for each in held), free) > 0

    def _start(self, lane: Lane, since: float) -> None:
        """Count a run of the first task of a lane of ours, and plan it."""
        while (row := self.store.claim(lane, self._here.owner, self.now)) is not None:
            rules = self._here.rules[lane.queue]
            if row.attempts > rules.attempts and row.crashes:
                self._bury_lost(row.seq)
            elif self._is_suspect(row, rules) and not self._is_alone(lane):
                self.store.unclaim(row.seq)
                self.park(lane, None, rank=row.seq)
                if self.standing.solo is None:
                    self.standing.solo = Solo(lane, self._clock + GATHER, False)
                return
            else:
                self._hold(lane, Held(since, row.seq, row.runs))
                self.run.append(row)
                return
        self.store.close_lane(lane)
        self._drop(lane)

    def _bury_lost(self, seq: int) -> None:
        row = self.store.search(seq)
        reason = TookProcess("took the process along each time it was run")
        if row is not None and self.store.lose(seq, f"TookProcess: {reason}"):
            self.died.append((row, reason))

    @staticmethod
    def _is_suspect(row: Row, rules: Rules) -> bool:
        return bool(row.crashes) and row.attempts >= rules.attempts

    def _is_alone(self, lane: Lane) -> bool:
        solo = self.standing.solo
        return solo is not None and solo.lane == lane and solo.is_running

    def _goes_on(self) -> bool:
        """Start the suspect when it is its turn; return whether other lanes may be started now."""
        standing, solo = self.standing, self.standing.solo
        if solo is None:
            return True
        if solo.is_running:
            if solo.lane in standing.held and self._clock < solo.until:
                return False
            standing.solo = None
            return True
        if standing.held and self._clock < solo.until:
            return False
        if not self.store.take_lane(solo.lane, self._here.owner):
            standing.solo = None
            return True
        standing.solo = Solo(solo.lane, self._clock + ALONE, True)
        self._hold(solo.lane, Held(self._clock, 0, 0))
        self._start(solo.lane, self._clock)
        return False

    def _is_ours(self, lane: Lane) -> bool:
        return self._here.bots is None or lane.bot in self._here.bots

    def _may_claim(self, task: Task, lane: Lane) -> bool:
        standing, queue = self.standing, task.queue
        if standing.solo is not None or lane in standing.held:
            return False
        named = task.bot, queue
        if named not in self._open:
            self._open[named] = self._open_seats(lane)
        seats = self._open[named]
        if seats is None:
            return False
        free = seats.all - standing.counts[queue]
        if free > 0 and queue not in standing.waiting:
            return not self._shares or self._has_share(lane, free)
        is_first = task.priority < NORMAL and queue not in standing.hurrying
        free += seats.urgent
        return is_first and free > 0 and (not self._shares or self._has_share(lane, free))

    def _open_seats(self, lane: Lane) -> Seats | None:
        """Return the seats of a lane's queue, None when nothing of its bot may be run there by this process."""
        here = self._here
        if here.closing or lane.bot in here.paused or not self._is_ours(lane):
            return None
        seats = here.seats.get(lane.queue)
        return seats if seats is not None and self._leads(lane.bot, lane.queue) else None

    def _leads(self, bot: int, queue: str) -> bool:
        """Return whether this process may run a bot's tasks of a queue: where only one may, whether it is the one."""
        if not self._here.rules[queue].sole or (bot, queue) in self.standing.leads:
            return True
        if not self.store.lead(bot, queue, self._here.owner, self.now):
            return False
        self.standing.leads.add((bot, queue))
        return True

    def _must_yield(self, lane: Lane, since: float) -> bool:
        """Return whether other lanes go first, as this one has had a worker for long."""
        return self._clock - since > QUANTUM and lane.queue in self.standing.waiting

    def _must_stop(self, lane: Lane) -> bool:
        standing, here = self.standing, self._here
        if here.closing or lane.bot in here.paused:
            return True
        if standing.solo is not None and standing.solo.lane != lane:
            return True
        # It may have a worker that is kept for urgent tasks.
        return standing.counts[lane.queue] > here.seats[lane.queue].all

    def _hold(self, lane: Lane, held: Held) -> None:
        if lane not in self.standing.held:
            self.standing.counts[lane.queue] += 1
        self.standing.held[lane] = held

    def _drop(self, lane: Lane) -> Held | None:
        held = self.standing.held.pop(lane, None)
        if held is not None:
            self.standing.counts[lane.queue] -= 1
        return held

    def _next_turn(self) -> int:
        self.standing.turn += 1
        return self.standing.turn

    def _note_waiting(self, queue: str, priority: int) -> None:
        self.standing.waiting.add(queue)
        if priority < NORMAL:
            self.standing.hurrying.add(queue)

    def _note_due(self, due: float) -> None:
        self.due = due if self.due is None else min(self.due, due)
