"""What the README says of other libraries."""

from __future__ import annotations

from benchmarks.conformance.page import Cell, Results
from benchmarks.figures import Sample, Samples
from benchmarks.frameworks import SUITE
from benchmarks.report import Result
from benchmarks.summary import render

FACTS = {"date": "2026-01-02", "commit": "abc1234", "machine": {"processor": "2 cores"}}


def test_it_has_medians_and_what_is_kept():
    taken = Samples(
        [
            Sample("full", "anzol", 1, {"cpu_us": 300}),
            Sample("full", "anzol", 2, {"cpu_us": 500}),
            Sample("burst", "anzol", 1, {"reply_max": 1234.5}),  # grammY was not measured here
            Sample("full", "grammY", 1, {"cpu_us": 800}),
        ]
    )
    cells = [
        Cell("order", "anzol", True, ""),
        Cell("stop", "anzol", True, ""),
        Cell("order", "grammY", True, ""),
        Cell("stop", "grammY", False, ""),
    ]
    lines = render(Result(SUITE, taken, FACTS), Results(FACTS, cells)).splitlines()
    assert (
        "- **grammY** keeps 1 of 2 promises that we probe, Anzol 2; "
        "800 µs of processor time an update, here 400."
    ) in lines
    assert lines[-1].endswith("2 cores, 2026-01-02, commit abc1234.")
