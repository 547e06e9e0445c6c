"""What README says is true today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import anzol
from anzol import Bot, Context, Router
from anzol import settings as config
from anzol.bot.run import run
from tests.fakes import FakeTransport, message, press

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"^# (\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))
FILLED_IN = dict(re.findall(r"^(\w+)=(.*)$", ENV_EXAMPLE, re.MULTILINE))


def blocks(language: str) -> list[str]:
    """The code blocks of one language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


@pytest.mark.parametrize("name", config.Settings.names())
def test_each_setting_is_in_the_table_and_in_env_example(name: str):
    assert re.search(rf"^\|[^|]*`{name}`", README, re.MULTILINE)
    assert name in SHOWN | FILLED_IN


def test_env_example_names_only_settings_and_their_defaults():
    assert set(SHOWN) | set(FILLED_IN) == set(config.Settings.names())
    assert not set(SHOWN) & set(FILLED_IN)
    defaults = config.Settings()
    assert config.Settings.from_env(SHOWN | FILLED_IN) == defaults
    # A default that stands there would win over the place that a host has for it.
    assert set(FILLED_IN.values()) == {""}
    assert "" not in SHOWN.values()


def test_the_changelog_begins_with_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)$", changelog, re.MULTILINE)[1] == anzol.__version__


def test_the_first_handler_works_as_it_stands():
    names: dict[str, Router] = {}
    exec(blocks("python")[0], names)
    telegram = FakeTransport()
    bot = Bot("4242:abcdefghijklmnop", transport=telegram)
    for update in (message("/start"), press("like:7")):
        run(names["router"], Context(update, bot))
    shown = [fields["text"] for _, fields in telegram.calls if "text" in fields]
    assert shown == ["Hi <b>Ann</b>!", "You liked number 7."]


def test_each_flask_command_exists(app: Flask):
    for group, names in re.findall(r"`flask (\w+) ([^|]*?) \|", README):
        for name in re.findall(r"(?:^|`)(\w+)", names):
            assert name in app.cli.commands[group].commands, f"flask {group} {name}"


def test_each_file_and_link_exists():
    for path in re.findall(r"(?:\]\(|src=\"|@)((?:docs|examples)/[\w./-]+)", README):
        assert (ROOT / path).exists(), path
    tree = next(block for block in blocks("") if "THE ROUTE" in block)
    named = re.findall(r"^([\w]+(?:\.py|/))", tree, re.MULTILINE)
    for name in named:
        assert (ROOT / name).exists(), name


def test_the_first_screen_has_the_commands():
    first = README.partition("## ")[0]
    assert len(first.splitlines()) < 50
    assert ".venv/bin/pip install -r requirements.txt && .venv/bin/python app.py" in first
    assert ".venv/bin/pip install -r requirements-dev.txt && .venv/bin/pytest" in first


def test_the_first_handler_is_short():
    lines = [line for line in blocks("python")[0].splitlines() if line.strip()]
    assert len(lines) <= 8
