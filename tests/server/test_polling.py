"""Polling against the simulator: nothing is lost, nothing is confirmed before it is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests

from anzol import ApiError, Bot, simulator
from anzol.queue import Unavailable
from anzol.server.polling import Polling
from tests.conftest import TOKEN
from tests.processes import eventually


@pytest.fixture
def bot(simulated: simulator.Running) -> Bot:
    bot = Bot(TOKEN, api_url=simulated.url)
    assert bot.me
    return bot


class Queue:
    """Keeps what it accepts, after failing with each of `failures`."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.offered: list[str] = []
        self.texts: list[str] = []

    def accept(self, updates: list[dict[str, Any]]) -> None:
        texts = [update["message"]["text"] for update in updates]
        self.offered += texts
        if self.failures:
            raise self.failures.pop(0)
        self.texts += texts


class Hurry(threading.Event):
    """Polling's waits, fifty times as fast."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout and timeout / 50)


@pytest.fixture
def poll(bot: Bot) -> Iterator[Callable[..., Polling]]:
    started = []

    def poll(inbox: Queue, *, hurries: bool = True) -> Polling:
        polling = Polling(bot, inbox.accept, allowed_updates=["message"])
        started.append(polling)
        if hurries:
            polling._stopped = Hurry()
        polling.start()
        return polling

    yield poll
    for polling in started:
        polling.stop()


def send(simulated: simulator.Running, *texts: str) -> None:
    for text in texts:
        body = {"bot": TOKEN, "chat_id": 1001, "text": text}
        requests.post(f"{simulated.url}/user/send", json=body, timeout=60).raise_for_status()


def is_polled(simulated: simulator.Running) -> bool:
    state = requests.get(f"{simulated.url}/user/state", timeout=60).json()["result"]
    return any(bot["polling"] for bot in state["bots"])


def pending(bot: Bot) -> int:
    return bot.call("getWebhookInfo")["pending_update_count"]


def test_updates_come_in_order_and_are_confirmed(
    simulated: simulator.Running, bot: Bot, poll: Callable
) -> None:
    inbox = Queue()
    send(simulated, "a", "b")
    poll(inbox)
    assert eventually(lambda: len(inbox.texts) == 2)
    send(simulated, "c")
    assert eventually(lambda: inbox.texts == ["a", "b", "c"])
    assert eventually(lambda: pending(bot) == 0)


@pytest.mark.parametrize("failure", [Unavailable("the disk is full"), ValueError("a bug")])
def test_what_is_not_stored_is_not_confirmed(
    simulated: simulator.Running,
    poll: Callable,
    failure: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox = Queue(failure)
    send(simulated, "a", "b")
    poll(inbox)
    assert eventually(lambda: inbox.texts == ["a", "b"])
    assert inbox.offered in (["a", "b", "a", "b"], ["a", "a", "b"])
    assert f"{type(failure).__name__}: {failure}. Next try in 1 s." in caplog.text
    assert ("Traceback" in caplog.text) == isinstance(failure, ValueError)


def test_only_wanted_updates_are_asked_for(bot: Bot, poll: Callable) -> None:
    poll(Queue())
    assert eventually(lambda: bot.call("getWebhookInfo").get("allowed_updates") == ["message"])


def test_stop_does_not_wait_for_telegram(
    simulated: simulator.Running, bot: Bot, poll: Callable
) -> None:
    first, second = Queue(), Queue()
    polling = poll(first)
    assert eventually(lambda: is_polled(simulated))
    polling.stop()
    assert is_polled(simulated)  # the request is still out, for up to 50 s
    send(simulated, "a")
    assert eventually(lambda: not is_polled(simulated))
    assert pending(bot) == 1 and first.offered == []
    poll(second)
    assert eventually(lambda: second.texts == ["a"])


def test_stop_lets_an_update_be_stored(simulated: simulator.Running, poll: Callable) -> None:
    entered, leave, stored = threading.Event(), threading.Event(), []

    class Slow(Queue):
        def accept(self, updates: list[dict[str, Any]]) -> None:
            entered.set()
            leave.wait(60)
            stored.append(updates)

    polling = poll(Slow())
    send(simulated, "a", "b")
    assert entered.wait(60)
    stopping = threading.Thread(target=polling.stop)
    stopping.start()
    assert stored == [] and stopping.is_alive()
    leave.set()
    stopping.join(60)
    assert len(stored) == 1


def test_a_webhook_in_the_way_is_explained(
    simulated: simulator.Running, bot: Bot, poll: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    bot.call("setWebhook", url=f"{simulated.url}/elsewhere")
    inbox = Queue()
    poll(inbox)
    assert eventually(lambda: "to a webhook: type `flask webhook delete`." in caplog.text)
    bot.call("deleteWebhook")
    send(simulated, "a")
    assert eventually(lambda: inbox.texts == ["a"])


def test_another_poller_is_explained(
    simulated: simulator.Running, bot: Bot, poll: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Queue()
    poll(inbox, hurries=False)  # Telegram holds back who comes again at once
    assert eventually(lambda: is_polled(simulated))
    with suppress(ApiError):  # the first may be back before this one ends, and end it in turn
        bot.call("getUpdates", timeout=1)
    assert eventually(lambda: "Another program is polling for this bot" in caplog.text)
    send(simulated, "a")
    assert eventually(lambda: inbox.texts == ["a"])


def test_pauses_grow_and_end(
    simulated: simulator.Running, poll: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    fault = {"method": "getUpdates", "error_code": 400, "times": 2}
    requests.post(f"{simulated.url}/user/faults", json=fault, timeout=60).raise_for_status()
    inbox = Queue()
    poll(inbox)
    send(simulated, "a")
    assert eventually(lambda: inbox.texts == ["a"])
    pauses = [text for text in ("in 1 s", "in 2 s", "in 4 s") if text in caplog.text]
    assert pauses == ["in 1 s", "in 2 s"]
    assert eventually(lambda: "Polling goes on." in caplog.text)
    assert TOKEN not in caplog.text
