"""Several bots in one server: each alone with its handlers, lanes, sessions, pauses, metrics and views."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anzol import Router, Unauthorized
from anzol.server.tenants import Tenant
from anzol.server.webhook import SECRET_HEADER
from anzol.settings import Settings
from tests.fakes import FakeTransport, message
from tests.processes import eventually
from tests.servers import create_app

KEY = "operator-key-0123456789"
FIRST, SECOND, THIRD = (f"{number}:TEST-token_of-one-of-several-bots" for number in (11, 22, 33))

router = Router()
go = threading.Event()


@router.command("slow")
def slow(ctx: Any) -> str:
    go.wait(60)
    return "at last"


@router.on("message:text")
def count(ctx: Any) -> str:
    ctx.session["seen"] = ctx.session.get("seen", 0) + 1
    return f"{ctx.bot.id} saw {ctx.session['seen']}"


@pytest.fixture
def several(settings: Settings) -> Settings:
    return replace(
        settings,
        telegram_bot_token=f"{FIRST},{SECOND}",
        handlers=__name__,
        api_key=KEY,
        drain_seconds=1,
        public_url="https://bots.example.org",
    )


@pytest.fixture
def app(several: Settings) -> Iterator[Flask]:
    go.clear()
    app = create_app(several)
    for tenant in app.extensions["anzol"].tenants.values():
        pretend(tenant)
    yield app
    go.set()
    app.extensions["anzol"].queue.stop()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def pretend(tenant: Tenant) -> FakeTransport:
    """Give a bot a Telegram of its own."""
    telegram = FakeTransport()
    telegram.answers["getWebhookInfo"] = {"url": f"https://bots.example.org/{tenant.id}"}
    tenant.bot.transport.carrier = telegram  # type: ignore[attr-defined]
    tenant.bot.reach._probe = lambda: telegram.request("getMe", {}, {})
    return telegram


def telegram(app: Flask, number: int) -> FakeTransport:
    return app.extensions["anzol"].tenants[number].bot.transport.carrier


def deliver(client: FlaskClient, token: str, update: dict[str, Any]) -> int:
    secret = Settings(telegram_bot_token=token).secret
    return client.post(
        "/webhook", data=json.dumps(update), headers={SECRET_HEADER: secret}
    ).status_code


def test_the_secret_tells_whose_update_it_is(app: Flask, client: FlaskClient):
    for token, times in ((FIRST, 2), (SECOND, 1)):
        for number in range(times):
            assert deliver(client, token, message(update_id=number)) == 200
    assert deliver(client, THIRD, message()) == 403
    eventually(lambda: len(telegram(app, 11).texts()) == 2 and telegram(app, 22).texts())
    # The same chat and update ids: nothing of one bot's is the other's.
    assert telegram(app, 11).texts() == ["11 saw 1", "11 saw 2"]
    assert telegram(app, 22).texts() == ["22 saw 1"]


def test_each_bot_may_have_its_own_handlers(several: Settings, tmp_path: Path, monkeypatch):
    (tmp_path / "second_bot.py").write_text("from anzol import Router\nrouter = Router()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    anzol = create_app(replace(several, handlers=f"{__name__},second_bot")).extensions["anzol"]
    routers = [tenant.router for tenant in anzol.tenants.values()]
    assert routers == [router, sys.modules["second_bot"].router]
    assert (anzol.bot.id, anzol.router) == (11, router)


def test_handlers_belong_to_the_tokens_in_the_order_of_both_lists(
    several: Settings, tmp_path: Path, monkeypatch
):
    (tmp_path / "other_bot.py").write_text(
        "from anzol import Router\nrouter = Router()\n"
        "@router.on('message')\ndef other(ctx):\n    return 'the other one'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    swapped = replace(several, handlers=f"other_bot,{__name__}")
    app = create_app(swapped)
    for tenant in app.extensions["anzol"].tenants.values():
        pretend(tenant)
    client = app.test_client()
    assert deliver(client, FIRST, message()) == deliver(client, SECOND, message()) == 200
    eventually(lambda: telegram(app, 11).texts() == ["the other one"])
    eventually(lambda: telegram(app, 22).texts() == ["22 saw 1"])


def test_a_refused_token_stops_its_own_bot_alone(app: Flask, client: FlaskClient, caplog):
    refused = Unauthorized("sendMessage", 401, "Unauthorized")
    telegram(app, 11).failures = [refused] * 50
    deliver(client, FIRST, message())
    queue = app.extensions["anzol"].queue
    eventually(lambda: [pause.bot for pause in queue.paused()] == [11])
    deliver(client, SECOND, message())
    eventually(lambda: telegram(app, 22).texts() == ["22 saw 1"])
    assert queue.of(11).counts()["open"] == 1
    eventually(lambda: queue.of(22).counts()["open"] == 0)
    (found,) = (each for each in details(client)["bots"] if each["bot"] == 11)
    assert found["telegram"]["state"] == "refused"
    assert details(client)["ready"]


def test_a_flood_of_one_bot_leaves_workers_to_the_others(several: Settings):
    app = create_app(replace(several, workers=8))
    for tenant in app.extensions["anzol"].tenants.values():
        pretend(tenant)
    client = app.test_client()
    go.clear()
    try:
        for number in range(40):
            deliver(client, FIRST, message("/slow", update_id=number, chat_id=number + 1))
        queue = app.extensions["anzol"].queue
        eventually(lambda: queue.of(11).counts()["running"] >= 6)
        for number in range(5):
            deliver(client, SECOND, message(update_id=number, chat_id=number + 1))
        eventually(lambda: len(telegram(app, 22).texts()) == 5, 30)
        assert queue.of(11).counts()["running"] == 6
    finally:
        go.set()
        app.extensions["anzol"].queue.stop()


def details(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/readyz", headers={"Authorization": f"Bearer {KEY}"})
    assert isinstance(answer.json, dict)
    return answer.json


def test_metrics_and_readiness_name_each_bot(app: Flask, client: FlaskClient):
    deliver(client, SECOND, message())
    eventually(lambda: telegram(app, 22).texts())
    assert [each["bot"] for each in details(client)["bots"]] == [11, 22]
    urls = [each["webhook"]["url"] for each in details(client)["bots"]]
    assert urls == ["https://bots.example.org/11", "https://bots.example.org/22"]
    page = client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"}).text
    assert 'anzol_received_total{bot="22",kind="message",repeated="no"} 1.0' in page
    assert 'anzol_telegram_state{bot="11",state="well"} 1.0' in page
    assert 'anzol_webhook_registered{bot="22"} 1.0' in page


def test_the_operators_page_and_commands_can_be_of_one_bot(app: Flask, client: FlaskClient):
    deliver(client, FIRST, message(update_id=1001))
    deliver(client, SECOND, message(update_id=2002))
    queue = app.extensions["anzol"].queue
    eventually(lambda: queue.counts()["done"] == 2)
    run = app.test_cli_runner()
    everything = run.invoke(args=["inbox", "list"]).output
    assert "bot 11  update 1001" in everything and "bot 22  update 2002" in everything
    one = run.invoke(args=["inbox", "list", "--bot", "22"]).output
    assert "update 2002" in one and "update 1001" not in one
    wrong = run.invoke(args=["webhook", "info", "--bot", "7"])
    assert wrong.output == "Error: There is no bot 7 here, only 11, 22.\n"
    client.post("/admin/sign-in", data={"key": KEY})
    page = client.get("/admin?bot=22").text
    assert "https://bots.example.org/22" in page and "https://bots.example.org/11" not in page
    assert "bot 22" in page and "· bot 11" not in page
    assert "https://bots.example.org/11" in client.get("/admin").text
    run.invoke(args=["inbox", "purge", "done", "--yes", "--bot", "22"])
    assert (queue.of(11).counts()["done"], queue.of(22).counts()["done"]) == (1, 0)


def test_lines_of_the_log_name_the_bot(app: Flask, client: FlaskClient, stream):
    deliver(client, SECOND, message())
    eventually(lambda: telegram(app, 22).texts())
    ended = eventually(
        lambda: [line for line in map(json.loads, stream.getvalue().splitlines()) if "lane" in line]
    )
    assert ended[0]["bot"] == 22


def test_a_bot_comes_and_goes_while_the_server_runs(
    app: Flask, client: FlaskClient, several: Settings
):
    anzol = app.extensions["anzol"]
    assert deliver(client, THIRD, message()) == 403
    came, gone = anzol.follow(replace(several, telegram_bot_token=f"{FIRST},{THIRD}"))
    assert ([each.id for each in came], [each.id for each in gone]) == ([33], [22])
    pretend(anzol.tenants[33])
    assert deliver(client, THIRD, message()) == 200
    eventually(lambda: telegram(app, 33).texts() == ["33 saw 1"])
    assert deliver(client, SECOND, message()) == 403
    assert deliver(client, FIRST, message()) == 200
    eventually(lambda: telegram(app, 11).texts() == ["11 saw 1"])


def test_what_is_stored_for_a_removed_bot_waits_until_it_is_back(
    app: Flask, client: FlaskClient, several: Settings
):
    anzol = app.extensions["anzol"]
    anzol.queue.pause(22, "a test")
    deliver(client, SECOND, message())
    anzol.follow(replace(several, telegram_bot_token=FIRST))
    anzol.queue.resume(22)
    deliver(client, FIRST, message())
    eventually(lambda: telegram(app, 11).texts())
    assert anzol.queue.of(22).counts()["open"] == 1
    anzol.follow(several)
    pretend(anzol.tenants[22])
    eventually(lambda: anzol.queue.of(22).counts()["done"] == 1)


def test_one_bot_in_the_server_is_named_nowhere(several: Settings, stream):
    app = create_app(replace(several, telegram_bot_token=FIRST))
    pretend(app.extensions["anzol"].first)
    deliver(app.test_client(), FIRST, message())
    ended = eventually(
        lambda: [line for line in map(json.loads, stream.getvalue().splitlines()) if "lane" in line]
    )
    assert "bot" not in ended[0]
    app.extensions["anzol"].queue.stop()
    listed = app.test_cli_runner().invoke(args=["inbox", "list"]).output
    assert "bot 11" not in listed
