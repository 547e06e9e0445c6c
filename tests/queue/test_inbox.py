"""The contract of the inbox, the same for every engine."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from anzol.queue import Again, Arrival, Inbox, OpenError, Unavailable, Work, open_inbox
from tests.queue.support import Log, arrival, wait_until

Open = Callable[..., Inbox]


def test_open_inbox_has_no_effect(tmp_path):
    open_inbox(f"sqlite:///{tmp_path}/inbox.db", Log())

    assert list(tmp_path.iterdir()) == []


def test_put_is_new_once_and_runs_once(opened: Open):
    inbox = opened(log := Log())

    assert [inbox.put(arrival(1)), inbox.put(arrival(1)), inbox.put(arrival(2))] == [
        True,
        False,
        True,
    ]

    wait_until(lambda: inbox.counts()["done"] == 2)
    assert log.ids() == [1, 2]


def test_eight_at_the_same_moment_are_one(opened: Open):
    inbox = opened(log := Log())
    barrier, answers = threading.Barrier(8), []

    def put():
        barrier.wait()
        answers.append(inbox.put(arrival(1)))

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]
    wait_until(lambda: inbox.counts()["done"] == 1)
    assert log.ids() == [1]


def test_two_bots_may_use_the_same_number_and_lane(opened: Open):
    inbox = opened(log := Log())

    assert inbox.put(arrival(1, bot=1))
    assert inbox.put(arrival(1, bot=2))

    wait_until(lambda: inbox.counts()["done"] == 2)
    assert log.ids() == [1, 1]


def test_work_is_what_arrived(opened: Open):
    seen: list[Work] = []
    inbox = opened(seen.append, clock=lambda: 1000.0)
    inbox.put(Arrival(7, 8, "user:9", b'{"\xc3\xa9":1}', "inline_query", 0, 30.0))

    wait_until(lambda: seen)

    work = seen[0]
    assert (work.bot, work.update_id, work.lane, work.kind) == (7, 8, "user:9", "inline_query")
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

    inbox = opened(log := Log(act))
    for update_id in range(50):
        inbox.put(arrival(update_id))

    wait_until(lambda: inbox.counts()["open"] == 0)
    assert log.ids() == list(range(50))
    assert inbox.counts()["dead"] == 0


def test_a_slow_lane_delays_no_other(opened: Open):
    go = threading.Event()
    inbox = opened(log := Log(lambda work: work.lane == "slow" and go.wait(10)))

    inbox.put(arrival(1, "slow"))
    inbox.put(arrival(2, "slow"))
    inbox.put(arrival(3, "quick"))

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert sorted(log.ids()) == [1, 3]
    go.set()
    wait_until(lambda: inbox.counts()["done"] == 3)


def test_again_holds_the_lane_and_counts_attempts(opened: Open):
    def act(work: Work) -> None:
        if work.update_id == 1 and work.attempt < 3:
            raise Again(cause=OSError("not now"))

    inbox = opened(log := Log(act))
    inbox.put(arrival(1))
    inbox.put(arrival(2))

    wait_until(lambda: inbox.counts()["done"] == 2)
    assert log.runs == [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_uncounted_again_is_no_attempt(opened: Open):
    runs = []

    def handle(work: Work) -> None:
        runs.append(work.attempt)
        if len(runs) < 4:
            raise Again(after=0.0, counted=False)

    inbox = opened(handle, attempts=2)
    inbox.put(arrival(1))

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert runs == [1, 1, 1, 1]


def test_after_the_last_attempt_it_is_buried_and_the_lane_goes_on(opened: Open):
    def act(work: Work) -> None:
        if work.update_id == 1:
            raise Again(cause=ValueError("still broken"))

    inbox = opened(log := Log(act), attempts=3)
    inbox.put(arrival(1))
    inbox.put(arrival(2))

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert log.runs == [(1, 1), (1, 2), (1, 3), (2, 1)]
    (dead,) = inbox.list("dead")
    assert (dead.update_id, dead.attempts, dead.body) == (1, 3, b"{}")
    assert "ValueError: still broken" in (dead.error or "")


def test_any_other_exception_buries_at_once_and_is_told(opened: Open):
    told: list[tuple[int, str, str]] = []

    def on_dead(work: Work, error: BaseException) -> None:
        (entry,) = inbox.list("dead")
        told.append((work.update_id, str(error), entry.state))

    def handle(work: Work) -> None:
        raise ZeroDivisionError("a bug")

    inbox = opened(handle, on_dead=on_dead)
    inbox.put(arrival(1))

    wait_until(lambda: told)
    assert told == [(1, "a bug", "dead")]
    (dead,) = inbox.list("dead")
    assert "in handle" in (dead.error or "")
    assert dead.attempts == 1


def test_the_dead_are_replayed_in_their_place(opened: Open):
    broken = True

    def act(work: Work) -> None:
        if broken and work.update_id == 1:
            raise KeyError("fix me")

    inbox = opened(log := Log(act))
    inbox.put(arrival(1, lifetime=150.0))
    wait_until(lambda: inbox.counts()["dead"] == 1)
    broken = False

    assert inbox.retry([999]) == 0
    assert inbox.retry() == 1

    wait_until(lambda: inbox.counts()["done"] == 1)
    assert log.runs == [(1, 1), (1, 1)]


def test_state_commits_with_the_update(opened: Open):
    def handle(work: Work) -> None:
        state = work.state("chat:1")
        state["count"] = state.get("count", 0) + 1
        state.setdefault("items", []).append(work.update_id)
        if work.update_id == 2:
            raise ValueError
        if work.update_id == 3:
            assert dict(state) == {"count": 2, "items": [1, 3]}
            del state["count"]
        if work.update_id == 4:
            assert dict(state) == {"count": 1, "items": [1, 3, 4]}

    inbox = opened(handle)
    for update_id in (1, 2, 3, 4):
        inbox.put(arrival(update_id))

    wait_until(lambda: inbox.counts()["open"] == 0)
    assert [entry.update_id for entry in inbox.list("dead")] == [2]


def test_two_lanes_share_a_state_key_by_key(opened: Open):
    both = threading.Barrier(2, timeout=10)

    def handle(work: Work) -> None:
        state = work.state("user:7")
        if work.kind == "check":
            assert dict(state) == {"chat:1": 1, "chat:2": 1}
            return
        state[work.lane] = 1
        both.wait()

    inbox = opened(handle)
    inbox.put(arrival(1, "chat:1"))
    inbox.put(arrival(2, "chat:2"))
    wait_until(lambda: inbox.counts()["done"] == 2)
    inbox.put(arrival(3, "chat:3", kind="check"))
    wait_until(lambda: inbox.counts()["open"] == 0)

    assert inbox.counts()["dead"] == 0


def test_replies_are_remembered_until_the_update_is_done(opened: Open):
    sent: list[str] = []

    def handle(work: Work) -> None:
        def send(text: str) -> object:
            return work.once(
                "sendMessage", text, lambda: sent.append(text) or {"message_id": len(sent)}
            )

        assert send("one") == {"message_id": 1}
        assert send("two") == {"message_id": 2}
        if work.attempt == 1:
            raise Again()
        # Another way than last time: the third call of the first run must not count for this one.
        assert send(f"attempt {work.attempt}")["message_id"] == work.attempt + 1
        if work.attempt == 2:
            raise Again()

    inbox = opened(handle)
    inbox.put(arrival(1))

    wait_until(lambda: inbox.counts()["open"] == 0)
    assert inbox.counts()["done"] == 1
    assert sent == ["one", "two", "attempt 2", "attempt 3"]


def test_a_late_update_is_expired_and_not_run(opened: Open):
    now = 1000.0
    go = threading.Event()
    inbox = opened(log := Log(lambda work: go.wait(10)), clock=lambda: now)
    inbox.put(arrival(1))
    inbox.put(arrival(2, lifetime=30.0))
    inbox.put(arrival(3, lifetime=90.0))
    now = 1031.0
    go.set()

    wait_until(lambda: inbox.counts()["open"] == 0)
    assert log.ids() == [1, 3]
    assert [entry.update_id for entry in inbox.list("expired")] == [2]


def test_urgent_lanes_go_first_then_the_longest_waiting(opened: Open):
    go = threading.Event()
    inbox = opened(log := Log(lambda work: work.update_id == 1 and go.wait(10)), workers=1)
    inbox.put(arrival(1, "busy"))
    inbox.put(arrival(2, "chat:2"))
    inbox.put(arrival(3, "chat:3"))
    inbox.put(arrival(4, "user:4", priority=0))
    inbox.put(arrival(5, "user:5", priority=1))
    inbox.put(arrival(6, "chat:3", priority=1))
    assert inbox.counts()["waiting"] == 4
    go.set()

    wait_until(lambda: inbox.counts()["open"] == 0)
    # Update 6 hurries its whole lane, in which 3 comes first.
    assert log.ids()[:3] == [1, 4, 3]
    assert sorted(log.ids()[3:5]) == [5, 6]


def test_followers_are_absorbed_in_the_same_commit(opened: Open):
    def act(work: Work) -> None:
        followers = work.following()
        if work.update_id == 1 and len(followers) < 2:
            raise Again(after=0.001, counted=False)
        assert [follower.update_id for follower in followers] == [2, 3]
        work.absorb(follower.seq for follower in followers)

    inbox = opened(log := Log(act))
    for update_id in (1, 2, 3):
        inbox.put(arrival(update_id))

    wait_until(lambda: inbox.counts()["done"] == 3)
    assert set(log.ids()) == {1}


def test_put_and_wait_returns_after_the_handler(opened: Open):
    inbox = opened(log := Log())

    assert inbox.put_and_wait(arrival(1))
    assert log.ids() == [1]
    assert inbox.counts()["done"] == 1
    assert not inbox.put_and_wait(arrival(1))


def test_put_and_wait_gives_up_waiting_but_not_the_update(opened: Open):
    go = threading.Event()
    inbox = opened(Log(lambda work: go.wait(10)))

    assert inbox.put_and_wait(arrival(1), timeout=0.01)

    assert inbox.counts()["open"] == 1
    go.set()
    wait_until(lambda: inbox.counts()["done"] == 1)


def test_put_and_wait_returns_when_a_retry_is_planned(opened: Open):
    def handle(work: Work) -> None:
        raise Again(after=3600)

    inbox = opened(handle)

    assert inbox.put_and_wait(arrival(1), timeout=30)
    assert inbox.counts()["retrying"] == 1


def test_stop_finishes_what_runs_and_keeps_the_rest(opened: Open):
    go = threading.Event()
    inbox = opened(Log(lambda work: go.wait(10)))
    inbox.put(arrival(1))
    inbox.put(arrival(2))
    left: list[int] = []
    stopping = threading.Thread(target=lambda: left.append(inbox.stop()))
    stopping.start()

    def refused() -> bool:
        try:
            inbox.put(arrival(1))
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
    inbox = opened(Log())

    with pytest.raises(ValueError, match="update_id has value"):
        inbox.put(arrival(2**63))
    with pytest.raises(ValueError, match="surrogates"):
        inbox.put(arrival(1, "\ud800"))

    assert inbox.put(arrival(1))


@pytest.mark.parametrize(
    "url", ["mysql://x", "postgresql://u:p@h/d", "sqlite://", "sqlite:///:memory:"]
)
def test_other_databases_are_refused_in_one_line(url: str):
    with pytest.raises(OpenError, match=r"Use sqlite:///anzol\.db") as caught:
        open_inbox(url, Log())

    assert "\n" not in str(caught.value)
    assert "u:p" not in str(caught.value)
