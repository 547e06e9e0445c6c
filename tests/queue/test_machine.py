"""Any sequence of puts, repeats, crashes, restarts, replays and clock steps keeps the nine points."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from sqlite3 import connect
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from anzol.api.memory import Memory
from anzol.queue import Again, Queue, Work, open_queue
from tests.queue import postgres
from tests.queue.support import Time, task, wait_until

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


class QueueMachine(RuleBasedStateMachine):
    """The model is what was acknowledged; the truth is what survives the last crash."""

    def __init__(self) -> None:
        super().__init__()
        self.life = 0
        self.crashes = 0
        self.time = Time(time.time())
        self.updates: dict[int, Update] = {}
        self.running: set[tuple[int, str]] = set()
        self.wrong: list[str] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """The database as this life finds it."""
        raise NotImplementedError

    def cut(self) -> None:
        """End this life, and with it the process, as far as the database can tell."""
        raise NotImplementedError

    @initialize()
    def open(self) -> None:
        life = self.life
        self.queue: Queue = open_queue(
            self.url,
            lambda work: self.handle(life, work),
            workers=2,
            attempts=3,
            schedule=(0.0,),
            clock=self.time.clock(),
        )
        self.queue.start()

    def handle(self, life: int, work: Work) -> None:
        update = self.updates[int(work.key)]
        with self.lock:
            if life != self.life:  # this process is dead, though its threads do not know
                raise Again(after=0.0, counted=False)
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
        memory = Memory(work.calls, work.record, is_repeated=work.is_repeated)
        for call in (1, 2):
            params = {"chat_id": call}
            send = partial(self.send, update, call)
            answer = memory.once("sendMessage", params, lambda: f"{work.seq}", send)
            if answer != {"message_id": 100 * update.update_id + call}:
                self.wrong.append(f"the reply of {update} is {answer}")
        state = work.state(work.lane)
        state["ran"] = [*state.get("ran", []), int(work.key)]
        shared = work.state("shared")
        shared[str(int(work.key))] = shared.get(str(int(work.key)), 0) + 1
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
        new = task(update.update_id, lane, lifetime=lifetime, priority=priority)
        assert self.queue.put(new)

    @precondition(lambda self: self.updates)
    @rule(data=st.data())
    def put_again(self, data: Any) -> None:
        update = self.updates[data.draw(st.sampled_from(sorted(self.updates)))]
        assert not self.queue.put(task(update.update_id, update.lane))

    @rule()
    def crash(self) -> None:
        self.cut()
        self.crashes += 1
        self.queue.stop()
        self.open()

    @rule()
    def restart(self) -> None:
        open_ones = self.queue.stop()
        assert open_ones == self.queue.counts()["open"]
        self.open()

    @rule(seconds=st.sampled_from([-7200.0, -5.0, 5.0, 40.0, 3600.0]))
    def step_clock(self, seconds: float) -> None:
        self.time.step(seconds)

    @rule(seconds=st.sampled_from([1.0, 40.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.time.advance(seconds)

    @rule()
    def replay(self) -> None:
        # Those that are dead now: a crash in a run counts as an attempt, too, so that no plan tells which.
        dead = self.queue.list("dead", limit=1000)
        for entry in dead:
            self.updates[int(entry.key)].buried = True
        self.queue.retry([entry.seq for entry in dead])

    @rule()
    def settle(self) -> None:
        self.queue.retry([])  # looks at once, as each second
        wait_until(lambda: self.queue.counts()["open"] == 0)

    @invariant()
    def nothing_went_wrong(self) -> None:
        assert self.wrong == []

    def teardown(self) -> None:
        try:
            self.settle()
            self.check()
        finally:
            self.queue.stop()
            self.remove()

    def remove(self) -> None:
        """Remove the database."""
        raise NotImplementedError

    def check(self) -> None:
        entries = {int(entry.key): entry for entry in self.queue.list(limit=1000)}
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

        def handle(work: Work) -> None:
            left.update({name: dict(work.state(name)) for name in names})

        self.queue.stop()
        reader = open_queue(self.url, handle)
        assert reader.put_and_wait(task(10**9, "reader"))
        reader.stop()
        return left


class SqliteMachine(QueueMachine):
    """A power cut: what is in the files then is all that is left."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="queue-machine-"))

    @property
    def path(self) -> Path:
        return self.folder / f"{self.life}.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def cut(self) -> None:
        path = self.path
        with closing(connect(path, isolation_level=None, timeout=10)) as db:
            db.execute("begin immediate")  # between two transactions of the writer
            with self.lock:
                self.life += 1
            for suffix in ("", "-wal"):
                shutil.copyfile(f"{path}{suffix}", f"{self.path}{suffix}")
            db.execute("rollback")

    def remove(self) -> None:
        shutil.rmtree(self.folder)


class PostgresqlMachine(QueueMachine):
    """A process that others take for dead, and that goes on without knowing it."""

    server = ""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.address = self.stack.enter_context(postgres.schema(self.server))

    @property
    def url(self) -> str:
        return self.address

    def cut(self) -> None:
        with self.lock:
            self.life += 1
        with psycopg.connect(self.address) as db:
            db.execute("delete from owner")

    def remove(self) -> None:
        self.stack.close()


@pytest.fixture(autouse=True, scope="module")
def server(postgresql: str) -> None:
    PostgresqlMachine.server = postgresql


for machine in (SqliteMachine, PostgresqlMachine):
    machine.TestCase.settings = settings(max_examples=30, stateful_step_count=25)
TestSqliteMachine = SqliteMachine.TestCase
TestPostgresqlMachine = PostgresqlMachine.TestCase
