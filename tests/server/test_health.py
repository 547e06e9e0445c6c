from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

import anzol
from anzol.api.errors import Unauthorized
from anzol.queue import Task, Work, open_queue
from anzol.server.health import STUCK_SECONDS, Health, Registered
from anzol.settings import Settings
from tests.fakes import FakeTransport
from tests.processes import eventually
from tests.queue.support import Time
from tests.servers import create_app

pytestmark = pytest.mark.usefixtures("brisk")

KEY = "operator-key-0123456789"
WEBHOOK = "https://bot.example.org/webhook"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    settings = replace(
        settings, api_key=KEY, public_url="https://bot.example.org", drain_seconds=1, workers=1
    )
    app = create_app(settings)
    telegram = FakeTransport()
    telegram.answers["getWebhookInfo"] = {"url": WEBHOOK, "pending_update_count": 2}
    app.extensions["anzol"].bot.transport = telegram
    yield app
    app.extensions["anzol"].queue.stop()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look whenever somebody asks, not once a second."""
    monkeypatch.setattr("anzol.server.health.FRESH_SECONDS", 0.0)


def details(app: Flask, status: int = 200) -> dict[str, Any]:
    answer = app.test_client().get("/readyz", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_the_process_is_alive(app: Flask):
    assert app.test_client().get("/healthz").text == "ok\n"


def test_ready_tells_a_stranger_nothing_more(app: Flask):
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        answer = app.test_client().get("/readyz", headers=headers)
        assert (answer.status_code, answer.text) == (200, "ready\n")


def test_the_operator_sees_the_details(app: Flask):
    found = details(app)
    assert found["ready"] is True
    assert found["version"] == anzol.__version__
    assert found["storing"] == found["working"] == "ok"
    assert found["inbox"]["open"] == 0
    assert found["workers"] == {"busy": 0, "idle": 0, "stuck": 0, "lost": 0, "refused": 0}
    assert found["bots"][0]["webhook"]["state"] == "ok"
    assert found["bots"][0]["webhook"]["pending_update_count"] == 2


def test_asking_often_costs_little(settings: Settings):
    """Strangers may ask: many questions within a second are one transaction."""
    asked = []

    class Counted:
        def check(self) -> None:
            asked.append(1)

        def counts(self) -> dict[str, int]:
            return {"oldest": 0}

        def workers(self) -> dict[str, int]:
            return {"busy": 0, "stuck": 0, "lost": 0, "refused": 0}

    health = Health(Counted(), lambda: (), url=str)  # type: ignore[arg-type]
    with Flask("test").app_context():
        for _ in range(200):
            assert health.ready(details=False).status_code == 200
    assert len(asked) < 20


def test_without_an_api_key_there_are_no_details(settings: Settings):
    client = create_app(settings).test_client()
    client.application.extensions["anzol"].queue.start()
    try:
        answer = client.get("/readyz", headers={"Authorization": "Bearer "})
        assert answer.text == "ready\n"
    finally:
        client.application.extensions["anzol"].queue.stop()


@pytest.mark.usefixtures("fresh")
def test_a_stopping_server_is_not_ready(app: Flask):
    details(app)
    app.extensions["anzol"].queue.stop()
    eventually(lambda: app.test_client().get("/readyz").status_code == 503)
    assert "shutting down" in details(app, 503)["storing"]


def test_a_database_that_cannot_be_written_is_not_ready(settings: Settings, tmp_path):
    url = f"sqlite:///{tmp_path}/nowhere/x.db"
    client = create_app(replace(settings, database_url=url)).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready\n")


@pytest.mark.parametrize(
    ("info", "state"),
    [
        ({"url": ""}, "not registered: flask webhook set"),
        ({"url": "https://else.example.org/x"}, f"leads elsewhere than {WEBHOOK}"),
    ],
)
def test_a_webhook_that_is_not_ours_is_told_and_no_reason_to_be_unready(
    app: Flask, info: dict[str, str], state: str
):
    app.extensions["anzol"].bot.transport.answers["getWebhookInfo"] = info
    assert details(app)["bots"][0]["webhook"]["state"] == state


def test_telegrams_last_error_is_told_with_its_age(app: Flask):
    app.extensions["anzol"].bot.transport.answers["getWebhookInfo"] = {
        "url": WEBHOOK,
        "last_error_date": int(time.time()) - 90,
        "last_error_message": "Connection refused",
    }
    webhook = details(app)["bots"][0]["webhook"]
    assert webhook["last_error"] == "Connection refused"
    assert 89 <= webhook["last_error_seconds_ago"] < 200


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_telegram_is_asked_once_a_minute_at_most():
    clock, asked = Clock(), []

    def ask() -> dict[str, Any]:
        asked.append(clock.now)
        return {"url": f"https://{len(asked)}"}

    registered = Registered(ask, clock)
    assert registered.wait().info == {"url": "https://1"}
    clock.now += 59
    assert registered.look().info == {"url": "https://1"}
    assert len(asked) == 1
    clock.now += 1
    registered.look()
    eventually(lambda: registered.look().info == {"url": "https://2"})
    assert len(asked) == 2


def test_when_telegram_is_away_the_last_answer_stays():
    clock, answers = Clock(), [{"url": "https://known"}]

    def ask() -> dict[str, Any]:
        if not answers:
            raise ConnectionError("cannot connect")
        return answers.pop()

    registered = Registered(ask, clock)
    registered.wait()
    clock.now += 61
    eventually(lambda: registered.look().error == "cannot connect")
    assert registered.look().info == {"url": "https://known"}


def test_a_refused_token_is_doubted_before_the_first_update():
    doubts = []

    def ask() -> dict[str, Any]:
        raise Unauthorized("getWebhookInfo", 401, "Unauthorized")

    registered = Registered(ask, Clock(), lambda: doubts.append(1))
    registered.wait()
    eventually(lambda: doubts == [1])


@pytest.mark.usefixtures("fresh")
def test_an_update_that_waits_too_long_for_a_worker_is_not_ready(settings: Settings):
    """One worker, and it does not come back: what waits behind it in other lanes gets old."""
    time, busy = Time(), threading.Event()
    inbox = open_queue(
        settings.database_url,
        lambda work: busy.wait(),
        workers=1,
        drain=1.0,
        clock=time.clock(),
    )
    for number in (1, 2):
        inbox.put(Task(1, str(number), f"chat:{number}", b"{}"))
    health = Health(inbox, lambda: (), url=str)
    with Flask("test").app_context():
        assert health.ready(details=False).status_code == 200
        time.advance(STUCK_SECONDS + 1)
        eventually(lambda: health.ready(details=False).status_code == 503)
        answer = health.ready(details=True)
        assert "WORKERS" in answer.json["working"]
    busy.set()
    inbox.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.usefixtures("fresh")
def test_a_worker_that_ended_by_itself_is_not_ready(settings: Settings):
    def leave(work: Work, error: BaseException) -> None:
        raise SystemExit

    inbox = open_queue(settings.database_url, lambda work: 1 / 0, on_dead=leave, drain=0.1)
    health = Health(inbox, lambda: (), url=str)
    with Flask("test").app_context():
        assert health.ready(details=False).status_code == 200
        inbox.put(Task(1, str(1), "chat:1", b"{}"))
        eventually(lambda: health.ready(details=False).status_code == 503)
        assert "restart" in health.ready(details=True).json["working"]
    inbox.stop()


@pytest.mark.usefixtures("fresh")
def test_work_that_got_no_thread_is_not_ready_until_there_is_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """The system has a thread for the inbox itself, and none for a handler at first."""
    done, start = [], threading.Thread.start

    def no_more(thread: threading.Thread) -> None:
        if thread.name.startswith("updates-worker"):
            raise RuntimeError("can't start new thread")
        start(thread)

    inbox = open_queue(settings.database_url, lambda work: done.append(int(work.key)), drain=1.0)
    health = Health(inbox, lambda: (), url=str)
    with Flask("test").app_context():
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", no_more)
            inbox.put(Task(1, str(1), "chat:1", b"{}"))
            eventually(lambda: health.ready(details=False).status_code == 503)
            assert "WORKERS" in health.ready(details=True).json["working"]
        inbox.put(Task(1, str(2), "chat:2", b"{}"))
        eventually(lambda: sorted(done) == [1, 2])
        eventually(lambda: health.ready(details=False).status_code == 200)
    inbox.stop()
