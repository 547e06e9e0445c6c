"""A retried update recognises its calls, also when a file has got another name meanwhile."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pytest

from anzol.api.digest import digest


def test_order_of_parameters_does_not_count_but_values_do():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_files_are_told_apart_by_size_only(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"abc")
    other.write_bytes(b"xyz")
    same = {
        digest({"photo": file}) for file in (one, other, b"abc", io.BytesIO(b"123"), ("n", b"abc"))
    }
    with tempfile.TemporaryFile() as file:
        file.write(b"987")
        file.seek(0)
        same.add(digest({"photo": file}))
    assert len(same) == 2  # a tuple is a list to JSON: its name counts too
    assert digest({"photo": b"abcd"}) not in same


def test_a_stream_without_an_end_to_look_at():
    reading, writing = os.pipe()
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert digest({"document": pipe})


def test_what_is_no_parameter():
    with pytest.raises(TypeError, match="object is nothing that can be sent"):
        digest({"a": object()})
