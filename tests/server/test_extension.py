"""`Anzol(app, router, settings)` in an app that has routes, pages, hooks and limits of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from flask import Flask, current_app, g, render_template_string, request
from flask.testing import FlaskClient

from anzol import Anzol, Router, Settings, setting
from anzol.settings import SettingsError
from tests.fakes import FakeTransport, message

KEY = "operator-key-0123456789"


class Config(Settings):
    city: str = "Lisbon"
    weather_key: str = setting(default="", secret=True)


@pytest.fixture
def config(settings: Settings) -> Config:
    return Config(**{**vars(settings), "api_key": KEY, "processing": "inline"})


@pytest.fixture
def router() -> Router:
    return Router()


@pytest.fixture
def host() -> Flask:
    """An app as it was before the bot."""
    host = Flask("host")
    host.config["MAX_CONTENT_LENGTH"] = 2_000_000
    host.jinja_env.filters["ago"] = lambda value: f"{value} moons ago"

    @host.get("/")
    def home() -> str:
        return render_template_string("{{ 3 | ago }}")

    @host.post("/upload")
    def upload() -> str:
        return str(len(request.get_data()))

    @host.get("/broken")
    def broken() -> str:
        raise ValueError("inner workings")

    @host.errorhandler(404)
    def lost(error: Exception) -> tuple[str, int]:
        return "the host's 404", 404

    @host.errorhandler(500)
    def failed(error: Exception) -> tuple[str, int]:
        return "the host's 500", 500

    @host.errorhandler(413)
    def large(error: Exception) -> tuple[str, int]:
        return "the host's 413", 413

    return host


@pytest.fixture
def anzol(host: Flask, router: Router, config: Config) -> Iterator[Anzol]:
    anzol = Anzol(host, router, config)
    anzol.bot.transport = FakeTransport()
    yield anzol
    anzol.queue.stop()


@pytest.fixture
def client(host: Flask, anzol: Anzol) -> FlaskClient:
    return host.test_client()


def deliver(client: FlaskClient, update: dict[str, Any]) -> int:
    secret = client.application.extensions["anzol"].settings.secret
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    return client.post("/webhook", data=json.dumps(update), headers=headers).status_code


def said(client: FlaskClient) -> list[str]:
    return client.application.extensions["anzol"].bot.transport.texts()


def test_the_hosts_pages_limits_filters_and_errors_stay_its_own(client: FlaskClient):
    assert client.get("/").text == "3 moons ago"
    assert client.get("/nothing").text == "the host's 404"
    assert client.get("/broken").text == "the host's 500"
    assert client.post("/upload", data=b"x" * 1_500_000).text == "1500000"
    assert client.post("/upload", data=b"x" * 2_000_001).text == "the host's 413"
    assert "Content-Security-Policy" not in client.get("/").headers


def test_ours_are_there_beside_them(host: Flask, client: FlaskClient, router: Router):
    router.on("message:text")(lambda ctx: ctx.text.upper())
    assert deliver(client, message("hi")) == 200
    assert said(client) == ["HI"]
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    bearer = {"Authorization": f"Bearer {KEY}"}
    assert "anzol_received_total" in client.get("/metrics", headers=bearer).text
    signed_in = client.post("/admin/sign-in", data={"key": KEY}, follow_redirects=True)
    assert "Recent updates" in signed_in.text
    secret = {"X-Telegram-Bot-Api-Secret-Token": host.extensions["anzol"].settings.secret}
    too_large = client.post("/webhook", data=b"x" * 1_500_000, headers=secret)
    assert too_large.status_code == 413
    assert too_large.text == "An update is at most 1 MiB.\n"


def test_a_defect_of_ours_is_not_answered_by_the_hosts_page(
    client: FlaskClient, anzol: Anzol, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(anzol.first.registered, "wait", lambda seconds: 1 / 0)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, answer.text) == (500, "The server failed; its log says how.\n")


def test_one_name_is_taken_in_the_apps_extensions(host: Flask, anzol: Anzol):
    assert host.extensions["anzol"] is anzol
    assert set(host.extensions) == {"anzol"}
    assert set(host.blueprints) == {"anzol", "anzol.admin"}
    assert not any(name.startswith("ANZOL") or name == "SETTINGS" for name in host.config)


def test_a_command_of_the_hosts_own_is_kept(router: Router, config: Config):
    host = Flask("host")

    @host.cli.command("doctor")
    def doctor() -> None:
        """The host's own."""

    Anzol(host, router, config)
    assert host.cli.commands["doctor"] is doctor
    assert "inbox" in host.cli.commands


def test_a_page_of_the_hosts_own_is_kept_where_it_came_first(router: Router, config: Config):
    host = Flask("host")
    host.add_url_rule("/healthz", "well", lambda: "the host is well")
    Anzol(host, router, config)
    assert host.test_client().get("/healthz").text == "the host is well"


def test_init_app_does_the_same_later(host: Flask, router: Router, config: Config):
    anzol = Anzol(router=router, settings=config)
    anzol.init_app(host)
    assert host.extensions["anzol"] is anzol
    for app in (host, Flask("another")):
        with pytest.raises(RuntimeError, match="Anzol"):
            anzol.init_app(app)


def test_nothing_starts_with_the_app(anzol: Anzol, tmp_path: Path):
    assert list(tmp_path.iterdir()) == []


def test_a_method_that_no_response_carries_is_refused(host: Flask, router: Router, config: Config):
    with pytest.raises(SettingsError, match="setWebhook"):
        Anzol(host, router, replace(config, webhook_reply=("setWebhook",)))


def test_handlers_hooks_and_error_handlers_run_inside_the_app(
    host: Flask, client: FlaskClient, router: Router
):
    seen: list[Any] = []
    host.teardown_appcontext(lambda error: seen.append(("torn down", g.get("number"))))

    @router.before
    def hook(ctx: Any) -> None:
        g.number = ctx.update["update_id"]

    @router.text("bad")
    def bad(ctx: Any) -> None:
        raise ValueError

    @router.error
    def failed(ctx: Any, error: Exception) -> None:
        seen.append(("failed", current_app.name, g.number))

    @router.on("message:text")
    def handler(ctx: Any) -> None:
        seen.append(("ran", current_app.name, g.number))

    for number, text in enumerate(("good", "bad", "good"), 1):
        deliver(client, message(text, update_id=number))
    own = [entry for entry in seen if entry != ("torn down", None)]  # the requests' contexts
    assert own == [
        ("ran", "host", 1),
        ("torn down", 1),
        ("failed", "host", 2),
        ("torn down", 2),
        ("ran", "host", 3),
        ("torn down", 3),
    ]


def test_what_a_handler_leaves_running_keeps_its_own_g(client: FlaskClient, router: Router):
    """Also while another update is handled, perhaps by the same thread."""
    asked: SimpleQueue[bool] = SimpleQueue()
    answers: SimpleQueue[int] = SimpleQueue()
    seen: list[int] = []

    def look() -> None:
        asked.get(timeout=60)
        answers.put(g.number)

    @router.text("leave")
    def leave(ctx: Any) -> None:
        g.number = 1
        threading.Thread(target=copy_context().run, args=(look,), daemon=True).start()

    @router.text("ask")
    def ask(ctx: Any) -> None:
        g.number = 2
        asked.put(True)
        seen.append(answers.get(timeout=60))

    deliver(client, message("leave", update_id=1))
    deliver(client, message("ask", update_id=2))
    assert seen == [1]


def test_a_bots_own_settings_are_at_hand_in_handlers_and_pages(
    host: Flask, client: FlaskClient, router: Router
):
    router.on("message:text")(lambda ctx: Config.current().city)
    host.add_url_rule("/city", "city", lambda: Config.current().city)
    deliver(client, message())
    assert said(client) == ["Lisbon"]
    assert client.get("/city").text == "Lisbon"


def test_settings_of_another_class_are_told(settings: Settings, router: Router):
    host = Flask("host")
    Anzol(host, router, settings)
    with host.app_context(), pytest.raises(TypeError, match="has Settings, not Config"):
        Config.current()
