"""The fixture for bots of any library: here a bot that is nothing but HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parent.parent.parent


def call(telegram: Any, method: str, **params: Any) -> Any:
    """Call the Bot API as a bot does."""
    address = f"{telegram.url}/bot{telegram.token}/{method}"
    return requests.post(address, json=params, timeout=60).json()


def answer_once(telegram: Any) -> None:
    """Answer what has come as an echo with a button."""
    for update in call(telegram, "getUpdates", timeout=5)["result"]:
        keyboard = {"inline_keyboard": [[{"text": "Again", "callback_data": "again"}]]}
        message = update.get("message") or update.get("callback_query", {}).get("message")
        if message:
            text = message.get("text", "welcome") if "message" in update else "pressed"
            where = {"chat_id": message["chat"]["id"], "reply_markup": keyboard}
            call(telegram, "sendMessage", **where, text=text)
        call(telegram, "getUpdates", offset=update["update_id"] + 1)


def test_a_person_talks_to_the_bot(telegram_simulator: Any):
    ana = telegram_simulator.person()
    ana.send("hello")
    answer_once(telegram_simulator)
    assert ana.reply()["text"] == "hello"
    ana.press("Again")
    answer_once(telegram_simulator)
    assert ana.reply()["text"] == "pressed"
    assert ana.texts == ["hello", "pressed"]
    assert len(telegram_simulator.calls("sendMessage")) == 2


def test_a_group_has_several_people(telegram_simulator: Any):
    ana = telegram_simulator.person().in_group("Team")
    bob = telegram_simulator.person("Bob").join(ana)
    bob.send("hi")
    answer_once(telegram_simulator)
    assert ana.wait_for(lambda: "hi" in ana.texts)
    assert telegram_simulator.person("Bob").id == bob.id


def test_what_does_not_come_and_what_is_not_there_is_told(telegram_simulator: Any):
    ana = telegram_simulator.person()
    with pytest.raises(AssertionError, match=r"within 0.01 s; the bot said \[\]"):
        ana.reply(0.01)
    with pytest.raises(AssertionError, match="no button 'Go'"):
        ana.press("Go")
    with pytest.raises(AssertionError, match="message not found"):
        ana.do("vote", message_id=99, options=[0])


def test_the_next_call_is_refused_on_request(telegram_simulator: Any):
    telegram_simulator.fail_next(429, retry_after=7)
    assert call(telegram_simulator, "getMe")["parameters"] == {"retry_after": 7}
    assert call(telegram_simulator, "getMe")["ok"]


def test_calls_over_a_limit_are_told(telegram_simulator: Any):
    ana = telegram_simulator.person()
    for number in range(6):
        assert call(telegram_simulator, "sendMessage", chat_id=ana.chat_id, text=str(number))["ok"]
    (over,) = telegram_simulator.over_limits()
    assert over["params"]["text"] == "5"
    assert over["flood"]["words"] == "messages: one a second in a chat"


@pytest.mark.telegram_simulator(local=False)
def test_a_marker_has_its_options(telegram_simulator: Any):
    state = telegram_simulator.get("state", telegram_simulator.token)
    assert state["options"]["mode"] == "strict"


@pytest.mark.slow
def test_it_is_there_as_soon_as_the_package_is_installed(tmp_path: Path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (module,) = project["entry-points"]["pytest11"].values()
    assert import_module(module).telegram_simulator
    (tmp_path / "test_it.py").write_text(
        "def test_it(telegram_simulator):\n    assert telegram_simulator.url\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "-p", module, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert re.search(r"1 passed", run.stdout), run.stdout + json.dumps(run.stderr)
