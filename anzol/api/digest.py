"""A call's parameters as a short hash, by which a retried update recognises its own calls."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .uploads import is_file, size_of


def digest(params: dict[str, Any]) -> str:
    """Hash a call's parameters, the same after a restart; of files only the size counts."""
    text = json.dumps(params, sort_keys=True, default=_describe)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _describe(value: Any) -> str:
    # Neither name nor address: a temporary file has others at the next try.
    if is_file(value):
        return f"file of {size_of(value)} bytes"
    raise TypeError(f"{type(value).__name__} is nothing that can be sent: {value!r}")
