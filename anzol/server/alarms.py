"""ADMIN_CHAT: a chat that hears once of each kind of handler error."""

from __future__ import annotations

import logging
import threading
import traceback
from pathlib import Path

from anzol.api.client import Bot
from anzol.queue import Work

from . import logs

log = logging.getLogger("anzol")
LIBRARY = Path(__file__).parent.parent
LONGEST = 1000  # characters of an error; a chat is for the news, `flask inbox show` for the rest


class Alarm:
    """Tell `chat_id` of the first error of each kind; 0 tells nobody."""

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._lock = threading.Lock()
        self._told: set[tuple[object, ...]] = set()

    def tell(self, work: Work, error: BaseException) -> None:
        """Send the news, unless this kind was told before or is being told by another thread."""
        kind = kind_of_error(error)
        with self._lock:
            if not self._chat_id or kind in self._told:
                return
            # Noted before it is sent: twenty chats that fail at once are one piece of news.
            self._told.add(kind)
        try:
            self._send(work, error)
        except Exception as failure:
            log.warning("ADMIN_CHAT could not be told: %s", logs.describe(failure))
            with self._lock:
                self._told.discard(kind)

    def _send(self, work: Work, error: BaseException) -> None:
        text = f"Update {work.update_id} failed: {logs.describe(error)}"[:LONGEST]
        self._bot.send_message(
            self._chat_id,
            f"{text}\nin {place_of(error)}\nflask inbox show {work.seq} has the rest.",
        )


def kind_of_error(error: BaseException) -> tuple[object, ...]:
    """Return what makes two errors the same to an admin: the type, Telegram's code, and where."""
    return type(error).__name__, getattr(error, "code", None), place_of(error)


def place_of(error: BaseException) -> str:
    """Return the last line outside of this library that an exception went through, as `start.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(LIBRARY)] or frames
    return "".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in own[-1:])
