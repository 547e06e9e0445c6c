"""Any sequence of puts, repeats, crashes, restarts, replays and clock steps keeps the nine points."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from anzol.queue import Again, Inbox, Work, open_inbox
from tests.queue.support import arrival, wait_until

pytestmark = pytest.mark.slow

# What each run of an update's handler does, in order; after the last one it returns.
PLANS = st.lists(st.sampled_from(["again", "later", "bug"]), max_size=3)
LANES = st.sampled_from(["chat:1", "chat:2", "user:3"])


@dataclass
class Update:
    update_id: int
    lane: str
    plan: list[str]
    lifetime: float | None
    buried: bool = False
    sent: Counter[int] = field(default_factory=Counter)


class InboxMachine(RuleBasedStateMachine):
    """The model is what was acknowledged; the truth is what survives the last crash."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="inbox-machine-"))
        self.life = 0
        self.crashes = 0
        self.shift = 0.0
        self.updates: dict[int, Update] = {}
        self.running: set[tuple[int, str]] = set()
        self.wrong: list[str] = []
        self.lock = threading.Lock()

    def clock(self) -> float:
        return time.time() + self.shift

    @initialize()
    def open(self) -> None:
        self.path = self.folder / f"{self.life}.db"
        life = self.life
        self.inbox: Inbox = open_inbox(
            f"sqlite:///{self.path}",
            lambda work: self.handle(life, work),
            workers=2,
            attempts=3,
            schedule=(0.0,),
            clock=self.clock,
        )
        self.inbox.start()

    def handle(self, life: int, work: Work) -> None:
        update = self.updates[work.update_id]
        with self.lock:
            if life != self.life:
                return  # this process is dead, though its threads do not know
            place = (life, work.lane)
            if place in self.running:
                self.wrong.append(f"two handlers in {work.lane}")
            self.running.add(place)
        try:
            self.act(update, work)
        finally:
            with self.lock:
                self.running.discard(place)

    def act(self, update: Update, work: Work) -> None:
        for call in (1, 2):
            answer = work.once("sendMessage", f"{call}", lambda call=call: self.send(update, call))
            if answer != {"message_id": 100 * work.update_id + call}:
                self.wrong.append(f"the reply of {update} is {answer}")
        state = work.state(work.lane)
        state.setdefault("ran", []).append(work.update_id)
        shared = work.state("shared")
        shared[str(work.update_id)] = shared.get(str(work.update_id), 0) + 1
        step = update.plan.pop(0) if update.plan else "done"
        if step == "again":
            raise Again(cause=OSError("not now"))
        if step == "later":
            raise Again(after=0.0, counted=False)
        if step == "bug":
            raise ZeroDivisionError

    def send(self, update: Update, call: int) -> dict[str, int]:
        with self.lock:
            update.sent[call] += 1
        return {"message_id": 100 * update.update_id + call}

    @rule(
        lane=LANES,
        plan=PLANS,
        lifetime=st.sampled_from([None, None, 30.0]),
        priority=st.integers(0, 2),
    )
    def put(self, lane: str, plan: list[str], lifetime: float | None, priority: int) -> None:
        buried = "bug" in plan or plan.count("again") >= 3
        update = Update(len(self.updates), lane, plan, lifetime, buried)
        self.updates[update.update_id] = update
        new = arrival(update.update_id, lane, lifetime=lifetime, priority=priority)
        assert self.inbox.put(new)

    @precondition(lambda self: self.updates)
    @rule(data=st.data())
    def put_again(self, data: Any) -> None:
        update = self.updates[data.draw(st.sampled_from(sorted(self.updates)))]
        assert not self.inbox.put(arrival(update.update_id, update.lane))

    @rule()
    def crash(self) -> None:
        """Cut the power: what is in the files now is all that is left."""
        with closing(connect(self.path, isolation_level=None, timeout=10)) as db:
            db.execute("begin immediate")  # between two transactions of the writer
            with self.lock:
                self.life += 1
            left = self.folder / f"{self.life}.db"
            for suffix in ("", "-wal"):
                shutil.copyfile(f"{self.path}{suffix}", f"{left}{suffix}")
            db.execute("rollback")
        self.crashes += 1
        self.inbox.stop()
        self.open()

    @rule()
    def restart(self) -> None:
        open_ones = self.inbox.stop()
        assert open_ones == self.inbox.counts()["open"]
        self.inbox = open_inbox(
            f"sqlite:///{self.path}",
            lambda work, life=self.life: self.handle(life, work),
            workers=2,
            attempts=3,
            schedule=(0.0,),
            clock=self.clock,
        )
        self.inbox.start()

    @rule(seconds=st.sampled_from([-7200.0, -5.0, 5.0, 40.0, 3600.0]))
    def step_clock(self, seconds: float) -> None:
        self.shift += seconds

    @rule()
    def replay(self) -> None:
        self.inbox.retry()

    @rule()
    def settle(self) -> None:
        self.inbox.retry([])  # looks at once, as each second
        wait_until(lambda: self.inbox.counts()["open"] == 0)

    @invariant()
    def nothing_went_wrong(self) -> None:
        assert self.wrong == []

    def teardown(self) -> None:
        try:
            self.settle()
            self.check()
        finally:
            self.inbox.stop()
            shutil.rmtree(self.folder)

    def check(self) -> None:
        entries = {entry.update_id: entry for entry in self.inbox.list(limit=1000)}
        assert set(entries) == set(self.updates), "every acknowledged update is there, once"
        done = defaultdict(list)
        for update_id, update in sorted(self.updates.items()):
            entry = entries[update_id]
            assert entry.state in ("done", "dead", "expired")
            if entry.state == "done":
                done[update.lane].append(update_id)
            elif entry.state == "dead":
                assert entry.error and entry.attempts <= 3
            else:
                assert update.lifetime is not None
            # A crash may take the record of a call with it; nothing else may send twice.
            assert all(times <= 1 + self.crashes for times in update.sent.values())
        ran = self.state_left("chat:1", "chat:2", "user:3", "shared")
        for lane, ids in done.items():
            assert sorted(ran[lane]["ran"]) == ids, "state has each update that is done, once"
            in_turn = [
                update_id for update_id in ran[lane]["ran"] if not self.updates[update_id].buried
            ]
            assert in_turn == sorted(in_turn), "but for the replayed ones in order of arrival"
        assert ran["shared"] == {str(update_id): 1 for ids in done.values() for update_id in ids}

    def state_left(self, *names: str) -> dict[str, dict[str, Any]]:
        """Read the states as a handler sees them."""
        left: dict[str, dict[str, Any]] = {}
        path = self.path

        def handle(work: Work) -> None:
            left.update({name: dict(work.state(name)) for name in names})

        self.inbox.stop()
        reader = open_inbox(f"sqlite:///{path}", handle)
        assert reader.put_and_wait(arrival(10**9, "reader"))
        reader.stop()
        return left


InboxMachine.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestInboxMachine = InboxMachine.TestCase
