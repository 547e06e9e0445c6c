"""JSON as it travels: read from bytes, and written as few of them as Telegram itself does."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder
from typing import Any

_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
_by_the_book = json.JSONEncoder(separators=(",", ":"))


def _writer() -> Callable[[Any, int], Any] | None:
    """Return the C function below `JSONEncoder.encode`, which makes one anew each time; None where there is none."""
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:
        return None
    # In the order of json/encoder.py. Without markers: what contains itself ends as a RecursionError.
    refuse, quote = _by_the_book.default, encoder.encode_basestring_ascii
    made: Callable[[Any, int], Any] = make(None, refuse, quote, None, ":", ",", False, False, True)
    return made


_write = _writer()


def decode_json(body: bytes) -> Any:
    """Return what a JSON text holds; raise what `json.loads` raises, ValueError or RecursionError."""
    # The bot reads two for each update. json.loads guesses the encoding first, and looks for white space on both sides,
    # in Python: a third of its time. What is not plain is left to it, and so is every error.
    try:
        text = body.decode()
        found, end = _scan(text, 0)
    except (ValueError, StopIteration):
        return json.loads(body)
    return found if end == len(text) else json.loads(body)


def encode_json(value: Any) -> bytes:
    """Return a value's JSON without blanks, in ASCII; raise what `json.dumps` raises."""
    if _write is not None:
        try:
            return "".join(_write(value, 0)).encode()
        except RecursionError:
            pass  # it is left to what finds out why
    return _by_the_book.encode(value).encode()
