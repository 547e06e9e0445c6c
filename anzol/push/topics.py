"""Topics: what somebody can subscribe to, under a name that addresses and rules use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

NAME = re.compile(r"[A-Za-z0-9_-]{1,48}")  # with `sub_` in front it is a deep link's payload
T = TypeVar("T")

ALLOWED = "1 to 48 letters, digits, _ or -"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by its name; `title` is what people read, `titles` the same in other languages (`{"pt": "Notícias"}`).

    An `admin_only` topic is shown to, and subscribed by, the bot's administrators alone. Raise ValueError for a name that
    no address can hold.
    """

    name: str
    title: str = ""
    admin_only: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not a topic; use {ALLOWED}.")

    def title_in(self, language: str | None) -> str:
        """Return the title in a language such as `pt-br`, or in the one that it has."""
        short = (language or "").partition("-")[0]
        return self.titles.get(language or "") or self.titles.get(short) or self.title or self.name


def by_name(topics: Iterable[Topic]) -> dict[str, Topic]:
    """Return topics by their names; of two of one name the first, with what the other one adds to it."""
    found: dict[str, Topic] = {}
    for topic in topics:
        known = found.get(topic.name)
        if known is None or not known.title:
            found[topic.name] = topic
    return found


def pick(texts: Mapping[str, T], language: str | None) -> T:
    """Return what is said in a language, or else the first of what there is."""
    short = (language or "").partition("-")[0]
    for name in (language or "", short):
        if name in texts:
            return texts[name]
    return next(iter(texts.values()))
