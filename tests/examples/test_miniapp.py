"""The Mini App: its page and its bot count together."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anzol.settings import Settings
from examples import miniapp
from tests.fakes import FakeTransport, message


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = miniapp.create_app(replace(settings, processing="inline"))
    app.extensions["anzol"].bot.transport = FakeTransport()
    yield app
    app.extensions["anzol"].queue.stop()


def opened(app: Flask, user: int) -> dict[str, str]:
    """The header that the page sends when this user has opened it."""
    fields = {"auth_date": int(time.time()), "user": json.dumps({"id": user, "first_name": "Ann"})}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    token = app.extensions["anzol"].settings.telegram_bot_token
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    fields["hash"] = hmac.digest(secret, lines.encode(), "sha256").hex()
    return {"Authorization": f"tma {urlencode(fields)}"}


def test_the_page_and_the_bot_count_together(app: Flask, client: FlaskClient):
    assert [client.post("/app/count", headers=opened(app, 7)).json for _ in range(2)] == [
        {"count": 1},
        {"count": 2},
    ]
    anzol = app.extensions["anzol"]
    headers = {"X-Telegram-Bot-Api-Secret-Token": anzol.settings.secret}
    client.post(
        "/webhook", json=message("/count", chat_id=7, **{"from": {"id": 7}}), headers=headers
    )
    assert anzol.bot.transport.texts() == ["2"]


def test_who_is_not_signed_in_is_refused(client: FlaskClient):
    for headers in ({}, {"Authorization": "tma user=1"}, {"Authorization": "Bearer x"}):
        answer = client.post("/app/count", headers=headers)
        assert (answer.status_code, answer.json) == (
            401,
            {"error": "The Mini App's data is not signed for this bot."},
        )


def test_the_bot_opens_the_page(telegram, monkeypatch: pytest.MonkeyPatch, client: FlaskClient):
    monkeypatch.setenv("PUBLIC_URL", "https://counter.example")
    (sent,) = telegram(miniapp.router).send("/start")
    (button,) = sent.reply_markup.inline_keyboard[0]
    assert button.web_app.url == "https://counter.example/app/"
    assert "Telegram.WebApp.initData" in client.get("/app/").text
