"""`flask bot …`: bots in `.env`, which a running server follows."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from anzol.server import following
from anzol.server.following import Follower
from anzol.server.logs import hide_also
from anzol.settings import Settings
from tests.processes import HANDLERS, eventually
from tests.servers import create_app

FIRST, SECOND = (f"{number}:TEST-token_of-one-of-several-bots" for number in (11, 22))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulated) -> Path:
    """Where a server runs whose `.env` has one bot."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "# mine\n"
        f"TELEGRAM_BOT_TOKEN={FIRST}\n"
        f"TELEGRAM_API_URL={simulated.url}\n"
        f"HANDLERS={HANDLERS}\n"
        f"DATABASE_URL=sqlite:///{tmp_path}/bots.db\n"
        "CITY=Porto\n"
    )
    (tmp_path / ".env").chmod(0o640)
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Flask:
    return create_app(Settings.from_env())


@pytest.fixture
def run(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_a_bot_is_added_listed_and_removed(run: FlaskCliRunner, folder: Path):
    added = run.invoke(args=["bot", "add"], input=f"{SECOND}\n")
    assert (added.exit_code, "(22) is in .env" in added.output) == (0, True), added.output
    assert SECOND not in added.output
    env = folder / ".env"
    assert Settings.from_env().telegram_bot_token == f"{FIRST},{SECOND}"
    assert env.read_text().startswith("# mine\n") and "CITY=Porto" in env.read_text()
    assert stat.S_IMODE(env.stat().st_mode) == 0o640
    listed = run.invoke(args=["bot", "list"]).output.splitlines()
    assert [line.split()[0] for line in listed] == ["11", "22"]
    removed = run.invoke(args=["bot", "remove", "22", "--yes"])
    assert removed.exit_code == 0, removed.output
    assert Settings.from_env().telegram_bot_token == FIRST
    assert [path.name for path in folder.iterdir() if path.name.startswith(".env")] == [".env"]


def test_a_bot_with_handlers_of_its_own(run: FlaskCliRunner, folder: Path, monkeypatch):
    (folder / "another.py").write_text("from anzol import Router\nrouter = Router()\n")
    monkeypatch.syspath_prepend(str(folder))
    run.invoke(args=["bot", "add", "--handlers", "another"], input=f"{SECOND}\n")
    assert [each.handlers for each in Settings.from_env().bots()] == [HANDLERS, "another"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("no token at all", "TELEGRAM_BOT_TOKEN has a value that is not allowed"),
        (FIRST, "Bot 11 is here already"),
    ],
)
def test_what_is_no_new_bot_is_refused(
    run: FlaskCliRunner, folder: Path, given: str, told: str, capsys
):
    before = (folder / ".env").read_text()
    ended = run.invoke(args=["bot", "add"], input=f"{given}\n")
    assert ended.exit_code != 0
    assert told in ended.output + capsys.readouterr().err
    assert (folder / ".env").read_text() == before


def test_handlers_that_are_not_there_change_nothing(run: FlaskCliRunner, folder: Path):
    ended = run.invoke(args=["bot", "add", "--handlers", "nowhere"], input=f"{SECOND}\n")
    assert ended.exit_code == 1
    assert "there is no module 'nowhere'" in ended.output
    assert Settings.from_env().telegram_bot_token == FIRST


@pytest.mark.parametrize("command", [["add"], ["remove", "22", "--yes"]])
def test_the_environment_is_not_changed_from_here(run: FlaskCliRunner, monkeypatch, command):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", SECOND)
    ended = run.invoke(args=["bot", *command], input=f"{SECOND}\n")
    assert "TELEGRAM_BOT_TOKEN is set in the environment" in ended.output
    assert run.invoke(args=["bot", "list"]).output.startswith("22 ")


def test_the_only_bot_stays(run: FlaskCliRunner):
    ended = run.invoke(args=["bot", "remove", "11", "--yes"])
    assert "It is the only bot" in ended.output


def test_a_running_server_takes_up_what_is_added(
    app: Flask, run: FlaskCliRunner, folder: Path, monkeypatch
):
    monkeypatch.setattr(following, "LOOK_EVERY", 0.02)
    anzol, came = app.extensions["anzol"], []
    follower = Follower(anzol, Settings, came.append)
    follower.start()
    run.invoke(args=["bot", "add"], input=f"{SECOND}\n")
    eventually(lambda: list(anzol.tenants) == [11, 22], 30)
    eventually(lambda: [tenant.id for tenant in came] == [22], 30)
    run.invoke(args=["bot", "remove", "22", "--yes"])
    eventually(lambda: list(anzol.tenants) == [11], 30)
    follower.stop()


def test_a_mistake_in_the_file_leaves_the_bots_as_they_are(app: Flask, folder: Path, caplog):
    anzol = app.extensions["anzol"]
    follower = Follower(anzol, Settings)
    before = (folder / ".env").read_text()
    (folder / ".env").write_text(before.replace(FIRST, f"{FIRST},{FIRST}"))
    follower.look()
    assert "two tokens of bot 11" in caplog.text
    (folder / ".env").write_text(before.replace(FIRST, ""))
    follower.look()
    assert "TELEGRAM_BOT_TOKEN is empty" in caplog.text
    assert list(anzol.tenants) == [11]


def test_a_secret_that_came_later_is_hidden_in_the_log(stream):
    hide_also(["came-later"])
    logging.getLogger("anzol").warning("it is %s", "came-later")
    assert "came-later" not in stream.getvalue()
    assert "[hidden]" in stream.getvalue()
