"""Sticker sets: what is in them, in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..api.errors import bad
from .state import Watched

Json = dict[str, Any]

MOST_STICKERS = 120


@dataclass(eq=False)
class StickerSet(Watched):
    """A set; `stickers` are Stickers as the Bot API shows them, in their order."""

    name: str
    title: str
    kind: str
    bot: int
    stickers: list[Json] = field(default_factory=list)
    thumbnail: Json | None = None
    keywords: Json = field(default_factory=dict)

    @property
    def shown(self) -> Json:
        """Return the Bot API's StickerSet."""
        fields = {"name": self.name, "title": self.title, "sticker_type": self.kind}
        thumbnail = {"thumbnail": self.thumbnail, "thumb": self.thumbnail}
        masks = {"contains_masks": self.kind == "mask"}
        shown = {**fields, **masks, "stickers": self.stickers}
        return {**shown, **thumbnail} if self.thumbnail else shown

    def put(self, sticker: Json, at: int | None = None) -> None:
        """Add a sticker, by default at the end. Raises Refused 400 when the set is full."""
        if len(self.stickers) >= MOST_STICKERS:
            raise bad("STICKERS_TOO_MUCH")
        place = len(self.stickers) if at is None else at
        self.stickers = [*self.stickers[:place], sticker, *self.stickers[place:]]

    def replace(self, index: int, sticker: Json) -> None:
        """Put another sticker in the place of one."""
        self.stickers = [*self.stickers[:index], sticker, *self.stickers[index + 1 :]]

    def take(self, index: int) -> Json:
        """Remove a sticker and return it."""
        sticker: Json = self.stickers[index]
        self.stickers = [*self.stickers[:index], *self.stickers[index + 1 :]]
        return sticker


class StickerSets:
    """All sets by name, whatever the case it is written in. The world's lock guards them."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._sets: dict[str, StickerSet] = {}

    def add(self, new: StickerSet) -> None:
        """Keep a new set. Raises Refused 400 for a name that is taken."""
        if new.name.lower() in self._sets:
            raise bad("sticker set name is already occupied")
        key = new.name.lower()
        self._sets[key] = new
        new.watch(lambda shown: self._changed(key))
        self._changed(key)

    def get(self, name: str) -> StickerSet:
        """Return a set. Raises Refused 400 when there is none."""
        found = self._sets.get(name.lower())
        if found is None:
            raise bad("STICKERSET_INVALID")
        return found

    def find_set(self, name: str) -> StickerSet | None:
        """Return a set, if there is one."""
        return self._sets.get(name.lower())

    def remove(self, name: str) -> None:
        """Forget a set."""
        self._sets.pop(name.lower(), None)
        self._changed(name.lower())

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
