"""JSON as it travels: read from bytes, and written as few of them as Telegram itself does."""

from __future__ import annotations

import json
from typing import Any

_decode = json.JSONDecoder().raw_decode
_encode = json.JSONEncoder(separators=(",", ":")).encode


def decode_json(body: bytes) -> Any:
    """Return what a JSON text holds; raise what `json.loads` raises, ValueError or RecursionError."""
    # The bot reads two for each update. json.loads guesses the encoding first, and looks for white space on both sides,
    # in Python: a third of its time. What is not plain is left to it, and so is every error.
    try:
        text = body.decode()
        found, end = _decode(text)
    except ValueError:
        return json.loads(body)
    return found if end == len(text) else json.loads(body)


def encode_json(value: Any) -> bytes:
    """Return a value's JSON without blanks, in ASCII; raise what `json.dumps` raises."""
    return _encode(value).encode()  # json.dumps would make its encoder anew each time
