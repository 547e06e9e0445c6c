"""A newcomer's first hour: README's commands word by word, in a copy, with a home folder and an environment of its own.

What an author adds on the way, a handler, modules at the top, settings, a package, breaks no test of ours.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import (
    ROOT,
    Person,
    Process,
    copy_repository,
    eventually,
    free_port,
    is_listening,
    running,
)

README = (ROOT / "README.md").read_text(encoding="utf-8")
WEATHER = '''"""Tell the weather."""

import forecasts
from anzol import Router

router = Router()


@router.command("weather")
def weather(ctx):
    """Say what the sky will do."""
    return forecasts.today()
'''
TEST = """from handlers.weather import router


def test_weather(telegram):
    client = telegram(router)
    client.send("/weather")
    assert client.texts == ["Sun"]
"""
# Names that modules at the top have stumbled over elsewhere.
MODULES = ("forecasts", "bot", "inbox", "logs", "testing", "server", "fakes")
TOKEN = "5151:newcomer-test_token_0123456789"


def commands(*beginnings: str) -> list[str]:
    """README's commands that begin so, word by word."""
    fenced = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    lines = [line for block in fenced.findall(README) for line in block.splitlines()]
    listed = [*lines, *re.findall(r"`([^`\n]+)`", fenced.sub("", README))]
    return [next(line for line in listed if line.startswith(start)) for start in beginnings]


class Shell:
    """A person's terminal in one folder."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        python = Path(sys.base_prefix, "bin")
        self.environ = {
            "PATH": f"{python}:{os.defpath}",
            "HOME": str(home),
            "PIP_NO_CACHE_DIR": "1",
            "PORT": "0",
            "SIMULATOR_PORT": "0",
        }

    def run(self, command: str, **environ: str) -> str:
        """Run a command to its end and return its output."""
        ended = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout[-4000:]}"
        return ended.stdout

    def start(self, command: str, **environ: str) -> Process:
        """Start a command that goes on until it is ended."""
        # The last part replaces the shell, so that a signal reaches it.
        first, _, last = command.rpartition(" && ")
        line = f"{first} && exec {last}" if first else f"exec {last}"
        return Process("-c", line, python="bash", cwd=self.folder, **{**self.environ, **environ})


@contextmanager
def ended(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.end()


@pytest.mark.slow
@pytest.mark.timeout(
    1800
)  # it installs three environments, and runs all tests that `pytest` alone runs
def test_a_newcomers_first_hour(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    clone, home = tmp_path / "anzol", tmp_path / "home"
    home.mkdir()
    copy_repository(clone)
    shell = Shell(clone, home)
    run, tests, install, new = commands(
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        ".venv/bin/pip install -r requirements-dev.txt",
        ".venv/bin/pip install .",
        ".venv/bin/python -m anzol new",
    )
    began = time.monotonic()

    def passed(what: str) -> None:
        nonlocal began
        record_property(what, f"{time.monotonic() - began:.0f} s")
        began = time.monotonic()

    with ended(shell.start(run, HANDLERS="handlers")) as bot:
        page = bot.expect(r"Chat with it\s+(\S+)/\n", 180)[1]
        passed("README's first command, until the address is printed")
        with Person(page, "4242") as ana:
            ana.do("send", text="/start")
            ana.hears("Hi Ana! Send me a text or a photo, or press a button.")

    shell.run(install)
    told = shell.run(new)
    own = Shell(tmp_path / "mybot", home)
    (next_command,) = re.findall(r"^  (python3 -m venv .*)$", told, re.MULTILINE)
    with ended(own.start(next_command, HANDLERS="handlers")) as bot:
        bot.expect(r"Chat with it\s+(\S+)/\n", 180)
    own.run(".venv/bin/pip install pytest && .venv/bin/pytest")
    passed("anzol new, its first command, and its tests")

    add_a_handler(clone)
    told = shell.run(tests)
    assert re.search(r"\d+ passed", told.splitlines()[-1]), told[-4000:]
    passed("README's tests, with their packages")
    alone = shell.run(".venv/bin/pytest -n0 tests/handlers/test_weather.py")
    assert "1 passed" in alone

    in_production(shell)
    passed("a production start, a message, flask doctor")


def add_a_handler(clone: Path) -> None:
    """What README says, and what an author does beside it."""
    for name in MODULES:
        (clone / f"{name}.py").write_text('def today():\n    return "Sun"\n')
    (clone / "handlers" / "weather.py").write_text(WEATHER)
    (clone / "tests" / "handlers" / "test_weather.py").write_text(TEST)
    listing = clone / "handlers" / "__init__.py"
    text = listing.read_text()
    text = text.replace("from handlers import ", "from handlers import weather, ")
    listing.write_text(text.replace("router.include(", "router.include(weather.router, "))
    config = clone / "config.py"
    config.write_text(config.read_text() + "\n    forecast_key: str\n    city: str = 'Lisbon'\n")
    with (clone / "requirements.txt").open("a") as requirements:
        requirements.write("click\n")


def in_production(shell: Shell) -> None:
    """With a token, at an address, pinned packages, under waitress; and the doctor has nothing to say."""
    shell.run(".venv/bin/pip install --require-hashes -r deploy/requirements.lock")
    port = free_port()
    start, copy = commands(".venv/bin/python -m waitress", "cp .env.example .env")
    with running("-m", "anzol.simulator", "--port", "0", cwd=shell.folder) as simulator:
        telegram = simulator.expect(r"http://127\.0\.0\.1:\d+")[0]
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "FORECAST_KEY": "k",
        }
        shell.run(copy)
        lines = (shell.folder / ".env").read_text().splitlines()
        kept = [line for line in lines if line.partition("=")[0] not in settings]
        kept += [f"{name}={value}" for name, value in settings.items()]
        (shell.folder / ".env").write_text("\n".join(kept))
        command = start.replace("--port=8000", f"--port={port}")
        with ended(shell.start(command, HANDLERS="handlers")) as server:
            server.expect(r"webhook \S+: set")
            # Registered a moment before waitress listens: a message then would be the doctor's "last error".
            eventually(lambda: is_listening(port), explain=lambda: server.output)
            with Person(telegram, TOKEN) as ana:
                ana.do("send", text="/weather")
                ana.hears("Sun")
            told = shell.run(".venv/bin/flask doctor")
            assert {line.split()[0] for line in told.splitlines()} == {"ok"}, told
