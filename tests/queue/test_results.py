"""What a run leaves behind: sessions key by key, conflicts, what came too late, and each bot alone."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from anzol.queue import Again, Failed, Queue, Work, catalog
from tests.queue.support import Log, Time, task, wait_until

Open = Callable[..., Queue]


def test_four_lanes_that_count_up_one_number_lose_no_step(opened: Open):
    """The loser of a conflict runs again; what it has sent is remembered, so nothing is sent twice."""
    meeting = threading.Barrier(4, timeout=60)
    sent: Counter[str] = Counter()

    def act(work: Work) -> None:
        state = work.state("user:7")
        state["n"] = state.get("n", 0) + 1
        if not work.calls():
            sent[work.key] += 1
            work.record(lambda: ("sendMessage", "", 0, "digest", "1"))
        if not work.is_repeated:
            meeting.wait()

    queue = opened(log := Log(act))
    for number in range(4):
        queue.put(task(number, f"chat:{number}"))
    wait_until(lambda: queue.counts()["done"] == 4)

    seen = []
    queue.stop()
    opened(lambda work: seen.append(work.state("user:7")["n"])).put_and_wait(task(9))
    assert seen == [4]
    assert sent == Counter({str(number): 1 for number in range(4)})
    # The repetitions are nobody's failure.
    assert {attempt for _, attempt in log.runs} == {1}


@pytest.mark.parametrize("error", [Again(0.0), Again(0.0, counted=False), Failed("no")])
def test_a_call_that_waits_for_the_end_is_recorded_when_another_end_comes(
    opened: Open, error: Exception
):
    """The run was about to return: its next one, or its replay, finds what was sent."""
    found = []

    def act(work: Work) -> None:
        found.append(work.calls())
        if not work.is_repeated:
            work.keep(lambda: ("sendMessage", "", 0, "digest", "1"))
            raise error

    queue = opened(Log(act))
    queue.put(task(1))
    if isinstance(error, Failed):
        wait_until(lambda: queue.counts()["dead"] == 1)
        queue.retry()
    wait_until(lambda: queue.counts()["done"] == 1)
    assert found == [[], [("sendMessage", "", 0, "digest", "1")]]


def test_a_call_that_waits_for_the_end_is_recorded_when_its_run_is_to_run_again(opened: Open):
    meeting = threading.Barrier(2, timeout=60)
    found: dict[str, list[Any]] = {}

    def act(work: Work) -> None:
        state = work.state("user:7")
        state["n"] = state.get("n", 0) + 1
        if work.is_repeated:
            found[work.key] = work.calls()
            return
        work.keep(lambda: ("sendMessage", "", 0, "digest", "1"))
        meeting.wait()

    queue = opened(Log(act))
    for number in range(2):
        queue.put(task(number, f"chat:{number}"))
    wait_until(lambda: queue.counts()["done"] == 2)
    assert list(found.values()) == [[("sendMessage", "", 0, "digest", "1")]]


def test_two_lanes_that_remove_one_key_agree(opened: Open):
    meeting = threading.Barrier(2, timeout=60)

    def act(work: Work) -> None:
        state = work.state("user:7")
        if work.key == "1":
            state["basket"] = [1]
            return
        state.pop("basket", None)
        if not work.is_repeated:
            meeting.wait()

    queue = opened(Log(act))
    queue.put_and_wait(task(1))
    queue.put(task(2, "chat:2"))
    queue.put(task(3, "chat:3"))

    wait_until(lambda: queue.counts()["done"] == 3)


def test_what_an_error_handler_leaves_is_kept_and_what_failed_is_not(opened: Open):
    def act(work: Work) -> None:
        state = work.state("chat:1")
        if work.key == "2":
            assert dict(state) == {"failures": 1}
            return
        state["half"] = "done"
        work.revert()
        state["failures"] = 1
        raise ValueError

    queue = opened(Log(act))
    queue.put(task(1))
    queue.put(task(2))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert queue.counts()["dead"] == 1


def test_a_change_after_the_end_is_an_error_for_who_makes_it(opened: Open):
    states = []
    queue = opened(Log(lambda work: states.append(work.state("chat:1"))))
    queue.put_and_wait(task(1))
    wait_until(lambda: queue.counts()["done"] == 1)

    with pytest.raises(RuntimeError, match="after its update has ended"):
        states[0]["late"] = True


def test_what_is_opened_after_a_run_that_was_put_off_takes_no_changes(opened: Open):
    """As by a thread that the handler has left running."""
    works = []

    def handle(work: Work) -> None:
        works.append(work)
        if len(works) == 1:
            raise Again(0.0)

    queue = opened(handle)
    queue.put_and_wait(task(1))
    wait_until(lambda: queue.counts()["done"] == 1)

    for work in works:
        with pytest.raises(RuntimeError, match="after its update has ended"):
            work.state("user:1")["late"] = True


def test_where_one_session_is_unfit_no_other_takes_changes_any_more(opened: Open):
    seen: list[str] = []

    def handle(work: Work) -> None:
        unfit, other = work.state("chat:1"), work.state("user:1")
        unfit["list"] = []
        unfit["list"].append(object())
        with pytest.raises(TypeError, match="keep JSON only"):
            work.settle()
        with pytest.raises(RuntimeError) as refused:
            other["late"] = 1
        seen.append(str(refused.value))

    opened(handle).put_and_wait(task(1))
    assert len(seen) == 1


def test_a_session_too_large_is_refused_where_it_is_written_and_stops_no_other(opened: Open):
    def act(work: Work) -> None:
        if work.lane == "large":
            work.state("chat:1")["photo"] = "x" * 8_000_000

    queue = opened(Log(act))
    queue.put(task(1, "large"))
    for number in range(2, 20):
        assert queue.put(task(number, f"chat:{number}"))

    wait_until(lambda: queue.counts()["done"] == 18)
    (dead,) = queue.list("dead")
    assert "ValueError: state chat:1['photo'] has 8,000," in (dead.error or "")


def test_a_key_is_written_by_itself(opened: Open):
    written = []

    def act(work: Work) -> None:
        state = work.state("chat:1")
        if work.key == "1":
            state.update({f"key{number}": "x" * 1000 for number in range(100)})
        else:
            state["key5"] = "changed"
            written.extend(state.changes())

    queue = opened(Log(act))
    queue.put_and_wait(task(1))
    queue.put_and_wait(task(2))

    wait_until(lambda: queue.counts()["done"] == 2)
    assert [change.key for change in written] == ["key5"]


def test_a_long_lane_is_not_read_for_each_part_of_an_album(opened: Open):
    found, go = [], threading.Event()

    def act(work: Work) -> None:
        go.wait(60)
        if work.key == "0":
            found.extend(work.following())

    queue = opened(Log(act))
    for number in range(300):
        queue.put_soon(task(number), lambda told: None)
    wait_until(lambda: queue.counts()["open"] == 300)
    go.set()

    wait_until(lambda: queue.counts()["done"] == 300)
    assert [work.key for work in found] == [str(number) for number in range(1, 11)]


def test_each_bot_is_alone(opened: Open):
    """Two servers on one file, or another token: neither runs, counts, retries or purges the other's."""

    def fail(work: Work) -> None:
        raise ValueError

    first = opened(log := Log(fail), bots=(1,))
    second = opened(other := Log(fail), bots=(2,))
    for queue in (first, second):
        queue.start()
    for number in range(5):
        first.put(task(number, f"chat:{number}", bot=1 + number % 2))

    wait_until(lambda: first.counts()["dead"] == 3 and second.counts()["dead"] == 2)
    assert (sorted(log.ids()), sorted(other.ids())) == ([0, 2, 4], [1, 3])
    assert {entry.bot for entry in first.list()} == {1}
    theirs = second.list("dead")[0].seq
    assert first.show(theirs) is None
    assert first.retry([theirs]) == 0
    assert not first.skip(theirs)
    assert first.retry() == 3
    wait_until(lambda: first.counts()["dead"] == 3)
    assert first.purge("dead", 0) == 3
    assert second.counts()["dead"] == 2


def test_operators_commands_let_others_in_between(opened: Open, monkeypatch: pytest.MonkeyPatch):
    """Every thousand rows they commit, and a put comes in."""
    rows: list[int] = []  # changed in each transaction
    transaction = catalog.Catalog._transaction

    @contextmanager
    def counted(self: catalog.Catalog) -> Iterator[None]:
        rows.append(0)

        def watched(statement: str, *values: Any) -> Any:
            cursor = self.session.execute(statement, *values)
            if statement in (catalog.REOPEN, *catalog.PURGE.values()):
                rows[-1] += cursor.rowcount
            return cursor

        self._execute = watched
        with transaction(self):
            yield

    queue = opened(Log())
    assert sum(queue.put_all([task(number, after=3600.0) for number in range(2001)])) == 2001
    queue.stop()

    def kill() -> None:
        with queue._session() as session, session.transaction():
            session.execute("update task set state = 2, due = null where state <> 2", ())

    kill()
    monkeypatch.setattr(catalog.Catalog, "_transaction", counted)
    assert queue.retry() == queue.counts()["open"] == 2001
    assert rows == [1000, 1000, 1]
    rows.clear()
    kill()
    assert queue.purge("dead", 0) == 2001
    assert rows == [1000, 1000, 1]


def test_what_a_paused_bot_keeps_too_long_is_buried(opened: Open):
    time, told = Time(), []
    queue = opened(
        Log(),
        clock=time.clock(),
        outage=3600.0,
        on_dead=lambda work, error: told.append((work.key, str(error))) or (),
    )
    queue.start()
    queue.pause(1, "no network")
    queue.put(task(1))
    time.advance(1800)
    queue.put(task(2))
    queue.retry([])
    wait_until(lambda: queue.counts()["open"] == 2)

    time.advance(1801)
    queue.retry([])  # looks at once

    wait_until(lambda: told)  # after the commit
    assert queue.counts()["dead"] == 1
    assert told == [("1", "waited 1 h: no network")]
    queue.resume(1)
    wait_until(lambda: queue.counts()["done"] == 1)


def test_the_end_of_a_stop_waits_for_a_call_and_records_its_answer(opened: Open):
    """Longer than the drain: the message is not sent again by the next process."""
    called, answered = threading.Event(), threading.Event()

    def act(work: Work) -> None:
        if work.calls():
            return
        with work.calling():
            called.set()
            answered.wait(60)
        work.record(lambda: ("sendMessage", "", 0, "digest", "1"))
        with work.calling():
            raise AssertionError("no call begins in a process that ends")

    leaving = opened(log := Log(act), drain=0.05)
    leaving.put(task(1))
    called.wait(60)
    stopping = threading.Thread(target=leaving.stop)
    stopping.start()
    threading.Event().wait(0.3)
    answered.set()
    stopping.join()

    staying = opened(again := Log(act))
    staying.start()
    wait_until(lambda: staying.counts()["done"] == 1)
    assert (log.runs, again.runs) == ([(1, 1)], [(1, 1)])
