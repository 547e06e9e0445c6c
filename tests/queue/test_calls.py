from __future__ import annotations

import threading

import pytest

from anzol.queue.calls import Calls


class Memory:
    """Where calls are recorded, as the table does."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[str, str, str]] = {}

    def run(self) -> Calls:
        return Calls(self.load, self.record, self.forget)

    def load(self) -> list[tuple[int, str, str, str]]:
        return [(place, *call) for place, call in self.rows.items()]

    def record(self, place: int, method: str, digest: str, result: str) -> None:
        self.rows[place] = (method, digest, result)

    def forget(self, place: int) -> None:
        self.rows = {at: call for at, call in self.rows.items() if at < place}


def unexpected() -> None:
    raise AssertionError("this call was remembered and must not be sent")


def test_a_recorded_call_is_not_sent_again():
    memory = Memory()
    assert memory.run().once("sendMessage", "d", lambda: {"message_id": 1}) == {"message_id": 1}

    assert memory.run().once("sendMessage", "d", unexpected) == {"message_id": 1}


@pytest.mark.parametrize("other", [("sendPhoto", "d"), ("sendMessage", "other")])
def test_another_call_at_its_place_drops_what_follows(other: tuple[str, str]):
    memory = Memory()
    first = memory.run()
    for place in range(3):
        first.once("sendMessage", "d", lambda place=place: place)

    second = memory.run()

    assert second.once("sendMessage", "d", unexpected) == 0
    assert second.once(*other, lambda: "new") == "new"
    assert second.once("sendMessage", "d", lambda: "sent again") == "sent again"
    assert [result for *_, result in memory.rows.values()] == ["0", '"new"', '"sent again"']


def test_what_was_dropped_stays_dropped():
    """The second run takes another way and breaks off there; what the first sent after it was for the old way."""
    memory = Memory()
    first = memory.run()
    for place in range(2):
        first.once("sendMessage", "d", lambda place=place: place)
    memory.run().once("sendMessage", "other", lambda: "new")

    third = memory.run()

    assert third.once("sendMessage", "other", unexpected) == "new"
    assert third.once("sendMessage", "d", lambda: "sent again") == "sent again"


def test_a_failed_call_is_sent_again_and_keeps_its_place():
    memory = Memory()
    first = memory.run()
    with pytest.raises(OSError, match="not now"):
        first.once("sendMessage", "a", fail)
    first.once("sendMessage", "b", lambda: "b")

    second = memory.run()

    assert second.once("sendMessage", "a", lambda: "a") == "a"
    assert second.once("sendMessage", "b", unexpected) == "b"


def fail() -> None:
    raise OSError("not now")


def test_calls_from_several_threads_have_places_of_their_own():
    memory = Memory()
    calls, barrier = memory.run(), threading.Barrier(8)

    def call(number: int) -> None:
        barrier.wait()
        calls.once("sendMessage", f"{number}", lambda: number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(memory.rows) == list(range(8))
    assert sorted(result for *_, result in memory.rows.values()) == [str(n) for n in range(8)]
