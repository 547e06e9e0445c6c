"""The bot's profile at Telegram: set once, in each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anzol import Languages, Router
from anzol.server.profile import sync_menu, sync_profile
from anzol.testing import client
from tests.catalogues import write_catalogue


@pytest.fixture
def runner() -> Any:
    return client(Router()).runner


def calls(runner: Any, method: str) -> list[dict[str, Any]]:
    return [params for name, params in runner.calls if name == method]


def test_the_menu_is_set_only_when_it_differs(runner: Any):
    menu = [{"command": "start", "description": "Say hello."}]
    assert sync_menu(runner.bot, menu)
    assert not sync_menu(runner.bot, menu)
    assert sync_menu(runner.bot, [{**menu[0], "description": "Say hi."}])
    assert not sync_menu(runner.bot, [])
    assert len(calls(runner, "setMyCommands")) == 2


def test_a_menu_that_cannot_be_set_stops_nothing(runner: Any, caplog: pytest.LogCaptureFixture):
    assert not sync_menu(runner.bot, [{"command": "NOT ALLOWED", "description": "x"}])
    assert "stays as it was" in caplog.text


def test_commands_and_descriptions_are_set_in_each_language_once(runner: Any, tmp_path: Path):
    write_catalogue(tmp_path, "pt_BR", {"Say hello.": "Diz olá.", "A bot.": "Um bot."})
    router = Router(languages=Languages(tmp_path, description="A bot.", short_description="Bot"))

    @router.command("start")
    def start(ctx):
        """Say hello."""

    sync_profile(runner.bot, router)
    sync_profile(runner.bot, router)
    bot = runner.bot
    assert [c.description for c in bot.get_my_commands()] == ["Say hello."]
    assert [c.description for c in bot.get_my_commands(language_code="pt")] == ["Diz olá."]
    assert bot.get_my_description().description == "A bot."
    assert bot.get_my_description(language_code="pt").description == "Um bot."
    assert bot.get_my_short_description(language_code="pt").short_description == "Bot"
    assert len(calls(runner, "setMyCommands")) == len(calls(runner, "setMyDescription")) == 2
