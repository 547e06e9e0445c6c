"""Tables of samples as markdown."""

from __future__ import annotations

from benchmarks.figures import Sample, Samples, Spread
from benchmarks.tables import Table, column, figure, grid, ratio, render, spread

TABLE = Table(
    "Full load",
    ("full",),
    (
        column("updates/s", figure("full", "updates_per_s")),
        column("CPU ms", figure("full", "cpu_us", 0.001), 1),
        column("× grammY", ratio("full", "cpu_us", "grammY"), 2),
    ),
    "A note.",
)


def test_a_table_has_a_row_for_each_bot_and_counts_what_went_wrong():
    taken = Samples(
        [
            Sample("full", "anzol", 1, {"updates_per_s": 2000, "cpu_us": 300, "lost": 0}),
            Sample("full", "anzol", 2, {"updates_per_s": 1000, "cpu_us": 500, "lost": 0}),
            Sample("full", "grammY", 1, {"updates_per_s": 1000, "cpu_us": 600, "lost": 1200}),
        ]
    )
    assert render(TABLE, taken).splitlines() == [
        "**Full load**",
        "",
        "| bot | updates/s | CPU ms | × grammY | lost, doubled, out of order |",
        "| --- | --- | --- | --- | --- |",
        "| anzol | 1,500 (1,000–2,000) | 0.4 (0.3–0.5) | 0.50 | none |",
        "| grammY | 1,000 | 0.6 | 1.00 | 1,200 lost |",
        "",
        "A note.",
    ]


def test_a_table_without_samples_is_left_out():
    assert render(TABLE, Samples()) == ""


def test_what_was_not_measured_is_a_dash():
    assert spread(None) == "–"
    assert spread(Spread(1.5, 1.5, 1.5, 1), 1, " ms") == "1.5 ms"


def test_a_pipe_in_a_cell_does_not_end_it():
    assert grid(["a"], [["x|y"]]).splitlines()[-1] == "| x\\|y |"
