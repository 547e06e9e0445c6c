"""Sticker sets, in memory: what is in them, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..api.errors import bad

Json = dict[str, Any]

MOST_STICKERS = 120


@dataclass
class StickerSet:
    """A set; `stickers` are Stickers as the Bot API shows them, in their order."""

    name: str
    title: str
    kind: str
    bot: int
    stickers: list[Json] = field(default_factory=list)
    thumbnail: Json | None = None

    @property
    def shown(self) -> Json:
        """The Bot API's StickerSet."""
        fields = {"name": self.name, "title": self.title, "sticker_type": self.kind}
        thumbnail = {"thumbnail": self.thumbnail} if self.thumbnail else {}
        return {**fields, "stickers": self.stickers, **thumbnail}

    def put(self, sticker: Json, at: int | None = None) -> None:
        """Add a sticker, at the end unless told. Raises Refused 400 when the set is full."""
        if len(self.stickers) >= MOST_STICKERS:
            raise bad("STICKERS_TOO_MUCH")
        self.stickers.insert(len(self.stickers) if at is None else at, sticker)


class StickerSets:
    """All sets by name, whatever the case it is written in. The world's lock guards them."""

    def __init__(self) -> None:
        self._sets: dict[str, StickerSet] = {}

    def add(self, new: StickerSet) -> None:
        """Keep a new set. Raises Refused 400 for a name that is taken."""
        if new.name.lower() in self._sets:
            raise bad("sticker set name is already occupied")
        self._sets[new.name.lower()] = new

    def get(self, name: str) -> StickerSet:
        """Return a set. Raises Refused 400 when there is none."""
        found = self._sets.get(name.lower())
        if found is None:
            raise bad("STICKERSET_INVALID")
        return found

    def remove(self, name: str) -> None:
        """Forget a set."""
        self._sets.pop(name.lower(), None)

    def find(self, file_id: str) -> tuple[StickerSet, int]:
        """Return the set that holds a sticker, and where. Raises Refused 400 when none does."""
        for one in self._sets.values():
            for index, sticker in enumerate(one.stickers):
                if sticker["file_id"] == file_id:
                    return one, index
        raise bad("STICKERSET_NOT_MODIFIED")

    def details(self, file_id: str) -> Json:
        """Return what a sent sticker says of its set; empty for one of no set."""
        for one in self._sets.values():
            for sticker in one.stickers:
                if sticker["file_id"] == file_id:
                    return {k: v for k, v in sticker.items() if k in SENT_ALONG}
        return {}

    def custom_emoji(self, number: str) -> Json | None:
        """Return the sticker that a custom emoji is."""
        for one in self._sets.values():
            for sticker in one.stickers:
                if sticker.get("custom_emoji_id") == number:
                    return sticker
        return None


SENT_ALONG = ("type", "emoji", "set_name", "mask_position", "custom_emoji_id")
