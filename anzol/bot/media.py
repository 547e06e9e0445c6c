"""Several files as one album."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anzol.api.text import Text

ALBUM_LIMIT = 10
KINDS = ("photo", "video", "audio", "document")


def group_calls(items: list[Any], caption: Text, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The calls that send `items`: albums of up to ten, and a last one that is alone by itself."""
    if kind not in KINDS:
        raise TypeError(f"An album of {kind!r} cannot be sent; kind is one of {', '.join(KINDS)}.")
    for start in range(0, len(items), ALBUM_LIMIT):
        part = items[start : start + ALBUM_LIMIT]
        shown = {"caption": caption} if caption and not start else {}
        if len(part) == 1:
            yield f"send{kind.title()}", {kind: part[0], **shown}
            continue
        media: list[dict[str, Any]] = [{"type": kind, "media": item} for item in part]
        media[0] |= shown
        yield "sendMediaGroup", {"media": media}
