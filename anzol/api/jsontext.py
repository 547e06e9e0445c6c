"""JSON as it travels: read from bytes, and written as few of them as Telegram itself does."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder
from typing import Any

_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def writer_of(book: json.JSONEncoder) -> Callable[[Any], bytes]:
    """Return what writes a value as an encoder without `indent` does, in ASCII, and raises what that raises.

    The C function below `JSONEncoder.encode`, which makes one anew for each value, is made once.
    """
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return lambda value: book.encode(value).encode()
    # In the order of json/encoder.py. Without markers: what contains itself ends as a RecursionError.
    write: Callable[[Any, int], Any] = make(
        *(None, book.default, encoder.encode_basestring_ascii, None),
        *(book.key_separator, book.item_separator),
        *(book.sort_keys, book.skipkeys, book.allow_nan),
    )

    def encode(value: Any) -> bytes:
        try:
            return "".join(write(value, 0)).encode()
        except RecursionError:
            pass  # the encoder finds out why
        return book.encode(value).encode()

    return encode


_write = writer_of(json.JSONEncoder(separators=(",", ":")))


def decode_json(body: bytes) -> Any:
    """Return what a JSON text holds; raise what `json.loads` raises, ValueError or RecursionError."""
    # The bot reads two for each update. json.loads guesses the encoding first, and looks for white space on both sides,
    # in Python: a third of its time. What is not plain is left to it, and so is every error.
    try:
        text = body.decode()
        found, end = _scan(text, 0)
        if end == len(text):
            return found
    except (ValueError, StopIteration):
        pass
    return json.loads(body)


def encode_json(value: Any) -> bytes:
    """Return a value's JSON without blanks, in ASCII; raise what `json.dumps` raises."""
    return _write(value)
