"""The promises of docs/security.md that no other test holds."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anzol.server.keys import Key
from anzol.settings import Settings
from tests.fakes import FakeTransport
from tests.servers import create_app

KEY = "operator-key-0123456789"
OPERATORS = ["/metrics", "/admin"]


@pytest.fixture
def opened(settings: Settings) -> FlaskClient:
    app = create_app(replace(settings, api_key=KEY))
    app.extensions["anzol"].bot.transport = FakeTransport()
    return app.test_client()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("path", OPERATORS)
def test_without_an_api_key_these_pages_are_not_there(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404
    assert client.get(path, headers=bearer("")).status_code == 404


@pytest.mark.attack
@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer(""),
        bearer("wrong"),
        bearer(KEY[:-1]),
        bearer(KEY + "x"),
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer \xfc\xdf"},
    ],
)
def test_a_wrong_key_is_refused(opened: FlaskClient, headers: dict[str, str]):
    answer = opened.get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert "anzol_" not in answer.text


def test_the_right_key_opens(opened: FlaskClient):
    assert opened.get("/metrics", headers=bearer(KEY)).status_code == 200
    assert opened.get("/metrics", headers={"authorization": f"bearer {KEY}"}).status_code == 200


@pytest.mark.attack
def test_guessing_the_key_is_slowed_down(opened: FlaskClient):
    def get(key: str, address: str) -> int:
        overrides = {"REMOTE_ADDR": address}
        return opened.get("/metrics", headers=bearer(key), environ_overrides=overrides).status_code

    assert {get("wrong", "8.8.8.8") for _ in range(10)} == {401}
    assert get("wrong", "8.8.8.8") == 429
    assert get(KEY, "8.8.8.8") == 200  # the operator behind the same address
    assert get(KEY, "8.8.4.4") == 200


def test_a_key_does_not_show_itself():
    assert KEY not in repr(Key(KEY))


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/webhook", "/metrics", "/admin"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_defect_shows_no_traceback_to_a_client(app: Flask, caplog: pytest.LogCaptureFixture):
    @app.get("/defect")
    def defect() -> str:
        raise RuntimeError("inner workings")

    answer = app.test_client().get("/defect")
    assert answer.status_code == 500
    assert "inner workings" not in answer.text
    assert "Traceback" not in answer.text
    assert "inner workings" in caplog.text


def test_the_database_is_for_its_owner_alone(app: Flask, tmp_path: Path):
    inbox = app.extensions["anzol"].queue
    inbox.start()
    try:
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        inbox.stop()
    assert modes["test.db"] == 0o600
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes
