"""What is stored of one person, to be shown to them or deleted at their request."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from .base import STATES, Session
from .subscriptions import FORGET, OF

SESSIONS = "select name, key, value from session where bot = ? and name = ? order by key"
TASKS = """
select seq, queue, kind, state, received, error, body from task
where bot = ? and lane = ? order by seq"""
DROP_SESSIONS = "delete from session where bot = ? and name = ?"
# A row of `Members`, a chat of a business account; and the note that a chat has shut the bot out, under its number.
LISTED = """
select name, key, value from session
where bot = ? and (name like ? or name like ? or name like 'gone:%' and key = ?) order by name, key"""
DROP_LISTED = """
delete from session
where bot = ? and (name like ? or name like ? or name like 'gone:%' and key = ?)"""
# What is being run, or is to be run, goes on: its lane would be left without its task. Its body is gone with its end.
DROP_CALLS = """
delete from call where seq in (
  select seq from task where bot = ? and lane = ? and state in (1, 2, 3))"""
DROP_TASKS = "delete from task where bot = ? and lane = ? and state in (2, 3)"
OPEN = "select count(*) from task where bot = ? and lane = ? and state in (0, 4)"
NAMES = (
    *("user:{}", "chat:{}", "ask:{}", "migrated:{}", "language:{}", "screens:{}", "members:{}"),
    *("throttle:user:{}", "throttle:chat:{}"),
)
LISTS = ("list:%:{}", "business:%:{}", "{}")
LANES = ("chat:{}", "user:{}", "aside:chat:{}", "{}")


class Personal:
    """The rows of one bot that are kept under one person's, or chat's, number."""

    def __init__(self, bot: int, session: Callable[[], AbstractContextManager[Session]]) -> None:
        self._bot, self._session = bot, session

    def export(self, number: int) -> dict[str, Any]:
        """Return everything as JSON values: `sessions`, `subscriptions`, `updates`."""
        sessions: dict[str, dict[str, Any]] = {}
        with self._session() as session:
            rows = [
                row
                for name in NAMES
                for row in session.execute(SESSIONS, (self._bot, name.format(number))).fetchall()
            ]
            rows += session.execute(LISTED, self._listed(number)).fetchall()
            for where, key, value in rows:
                sessions.setdefault(where, {})[key] = json.loads(value)
            topics = session.execute(OF, (self._bot, number)).fetchall()
            tasks = [
                row
                for lane in LANES
                for row in session.execute(TASKS, (self._bot, lane.format(number))).fetchall()
            ]
        return {
            "id": number,
            "sessions": sessions,
            "subscriptions": [
                {"topic": topic, "thread": thread, "language": language, "since": since}
                for topic, _, thread, language, since in topics
            ],
            "updates": [_task(row) for row in tasks],
        }

    def forget(self, number: int) -> int:
        """Delete everything; return how many tasks are still to be run, which keep their content until then."""
        left = 0
        with self._session() as session, session.transaction():
            for name in NAMES:
                session.execute(DROP_SESSIONS, (self._bot, name.format(number)))
            session.execute(DROP_LISTED, self._listed(number))
            session.execute(FORGET, (self._bot, number))
            for lane in LANES:
                named = (self._bot, lane.format(number))
                session.execute(DROP_CALLS, named)
                session.execute(DROP_TASKS, named)
                left += int(session.execute(OPEN, named).fetchone()[0])
        return left

    def _listed(self, number: int) -> tuple[Any, ...]:
        return (self._bot, *(name.format(number) for name in LISTS))


def _task(row: Any) -> dict[str, Any]:
    seq, queue, kind, state, received, error, body = row
    content = json.loads(bytes(body)) if body else None
    found = {"number": seq, "queue": queue, "kind": kind, "state": STATES[state]}
    return found | {"received": received, "error": error, "content": content}
