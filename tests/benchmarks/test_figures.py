"""Medians, ranges and ratios within a round."""

from __future__ import annotations

import pytest

from benchmarks.figures import Sample, Samples, Spread


def samples(**rows: list[float | None]) -> Samples:
    """One bot for each keyword; a value for each round."""
    return Samples(
        [
            Sample("full", bot, number, {"cpu_us": value})
            for bot, values in rows.items()
            for number, value in enumerate(values, start=1)
        ]
    )


def test_a_spread_is_the_median_with_its_range():
    assert Spread.of([30, 10, 20]) == Spread(20, 10, 30, 3)
    assert Spread.of([10, 20]) == Spread(15, 10, 20, 2)
    assert Spread.of([]) is None


def test_a_ratio_is_taken_within_each_round_before_the_median():
    # The machine was three times slower in the second round, for both.
    taken = samples(ours=[100, 330, 120], theirs=[200, 600, 200])
    assert taken.ratio("full", "ours", "theirs", "cpu_us") == Spread(0.55, 0.5, 0.6, 3)


def test_a_round_that_one_of_the_two_lacks_is_left_out():
    taken = samples(ours=[100, None, 120], theirs=[200, 300])
    assert taken.ratio("full", "ours", "theirs", "cpu_us") == Spread(0.5, 0.5, 0.5, 1)


def test_a_reference_of_zero_gives_no_ratio():
    assert samples(ours=[1], theirs=[0]).ratio("full", "ours", "theirs", "cpu_us") is None


def test_a_ratio_can_be_changed_before_the_median():
    taken = samples(ours=[110, 120], theirs=[100, 100])
    found = taken.ratio("full", "ours", "theirs", "cpu_us", lambda times: 100 * (times - 1))
    assert found is not None
    assert found.median == pytest.approx(15)


def test_faults_are_summed_over_rounds_and_scenarios():
    taken = Samples(
        [
            Sample("full", "a", 1, {"lost": 2, "doubled": 0, "out_of_order": 1}),
            Sample("full", "a", 2, {"lost": 3, "doubled": 0, "out_of_order": 0}),
            Sample("burst", "a", 1, {"lost": 0, "doubled": 0}),
            Sample("burst", "b", 1, {"lost": 9}),
        ]
    )
    assert taken.faults("a", "full", "burst") == {"lost": 5, "out_of_order": 1}
    assert taken.faults("a", "burst") == {}


def test_bots_keep_the_order_in_which_they_were_measured():
    taken = samples(b=[1], a=[1], c=[1])
    assert taken.bots("full") == ["b", "a", "c"]
    assert taken.bots("burst") == []
