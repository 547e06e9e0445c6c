from __future__ import annotations

import math

import pytest

from anzol import Retry


@pytest.mark.parametrize("after", [math.inf, -math.inf, math.nan, -1, 10**9, "5", True])
def test_a_wait_that_is_none_is_refused_with_its_value(after: object):
    with pytest.raises(ValueError, match=r"Retry\(after=.*give seconds from 0 to \d+\.") as told:
        Retry(after=after)  # type: ignore[arg-type]
    assert repr(after) in str(told.value)


@pytest.mark.parametrize("after", [None, 0, 0.5, 3600])
def test_a_wait_in_seconds_is_kept(after: float | None):
    assert Retry(after=after).after == after
