"""Installed packages that have our files' names: PyPI's `config` is one. The documented start does not meet them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.processes import free_port, running

ROOT = Path(__file__).parent.parent.parent
FILES = (
    "README.md",
    "docs/hosting.md",
    "docs/operating.md",
    "deploy/Procfile",
    "deploy/Dockerfile",
)


@pytest.mark.slow
def test_an_installed_package_named_as_our_files_is_not_in_the_way(tmp_path: Path):
    site = tmp_path / "site-packages"
    for name in ("app", "config", "handlers", "tunnel"):
        (site / name).mkdir(parents=True)
        (site / name / "__init__.py").write_text("raise ImportError('somebody else\\'s')\n")
    with running(
        *("-m", "waitress", f"--port={free_port()}", "--call", "app:serve"),
        cwd=ROOT,
        HANDLERS="handlers",
        PYTHONPATH=str(site),
        TELEGRAM_BOT_TOKEN="6007:foreign-test_token_0123456789",
        DATABASE_URL=f"sqlite:///{tmp_path}/anzol.db",
    ) as process:
        process.expect("PUBLIC_URL is not set")  # the last line of a start


@pytest.mark.parametrize("name", FILES)
def test_the_command_that_could_meet_them_is_named_nowhere(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"waitress-serve[^`\n]*--call", text)
