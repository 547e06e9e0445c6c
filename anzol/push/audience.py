"""The subscribers of topics: the subscriptions of one bot, with the titles and administrators of its topics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from anzol.queue import Subscription, Subscriptions

from .topics import Topic, by_name


class Audience:
    """The subscribers of a bot's topics. `admins` may subscribe to what is `admin_only`."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        topics: Iterable[Topic] = (),
        admins: Iterable[int] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._subscriptions, self._clock = subscriptions, clock
        self.titles: Mapping[str, Topic] = by_name(topics)
        self.admins = frozenset(admins)

    def topics_of(self, chat: int, thread: int = 0) -> list[str]:
        """Return the topics that a chat, or a forum topic in it, is subscribed to."""
        return [one.topic for one in self._subscriptions.of(chat) if one.thread == thread]

    def subscribe(self, topic: str, chat: int, thread: int = 0, language: str = "") -> None:
        """Subscribe a chat, or change the language of its subscription."""
        self._subscriptions.add([Subscription(topic, chat, thread, language[:35], self._clock())])

    def unsubscribe(self, topic: str, chat: int, thread: int = 0) -> bool:
        """End a subscription; return whether there was one."""
        return self._subscriptions.remove(topic, chat, thread)

    def drop(self, chat: int) -> int:
        """End all subscriptions of a chat; return how many."""
        return self._subscriptions.drop([chat])

    def move(self, old: int, new: int) -> None:
        """Give a group's subscriptions to the supergroup that it has become."""
        self._subscriptions.move(old, new)

    def subscribers(self, topic: str) -> Iterator[Subscription]:
        """Yield the subscriptions to a topic."""
        return self._subscriptions.subscribers(topic)

    def counts(self) -> dict[str, int]:
        """Return the number of subscribers of each topic, also where there are none."""
        return dict.fromkeys(self.titles, 0) | self._subscriptions.counts()

    def everybody(self, topics: Iterable[str]) -> Iterator[Subscription]:
        """Yield the subscribers of several topics, each place once."""
        seen: set[tuple[int, int]] = set()
        for one in chain.from_iterable(self.subscribers(topic) for topic in topics):
            if (one.chat, one.thread) not in seen:
                seen.add((one.chat, one.thread))
                yield one
