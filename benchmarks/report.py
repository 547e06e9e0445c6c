"""The report: results as JSON, one entry for each suite, and markdown that is made from nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import floor, frameworks, growth, machine, polling, promise, targets
from benchmarks.figures import Samples, Spread
from benchmarks.rounds import Taken
from benchmarks.suites import Options, Suite
from benchmarks.tables import render

SUITES = {
    suite.name: suite
    for suite in (
        polling.SUITE,
        frameworks.SUITE,
        promise.SUITE,
        floor.SUITE,
        growth.SUITE,
        targets.SUITE,
    )
}


@dataclass(frozen=True)
class Result:
    """One suite's samples, with when, where and on what they were taken."""

    suite: Suite
    samples: Samples
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, suite: Suite, taken: Taken, options: Options, facts: Mapping[str, Any]) -> Result:
        plan = {"rounds": options.plan.rounds, "seconds": options.plan.seconds}
        return cls(suite, taken.samples, {**facts, **plan, "skipped": taken.skipped})

    def to_json(self) -> dict[str, Any]:
        return {**self.facts, "samples": [sample.to_json() for sample in self.samples.all]}


def facts() -> dict[str, Any]:
    """Return what a result is stamped with, taken before the first measurement."""
    return {
        "date": machine.today(),
        "commit": machine.commit(),
        "machine": machine.describe(),
        "versions": machine.versions(),
    }


def load(path: Path) -> dict[str, Result]:
    """Read results, by the name of their suite."""
    if path.is_dir():
        path = path / "results.json"
    stored: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for name, entry in stored.items():
        rows = entry.pop("samples")
        found[name] = Result(SUITES[name], Samples.from_json(rows), entry)
    return found


def save(results: Mapping[str, Result], folder: Path) -> None:
    """Write results.json and report.md; suites that were not measured this time stay."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    kept = load(path) if path.exists() else {}
    merged = {**kept, **results}
    rows = {name: merged[name].to_json() for name in SUITES if name in merged}
    # A sample a line, so that a difference can be read.
    text = json.dumps(rows, ensure_ascii=False).replace('{"scenario"', '\n{"scenario"')
    path.write_text(text + "\n", encoding="utf-8")
    parts = ["# Measured", *(section(merged[name]) for name in rows)]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def section(result: Result) -> str:
    """Return a suite's heading and everything below it."""
    plots = [f"![{plot.title}]({plot.name}.svg)" for plot in result.suite.plots]
    return "\n\n".join([f"## {result.suite.title}", result.suite.about, body(result), *plots])


def body(result: Result) -> str:
    """Return a suite's tables, and the line that says what they were taken on."""
    tables = [render(table, result.samples) for table in result.suite.tables]
    if result.suite is targets.SUITE:
        tables = [targets.render(result.samples)]
    return "\n\n".join([*filter(None, tables), stamp(result)])


def stamp(result: Result) -> str:
    """Return when, where and on which commit a result was measured."""
    facts = result.facts
    named = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    where = ", ".join(facts["machine"].values())
    lines = [
        f"Measured on {facts['date']}, commit {facts['commit']}: {rounds(result)} of {facts['seconds']:g} s. {where}. {named}. "
        f"{quietness(result.samples)}"
    ]
    lines += [f"Left out: {bot} ({why})." for bot, why in facts["skipped"].items()]
    return "\n".join(lines)


def rounds(result: Result) -> str:
    """Return what a figure is made of."""
    count = result.facts["rounds"]
    return "one round" if count == 1 else f"medians (lowest–highest) of {count} paired rounds"


def quietness(samples: Samples) -> str:
    """Return how busy the load generator and everything else on the machine were."""
    idle = Spread.of(percents(samples, "generator_idle"))
    others = Spread.of(percents(samples, "others"))
    if not idle or not others:
        return ""
    return (
        f"The load generator's core was idle for {idle.median:.0f} % ({idle.low:.0f} at least); "
        f"other programs used {others.median:.0f} % of a core ({others.high:.0f} at most)."
    )


def percents(samples: Samples, name: str) -> Sequence[float]:
    return [100 * s.figures[name] for s in samples.all if s.figures.get(name) is not None]
