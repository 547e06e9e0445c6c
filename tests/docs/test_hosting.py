"""The Python of the page about hosting: a bot inside a Flask app, and a host that takes a WSGI file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from anzol import Bot, Router
from anzol.simulator.running import Running

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "hosting.md").read_text("utf-8")
FLASK, WSGI = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_an_existing_app_gets_a_bot_beside_its_routes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    bot = ModuleType("shop.bot")
    bot.router = Router()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "shop", ModuleType("shop"))
    monkeypatch.setitem(sys.modules, "shop.bot", bot)
    app = Flask("shop")
    app.add_url_rule("/", view_func=lambda: "the shop", endpoint="shop")
    exec(compile(FLASK, "hosting.md", "exec"), {"app": app})
    assert app.test_client().get("/").text == "the shop"
    assert app.test_client().get("/healthz").text == "ok\n"
    assert app.extensions["anzol"].router is bot.router


@pytest.mark.slow
def test_a_wsgi_file_serves_the_bot(simulated: Running, tmp_path: Path):
    token = "777:wsgi-file-of-a-host"
    program = WSGI.replace("/home/name/anzol", str(ROOT)) + "print(callable(application))\n"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "PATH": os.environ["PATH"],
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_API_URL": simulated.url,
            "PUBLIC_URL": "https://127.0.0.1",
            "DATABASE_URL": f"sqlite:///{tmp_path}/x.db",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.stdout == "True\n", ended.stderr
    told = Bot(token, api_url=simulated.url).get_webhook_info()
    assert told.url == "https://127.0.0.1/webhook"
