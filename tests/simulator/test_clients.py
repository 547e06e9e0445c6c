"""Telegram clients that others wrote, unchanged, by webhook and by polling.

They run as child processes: `pip install -r tests/simulator/clients/requirements.txt` to have them.
"""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.side import PIXEL, Side, until

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CLIENTS = {"aiogram_bot": "aiogram", "ptb_bot": "telegram", "telebot_bot": "telebot"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(params=CLIENTS)
def script(request: pytest.FixtureRequest) -> Path:
    package = CLIENTS[request.param]
    if importlib.util.find_spec(package) is None:
        pytest.skip(
            f"{package} is not installed: pip install -r tests/simulator/clients/requirements.txt"
        )
    return HERE / "clients" / f"{request.param}.py"


@pytest.fixture(params=["polling", "webhook"])
def bot(request: pytest.FixtureRequest, script: Path, sim: Side, tmp_path: Path) -> Iterator[Side]:
    """A running bot, spoken to as a person."""
    picture = tmp_path / "pixel.png"
    picture.write_bytes(PIXEL)
    mode, port = request.param, free_port()
    command = [sys.executable, str(script), sim.url, sim.token, mode, str(port), str(picture)]
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield sim
    except AssertionError:
        print((tmp_path / "out").read_text())
        raise
    finally:
        process.kill()
        process.wait()
        print((tmp_path / "out").read_text()[-4000:])


def answers(sim: Side, after: int, count: int = 1) -> list[dict[str, Any]]:
    """Wait for the bot's messages after one of ours."""

    def enough() -> list[dict[str, Any]]:
        found = [m for m in sim.messages(after=after) if m["outgoing"]]
        return found if len(found) >= count else []

    found: list[dict[str, Any]] = until(enough, 30)
    return found


def test_a_conversation(bot: Side):
    said = bot.say("/start")
    hello = answers(bot, said["message_id"])[0]
    assert hello["text"] == "Hello Ana"
    assert hello["entities"] == [{"type": "bold", "offset": 6, "length": 3}]
    place = {"chat_id": 1001, "message_id": hello["message_id"]}
    pressed = bot.act("press", **place, button="Like", wait=20)
    assert pressed["answer"]["text"] == "thanks"
    until(lambda: bot.messages(after=said["message_id"])[0]["text"] == "Liked")

    said = bot.say("héllo 😀 <b>")
    assert answers(bot, said["message_id"])[0]["text"] == "héllo 😀 <b>"

    said = bot.act("send", files={"photo": ("p.png", PIXEL)}, chat_id=1001)
    back = answers(bot, said["message_id"])[0]
    assert back["caption"] == f"{len(PIXEL)} bytes"
    assert back["photo"][-1]["width"] == 640

    said = bot.say("/album")
    album = answers(bot, said["message_id"], 2)
    assert len({message["media_group_id"] for message in album}) == 1

    said = bot.say("/fail")
    assert "chat not found" in answers(bot, said["message_id"])[0]["text"].lower()
    assert all(entry["status"] in (200, 400) for entry in bot.log("call"))
