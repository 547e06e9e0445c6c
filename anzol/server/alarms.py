"""ADMIN_CHAT: a chat that is notified once of each kind of handler error, through a queue of its own."""

from __future__ import annotations

import hashlib
import json
import logging
import traceback
from collections.abc import Iterable
from pathlib import Path

from anzol.api.client import Bot
from anzol.api.errors import NetworkError, Outage, RetryAfter
from anzol.api.memory import Memory
from anzol.queue import Again, Task, Work

from . import logs

log = logging.getLogger("anzol")
LIBRARY = Path(__file__).parent.parent
LONGEST = 1000  # characters of an error; a chat is for the alert, `flask inbox show` for the rest
QUEUE = "alarms"


class Alarm:
    """Notify `chat_id` of the first error of each kind; 0 notifies nobody.

    The alert is stored with the burial, under the kind's name: no second one is stored while the first is remembered.
    """

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self._bot = bot
        self._chat_id = chat_id

    def of(self, work: Work, error: BaseException) -> Iterable[Task]:
        """Return the alert for a buried update."""
        if not self._chat_id:
            return ()
        kind = repr((self._chat_id, *kind_of_error(error))).encode("utf-8", "replace")
        key = hashlib.blake2b(kind, digest_size=16).hexdigest()
        text = f"Update {work.key} failed: {logs.describe(error)}"[:LONGEST]
        text = f"{text}\nin {place_of(error)}\nflask inbox show {work.seq} has the rest."
        body = json.dumps(text).encode()
        return (Task(self._bot.id, key, "admin", body, queue=QUEUE, kind="alarm"),)

    def send(self, work: Work) -> None:
        """Send a stored alert. Raise `Again` for another try."""
        memory = Memory(work.calls, work.record, is_repeated=work.is_repeated)
        bot = self._bot.remembering(memory, waiting=work.waiting, calling=work.calling)
        try:
            bot.send_message(self._chat_id, json.loads(work.body))
        except Outage as error:
            raise Again(0.0, error, counted=False) from None
        except RetryAfter as error:
            raise Again(error.retry_after, error, counted=False) from None
        except NetworkError as error:
            raise Again(cause=error) from None

    def give_up(self, work: Work, error: BaseException) -> Iterable[Task]:
        """Log that an alert could not be sent."""
        log.warning("ADMIN_CHAT could not be told: %s", logs.describe(error))
        return ()


def kind_of_error(error: BaseException) -> tuple[object, ...]:
    """Return what makes two errors the same to an admin: the type, Telegram's code, and where."""
    return type(error).__name__, getattr(error, "code", None), place_of(error)


def place_of(error: BaseException) -> str:
    """Return the last line outside of this library that an exception went through, as `start.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(LIBRARY)] or frames
    return "".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in own[-1:])
