"""The shop: its pages and its bot in one app, with one database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anzol.settings import Settings
from examples import shop
from tests.fakes import FakeTransport, message


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    app = shop.create_app(
        replace(settings, processing="inline"),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path}/shop.db",
    )
    app.extensions["anzol"].bot.transport = FakeTransport()
    yield app
    app.extensions["anzol"].queue.stop()
    with app.app_context():
        shop.db.engine.dispose()


def write(client: FlaskClient, text: str, **fields: Any) -> list[str]:
    """Send a text to the bot and return everything that it has said so far."""
    anzol = client.application.extensions["anzol"]
    headers = {"X-Telegram-Bot-Api-Secret-Token": anzol.settings.secret}
    answer = client.post("/webhook", json=message(text, **fields), headers=headers)
    assert answer.status_code == 200
    return anzol.bot.transport.texts()


def test_an_order_in_the_chat_is_in_the_shop(client: FlaskClient):
    assert write(client, "violin", update_id=5) == ["One violin, thank you!"]
    assert client.get("/").json == ["5: violin"]


def test_the_shop_writes_to_the_chat_and_the_chat_sees_the_shops_change(client: FlaskClient):
    write(client, "violin", update_id=5)
    assert client.post("/ship/5").status_code == 302
    said = write(client, "/orders", update_id=6)
    assert said[1:] == ["Your violin is on its way.", "violin ✓"]


def test_the_shops_own_404_stays(client: FlaskClient):
    assert client.post("/ship/99").status_code == 404
