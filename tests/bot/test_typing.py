"""What type checkers know of handlers: no noise on a right bot, a word on every wrong line."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "typed"
GOOD, BAD = FOLDER / "good.py", FOLDER / "bad.py"
SOURCE = BAD.read_text("utf-8").splitlines()
# What mypy must say of each wrong line.
WRONG = {
    number: line.partition("  # ")[2] for number, line in enumerate(SOURCE, 1) if "  # " in line
}

Said = dict[str, dict[int, str]]  # file → line → what is said of it


@pytest.fixture(scope="module")
def by_mypy(tmp_path_factory: pytest.TempPathFactory) -> Said:
    api = pytest.importorskip("mypy.api")
    cache = tmp_path_factory.mktemp("mypy")
    options = ["--strict", "--no-error-summary", f"--cache-dir={cache}", "--config-file="]
    out, err, _ = api.run([*options, str(GOOD), str(BAD)])
    assert not err
    found: Said = {"good.py": {}, "bad.py": {}}
    for line in out.splitlines():
        place = re.match(r".*?([\w.]+\.pyi?):(\d+): error: (.*)", line)
        if place:
            lines = found.setdefault(place[1], {})
            lines[int(place[2])] = lines.get(int(place[2]), "") + place[3]
    return found


@pytest.fixture(scope="module")
def by_pyright() -> Said:
    """What pyright says, as editors do that are built on it."""
    if shutil.which("node") is None:
        pytest.skip("pyright runs on Node.js")
    pytest.importorskip("pyright")
    options = ["--outputjson", "--pythonpath", sys.executable, "--level", "error"]
    command = [sys.executable, "-m", "pyright", *options, str(GOOD), str(BAD)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500)
    if not ended.stdout.startswith("{"):
        pytest.skip(f"pyright cannot be fetched here: {ended.stdout[-200:]}{ended.stderr[-200:]}")
    found: Said = {"good.py": {}, "bad.py": {}}
    for one in json.loads(ended.stdout)["generalDiagnostics"]:
        lines = found.setdefault(Path(one["file"]).name, {})
        lines[one["range"]["start"]["line"] + 1] = one["message"]
    return found


def test_a_right_bot_passes_mypy(by_mypy: Said):
    assert by_mypy["good.py"] == {}


def test_mypy_notices_every_wrong_line(by_mypy: Said):
    assert by_mypy["bad.py"].keys() == WRONG.keys()
    for number, piece in WRONG.items():
        assert piece in by_mypy["bad.py"][number]


def test_a_right_bot_passes_pyright(by_pyright: Said):
    assert by_pyright["good.py"] == {}


def test_pyright_notices_every_wrong_line(by_pyright: Said):
    noticed = {place_of(number) for number in by_pyright["bad.py"]}
    assert noticed == {place_of(number) for number in WRONG}


def place_of(line: int) -> int:
    """The statement that a line is part of: of a decorator and its function, pyright names either."""
    while not SOURCE[line - 1].startswith("@") and SOURCE[line - 2].startswith("@"):
        line -= 1
    return line
