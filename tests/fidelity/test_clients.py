"""Telegram clients that others wrote, as packages install them, by webhook and by polling: the same bot in each.

`pip install -r tests/fidelity/requirements.txt` and `npm ci --prefix tests/fidelity` bring them; what is not there is
skipped. `package-lock.json` and `requirements.txt` say which versions.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from anzol import simulator
from anzol.simulator.people import Person, Telegram
from anzol.testing import picture
from tests.processes import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HERE = Path(__file__).parent
PYTHON = {"aiogram_bot": "aiogram", "ptb_bot": "telegram", "telebot_bot": "telebot"}
NODE = {
    "grammy_bot": "grammy",
    "telegraf_bot": "telegraf",
    "ntba_bot": "node-telegram-bot-api",
    "ntba_old_bot": "node-telegram-bot-api-old",
}
PIXELS = picture(640, 480)
START = 90.0  # seconds that a client may take to start on a busy machine
SECONDS = 30.0  # and to answer


def command_of(script: str) -> list[str]:
    """The command that runs a bot; skips the test where its client is not installed."""
    if script in PYTHON:
        if importlib.util.find_spec(PYTHON[script]) is None:
            pytest.skip("pip install -r tests/fidelity/requirements.txt")
        return [sys.executable, str(HERE / "clients" / f"{script}.py")]
    if not (HERE / "node_modules" / NODE[script]).is_dir() or shutil.which("node") is None:
        pytest.skip("npm ci --prefix tests/fidelity")
    return ["node", str(HERE / "clients" / f"{script}.js")]


@pytest.fixture(params=[*PYTHON, *NODE])
def command(request: pytest.FixtureRequest) -> list[str]:
    return command_of(request.param)


@pytest.fixture(params=["polling", "webhook"])
def ana(request: pytest.FixtureRequest, command: list[str], tmp_path: Path) -> Iterator[Person]:
    """Somebody who talks to the running bot."""
    running = simulator.start(port=0)
    telegram = Telegram(running)
    (tmp_path / "picture.png").write_bytes(PIXELS)
    given = [telegram.url, telegram.token, request.param, str(free_port()), "picture.png"]
    environ = {**os.environ, "PYTHONWARNINGS": "ignore", "NODE_NO_WARNINGS": "1"}
    with (tmp_path / "out").open("wb") as out:
        bot = subprocess.Popen(
            [*command, *given], cwd=tmp_path, stdout=out, stderr=out, env=environ
        )
        person = telegram.person()
        try:
            person.send("are you there?")
            person.reply(START)
            yield person
        finally:
            bot.kill()
            bot.wait()
            telegram.close()
            running.stop()
            print((tmp_path / "out").read_text()[-4000:])


def upload(ana: Person, kind: str, name: str, content: bytes) -> None:
    """Send a file as the chat page does."""
    data = {"bot": ana.telegram.token, "chat_id": ana.chat_id}
    files = {kind: (name, content)}
    answer = requests.post(f"{ana.telegram.url}/user/send", data=data, files=files, timeout=60)
    ana.saw(answer.json()["result"])


def content_of(ana: Person, file_id: str) -> bytes:
    """The bytes of a file that the bot sent."""
    return requests.get(f"{ana.telegram.url}/user/file/{file_id}", timeout=60).content


def a_text_comes_back(ana: Person) -> None:
    ana.send("héllo 😀 <b>")
    assert ana.reply(SECONDS)["text"] == "héllo 😀 <b>"


def a_button_is_pressed(ana: Person) -> None:
    ana.send("/start")
    hello = ana.reply(SECONDS)
    assert hello["text"] == "Hello Ana"
    assert hello["entities"] == [{"type": "bold", "offset": 6, "length": 3}]
    place = {"message_id": hello["message_id"], "button": "Like"}
    assert ana.do("press", **place, wait=60)["answer"]["text"] == "thanks"
    ana.wait_for(lambda: "Liked" in ana.texts, SECONDS)


def a_photo_goes_both_ways(ana: Person) -> None:
    upload(ana, "photo", "p.png", PIXELS)
    back = ana.reply(SECONDS)
    size = len(content_of(ana, uploaded(ana)["photo"][-1]["file_id"]))
    assert back["caption"] == f"{size} bytes"
    assert (back["photo"][-1]["width"], back["photo"][-1]["height"]) == (640, 480)


def uploaded(ana: Person) -> dict[str, Any]:
    """The newest message of the person."""
    return [message for message in ana.messages() if not message["outgoing"]][-1]


def a_file_goes_both_ways(ana: Person) -> None:
    upload(ana, "document", "notes.txt", b"hello")
    document = ana.reply(SECONDS)["document"]
    assert document["file_name"] == "copy-notes.txt"
    assert content_of(ana, document["file_id"]) == b"HELLO"


def an_album_is_sent(ana: Person) -> None:
    ana.send("/album")
    first, second = ana.reply(SECONDS), ana.reply(SECONDS)
    assert first["media_group_id"] == second["media_group_id"]


def a_poll_is_answered(ana: Person) -> None:
    ana.send("/poll")
    sent = ana.reply(SECONDS)
    assert [option["text"] for option in sent["poll"]["options"]] == ["Yes", "No"]
    ana.do("vote", message_id=sent["message_id"], options=[1])
    assert ana.reply(SECONDS)["text"] == "voted 1"


def an_invoice_is_paid(ana: Person) -> None:
    ana.send("/buy")
    invoice = ana.reply(SECONDS)
    paid = ana.do("pay", message_id=invoice["message_id"], wait=60)
    ana.saw(paid)
    assert ana.reply(SECONDS)["text"] == "paid 9"


def a_refusal_is_told_in_telegrams_words(ana: Person) -> None:
    ana.send("/fail")
    assert "chat not found" in ana.reply(SECONDS)["text"].lower()


def nothing_else_was_refused(ana: Person) -> None:
    calls = ana.telegram.get("log", ana.telegram.token, limit=10_000)
    refused = [
        (entry["method"], entry["answer"]["description"])
        for entry in calls
        if entry["kind"] == "call" and not entry["answer"]["ok"]
    ]
    assert [text for method, text in refused if method != "sendMessage"] == []


STEPS = (
    a_text_comes_back,
    a_button_is_pressed,
    a_photo_goes_both_ways,
    a_file_goes_both_ways,
    an_album_is_sent,
    a_poll_is_answered,
    an_invoice_is_paid,
    a_refusal_is_told_in_telegrams_words,
    nothing_else_was_refused,
)


def test_a_client_that_others_wrote_does_all_of_it(ana: Person, subtests: pytest.Subtests):
    for step in STEPS:
        with subtests.test(step.__name__):
            step(ana)
