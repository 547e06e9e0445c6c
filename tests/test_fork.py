"""A bot grows in a copy of this repository: what its author adds breaks none of our tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import copy_repository

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
# Names that a library with modules at the top would have stumbled over.
MODULES = ("forecasts", "bot", "inbox", "logs", "queue_of_mine", "testing", "server", "fakes")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_an_author_adds_breaks_no_test_of_ours(tmp_path: Path):
    copy_repository(tmp_path)
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text('def today():\n    return "Sun"\n')
    (tmp_path / "handlers" / "weather.py").write_text(WEATHER)
    (tmp_path / "tests" / "handlers" / "test_weather.py").write_text(TEST)
    handlers = tmp_path / "handlers" / "__init__.py"
    listing = handlers.read_text().replace("import ", "import weather, ", 2)
    listing = listing.replace("import weather, Router", "import Router")
    handlers.write_text(listing.replace("router.include(", "router.include(weather.router, "))
    config = tmp_path / "config.py"
    config.write_text(config.read_text() + "\n    forecast_key: str\n    city: str = 'Lisbon'\n")
    with (tmp_path / "requirements.txt").open("a") as requirements:
        requirements.write("pyowm\n")

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 0, ended.stdout[-4000:]
    assert re.search(r"^\d+ passed", ended.stdout, re.MULTILINE), ended.stdout[-4000:]
    one = [sys.executable, "-m", "pytest", "-q", "-n0", "tests/handlers/test_weather.py"]
    ended = subprocess.run(one, cwd=tmp_path, capture_output=True, text=True)
    assert "1 passed" in ended.stdout, ended.stdout
