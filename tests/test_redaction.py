"""The suite's own guard against tokens in logs finds one when there is one."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOKEN = "7777777:a-token-that-is-leaked-on-purpose"

LEAKS = {
    "log": "logging.getLogger('x').error('calling %s', TOKEN)",
    "traceback": "try: raise ValueError(TOKEN)\n    except ValueError: logging.exception('failed')",
    "print": "print(TOKEN)",
}


def run(folder: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run one test with the guard."""
    lines = [
        "import logging",
        "from anzol import Bot",
        f"TOKEN = {TOKEN!r}",
        "def test_it():",
        "    Bot(TOKEN)",
        f"    {body}",
    ]
    (folder / "test_leak.py").write_text("\n".join(lines))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.redaction", *options, str(folder)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, "--rootdir", str(folder), "-c", os.devnull],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.slow
@pytest.mark.parametrize("how", LEAKS)
def test_a_token_that_shows_fails_the_run(tmp_path: Path, how: str):
    ended = run(tmp_path, LEAKS[how])
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert "A TOKEN SHOWS" in ended.stdout


@pytest.mark.slow
def test_a_token_that_a_worker_has_seen_fails_the_run(tmp_path: Path):
    ended = run(tmp_path, LEAKS["log"], "-n", "1")
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode == 1
    assert "A TOKEN SHOWS" in ended.stdout


@pytest.mark.slow
def test_a_run_without_leaks_passes(tmp_path: Path):
    ended = run(tmp_path, "logging.getLogger('x').error('calling %s', Bot(TOKEN))")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_this_run_is_guarded(pytestconfig: pytest.Config):
    assert pytestconfig.pluginmanager.hasplugin("tests.redaction")
    assert logging.Logger.callHandlers.__module__ == "tests.redaction"
