"""Reports: stored as JSON, read again, shown as markdown, compared."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import compare, frameworks, growth, report
from benchmarks.figures import Sample, Samples, Spread

FACTS: dict[str, Any] = {
    "date": "2026-01-02",
    "commit": "abc1234",
    "machine": {"processor": "2 cores of Some Processor", "memory": "4 GB"},
    "versions": {"Python": "3.11.7"},
    "rounds": 2,
    "seconds": 3.0,
    "skipped": {"grammY": "grammy is not installed"},
}


def result(*cpu: float, bot: str = "anzol", suite: Any = frameworks.SUITE) -> report.Result:
    figures = [{"cpu_us": x, "generator_idle": 0.7, "others": 0.1} for x in cpu]
    rows = [Sample("full", bot, number, row) for number, row in enumerate(figures, start=1)]
    return report.Result(suite, Samples(rows), FACTS)


def test_what_was_saved_is_read_again(tmp_path):
    report.save({"peers": result(100, 120)}, tmp_path)
    found = report.load(tmp_path)["peers"]
    assert found.samples == result(100, 120).samples
    assert found.facts == FACTS


def test_a_suite_that_was_not_measured_again_stays(tmp_path):
    report.save({"peers": result(100), "growth": result(5, suite=growth.SUITE)}, tmp_path)
    report.save({"peers": result(200)}, tmp_path)
    found = report.load(tmp_path / "results.json")
    assert found["peers"].samples.spread("full", "anzol", "cpu_us") == Spread(200, 200, 200, 1)
    assert found["growth"].samples.spread("full", "anzol", "cpu_us") == Spread(5, 5, 5, 1)


def test_the_markdown_says_when_where_and_how_quiet(tmp_path):
    report.save({"peers": result(100, 120)}, tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    for part in (
        "## Beside the other frameworks",
        "| anzol |",
        "110 (100–120)",
        "Measured on 2026-01-02, commit abc1234: medians (lowest–highest) of 2 paired rounds of 3 s.",
        "2 cores of Some Processor",
        "The load generator's core was idle for 70 %",
        "Left out: grammY (grammy is not installed).",
    ):
        assert part in text


def test_a_comparison_judges_only_where_ranges_do_not_overlap():
    before, after = {"peers": result(100, 120)}, {"peers": result(60, 80)}
    assert "| peers | full | anzol | cpu_us | 110 (100–120) | 70 (60–80) | 0.64 | better |" in (
        compare.compare(before, after)
    )
    assert compare.compare(after, before).endswith("| 1.57 | worse |")
    assert compare.compare(before, {"peers": result(90, 110)}).endswith("| 0.91 |  |")


def test_more_is_better_for_a_rate():
    slow, fast = Spread(10, 9, 11, 3), Spread(20, 19, 21, 3)
    assert compare.judge(slow, fast, least=False) == "better"
    assert compare.judge(fast, slow, least=False) == "worse"


def test_a_comparison_leaves_out_what_only_one_report_has():
    other = result(60, bot="another")
    assert len(compare.compare({"peers": result(100)}, {"peers": other}).splitlines()) == 2


def test_plots_are_written_as_svg_and_png(tmp_path):
    pytest.importorskip("matplotlib")
    from benchmarks import plots

    paths = plots.draw(result(100, 120), tmp_path)
    assert {path.name for path in paths} == {"cpu.svg", "cpu.png"}
    assert "CPU time an update" in (tmp_path / "cpu.svg").read_text(encoding="utf-8")
    assert (tmp_path / "cpu.png").read_bytes().startswith(b"\x89PNG")
