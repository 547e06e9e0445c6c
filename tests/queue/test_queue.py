"""The contract of the queue, the same for every engine."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from anzol.queue import ALL, Again, Crew, OpenError, Queue, Task, Unavailable, Work, open_queue
from tests.queue.support import Log, Time, task, wait_until

Open = Callable[..., Queue]


def test_open_queue_has_no_effect(tmp_path):
    open_queue(f"sqlite:///{tmp_path}/queue.db", Log())

    assert list(tmp_path.iterdir()) == []


def test_put_is_new_once_and_runs_once(opened: Open):
    queue = opened(log := Log())

    assert [queue.put(task(1)), queue.put(task(1)), queue.put(task(2))] == [
        True,
        False,
        True,
    ]

    wait_until(lambda: queue.counts()["done"] == 2)
    assert log.ids() == [1, 2]


def test_eight_at_the_same_moment_are_one(opened: Open):
    queue = opened(log := Log())
    barrier, answers = threading.Barrier(8), []

    def put():
        barrier.wait()
        answers.append(queue.put(task(1)))

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]
    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.ids() == [1]


def test_two_bots_may_use_the_same_number_and_lane(opened: Open):
    queue = opened(log := Log())

    assert queue.put(task(1, bot=1))
    assert queue.put(task(1, bot=2))

    wait_until(lambda: queue.counts()["done"] == 2)
    assert log.ids() == [1, 1]


def test_work_is_what_arrived(opened: Open):
    seen: list[Work] = []
    queue = opened(seen.append, clock=Time(1000.0).clock())
    body = b'{"\xc3\xa9":1}'
    queue.put(Task(7, "8", "user:9", body, kind="inline_query", priority=0, lifetime=30.0))

    wait_until(lambda: seen)

    work = seen[0]
    assert (work.bot, work.key, work.lane, work.kind) == (7, "8", "user:9", "inline_query")
    assert (work.body, work.received, work.expires, work.attempt) == (
        b'{"\xc3\xa9":1}',
        1000,
        1030,
        1,
    )


def test_a_lane_runs_in_order_and_one_at_a_time(opened: Open):
    running = threading.Lock()

    def act(work: Work) -> None:
        assert running.acquire(blocking=False)
        running.release()

    queue = opened(log := Log(act))
    for update_id in range(50):
        queue.put(task(update_id))

    wait_until(lambda: queue.counts()["open"] == 0)
    assert log.ids() == list(range(50))
    assert queue.counts()["dead"] == 0


def test_a_slow_lane_delays_no_other(opened: Open):
    go = threading.Event()
    queue = opened(log := Log(lambda work: work.lane == "slow" and go.wait(60)))

    queue.put(task(1, "slow"))
    queue.put(task(2, "slow"))
    queue.put(task(3, "quick"))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert sorted(log.ids()) == [1, 3]
    go.set()
    wait_until(lambda: queue.counts()["done"] == 3)


def test_again_holds_the_lane_and_counts_attempts(opened: Open):
    def act(work: Work) -> None:
        if int(work.key) == 1 and work.attempt < 3:
            raise Again(cause=OSError("not now"))

    queue = opened(log := Log(act))
    queue.put(task(1))
    queue.put(task(2))

    wait_until(lambda: queue.counts()["done"] == 2)
    assert log.runs == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_uncounted_again_is_no_attempt(opened: Open):
    runs = []

    def handle(work: Work) -> None:
        runs.append(work.attempt)
        if len(runs) < 4:
            raise Again(after=0.0, counted=False)

    queue = opened(handle, attempts=2)
    queue.put(task(1))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert runs == [1, 1, 1, 1]


def test_after_the_last_attempt_it_is_buried_and_the_lane_goes_on(opened: Open):
    def act(work: Work) -> None:
        if int(work.key) == 1:
            raise Again(cause=ValueError("still broken"))

    queue = opened(log := Log(act), attempts=3)
    queue.put(task(1))
    queue.put(task(2))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.runs == [(1, 1), (1, 2), (1, 3), (2, 1)]
    (dead,) = queue.list("dead")
    assert (int(dead.key), dead.attempts, dead.body) == (1, 3, b"{}")
    assert "ValueError: still broken" in (dead.error or "")


def test_any_other_exception_buries_at_once_and_is_told_before_the_lane_goes_on(opened: Open):
    told: list[tuple[int, str]] = []

    def on_dead(work: Work, error: BaseException) -> list[Task]:
        told.append((int(work.key), str(error)))
        return [task(7, "news")]

    def act(work: Work) -> None:
        if work.key == "1":
            raise ZeroDivisionError("a bug")
        assert told == [(1, "a bug")]

    queue = opened(log := Log(act), on_dead=on_dead)
    queue.put(task(1))
    queue.put(task(2))

    wait_until(lambda: queue.counts()["done"] == 2)
    assert sorted(log.ids()) == [1, 2, 7]
    (dead,) = queue.list("dead")
    assert "in act" in (dead.error or "")
    assert dead.attempts == 1


def test_the_dead_are_replayed_in_their_place(opened: Open):
    broken = True

    def act(work: Work) -> None:
        if broken and int(work.key) == 1:
            raise KeyError("fix me")

    queue = opened(log := Log(act))
    queue.put(task(1, lifetime=150.0))
    wait_until(lambda: queue.counts()["dead"] == 1)
    broken = False

    assert queue.retry([999]) == 0
    assert queue.retry() == 1

    wait_until(lambda: queue.counts()["done"] == 1)
    assert log.runs == [(1, 1), (1, 1)]


def test_state_commits_with_the_update(opened: Open):
    def handle(work: Work) -> None:
        state = work.state("chat:1")
        state["count"] = state.get("count", 0) + 1
        state.setdefault("items", []).append(int(work.key))
        if int(work.key) == 2:
            raise ValueError
        if int(work.key) == 3:
            assert dict(state) == {"count": 2, "items": [1, 3]}
            del state["count"]
        if int(work.key) == 4:
            assert dict(state) == {"count": 1, "items": [1, 3, 4]}

    queue = opened(handle)
    for update_id in (1, 2, 3, 4):
        queue.put(task(update_id))

    wait_until(lambda: queue.counts()["open"] == 0)
    assert [int(entry.key) for entry in queue.list("dead")] == [2]


def test_two_lanes_share_a_state_key_by_key(opened: Open):
    both = threading.Barrier(2, timeout=60)

    def handle(work: Work) -> None:
        state = work.state("user:7")
        if work.kind == "check":
            assert dict(state) == {"chat:1": 1, "chat:2": 1}
            return
        state[work.lane] = 1
        both.wait()

    queue = opened(handle)
    queue.put(task(1, "chat:1"))
    queue.put(task(2, "chat:2"))
    wait_until(lambda: queue.counts()["done"] == 2)
    queue.put(task(3, "chat:3", kind="check"))
    wait_until(lambda: queue.counts()["open"] == 0)

    assert queue.counts()["dead"] == 0


def test_calls_are_remembered_until_the_task_is_done(opened: Open):
    seen: list[list[str]] = []

    def handle(work: Work) -> None:
        seen.append([result for *_, result in work.calls()])
        work.record(lambda: ("sendMessage", "chat_id=1", work.attempt, "digest", f"{work.attempt}"))
        if work.attempt < 3:
            raise Again(asked=work.attempt == 2)
        assert [turn for _, _, turn, *_ in work.calls()][:2] == [None, None]

    queue = opened(handle)
    queue.put(task(1))

    wait_until(lambda: queue.counts()["open"] == 0)
    assert queue.counts()["done"] == 1
    assert seen == [[], ["1"], ["1", "2"]]


def test_a_late_update_is_expired_and_not_run(opened: Open):
    time = Time()
    go = threading.Event()
    queue = opened(log := Log(lambda work: go.wait(60)), clock=time.clock())
    queue.put(task(1))
    queue.put(task(2, lifetime=30.0))
    queue.put(task(3, lifetime=90.0))
    time.advance(31.0)
    go.set()

    wait_until(lambda: queue.counts()["open"] == 0)
    assert log.ids() == [1, 3]
    assert [int(entry.key) for entry in queue.list("expired")] == [2]


def test_urgent_lanes_go_first_then_the_longest_waiting(opened: Open):
    go = threading.Event()
    queue = opened(log := Log(lambda work: work.key == "1" and go.wait(60)), workers=1, urgent=0)
    queue.put(task(1, "busy"))
    queue.put(task(2, "chat:2"))
    queue.put(task(3, "chat:3"))
    queue.put(task(4, "user:4", priority=0))
    queue.put(task(5, "user:5", priority=1))
    queue.put(task(6, "chat:3", priority=1))
    assert queue.counts()["waiting"] == 4
    go.set()

    wait_until(lambda: queue.counts()["open"] == 0)
    # Task 6 hurries its whole lane, in which 3 comes first.
    assert log.ids()[:2] == [1, 4]
    assert log.ids().index(3) < log.ids().index(2)


def test_followers_are_absorbed_in_the_same_commit(opened: Open):
    def act(work: Work) -> None:
        followers = work.following()
        if int(work.key) == 1 and len(followers) < 2:
            raise Again(after=0.001, counted=False)
        assert [int(follower.key) for follower in followers] == [2, 3]
        work.absorb(follower.seq for follower in followers)

    queue = opened(log := Log(act))
    for update_id in (1, 2, 3):
        queue.put(task(update_id))

    wait_until(lambda: queue.counts()["done"] == 3)
    assert set(log.ids()) == {1}


def test_put_and_wait_returns_after_the_handler(opened: Open):
    queue = opened(log := Log())

    assert queue.put_and_wait(task(1))
    assert log.ids() == [1]
    assert queue.counts()["done"] == 1
    assert not queue.put_and_wait(task(1))


def test_put_and_wait_gives_up_waiting_but_not_the_update(opened: Open):
    go = threading.Event()
    queue = opened(Log(lambda work: go.wait(60)))

    assert queue.put_and_wait(task(1), timeout=0.01)

    assert queue.counts()["open"] == 1
    go.set()
    wait_until(lambda: queue.counts()["done"] == 1)


def test_put_and_wait_returns_when_a_retry_is_planned(opened: Open):
    def handle(work: Work) -> None:
        raise Again(after=3600)

    queue = opened(handle)

    assert queue.put_and_wait(task(1), timeout=30)
    assert queue.counts()["retrying"] == 1


def test_stop_finishes_what_runs_and_keeps_the_rest(opened: Open):
    go = threading.Event()
    queue = opened(Log(lambda work: go.wait(60)))
    queue.put(task(1))
    queue.put(task(2))
    left: list[int] = []
    stopping = threading.Thread(target=lambda: left.append(queue.stop()))
    stopping.start()

    def refused() -> bool:
        try:
            queue.put(task(1))
        except Unavailable as error:
            return str(error) == "the server is shutting down"
        return False

    wait_until(refused)
    go.set()
    stopping.join()

    assert left == [1]
    next_one = opened(log := Log())
    next_one.start()
    wait_until(lambda: next_one.counts()["done"] == 2)
    assert log.ids() == [2]


def test_values_the_database_cannot_take_are_refused_alone(opened: Open):
    queue = opened(Log())

    with pytest.raises(ValueError, match="bot has value 9223372036854775808. Use a 64-bit integer"):
        queue.put(task(1, bot=2**63))
    with pytest.raises(ValueError, match="surrogates"):
        queue.put(task(1, "\ud800"))

    assert queue.put(task(1))


@pytest.mark.parametrize("url", ["mysql://x", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused_in_one_line(url: str):
    with pytest.raises(OpenError, match=r"Use sqlite:///anzol\.db") as caught:
        open_queue(url, Log())

    assert "\n" not in str(caught.value)
    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize("after", [float("inf"), float("nan"), -1, True, "5"])
def test_a_wait_that_is_none_is_refused_with_its_value(after: Any):
    with pytest.raises(ValueError, match=f"after has value {after!r}. Use seconds from 0 to"):
        Again(after=after)
    with pytest.raises(ValueError, match="after has value"):
        task(1, after=after)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"priority": 7}, "priority has value 7. Use 0 to 2."),
        ({"lane": ""}, "lane has 0 characters. Use 1 to 256."),
        ({"key": "k" * 300}, "key has 300 characters. Use 1 to 256."),
        ({"body": bytes(5_000_000)}, "body has 5000000 bytes. Use at most 4194304."),
        ({"lifetime": float("inf")}, "lifetime has value inf. Use seconds from 0 to"),
    ],
)
def test_what_cannot_be_stored_is_told_in_a_line(wrong: dict[str, Any], told: str):
    with pytest.raises(ValueError) as caught:
        task(1, **wrong)

    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_new_tasks_are_stored_with_the_end_of_the_one_that_made_them(opened: Open):
    def act(work: Work) -> None:
        if work.key in ("1", "2"):
            work.add(task(10 * int(work.key), "chat:9", after=0.05))
        if work.key == "2":
            raise ValueError

    queue = opened(log := Log(act))
    queue.put(task(1))
    queue.put(task(2))

    wait_until(lambda: 10 in log.ids())
    assert 20 not in log.ids()


def test_a_scheduled_task_does_not_block_its_lane(opened: Open):
    time = Time()
    queue = opened(log := Log(), clock=time.clock())
    queue.put(task(1, after=60.0))
    assert not queue.put(task(1))
    queue.put(task(2))

    wait_until(lambda: queue.counts()["done"] == 1)
    assert queue.counts()["scheduled"] == 1
    time.advance(61.0)
    queue.retry([])  # looks at once, as each second
    wait_until(lambda: queue.counts()["done"] == 2)
    assert log.ids() == [2, 1]


def test_each_queue_has_workers_of_its_own(opened: Open):
    go = threading.Event()
    queue = opened(Log(lambda work: go.wait(60)), workers=1, urgent=0)
    queue.serve("push", Crew(sent := Log(), workers=1))
    queue.put(task(1))
    queue.put(task(2, "chat:2"))

    queue.put(task(1, queue="push"))

    wait_until(lambda: sent.ids() == [1])
    go.set()
    wait_until(lambda: queue.counts(ALL)["done"] == 3)


def test_nobody_needs_to_wait_for_a_put(opened: Open):
    told: list[Any] = []
    go = threading.Event()
    queue = opened(Log(lambda work: go.wait(60)))

    queue.put_soon(task(1), told.append, lambda: told.append("finished"))
    queue.put_soon(task(1), told.append)
    queue.put_soon(task(2, "chat:2"), told.append, lambda: told.append("too late"), timeout=0.01)

    wait_until(lambda: sorted(map(str, told)) == ["False", "True", "True", "too late"])
    go.set()
    wait_until(lambda: "finished" in told and queue.counts()["done"] == 2)
    queue.stop()
    with pytest.raises(Unavailable, match="shutting down"):
        queue.put_soon(task(3), told.append)
    assert told.count("too late") == 1


def test_nothing_is_kept_of_who_has_heard_of_the_end(opened: Open):
    class Ended:
        def __init__(self) -> None:
            self.told = threading.Event()

        def __call__(self) -> None:
            self.told.set()

    queue = opened(Log())
    ended = Ended()
    kept, told = weakref.ref(ended), ended.told

    queue.put_soon(task(1), lambda told: None, ended, timeout=3600.0)
    del ended

    assert told.wait(30)
    wait_until(lambda: kept() is None)


def test_a_stop_lets_nobody_wait_for_the_end_of_a_run(opened: Open):
    go, told = threading.Event(), threading.Event()
    queue = opened(Log(lambda work: go.wait(60)), drain=60.0)
    queue.put_soon(task(1), lambda told: None, told.set)
    wait_until(lambda: queue.counts()["running"] == 1)

    stopping = threading.Thread(target=queue.stop)
    stopping.start()

    assert told.wait(30)
    go.set()
    stopping.join()


def test_what_hears_of_a_put_cannot_spoil_it(opened: Open, caplog: pytest.LogCaptureFixture):
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    queue = opened(log := Log())
    queue.put_soon(task(1), fail, fail)

    wait_until(lambda: queue.counts()["done"] == 1)
    assert queue.put_and_wait(task(2))
    assert log.ids() == [1, 2]


def test_a_bot_can_be_forgotten_without_the_others(opened: Open):
    def act(work: Work) -> None:
        seen[work.bot] = dict(work.state("chat:1"))
        work.state("chat:1")["known"] = True

    seen: dict[int, dict[str, Any]] = {}
    queue = opened(Log(act))
    for bot in (1, 2):
        queue.put_and_wait(task(1, bot=bot))
    queue.stop()

    queue.forget(1)

    again = opened(Log(act))
    for bot in (1, 2):
        again.put_and_wait(task(1, bot=bot))
        again.put_and_wait(task(2, bot=bot))
    assert seen == {1: {"known": True}, 2: {"known": True}}
    assert again.counts()["done"] == 4


def test_several_tasks_are_stored_together_in_their_order(opened: Open):
    queue = opened(log := Log())
    queue.put(task(2))

    assert queue.put_all([task(number) for number in (1, 2, 3, 4)]) == [True, False, True, True]

    wait_until(lambda: queue.counts()["done"] == 4)
    assert log.ids() == [2, 1, 3, 4]
