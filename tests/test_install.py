"""The wheel in a clean environment: what is in it, and the bot that it writes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import requests
from filelock import FileLock

from anzol import __version__
from tests.processes import ROOT, Person, copy_repository, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its end, with nothing of this environment, and return its output."""
    environ = {"PATH": os.defpath, "HOME": os.environ.get("HOME", str(cwd))}
    ended = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of all workers of pytest-xdist, of which one at a time looks what is there and makes the rest."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "installed"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "wheel").exists():
            copy_repository(folder / "source")
            command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"]
            run(*command, "-w", folder / "wheel", ".", cwd=folder / "source")
            run(sys.executable, "-m", "venv", folder / "clean", cwd=folder)
            (built,) = (folder / "wheel").iterdir()
            run(interpreter(folder), "-m", "pip", "install", "-q", built, "pytest", cwd=folder)
    return folder


def interpreter(shared: Path) -> Path:
    return shared / "clean" / ("Scripts" if os.name == "nt" else "bin") / "python"


@pytest.fixture(scope="module")
def wheel(shared: Path) -> Path:
    (built,) = (shared / "wheel").iterdir()
    return built


@pytest.fixture(scope="module")
def python(shared: Path) -> Path:
    """The interpreter of an environment that has the wheel, what it needs, and pytest."""
    return interpreter(shared)


@pytest.fixture(scope="module")
def bot(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bots") / "mybot"
    told = run(python, "-m", "anzol", "new", folder, cwd=folder.parent)
    assert f"cd {folder}" in told
    return folder


def test_the_wheel_has_everything_of_the_library(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "anzol").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours - names == set()
    for kind in ("api/schema.json", "api/methods.pyi", "py.typed", "simulator/static/js/main.js"):
        assert f"anzol/{kind}" in names


def test_the_wheel_brings_nothing_else(wheel: Path):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"anzol", f"anzol-{__version__}.dist-info"}


def test_the_version_is_told(python: Path, tmp_path: Path):
    told = run(python, "-m", "anzol", "--version", cwd=tmp_path)
    assert re.fullmatch(rf"Anzol {re.escape(__version__)}, Bot API \d+\.\d+\n", told)


def test_a_new_bot_installs_this_version_again(bot: Path, wheel: Path):
    assert (bot / "requirements.txt").read_text() == f"anzol @ {wheel.as_uri()}\n"


def test_the_tests_of_a_new_bot_pass(python: Path, bot: Path):
    assert re.search(r"^\d+ passed", run(python, "-m", "pytest", "-q", cwd=bot), re.MULTILINE)


def test_a_new_bot_answers_in_the_simulator(python: Path, bot: Path):
    places = {"PORT": "0", "SIMULATOR_PORT": "0", "HANDLERS": "handlers"}
    with running(str(bot / "app.py"), cwd=bot, python=str(python), **places) as process:
        assert process.expect(rf"Anzol {re.escape(__version__)}, Bot API \d")
        page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
        with Person(page, "4242") as ana:
            ana.do("send", text="/start")
            ana.hears("Hi Ana! Send me a text or a photo, or press a button.")


def test_the_simulator_runs_anywhere(python: Path, tmp_path: Path):
    with running(
        "-m", "anzol.simulator", "--port", "0", cwd=tmp_path, python=str(python)
    ) as process:
        page = process.expect(r"http://127\.0\.0\.1:\d+")[0]
        assert "<title>" in requests.get(page, timeout=60).text


def test_the_operators_commands_work_in_a_new_bot(python: Path, bot: Path):
    assert "doctor" in run(python.parent / "flask", "--help", cwd=bot)


def test_pytest_finds_the_simulators_fixture(python: Path, tmp_path: Path):
    assert "telegram_simulator" in run(python, "-m", "pytest", "--fixtures", cwd=tmp_path)
