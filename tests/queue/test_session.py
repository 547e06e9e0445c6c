from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from anzol.queue import State


class Kept:
    """What is stored, and what of it was read."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts
        self.reads: list[str] = []

    def value(self, key: str) -> str | None:
        self.reads.append(key)
        return self.texts.get(key)

    def values(self) -> dict[str, str]:
        self.reads.append("all")
        return dict(self.texts)

    def size(self) -> int:
        self.reads.append("size")
        return sum(len(key) + len(text) for key, text in self.texts.items())


def state(**stored: Any) -> State:
    return State("chat:1", Kept(**{key: json.dumps(value) for key, value in stored.items()}))


def texts(kept: State) -> dict[str, str | None]:
    return {change.key: change.after for change in kept.changes()}


def test_it_is_a_mapping():
    kept = state(a=1)

    assert dict(kept) == {"a": 1}
    kept["b"] = [1, {"c": None}]

    assert (len(kept), kept.get("b"), kept.pop("a"), "a" in kept) == (2, [1, {"c": None}], 1, False)
    assert 5 not in kept


def test_only_the_keys_that_are_asked_for_are_read():
    stored = Kept(a="1", b="[2]", c="3", d="4")
    lazy = State("chat:1", stored)
    assert stored.reads == []

    lazy["a"] += 1
    assert "nothing" not in lazy
    assert stored.reads == ["a", "nothing"]

    assert [lazy["c"], lazy["d"], lazy.get("more")] == [3, 4, None]
    assert stored.reads == ["a", "nothing", "all"]
    assert lazy.changes() == [("a", "1", "2")]


def test_the_whole_is_measured_for_what_grows_alone():
    stored = Kept(count="5", name='"Ada"', big=json.dumps("x" * 1_048_000))
    lazy = State("chat:1", stored)

    lazy["count"] = 6
    lazy["name"] = "Bo"
    assert "size" not in stored.reads

    with pytest.raises(
        ValueError, match=r"\['count'\] has 1,007 characters of JSON, with its other"
    ):
        lazy["count"] = "x" * 1000
    assert texts(lazy) == {"count": "6", "name": '"Bo"'}


def test_a_change_is_compared_with_what_its_handler_has_read():
    stored = Kept(a="1", b="1")
    lazy = State("chat:1", stored)
    assert lazy["a"] == 1
    stored.texts["a"] = "2"

    assert dict(lazy) == {"a": 1, "b": 1}
    lazy["a"] = 5

    assert lazy.changes() == [("a", "1", "5")]


def test_changes_are_top_level_keys():
    kept = state(same=[1], nested={"list": [1]}, gone=1)
    kept["same"] = [1]
    kept["nested"]["list"].append(2)
    kept["new"] = "x"
    del kept["gone"]

    assert texts(kept) == {"nested": '{"list": [1, 2]}', "new": '"x"', "gone": None}
    assert kept.changes()[0] == ("nested", '{"list": [1]}', '{"list": [1, 2]}')


def test_reading_changes_nothing():
    kept = state(a=[1])
    assert kept["a"] == [1]

    assert kept.changes() == state(a=1).changes() == []


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


def test_a_value_is_parsed_when_it_is_asked_for():
    lazy = State("chat:1", Kept(broken="{", fine="1"))

    assert lazy["fine"] == 1
    assert "broken" in lazy
    assert lazy.changes() == []


def test_what_somebody_else_has_stored_by_hand_is_read_as_any_json():
    lazy = State("chat:1", Kept(a=" [1]", b='{"c": 2}\n', d="1 2"))

    assert (lazy["a"], lazy.get("b")) == ([1], {"c": 2})
    with pytest.raises(json.JSONDecodeError):
        lazy["d"]


def test_what_is_too_large_is_refused_where_it_is_written():
    kept = state(small="x")

    with pytest.raises(ValueError, match=r"chat:1\['big'\] has 8,000,\d+ characters") as caught:
        kept["big"] = "x" * 8_000_000

    assert "A session holds 1,048,576" in str(caught.value)
    assert dict(kept) == {"small": "x"}


def test_many_keys_are_not_more_than_one_large_one():
    kept = state(**{f"key{number}": "x" * 100_000 for number in range(10)})

    with pytest.raises(ValueError, match="with its other keys 1,"):
        kept["one more"] = "x" * 100_000

    kept["key1"] = "smaller"
    assert texts(kept) == {"key1": '"smaller"'}


def test_an_assignment_after_the_end_is_refused():
    kept = state(a=1)
    kept.has_ended = True

    with pytest.raises(RuntimeError, match="after its update has ended"):
        kept["a"] = 2
    with pytest.raises(RuntimeError, match="after its update has ended"):
        del kept["a"]


def test_what_was_changed_can_be_taken_back():
    kept = state(a=1)
    kept["a"], kept["b"] = 2, 3

    kept.revert()

    assert dict(kept) == {"a": 1}
    assert kept.changes() == []


def test_the_limit_counts_what_the_same_run_has_changed():
    kept = state(a="x" * 900_000)
    kept["a"] = ""
    kept["b"] = "x" * 900_000
    with pytest.raises(ValueError, match=r"state chat:1\['c'\] has 900,003 characters"):
        kept["c"] = "x" * 900_000
    del kept["b"]
    kept["c"] = "x" * 900_000

    assert set(texts(kept)) == {"a", "c"}
