"""The rows of `python -m benchmarks targets`."""

from __future__ import annotations

import pytest

from benchmarks.figures import Sample, Samples
from benchmarks.tables import figure
from benchmarks.targets import TARGETS, Target, of, render

LEAST = Target("time", of(figure("full", "cpu_us"), "anzol"), 2, 1, unit=" ms", digits=1)
MOST = Target("rate", of(figure("full", "cpu_us"), "anzol"), 2, 3, least=False)


def measured(value: float) -> Samples:
    return Samples([Sample("full", "anzol", 1, {"cpu_us": value})])


@pytest.mark.parametrize(
    ("target", "value", "verdict"),
    [
        (LEAST, 0.9, "✅ aim reached"),
        (LEAST, 2.0, "✅"),
        (LEAST, 2.1, "❌"),
        (MOST, 3.0, "✅ aim reached"),
        (MOST, 2.5, "✅"),
        (MOST, 1.9, "❌"),
    ],
)
def test_a_target_says_what_was_reached(target, value, verdict):
    assert target.cells(measured(value))[-1] == verdict


def test_a_row_names_its_bounds():
    assert LEAST.cells(measured(1.5)) == ["time", "≤ 2 ms", "≤ 1 ms", "1.5 ms", "✅"]
    assert MOST.cells(measured(1))[1:3] == ["≥ 2 ×", "≥ 3 ×"]


def test_what_was_not_measured_is_not_reached():
    assert LEAST.cells(Samples())[-2:] == ["–", "not measured"]


def test_every_target_has_its_row():
    assert len(render(Samples()).splitlines()) == 2 + len(TARGETS)
