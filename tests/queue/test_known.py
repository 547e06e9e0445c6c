"""What is known of sessions without reading: never older than a run's start, whoever else commits."""

from __future__ import annotations

import os
import sqlite3
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from anzol.queue import Crew, Queue, Work, open_queue
from anzol.queue.dispatch import Options
from anzol.queue.known import FRESH, LIMIT, UNKNOWN, Known, Name, weight
from anzol.queue.sqlite import SqliteStore
from anzol.queue.store import Store
from tests.processes import PATIENCE, Process
from tests.queue.engines import SwitchedSqlite
from tests.queue.support import task, wait_until

Open = Callable[..., Queue]
A, B, C = ((1, "chat:1", key) for key in "abc")
D = 2, "chat:1", "a"
STORE = """
insert into session (bot, name, key, value) values (1, ?, 'n', ?)
on conflict (bot, name, key) do update set value = excluded.value"""


class Passing:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def tell(values: Known, name: Name) -> Any:
    """Return what a run that has read nothing yet is told."""
    return values.tell((), *name)


def certain(values: Known) -> list[Any]:
    """Return which of the names used here have a value that is certain."""
    return [name for name in (A, B, C, D) if name in values.values]


def known(**more: Any) -> Known:
    """Return one whose first transaction has just ended."""
    found = Known(**more)
    found.confirm(7)
    found.commit({})
    return found


def test_what_is_committed_is_known_until_somebody_else_commits():
    values = known()
    values.commit({A: "1", B: None})
    assert (tell(values, A), tell(values, B), tell(values, C)) == ("1", None, UNKNOWN)

    values.confirm(7)
    assert values.values[A] == "1"
    values.confirm(8)
    assert (tell(values, A), certain(values)) == (UNKNOWN, [])


def test_handlers_are_told_for_a_moment_only():
    clock = Passing()
    values = known(clock=clock)
    values.commit({A: "1"})
    clock.now += FRESH * 0.9
    assert tell(values, A) == "1"
    clock.now += FRESH * 0.2

    assert tell(values, A) is UNKNOWN

    values.confirm(7)
    assert (values.values[A], tell(values, A)) == ("1", UNKNOWN)
    values.commit({})
    assert tell(values, A) == "1"


def test_what_was_read_is_known_from_the_next_transaction_on():
    values = known()
    values.note(A, "1", values.generation)
    values.note(B, None, values.generation)
    assert tell(values, A) is UNKNOWN

    values.confirm(7)

    assert (values.values[A], values.values[B]) == ("1", None)


def test_what_was_read_is_forgotten_when_somebody_else_has_committed():
    values = known()
    values.note(A, "1", values.generation)
    values.confirm(8)
    assert certain(values) == []

    before = values.generation
    values.confirm(9)
    values.note(A, "1", before)  # it began to read before that was noticed
    values.confirm(9)
    assert certain(values) == []


def test_what_was_read_does_not_replace_what_was_committed_since():
    values = known()
    before = values.generation
    values.note(A, "1", before)
    values.commit({A: "2"})
    values.note(A, "1", before)
    values.note(B, "1", values.generation)

    values.confirm(7)

    assert (values.values[A], values.values[B]) == ("2", "1")


def test_it_takes_no_more_than_its_limit_and_what_came_first_goes_first():
    values = known(limit=3 * weight(A, "x" * 10))
    for name in (A, B, C):
        values.commit({name: "x" * 10})
    values.commit({D: "x" * 10})
    assert tell(values, A) is UNKNOWN
    assert tell(values, B) == tell(values, C) == tell(values, D) == "x" * 10

    values.commit({A: "x" * 100_000})
    assert certain(values) == []

    for number in range(1000):
        values.note((3, str(number), "a"), None, values.generation)
    values.confirm(7)
    assert (
        sum(values.values.get((3, str(number), "a"), UNKNOWN) is None for number in range(1000))
        == 0
    )


def test_what_somebody_wrote_and_a_handler_looks_for_fills_no_memory():
    values = known()
    names = [(1, "chat:1", f"{number}" + "\N{PILE OF POO}" * 4000) for number in range(2000)]
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _, name, key in names[:1000]:
            values.note((1, name, wide(key)), None, values.generation)
            values.confirm(7)
        for _, name, key in names[1000:]:
            values.commit({(1, name, wide(key)): None})
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert LIMIT / 2 < grown < 1.5 * LIMIT


def wide(key: str) -> str:
    """Return a key of its own, as it is once SQLite has been asked for it: beside its text it keeps UTF-8."""
    copy = "".join(key)
    sqlite3.connect(":memory:").execute("select ?", (copy,)).close()
    return copy


def test_nobody_is_told_one_change_of_a_commit_without_the_others():
    """A run that goes on meanwhile asks the database, which has all of them."""
    values = known()
    values.commit({A: "1", B: "1"})
    told: list[tuple[Any, Any]] = []

    class Watched(dict[Any, Any]):
        def items(self) -> Any:
            for each in super().items():
                told.append((tell(values, A), tell(values, B)))
                yield each
            told.append((tell(values, A), tell(values, B)))

    values.commit(Watched({A: "2", B: "2"}))
    assert told == [(UNKNOWN, UNKNOWN)] * 3
    assert (tell(values, A), tell(values, B)) == ("2", "2")


def beside(path: Path, value: int, name: str = "user:7") -> None:
    """Commit a value as any other program on the file would."""
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as db, db:
        db.execute(STORE, (name, str(value)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue.db"


@pytest.fixture
def local(path: Path) -> Any:
    """Open queues on one file and stop them at the end."""
    queues: list[Queue] = []

    def open_one(handle: Callable[[Work], None], driver: Any = None) -> Queue:
        if driver is None:
            queue = open_queue(f"sqlite:///{path}", handle, schedule=(0.01,), drain=5.0)
        else:
            queue = Queue(driver, Options(drain=5.0))
            queue.serve("updates", Crew(handle))
        queues.append(queue)
        return queue

    yield open_one
    for queue in queues:
        queue.stop()


def statements(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which statements about sessions are executed from now on."""
    seen: list[str] = []
    for kept, kind, each in (
        ("read", Store, Store.value),
        ("save", SqliteStore, SqliteStore.save),
        ("compare", Store, Store.differs),
    ):

        def noting(self: Any, *given: Any, kept: str = kept, each: Any = each) -> Any:
            seen.append(kept)
            return each(self, *given)

        monkeypatch.setattr(kind, each.__name__, noting)
    return seen


def test_a_key_that_its_chat_has_used_is_neither_read_nor_compared(
    local: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("anzol.queue.known.FRESH", PATIENCE)
    values = []

    def count(work: Work) -> None:
        state = work.state("user:7")
        values.append((state.get("title"), state.get("n", 0)))
        state["n"] = state.get("n", 0) + 1

    queue = local(count)
    for number in range(3):
        queue.put_and_wait(task(number))
    seen = statements(queue, monkeypatch)
    for number in range(3, 6):
        queue.put_and_wait(task(number))

    wait_until(lambda: queue.counts()["done"] == 6)
    assert values == [(None, number) for number in range(6)]
    assert set(seen) == {"save"}


def test_a_run_sees_what_another_program_has_committed_before_it_started(local: Open, path: Path):
    """Without a pause between, so that everything known is fresh."""
    seen = []

    def note(work: Work) -> None:
        state = work.state("user:7")
        seen.append(state.get("n", 0))
        state["n"] = state.get("n", 0) + 1
        state["more"] = work.key

    queue = local(note)
    expected = []
    for number in range(0, 200, 2):
        queue.put_and_wait(task(number))
        beside(path, number * 10)
        expected.append(number * 10)
        queue.put_and_wait(task(number + 1))

    assert seen[1::2] == expected


def test_a_change_by_another_program_during_a_run_lets_it_run_again(local: Open, path: Path):
    def count(work: Work) -> None:
        state = work.state("user:7")
        before = state.get("n", 0)
        if work.key == "2" and not work.is_repeated:
            beside(path, 41)
        state["n"] = before + 1

    queue = local(count)
    queue.put_and_wait(task(1))
    queue.put(task(2))

    wait_until(lambda: queue.counts()["done"] == 2)
    with queue.session(1, "user:7") as session:
        assert session["n"] == 42


def test_a_run_that_reads_from_the_database_is_told_nothing_older_afterwards(
    local: Open, path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("anzol.queue.known.FRESH", PATIENCE)
    seen = []

    def act(work: Work) -> None:
        state, other = work.state("user:7"), work.state("user:8")
        if work.key == "1":
            state["n"] = other["n"] = 1
            return
        beside(path, 5)
        beside(path, 6, "user:8")
        # Known from before: as if it had been read before the other program committed, so what follows may be newer.
        seen.append(state["n"])
        seen.append(work.peek("user:7")["n"])
        seen.append(other["n"])

    queue = local(act)
    queue.put_and_wait(task(1))
    queue.put_and_wait(task(2))

    assert seen == [1, 5, 6]


def test_a_run_sees_at_once_what_a_view_of_its_process_has_committed(
    local: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("anzol.queue.known.FRESH", PATIENCE)
    runs, go, seen = threading.Event(), threading.Event(), []

    def act(work: Work) -> None:
        if work.key == "1":
            work.state("user:7")["n"] = 1
            return
        runs.set()
        go.wait(PATIENCE)
        seen.append(work.state("user:7").get("n"))

    queue = local(act)
    queue.put_and_wait(task(1))
    queue.put(task(2))
    assert runs.wait(PATIENCE)
    with queue.session(1, "user:7") as session:
        session["n"] = 2
    go.set()
    wait_until(lambda: queue.counts()["done"] == 2)

    runs.clear()
    go.clear()
    queue.put(task(3))
    assert runs.wait(PATIENCE)
    queue.personal(1).forget(7)
    go.set()
    wait_until(lambda: queue.counts()["done"] == 3)
    assert seen == [2, None]


def test_lanes_that_end_in_one_transaction_are_compared_with_each_other(local: Open):
    meeting, lanes = threading.Barrier(8, timeout=PATIENCE), 8

    def count(work: Work) -> None:
        state = work.state("user:7")
        state["n"] = state.get("n", 0) + 1
        if int(work.key) and not work.is_repeated:
            meeting.wait()

    queue = local(count)
    queue.put_and_wait(task(0))
    queue.put_all([task(number, f"chat:{number}") for number in range(1, lanes + 1)])

    wait_until(lambda: queue.counts()["done"] == lanes + 1)
    with queue.session(1, "user:7") as session:
        assert session["n"] == lanes + 1


@pytest.mark.parametrize("happened", [True, False])
def test_after_a_commit_that_failed_the_database_is_asked(local: Open, path: Path, happened: bool):
    driver = SwitchedSqlite(path)
    go, runs, seen = threading.Event(), threading.Event(), []

    def act(work: Work) -> None:
        state = work.state("user:7")
        seen.append((work.key, state.get("n", 0)))
        if work.key == "2":
            runs.set()
            go.wait(PATIENCE)
        state["n"] = int(work.key)

    queue = local(act, driver)
    queue.put_and_wait(task(1))
    queue.put(task(2))
    assert runs.wait(PATIENCE)
    if happened:
        driver.lose = 1
        go.set()
        wait_until(lambda: queue.counts()["done"] == 2)
    else:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)) as db:
            db.execute("begin immediate")
            go.set()
            wait_until(lambda: not queue.workers()["busy"])
            db.execute(STORE, ("user:7", "9"))
            wait_until(lambda: _is_refusing(queue))
            db.execute("commit")
        # What it read is not there any more: it runs again.
        wait_until(lambda: queue.counts()["done"] == 2)
        assert seen[-1] == ("2", 9)
    queue.put_and_wait(task(3))

    assert seen[-1] == ("3", 2)


def _is_refusing(queue: Queue) -> bool:
    try:
        queue.check(0.01)
    except Exception:
        return True
    return False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_after_a_fork_neither_process_goes_by_what_was_known_before(local: Open):
    seen = []

    def count(work: Work) -> None:
        state = work.state("user:7")
        seen.append(state.get("n", 0))
        state["n"] = state.get("n", 0) + 1

    queue = local(count)
    queue.put_and_wait(task(1))
    child = os.fork()
    if child == 0:
        try:
            queue.put_and_wait(task(2))
            os._exit(0 if seen == [0, 1] else 1)
        except BaseException:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0

    queue.put_and_wait(task(3))
    assert seen == [0, 2]


COUNTING = """
import sys
import threading
from anzol.queue import Task, open_queue

url, own, lanes, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

def count(work):
    mine, all = work.state(work.lane), work.state("user:7")
    # Those of a lane run one after another, wherever: each sees what the one before has left.
    number = int(work.key.partition("-")[2])
    assert mine.get("last", -1) == number - 1, (mine.get("last"), work.key)
    mine["last"] = number
    all["n"] = all.get("n", 0) + 1

queue = open_queue(url, count, attempts=1, workers=8)
queue.start()
for number in range(each):
    queue.put_all([Task(1, f"{lane}-{number}", f"lane:{lane}", b"{}") for lane in range(own, own + lanes)])
print("stored", flush=True)
threading.Event().wait()
"""


@pytest.mark.slow
def test_three_processes_that_count_up_one_number_lose_no_step(path: Path):
    """And each run sees what the one before in its lane has stored, by whichever process."""
    lanes, each = 4, 40
    queue = open_queue(f"sqlite:///{path}", lambda work: None, bots=[2])
    queue.start()
    processes = [
        Process(
            "-c", COUNTING, f"sqlite:///{path}", str(own), str(lanes), str(each), cwd=path.parent
        )
        for own in range(0, 3 * lanes, lanes)
    ]
    view = queue.of(1)
    try:
        for process in processes:
            process.expect("stored")
        wait_until(lambda: view.counts()["open"] == 0, 3 * PATIENCE)
        counts = view.counts()
        assert (counts["done"], counts["dead"]) == (3 * lanes * each, 0)
        with queue.session(1, "user:7") as session:
            assert session["n"] == 3 * lanes * each
    finally:
        for process in processes:
            process.end()
        queue.stop()
