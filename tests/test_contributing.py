"""What contributors are given: hosted checks, forms, hooks, and commands that exist."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hosted_checks_run_what_a_person_runs():
    jobs = load(".github/workflows/ci.yml")["jobs"]
    whole = [step.get("run", "") for step in jobs["everything"]["steps"]]
    assert any(".ci/run" in command for command in whole)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    (command,) = (step["run"] for step in jobs["tests"]["steps"] if "pytest" in step.get("run", ""))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert command.replace("$venv", ".venv/bin") in readme
    matrix = jobs["tests"]["strategy"]["matrix"]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    lowest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert matrix["python"] == [lowest, "3.12", "3.13", "3.14"]


def test_the_attacks_are_a_suite_of_their_own_that_the_checks_run():
    assert "attack" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if "mark.attack" in path.read_text(encoding="utf-8")
    }
    assert found >= {
        "tests/simulator/page/test_visitors.py",  # forged requests in a browser
        "tests/server/test_server.py",  # slow and half-sent requests, and what they cost
        "tests/server/test_outages.py",  # broken answers
        "tests/fuzz/test_fuzz.py",  # whatever arrives at the route
        "tests/server/test_cli.py",  # escape sequences
    }


@pytest.mark.parametrize(
    "name", [".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/idea.yml"]
)
def test_a_form_has_what_the_host_requires(name: str):
    form = load(name)
    assert form["name"] and form["description"]
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(set(ids)) == len(ids)
    assert all(part["attributes"]["label"] for part in form["body"])


def test_forms_ask_for_the_doctors_output():
    bug = load(".github/ISSUE_TEMPLATE/bug.yml")
    (doctor,) = (part for part in bug["body"] if part["id"] == "doctor")
    assert "flask doctor" in doctor["attributes"]["label"]
    assert doctor["validations"]["required"]
    assert "flask doctor" in (ROOT / ".github/pull_request_template.md").read_text()


def test_the_hooks_are_the_linters_of_the_project():
    entries = [
        hook["entry"].split()[0] for hook in load(".pre-commit-config.yaml")["repos"][0]["hooks"]
    ]
    listed = (ROOT / "requirements-dev.txt").read_text()
    assert set(entries) == {"ruff", "mypy"}
    assert all(re.search(rf"^{name}>", listed, re.MULTILINE) for name in entries)


def test_each_path_that_contributors_are_told_exists():
    told = re.findall(
        r"`((?:anzol|tests|docs|\.ci|handlers|examples)/[\w./]*|[\w.]+\.(?:py|md|txt))`",
        CONTRIBUTING,
    )
    assert len(told) > 10
    for path in told:
        assert (ROOT / path).exists(), path


def test_types_are_checked_everywhere_outside_tests():
    assert PROJECT["tool"]["mypy"]["strict"]
    ours = {"app.py", "config.py", "tunnel.py", "anzol", "handlers", "examples", "benchmarks"}
    assert ours <= set(PROJECT["tool"]["mypy"]["files"])
