from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from anzol.queue import State


def state(**stored: Any) -> State:
    return State("chat:1", lambda: stored)


def test_it_is_a_mapping_loaded_on_first_use():
    loads = []
    lazy = State("chat:1", lambda: loads.append(1) or {"a": 1})
    assert loads == []

    assert dict(lazy) == {"a": 1}
    lazy["b"] = [1, {"c": None}]

    assert (len(lazy), lazy.get("b"), lazy.pop("a"), "a" in lazy) == (2, [1, {"c": None}], 1, False)
    assert loads == [1]


def test_changes_are_top_level_keys():
    kept = state(same=[1], nested={"list": [1]}, gone=1)
    kept["same"] = [1]
    kept["nested"]["list"].append(2)
    kept["new"] = "x"
    del kept["gone"]

    assert kept.changes() == ({"nested": {"list": [1, 2]}, "new": "x"}, {"gone"})


def test_reading_changes_nothing():
    kept = state(a=[1])
    assert kept["a"] == [1]

    assert kept.changes() == ({}, set())
    assert state(a=1).changes() == ({}, set())


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal(1), "state chat:1['x'] is Decimal: keep JSON only"),
        ((1, 2), "state chat:1['x'] is tuple"),
        ({1, 2}, "state chat:1['x'] is set"),
        (b"x", "state chat:1['x'] is bytes"),
        (float("nan"), "state chat:1['x'] is nan"),
        ([1, {"deep": object()}], "state chat:1['x'][1]['deep'] is object"),
        ({1: 2}, "state chat:1['x'] has the key 1: JSON objects have text keys only."),
    ],
)
def test_other_than_json_is_refused_where_it_is_assigned(value: object, told: str):
    kept = state()

    with pytest.raises(TypeError) as caught:
        kept["x"] = value

    assert told in str(caught.value)
    assert dict(kept) == {}


def test_what_is_put_inside_later_is_refused_at_the_end():
    kept = state()
    kept["x"] = []
    kept["x"].append(object())

    with pytest.raises(TypeError, match=r"chat:1\['x'\]\[0\] is object"):
        kept.changes()


def test_keys_are_text():
    with pytest.raises(TypeError, match="text keys only, not 1"):
        state()[1] = 2  # type: ignore[index]
