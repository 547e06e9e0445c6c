"""What a type checker knows of handlers: no noise on a right bot, a word on every wrong line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

api = pytest.importorskip("mypy.api")

FOLDER = Path(__file__).parent / "typed"


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, str]]:
    """mypy's errors: file → line → message."""
    cache = tmp_path_factory.mktemp("mypy")
    options = ["--strict", "--no-error-summary", f"--cache-dir={cache}", "--config-file="]
    out, err, _ = api.run([*options, str(FOLDER / "good.py"), str(FOLDER / "bad.py")])
    assert not err
    found: dict[str, dict[int, str]] = {"good.py": {}, "bad.py": {}}
    for line in out.splitlines():
        place = re.match(r".*?([\w.]+\.pyi?):(\d+): error: (.*)", line)
        if place:
            lines = found.setdefault(place[1], {})
            lines[int(place[2])] = lines.get(int(place[2]), "") + place[3]
    return found


def test_a_right_bot_passes(messages: dict[str, dict[int, str]]):
    assert messages["good.py"] == {}


def test_every_wrong_line_is_noticed(messages: dict[str, dict[int, str]]):
    source = (FOLDER / "bad.py").read_text().splitlines()
    expected = {
        number: line.partition("  # ")[2] for number, line in enumerate(source, 1) if "  # " in line
    }
    assert messages["bad.py"].keys() == expected.keys()
    for number, piece in expected.items():
        assert piece in messages["bad.py"][number]
