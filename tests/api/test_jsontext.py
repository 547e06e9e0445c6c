"""JSON as it travels: what the json module does, quicker."""

from __future__ import annotations

import json

import pytest

from anzol.api.jsontext import decode_json, encode_json

TEXTS = [
    b'{"update_id":7,"message":{"text":"\\ud83d\\ude00 \xc3\xa9"}}',
    b' {"a": [1, 2.5, null, true]}\r\n',
    b"7",
    b'"text"',
    '{"a": "é"}'.encode("utf-16"),
    b'\xef\xbb\xbf{"a": 1}',
    b'{"a": "\xed\xa0\x80"}',
]
WRONG = [b"", b" ", b"{", b'{"a":1}x', b'{"a":1}{"b":2}', b"\xff", b"nul", b'{"a":"\n"}']


@pytest.mark.parametrize("text", TEXTS)
def test_what_json_loads_takes_is_read_in_the_same_way(text: bytes) -> None:
    assert decode_json(text) == json.loads(text)


@pytest.mark.parametrize("text", WRONG)
def test_what_json_loads_refuses_is_refused_in_the_same_words(text: bytes) -> None:
    with pytest.raises(ValueError) as wanted:
        json.loads(text)
    with pytest.raises(ValueError) as found:
        decode_json(text)
    assert (type(found.value), str(found.value)) == (type(wanted.value), str(wanted.value))
    assert type(found.value.__context__) is type(wanted.value.__context__)


def test_what_is_nested_too_deeply_is_told_as_such() -> None:
    with pytest.raises(RecursionError):
        decode_json(b"[" * 100_000)


def test_what_is_written_has_no_blanks_and_is_read_as_it_was() -> None:
    value = {"text": "é 😀", "buttons": [[{"text": "Like"}], []], "none": None}
    written = encode_json(value)
    assert written == json.dumps(value, separators=(",", ":")).encode()
    assert decode_json(written) == value


def loop() -> list[object]:
    inside: list[object] = []
    inside.append({"again": inside})
    return inside


@pytest.mark.parametrize("value", [loop(), {"x": b"bytes"}, {(1, 2): 3}, [object()]])
def test_what_has_no_json_is_refused_in_the_same_words(value: object) -> None:
    with pytest.raises((ValueError, TypeError)) as wanted:
        json.dumps(value)
    with pytest.raises((ValueError, TypeError)) as found:
        encode_json(value)
    assert (type(found.value), str(found.value)) == (type(wanted.value), str(wanted.value))


@pytest.mark.parametrize(
    "value", [1, "é", None, 1.5, [], {}, (1, [2]), {1: True, None: 2.5, False: {}}, "\ud83d\u2028"]
)
def test_what_is_written_is_what_json_dumps_writes(value: object) -> None:
    assert encode_json(value) == json.dumps(value, separators=(",", ":")).encode()
