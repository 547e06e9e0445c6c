"""Subscriptions: which chats get messages about which topics. Each change is a transaction of its own, and may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

from .base import Session

PAGE = 1000  # subscriptions read or written at a time: a writer waits for no more

# A second /subscribe changes the language and leaves the beginning as it was.
SUBSCRIBE = """
insert into subscription (bot, topic, chat, thread, language, since) values (?, ?, ?, ?, ?, ?)
on conflict (bot, topic, chat, thread) do update set language = excluded.language"""
UNSUBSCRIBE = """
delete from subscription where bot = ? and topic = ? and chat = ? and thread = ?"""
FORGET = "delete from subscription where bot = ? and chat = ?"
OF = """
select topic, chat, thread, language, since from subscription
where bot = ? and chat = ? order by topic, thread"""
SUBSCRIBERS = """
select topic, chat, thread, language, since from subscription
where bot = ? and topic = ? and (chat > ? or (chat = ? and thread > ?))
order by chat, thread limit ?"""
COUNTS = "select topic, count(*) from subscription where bot = ? group by topic order by topic"
COUNT = "select count(*) from subscription where bot = ? and topic = ?"
# Where the supergroup has a subscription already, that one stays.
MOVE = """
insert into subscription (bot, topic, chat, thread, language, since)
select bot, topic, cast(? as bigint), thread, language, since from subscription as old
where bot = ? and chat = ? and not exists (
  select 1 from subscription where bot = old.bot and topic = old.topic and chat = ?
  and thread = old.thread)"""


class Subscription(NamedTuple):
    """A chat that is subscribed to a topic: `thread` is its forum topic, 0 for none; `since` in epoch seconds."""

    topic: str
    chat: int
    thread: int = 0
    language: str = ""
    since: float = 0.0


class Subscriptions:
    """The subscriptions of one bot; `session()` lends a session on the database, and raises OpenError."""

    def __init__(self, bot: int, session: Callable[[], AbstractContextManager[Session]]) -> None:
        self._bot, self._session = bot, session

    def add(self, subscriptions: Iterable[Subscription]) -> None:
        """Subscribe chats, all or none."""
        with self._session() as session, session.transaction():
            for one in subscriptions:
                session.execute(SUBSCRIBE, (self._bot, *one))

    def remove(self, topic: str, chat: int, thread: int = 0) -> bool:
        """End a subscription; return whether there was one."""
        with self._session() as session, session.transaction():
            return bool(session.execute(UNSUBSCRIBE, (self._bot, topic, chat, thread)).rowcount)

    def drop(self, chats: Iterable[int]) -> int:
        """End all subscriptions of chats that no longer let the bot in; return how many."""
        count = 0
        with self._session() as session, session.transaction():
            for chat in chats:
                count += session.execute(FORGET, (self._bot, chat)).rowcount
        return count

    def move(self, old: int, new: int) -> None:
        """Give a group's subscriptions to the supergroup that it has become."""
        with self._session() as session, session.transaction():
            session.execute(MOVE, (new, self._bot, old, new))
            session.execute(FORGET, (self._bot, old))

    def of(self, chat: int) -> list[Subscription]:
        """Return the subscriptions of a chat, by topic."""
        with self._session() as session:
            found = session.execute(OF, (self._bot, chat)).fetchall()
        return [Subscription(*row) for row in found]

    def subscribers(self, topic: str) -> Iterator[Subscription]:
        """Yield the subscribers of a topic by their chats' numbers, reading some at a time."""
        last = Subscription(topic, -(2**63))
        with self._session() as session:
            while True:
                after = (last.chat, last.chat, last.thread)
                rows = session.execute(SUBSCRIBERS, (self._bot, topic, *after, PAGE)).fetchall()
                for row in rows:
                    yield (last := Subscription(*row))
                if len(rows) < PAGE:
                    return

    def count(self, topic: str) -> int:
        """Return how many subscribe to a topic."""
        with self._session() as session:
            return int(session.execute(COUNT, (self._bot, topic)).fetchone()[0])

    def counts(self) -> dict[str, int]:
        """Return how many subscribe to each topic that somebody has subscribed to."""
        with self._session() as session:
            return {
                topic: int(count)
                for topic, count in session.execute(COUNTS, (self._bot,)).fetchall()
            }
