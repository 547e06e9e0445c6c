"""The command line of the benchmarks."""

from __future__ import annotations

import re
import shutil

import pytest

from benchmarks import __main__ as command
from benchmarks import report
from tests.benchmarks.test_report import result


@pytest.fixture(autouse=True)
def keep_signals(monkeypatch):
    monkeypatch.setattr(command, "end_with_bots", lambda: None)


def test_two_reports_are_compared(tmp_path, capsys):
    for name, cpu in (("a", 100), ("b", 50)):
        report.save({"peers": result(cpu)}, tmp_path / name)
    assert command.main(["compare", str(tmp_path / "a"), str(tmp_path / "b" / "results.json")]) == 0
    assert "| 0.50 | better |" in capsys.readouterr().out


def test_a_comparison_of_one_report_says_what_to_type(capsys):
    with pytest.raises(SystemExit):
        command.main(["compare", "a"])
    assert "python -m benchmarks compare A B" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_a_quick_look_loses_nothing_and_stores_nothing(tmp_path, capsys):
    assert command.main(["growth", "--quick", "--out", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    assert "| anzol |" in table
    assert "lost |" not in table.replace("lost, doubled, out of order |", "")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_promise_is_measured_with_postgresql_beside_sqlite(tmp_path, capsys):
    assert command.main(["promise", "--quick", "--out", str(tmp_path)]) == 0
    table = capsys.readouterr().out
    (row,) = re.findall(r"^\| anzol, PostgreSQL \| (\d[\d,]*) .* (\w+) \|$", table, re.MULTILINE)
    assert row[1] == "none"
