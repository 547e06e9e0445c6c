"""The bots of "Coming from another library": each is run as it stands there, and talked to."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anzol import simulator
from anzol.simulator.people import Person, Telegram
from anzol.testing import client

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "coming-from.md").read_text("utf-8")
CODE = re.compile(r"^```(python|js)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {part.partition("\n")[0]: part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)}
OURS = CODE.findall(PAGE)[0][1]
MODULES = ROOT / "tests" / "fidelity" / "node_modules"

# What a library is told besides, so that it asks the simulator instead of Telegram.
ELSEWHERE = {
    "aiogram": (
        "Bot(TOKEN)",
        "Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(URL)))",
        "from aiogram.client.session.aiohttp import AiohttpSession\n"
        "from aiogram.client.telegram import TelegramAPIServer\n",
    ),
    "python-telegram-bot": (".token(TOKEN)", '.token(TOKEN).base_url(URL + "/bot")', ""),
    "pyTelegramBotAPI": (
        "telebot.TeleBot(TOKEN)",
        "telebot.TeleBot(TOKEN)",
        'import telebot.apihelper\ntelebot.apihelper.API_URL = URL + "/bot{0}/{1}"\n',
    ),
    "grammY": ("new Bot(TOKEN)", "new Bot(TOKEN, { client: { apiRoot: URL } })", ""),
}
PACKAGES = {
    "aiogram": "aiogram",
    "python-telegram-bot": "telegram",
    "pyTelegramBotAPI": "telebot",
}


def program(name: str, telegram: Telegram) -> tuple[str, str]:
    """The bot of a section, which asks this simulator, and the ending of its file."""
    language, code = CODE.findall(SECTIONS[name])[0]
    old, new, head = ELSEWHERE[name]
    assert old in code
    known = f'TOKEN = "{telegram.token}"\nURL = "{telegram.url}"\n'
    if language == "js":
        known = known.replace("TOKEN =", "const TOKEN =").replace("URL =", "const URL =")
    return known + head + code.replace(old, new), {"python": "py", "js": "mjs"}[language]


@pytest.fixture(params=ELSEWHERE)
def ana(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Person]:
    """Somebody who talks to a section's bot."""
    name: str = request.param
    if name in PACKAGES and importlib.util.find_spec(PACKAGES[name]) is None:
        pytest.skip("pip install -r tests/fidelity/requirements.txt")
    if name == "grammY" and not ((MODULES / "grammy").is_dir() and shutil.which("node")):
        pytest.skip("npm ci --prefix tests/fidelity")
    running = simulator.start(port=0)
    telegram = Telegram(running)
    code, ending = program(name, telegram)
    script = tmp_path / f"bot.{ending}"
    script.write_text(code, "utf-8")
    if ending == "mjs":
        (tmp_path / "node_modules").symlink_to(MODULES)
    command = ["node" if ending == "mjs" else sys.executable, str(script)]
    environ: dict[str, Any] = {**os.environ, "PYTHONWARNINGS": "ignore", "NODE_NO_WARNINGS": "1"}
    with (tmp_path / "out").open("wb") as out:
        bot = subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=out, env=environ)
        try:
            yield telegram.person()
        finally:
            bot.kill()
            bot.wait()
            telegram.close()
            running.stop()
            print((tmp_path / "out").read_text()[-4000:])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_bots_of_other_libraries_do_what_is_said(ana: Person):
    ana.send("/start")
    assert ana.reply(90)["text"] == "What is your name?"
    ana.send("Ann")
    hello = ana.reply(30)
    assert hello["text"] == "Hi Ann!"
    assert hello["entities"] == [{"type": "bold", "offset": 3, "length": 3}]
    ana.do("press", message_id=hello["message_id"], button="Like", wait=60)
    ana.wait_for(lambda: "You liked number 7." in ana.texts, 30)


def test_ours_does_too():
    namespace: dict[str, Any] = {"__name__": "page"}
    exec(compile(OURS, "coming-from.md", "exec"), namespace)
    ann = client(namespace["router"])
    ann.send("/start")
    ann.send("Ann")
    assert ann.texts == ["What is your name?", "Hi Ann!"]
    ann.click("Like")
    assert ann.texts == ["What is your name?", "You liked number 7."]
