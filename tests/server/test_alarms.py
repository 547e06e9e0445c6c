"""ADMIN_CHAT hears once of each kind of error, however many chats fail at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anzol import Bot
from anzol.api.errors import ApiError, NetworkError
from anzol.queue import ALL, Crew, Queue, Task, Work, open_queue
from anzol.server.alarms import QUEUE, Alarm
from tests.fakes import FakeTransport
from tests.queue.support import wait_until

BOT = 4242
Start = Callable[..., Queue]


@pytest.fixture
def telegram() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def start(tmp_path: Path, telegram: FakeTransport) -> Iterator[Start]:
    queues: list[Queue] = []

    def start(chat_id: int = 55) -> Queue:
        alarm = Alarm(Bot(f"{BOT}:abcdefghijklmnop", transport=telegram), chat_id)
        queue = open_queue(
            f"sqlite:///{tmp_path}/x.db", fail, schedule=(0.01,), on_dead=alarm.of, drain=2.0
        )
        queue.serve(QUEUE, Crew(alarm.send, workers=1, urgent=0, on_dead=alarm.give_up))
        queues.append(queue)
        return queue

    def fail(work: Work) -> None:
        raise {"value": ValueError, "key": KeyError}[work.kind]("what a user wrote")

    yield start
    for queue in queues:
        queue.stop()


def chat(number: int, kind: str = "value") -> Task:
    return Task(BOT, str(number), f"chat:{number}", b"{}", kind=kind)


def finished(queue: Queue, count: int) -> bool:
    counts = queue.counts(ALL)
    return counts["open"] == 0 and counts["dead"] >= count


def test_twenty_chats_that_fail_at_once_are_one_message(start: Start, telegram: FakeTransport):
    queue = start()
    for number in range(20):
        queue.put(chat(number))
    wait_until(lambda: finished(queue, 20))

    (text,) = telegram.texts()
    assert text.startswith("Update ") and " failed: ValueError\nin test_alarms.py:" in text
    assert "what a user wrote" not in text


def test_each_kind_is_told_also_after_a_restart_but_once(start: Start, telegram: FakeTransport):
    queue = start()
    queue.put(chat(1, "value"))
    wait_until(lambda: finished(queue, 1))
    queue.stop()
    queue = start()
    for number, kind in enumerate(("value", "key", "key"), 2):
        queue.put(chat(number, kind))
    wait_until(lambda: finished(queue, 4))

    assert [text.split()[3] for text in telegram.texts()] == ["ValueError", "KeyError"]


def test_news_wait_for_a_network_that_is_away(start: Start, telegram: FakeTransport):
    telegram.failures = [NetworkError("sendMessage", "cannot connect", sent=False)] * 2
    queue = start()
    queue.put(chat(1))
    wait_until(lambda: finished(queue, 1) and queue.counts(ALL)["done"] == 1)

    assert len([1 for method, _ in telegram.calls if method == "sendMessage"]) > 1


def test_a_chat_that_takes_no_news_is_told_in_the_log(start: Start, telegram, caplog):
    telegram.failures = [ApiError("sendMessage", 400, "chat not found")]
    queue = start()
    queue.put(chat(1))
    wait_until(lambda: finished(queue, 2))

    assert "ADMIN_CHAT could not be told: ApiError" in caplog.text


def test_nobody_is_told_without_a_chat(start: Start, telegram: FakeTransport):
    queue = start(chat_id=0)
    queue.put(chat(1))
    wait_until(lambda: finished(queue, 1))

    assert telegram.calls == []
