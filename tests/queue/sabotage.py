"""The webhook with one guarantee taken out, to show that the crash test would notice."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
from flask import Flask

from anzol.queue import (
    Again,
    Clock,
    Queue,
    Task,
    Unavailable,
    Work,
    gathered,
    membership,
    open_queue,
)
from anzol.queue import statements as rows
from anzol.queue.fileowner import FileOwner
from anzol.queue.gathered import GatheredStore
from anzol.queue.plan import Plan
from anzol.queue.postgresql import PostgresqlSession, driver
from anzol.queue.sqlite import SqliteSession
from anzol.queue.store import Store
from anzol.queue.workers import Handler
from anzol.server import webhook
from anzol.server.updates import task_of
from tests.queue.crash_handlers import note
from tests.queue.crash_handlers import work as note_work
from tests.queue.crashing import SECRET


def handle(work: Work) -> None:
    update = json.loads(work.body)
    message, number = update["message"], update["update_id"]
    lane = str(message["chat"]["id"])
    if message["text"] == "poison":
        note("S", lane, number)
        note("K", "-", 0)
        os.kill(os.getpid(), signal.SIGKILL)
    if message["text"] == "slow":
        note("S", lane, number, work.attempt)
        threading.Event().wait(0.8)
        note("E", lane, number)
        return
    if number % 7 == 0 and not work.is_repeated:
        raise Again(after=0.05)
    note_work(lane, number)


def plain(work: Work) -> None:
    update = json.loads(work.body)
    note_work(str(update["message"]["chat"]["id"]), update["update_id"])


def is_postgresql() -> bool:
    return os.environ["DATABASE_URL"].startswith("postgresql:")


def serve(accept, handle: Handler = plain, **options: Any) -> Flask:
    """Return the server whose tasks go through `accept(queue, task)`."""
    queue = open_queue(os.environ["DATABASE_URL"], handle, **{"attempts": 50} | options)
    queue.start()
    app = Flask("sabotaged")
    store: Any = SimpleNamespace(
        store=lambda update, body: accept(queue, task_of(42, update, body)) and None
    )
    webhook.add_routes(app, webhook.Webhook({SECRET: store}, path="/webhook"))
    return app


def store(queue: Queue, new: Task) -> None:
    queue.put(new)


def sound() -> Flask:
    return serve(store)


def acknowledge_early() -> Flask:
    def accept(queue: Queue, new: Task) -> None:
        # A commit that comes later: a while of it makes the test short, not the fault.
        threading.Timer(0.05, queue.put, (new,)).start()

    return serve(accept)


def ignore_lanes() -> Flask:
    return serve(lambda queue, new: queue.put(replace(new, lane=f"update:{new.key}")))


def ignore_repeats() -> Flask:
    ids = itertools.count(int.from_bytes(os.urandom(5), "big") * 1_000_000)
    return serve(lambda queue, new: queue.put(replace(new, key=str(next(ids)))))


def forget_at_start() -> Flask:
    """Take nothing over."""
    if is_postgresql():
        with contextlib.closing(driver(os.environ["DATABASE_URL"]).connect()) as db:
            (schema,) = db.execute("select current_schema()").fetchone() or ("",)
            db.execute(f"drop schema {schema} cascade")
            db.execute(f"create schema {schema}")
        return sound()
    file = Path(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
    for path in file.parent.glob(f"{file.name}*"):
        if path.is_file():
            path.unlink()
    return sound()


def poisonous() -> Flask:
    return serve(store, handle, attempts=3, schedule=(0.1,))


def poisonous_and_uncounted() -> Flask:
    """Runs are counted when they have ended, if they do."""
    rows.CLAIM = rows.CLAIM.replace("attempts = attempts + 1", "attempts = attempts + 0")
    gathered.CLAIM = gathered.CLAIM.replace("attempts = attempts + 1", "attempts = attempts + 0")
    add = GatheredStore.add

    def uncounted(self: GatheredStore, *values: Any) -> int | None:
        seq = add(self, *values)
        if seq in self._added:
            self._added[seq]["attempts"] = 0
        return seq

    GatheredStore.add = uncounted  # type: ignore[method-assign]
    rows.ADD_RUNNING = rows.ADD_RUNNING.replace("1, 1, ?)", "0, 1, ?)")
    return poisonous()


def shorten_lease(seconds: float) -> None:
    """Let a process that gives no sign of life be taken for dead sooner."""
    for name in ("LIVING", "LIVES", "DISMISS"):
        hastier = getattr(membership, name).replace(f"{membership.LEASE} s", f"{seconds} s")
        setattr(membership, name, hastier)
    gathered.DISMISS = membership.DISMISS


def clustered() -> Flask:
    """A node of a cluster, which counts in its sessions."""
    shorten_lease(4.0)

    def count(work: Work) -> None:
        update = json.loads(work.body)
        lane, number = str(update["message"]["chat"]["id"]), update["update_id"]
        note("S", lane, number, work.row.runs)
        state = work.state(f"chat:{lane}")
        state["n"] = state.get("n", 0) + 1
        threading.Event().wait(random.uniform(0, 0.02))
        note("E", lane, number, work.row.runs)

    return serve(store, count)


def hasty() -> Flask:
    """A process that is stopped is taken for dead, as one that cannot renew its lease."""

    def is_dead(owner: FileOwner, other: str) -> bool:
        stat = Path(f"/proc/{other.partition('-')[0]}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] in "TZ"

    FileOwner.is_dead = is_dead  # type: ignore[method-assign]
    membership.PULSE = 0.1
    shorten_lease(0.5)
    return serve(store, handle)


def hasty_and_unfenced() -> Flask:
    for name in ("FINISH", "POSTPONE", "BURY"):
        statement = getattr(rows, name).replace(
            "where seq = ? and owner = ? and runs = ? and state = 0",
            "where seq = ? and ? is not null and ? is not null",
        )
        setattr(rows, name, statement)
    gathered.VOUCH = "select 1 where ? <> ''"
    finish = GatheredStore.finish

    def trusting(self: GatheredStore, fence: tuple[int, str, int]) -> bool:
        self._runs[fence[0]] = fence[1:]
        return finish(self, fence)

    GatheredStore.finish = trusting  # type: ignore[method-assign]
    return hasty()


def careless() -> Flask:
    """Whatever the database says, Telegram is told that the update is stored."""

    def accept(queue: Queue, new: Task) -> None:
        with contextlib.suppress(Unavailable):
            queue.put(new)

    return serve(accept)


def lossy() -> Flask:
    """Every twentieth commit happens, and is answered with an error."""
    commits = itertools.count(1)
    if is_postgresql():
        commit = PostgresqlSession.commit

        def lost(session: PostgresqlSession, last: Any = ()) -> None:
            commit(session, last)
            if next(commits) % 20 == 0:
                raise psycopg.OperationalError("server closed the connection unexpectedly")

        PostgresqlSession.commit = lost  # type: ignore[method-assign]
        return serve(store, handle)
    transaction = SqliteSession.transaction

    @contextlib.contextmanager
    def unsure(session: SqliteSession) -> Iterator[None]:
        with transaction(session):
            yield
        if next(commits) % 20 == 0:
            raise sqlite3.OperationalError("server closed the connection unexpectedly")

    SqliteSession.transaction = unsure  # type: ignore[method-assign]
    return serve(store, handle)


def lossy_and_trusting() -> Flask:
    """An error is taken for a commit that has not happened."""
    Plan.recover = lambda plan: None  # type: ignore[method-assign]
    return lossy()


def stepping() -> Flask:
    """The clock on the wall goes by hours in both directions, and back."""
    threading.Thread(target=step, daemon=True).start()
    return serve(store, handle, clock=Clock(wall=lambda: time.time() + shift))


def stepping_and_trusting() -> Flask:
    """Waits go by the clock on the wall."""
    threading.Thread(target=step, daemon=True).start()
    Clock.now = Clock.proven = lambda clock: time.time() + shift  # type: ignore[method-assign]
    Store.is_ahead = lambda *_: False  # type: ignore[method-assign]
    return serve(store, handle, clock=Clock())


shift = 0.0


def step() -> None:
    global shift
    for _ in range(10):
        shift = random.choice([7200.0, -7200.0, 5 * 86400.0])
        threading.Event().wait(random.uniform(0.05, 0.3))
    shift = 0.0
