"""The policy for dependencies: each has a reason, a floor that was tried, and a ceiling at the next major version."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FILES = ("requirements.txt", "requirements-postgresql.txt", "requirements-dev.txt")
OWN = "# Your bot's own packages"  # what stands below it is the author's business
LINES = [
    line
    for name in FILES
    for line in (ROOT / name).read_text(encoding="utf-8").partition(OWN)[0].splitlines()
    if line and not line.startswith(("-r", "#"))
]


@pytest.mark.parametrize("line", LINES)
def test_each_dependency_has_a_range_and_a_reason(line: str):
    wanted, _, reason = line.partition("#")
    requirement = Requirement(wanted)
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}, "say >= what was tried, and < the next major version"
    assert len(reason.strip()) > 10


@pytest.mark.parametrize("line", LINES)
def test_what_is_installed_is_within_its_range(line: str):
    requirement = Requirement(line.partition("#")[0])
    if requirement.marker is not None and not requirement.marker.evaluate():
        pytest.skip(f"not for this machine: {requirement.marker}")
    assert version(requirement.name) in requirement.specifier


def test_production_installs_what_is_pinned_within_the_ranges():
    lock = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(
        re.findall(r"^([\w.-]+)==(\S+)(?: ;.*)? \\\n    --hash=sha256:", lock, re.MULTILINE)
    )
    assert len(pinned) == len(re.findall(r"^\S+==", lock, re.MULTILINE)), "a line has no hash"
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").partition(OWN)[0]
    text += (ROOT / "requirements-postgresql.txt").read_text(encoding="utf-8")
    for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
        requirement = Requirement(line)
        version = pinned.get(requirement.name.lower())
        assert version in requirement.specifier, f"{line}: python deploy/lock.py"
    assert "://" not in lock


def test_the_extra_is_what_the_file_of_the_same_name_says():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (line,) = (ROOT / "requirements-postgresql.txt").read_text(encoding="utf-8").splitlines()
    assert extras["optional-dependencies"]["postgresql"] == [line.partition("#")[0].strip()]


def test_what_is_installed_fits_together():
    ended = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stdout


def test_each_test_that_the_threat_model_names_exists():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    for file, test in named:
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f"def {test}(" in source or not test, f"{file}::{test}"
