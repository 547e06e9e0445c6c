"""What a handler needs of the subscriptions, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Subscribing(Protocol):
    """The subscriptions to a bot's topics. `thread` is a forum topic's number, 0 for none."""

    @property
    def titles(self) -> Mapping[str, Any]:
        """Return the topics by their names; each has `title_in(language)` and `admin_only`."""

    @property
    def admins(self) -> frozenset[int]:
        """Return the users and chats that may subscribe to what is for administrators."""

    def topics_of(self, chat: int, thread: int = 0) -> list[str]:
        """Return the topics that a chat, or a forum topic in it, is subscribed to."""

    def subscribe(self, topic: str, chat: int, thread: int = 0, language: str = "") -> None:
        """Subscribe a chat, or change the language of its subscription."""

    def unsubscribe(self, topic: str, chat: int, thread: int = 0) -> bool:
        """End a subscription; return whether there was one."""

    def drop(self, chat: int) -> int:
        """End all subscriptions of a chat; return how many."""

    def move(self, old: int, new: int) -> None:
        """Give a group's subscriptions to the supergroup that it has become."""


class Remembered:
    """Subscriptions in memory, for tests of a bot; the topics are those that its routers name."""

    def __init__(self, topics: Iterable[Any] = (), admins: Iterable[int] = ()) -> None:
        self.titles = {topic.name: topic for topic in topics}
        self.admins = frozenset(admins)
        self.kept: dict[tuple[str, int, int], str] = {}

    def topics_of(self, chat: int, thread: int = 0) -> list[str]:
        """Return the topics that a chat is subscribed to."""
        return sorted(name for name, where, there in self.kept if (where, there) == (chat, thread))

    def subscribe(self, topic: str, chat: int, thread: int = 0, language: str = "") -> None:
        """Subscribe a chat."""
        self.kept[topic, chat, thread] = language

    def unsubscribe(self, topic: str, chat: int, thread: int = 0) -> bool:
        """End a subscription."""
        return self.kept.pop((topic, chat, thread), None) is not None

    def drop(self, chat: int) -> int:
        """End all subscriptions of a chat."""
        gone = [key for key in self.kept if key[1] == chat]
        for key in gone:
            del self.kept[key]
        return len(gone)

    def move(self, old: int, new: int) -> None:
        """Move a group's subscriptions."""
        for topic, chat, thread in [*self.kept]:
            if chat == old:
                language = self.kept.pop((topic, old, thread))
                self.kept.setdefault((topic, new, thread), language)
