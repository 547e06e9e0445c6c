"""What simulator/README.md says is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from anzol import simulator
from anzol.settings import Settings
from anzol.simulator.__main__ import parser
from anzol.simulator.api import calls, methods, schema
from anzol.simulator.people import Telegram
from anzol.simulator.server import create_app
from anzol.simulator.world.bots import SAMPLE, number_of
from anzol.simulator.world.clock import Clock
from anzol.simulator.world.world import Options, World

TEXT = (Path(simulator.__file__).parent / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under a heading, up to the next one."""
    return re.split(r"^#+ ", TEXT.partition(f" {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_method_has_its_work():
    assert methods.__all__
    assert set(schema.TABLE["methods"]) - set(calls.WORK) == set()


def test_every_method_says_what_it_does_in_a_sentence():
    told = {name: (work.__doc__ or "").splitlines()[:1] for name, work in calls.WORK.items()}
    assert [name for name, lines in told.items() if not lines or lines[0][-1] != "."] == []


def test_it_names_every_option():
    options = {text for action in parser()._actions for text in action.option_strings}
    named = set(re.findall(r"`(--[a-z-]+)", TEXT.partition("## ")[0]))
    assert named == options - {"-h", "--help", "--flood"}  # which --no-flood is the negation of


def test_it_names_every_route_of_the_user_side():
    world = World(Options(), Clock(1.0))
    world.files.close()
    paths = [rule.rule for rule in create_app(world).url_map.iter_rules()]
    rules = {path for path in paths if path.startswith("/user/")}
    named = set(re.findall(r"(/user/[a-z]+(?:/<file_id>|\.json)?)", TEXT))
    assert named == rules


def test_its_token_is_one_that_every_part_takes():
    (shown,) = set(re.findall(r"\b4242:(?!another)[\w-]+", TEXT))
    assert shown == SAMPLE == Telegram.token
    assert Settings.from_env({"TELEGRAM_BOT_TOKEN": SAMPLE}).telegram_bot_token == SAMPLE
    assert number_of(SAMPLE) == 4242
