"""The operator's commands, run as Flask runs them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import click.testing
import pytest
from flask import Flask

from anzol import Anzol, Bot, Router, simulator
from anzol.server.waitress import bind, create_server, door_of
from anzol.settings import SIMULATED_BOT, Settings
from tests.conftest import TOKEN
from tests.fakes import FakeTransport, message
from tests.processes import eventually
from tests.servers import create_app, end

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def telegram() -> Iterator[simulator.Running]:
    running = simulator.start(port=0)
    yield running
    running.stop()


@pytest.fixture
def settings(settings: Settings, telegram: simulator.Running) -> Settings:
    return replace(settings, telegram_api_url=telegram.url)


def run(app: Flask, *arguments: str, status: int = 0, given: Any = None) -> str:
    """Run `flask <arguments>` and return what it printed."""
    result: click.testing.Result = app.test_cli_runner().invoke(args=list(arguments), input=given)
    assert result.exit_code == status, result.output
    return result.output


def with_texts(settings: Settings, *texts: str) -> Flask:
    """An app whose inbox has an update for each text; "bad" in one makes it dead."""
    router = Router()

    @router.on("message:text")
    def handler(ctx):
        if "bad" in ctx.text:
            raise ValueError(ctx.text.rstrip("\ud800"))

    app = Flask("test")
    anzol = Anzol(app, router, settings)
    for number, text in enumerate(texts, 1):
        update = message(text, update_id=number)
        anzol.store(update, json.dumps(update).encode())
    eventually(lambda: not anzol.queue.counts()["open"])
    return app


@pytest.fixture
def stored(settings: Settings) -> Iterator[Flask]:
    """An app whose inbox has a done and a dead update."""
    app = with_texts(settings, "good", "bad")
    yield app
    app.extensions["anzol"].queue.stop()


def test_inbox_list_counts_and_shows_the_newest_first(stored):
    first, *rows = run(stored, "inbox", "list").splitlines()
    assert "done 1" in first
    assert "dead 1" in first
    assert [row.split()[1] for row in rows] == ["dead", "done"]
    assert "ValueError: bad" in rows[0]
    (only,) = run(stored, "inbox", "list", "--state", "done").splitlines()[1:]
    assert "update 1" in only


def test_inbox_show_has_traceback_and_json(stored):
    shown = run(stored, "inbox", "show", "2")
    assert "test_cli.py" in shown
    assert '"text": "bad"' in shown
    assert "no update 99" in run(stored, "inbox", "show", "99", status=1)


@pytest.mark.attack
def test_what_a_user_wrote_steers_no_terminal(settings):
    app = with_texts(settings, "bad \x1b[2J\x9b31m \u202eecila \ud800")
    app.extensions["anzol"].queue.stop()
    for command in (("list",), ("show", "1")):
        shown = run(app, "inbox", *command)
        assert "bad \\x1b[2J\\x9b31m" in shown
        assert all(line.isprintable() for line in shown.splitlines())


@pytest.mark.attack
def test_what_a_user_wrote_steers_no_terminal_that_follows_the_updates(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    """`flask updates tail` shows what was there, what comes, and what changes, until Ctrl-C."""
    steers = "bad \x1b[2J\x9b31m \rforged \u202eecila \ud800"
    app = with_texts(settings, steers)
    anzol = app.extensions["anzol"]
    waits = iter(range(3))

    def sleep(seconds: float) -> None:
        match next(waits):
            case 0:
                update = message(steers, update_id=2)
                # The kind is the sender's word as well.
                update["\x1b[31mred\r\n"] = update.pop("message")
                anzol.store(update, json.dumps(update).encode())
                eventually(lambda: not anzol.queue.counts()["open"])
            case 2:
                raise KeyboardInterrupt

    monkeypatch.setattr("anzol.server.cli.time", SimpleNamespace(sleep=sleep))
    shown = run(app, "updates", "tail", status=1)
    anzol.queue.stop()
    *lines, aborted = [line for line in shown.split("\n") if line]
    assert aborted == "Aborted!"
    assert all(line.isprintable() for line in lines), lines
    first, second = lines
    assert "update 1 " in first and "ValueError: bad \\x1b[2J\\x9b31m" in first
    assert "update 2 " in second and "\\x1b[31mred\\r\\n" in second


def test_a_number_that_no_update_has(stored):
    for number in (2**63, 10**30):
        assert "2<=" not in run(stored, "inbox", "show", str(number), status=2)


def test_inbox_retry_opens_the_dead_again(stored):
    assert run(stored, "inbox", "retry", status=1).startswith("Error: Give the numbers")
    stored.extensions["anzol"].queue.stop()
    assert run(stored, "inbox", "retry", "--all").startswith("1 opened again")
    assert "open 1" in run(stored, "inbox", "list")


def test_what_runs_is_shown_and_ended(settings: Settings):
    go = threading.Event()
    router = Router()

    @router.on("message")
    def slow(ctx):
        while not go.wait(0.01):
            ctx.bot.get_me()

    app = Flask("anzol", static_folder=None)
    anzol = Anzol(app, router, settings)
    anzol.bot.transport = FakeTransport()
    for number in (1, 2):
        update = message("x", update_id=number, chat_id=number)
        anzol.store(update, json.dumps(update).encode())
    eventually(lambda: anzol.queue.counts()["running"] == 2)

    assert run(app, "inbox", "running").count(" in process ") == 2
    assert "ends at its next call" in run(app, "inbox", "cancel", "1")
    eventually(lambda: anzol.queue.counts()["dead"] == 1)
    assert "not being run" in run(app, "inbox", "cancel", "1", status=1)
    assert "its chat goes on" in run(app, "inbox", "skip", "2")
    assert "not open" in run(app, "inbox", "skip", "2", status=1)
    go.set()
    eventually(lambda: "Nothing runs." in run(app, "inbox", "running"))
    anzol.queue.stop()


def test_inbox_backup_is_a_file_of_its_own(stored, tmp_path):
    copy = tmp_path / "copy.db"
    assert "copy as of now" in run(stored, "inbox", "backup", str(copy))
    assert copy.stat().st_size > 0
    assert "exists already" in run(stored, "inbox", "backup", str(copy), status=1)


def test_an_outage_is_told_by_the_list(stored):
    stored.extensions["anzol"].queue.pause(123456, "cannot connect")
    eventually(lambda: stored.extensions["anzol"].queue.paused())
    assert "Nothing has run since" in (shown := run(stored, "inbox", "list"))
    assert "cannot connect" in shown


def test_inbox_purge_asks_first(stored):
    run(stored, "inbox", "purge", "dead", given="n\n", status=1)
    assert "1 deleted" in run(stored, "inbox", "purge", "dead", "--yes")
    assert "0 deleted" in run(stored, "inbox", "purge", "done", "--hours", "1", "--yes")
    assert "open" in run(stored, "inbox", "purge", "open", status=2)


def test_without_a_database_the_commands_say_so(app):
    for command in ("list", "retry"):
        arguments = ["--all"] if command == "retry" else []
        printed = run(app, "inbox", command, *arguments, status=1)
        assert printed.startswith("Error: There is no queue at")


def test_webhook_set_info_kick_delete(app, telegram):
    app.extensions["anzol"].bot.sleep = telegram.world.clock.advance
    assert "Give the URL" in run(app, "webhook", "set", status=1)
    assert "No webhook is set" in run(app, "webhook", "kick", status=1)
    assert "http://127.0.0.1:8000/x" in run(app, "webhook", "set", "http://127.0.0.1:8000/x")
    info = json.loads(run(app, "webhook", "info"))
    assert info["url"] == "http://127.0.0.1:8000/x"
    assert info["allowed_updates"] == ["message", "callback_query"]
    assert "http://127.0.0.1:8000/x now" in run(app, "webhook", "kick")
    run(app, "webhook", "delete")
    assert json.loads(run(app, "webhook", "info"))["url"] == ""


def test_an_unreachable_api_is_one_line(settings):
    app = create_app(replace(settings, telegram_api_url="http://127.0.0.1:9"))
    app.extensions["anzol"].bot.sleep = lambda seconds: None
    printed = run(app, "webhook", "info", status=1)
    assert printed.startswith("Error:")
    assert TOKEN not in printed


@pytest.fixture
def address(app: Flask, settings: Settings) -> Iterator[tuple[Flask, Settings]]:
    """The app served, and settings that know where."""
    server = create_server(
        app, settings, bind("127.0.0.1", 0), door_of(app, app.extensions["anzol"])
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    yield app, replace(settings, port=server.effective_port)
    app.extensions["anzol"].queue.stop()
    end(server, thread)


def test_updates_send_reaches_the_running_server_as_telegram_does(address, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # which a proxy does not
    app, settings = address
    operator = create_app(settings)
    for _ in range(2):
        sample = str(ROOT / "examples" / "updates" / "text.json")
        assert run(operator, "updates", "send", sample).startswith("200")
    assert app.extensions["anzol"].queue.counts()["expired"] == 0
    assert len(app.extensions["anzol"].queue.list()) == 2
    text = json.dumps(message("from a pipe"))
    assert run(operator, "updates", "send", "-", given=text).startswith("200")


@pytest.mark.parametrize(
    "sample", sorted(path.name for path in (ROOT / "examples" / "updates").iterdir())
)
def test_each_sample_is_an_update_that_is_stored(address, sample):
    app, settings = address
    run(create_app(settings), "updates", "send", str(ROOT / "examples" / "updates" / sample))
    (entry,) = app.extensions["anzol"].queue.list()
    assert entry.kind in json.loads((ROOT / "examples" / "updates" / sample).read_text())


def test_without_a_token_updates_send_goes_through_the_simulator(settings, telegram):
    simulated = replace(settings, telegram_bot_token="", simulator_port=telegram.port)
    app = create_app(simulated)
    printed = run(
        app, "updates", "send", str(ROOT / "examples" / "updates" / "text.json"), status=1
    )
    assert "bot" in printed  # nobody runs there yet
    token = f"{SIMULATED_BOT}:cli-test_token_0123456789"
    assert create_app(replace(settings, telegram_bot_token=token)).extensions["anzol"].bot.me
    assert run(app, "updates", "send", str(ROOT / "examples" / "updates" / "text.json")).startswith(
        "200"
    )


def test_without_a_token_webhook_info_asks_the_simulator(settings, simulated: simulator.Running):
    Bot(f"{SIMULATED_BOT}:abcdefghijklmnopqrstu", api_url=simulated.url).set_webhook(
        url="http://127.0.0.1:9/webhook", secret_token="x"
    )
    port = urlsplit(simulated.url).port
    without = create_app(replace(settings, telegram_bot_token="", simulator_port=port))
    assert '"url": "http://127.0.0.1:9/webhook"' in run(without, "webhook", "info")
    nowhere = create_app(replace(settings, telegram_bot_token="", simulator_port=9))
    assert "@BotFather" in run(nowhere, "webhook", "info", status=1)


def test_updates_send_explains_what_is_wrong(app, tmp_path):
    (tmp_path / "x.json").write_text("[]")
    assert "one JSON object" in run(app, "updates", "send", str(tmp_path / "x.json"), status=1)
    sample = str(ROOT / "examples" / "updates" / "text.json")
    offline = create_app(replace(app.extensions["anzol"].settings, port=9))
    assert "Is the server running?" in run(offline, "updates", "send", sample, status=1)
