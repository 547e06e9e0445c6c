"""The examples of anzol/simulator/README.md for clients that others wrote, run as they stand there."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TEXT = (ROOT / "anzol" / "simulator" / "README.md").read_text("utf-8")
SECTION = TEXT.partition("## In the tests of a bot in any library")[2].partition("\n## ")[0]
PYTHON = re.findall(r"^```python\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
JAVASCRIPT = re.findall(r"`(\w+\.js)`:\n\n```js\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)


def run(folder: Path, code: str) -> None:
    """Run a test of the page with the fixture, as where the package is installed."""
    (folder / "test_example.py").write_text(code, encoding="utf-8")
    plugin = ["-p", "anzol.simulator.pytest_plugin", "-c", os.devnull, "--rootdir", str(folder)]
    modules = str(HERE / "node_modules")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, "test_example.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NODE_PATH": modules},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert " passed" in done.stdout and done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["aiogram", "telegram", "telebot"])
def test_a_python_client(package: str, tmp_path: Path):
    if importlib.util.find_spec(package) is None:
        pytest.skip("pip install -r tests/fidelity/requirements.txt")
    (code,) = [code for code in PYTHON if f"from {package}" in code or f"import {package}" in code]
    run(tmp_path, code)


@pytest.mark.parametrize(("name", "script"), JAVASCRIPT, ids=lambda text: text[:8])
def test_a_client_in_another_language(name: str, script: str, tmp_path: Path):
    if not (HERE / "node_modules").is_dir():
        pytest.skip("npm ci --prefix tests/fidelity")
    (tmp_path / name).write_text(script, encoding="utf-8")
    (code,) = [code for code in PYTHON if "COMMANDS" in code]
    chosen, found = re.subn(r"COMMANDS = .*", f'COMMANDS = [["node", "{name}"]]', code)
    assert found == 1
    run(tmp_path, chosen)
