"""getUpdates: the same updates without a public address, by long polling."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import ApiError, RetryAfter, TelegramError
from anzol.queue import Unavailable

log = logging.getLogger(__name__)

WAIT = 50  # seconds that Telegram holds an empty answer back, the most it allows
LONGEST_PAUSE = 30.0  # seconds between two tries

Accept = Callable[[list[dict[str, Any]]], object]


class Polling:
    """Hand a bot's updates to `accept(updates)`, an answer of Telegram's at a time, in a thread of its own.

    Telegram forgets updates when the next request confirms them, and that is sent once `accept`
    has returned. If it raises, or Telegram does not answer, the same is tried again after 1, 2, 4
    ... 30 seconds. The bot must have no webhook.
    """

    def __init__(self, bot: Bot, accept: Accept, *, allowed_updates: list[str]) -> None:
        self._bot, self._accept, self._allowed_updates = bot, accept, allowed_updates
        self._stopped = threading.Event()
        self._accepting = threading.Lock()

    def start(self) -> None:
        """Start the thread, and return immediately."""
        threading.Thread(target=self._run, name="polling", daemon=True).start()

    def stop(self) -> None:
        """Accept nothing from now on, without waiting for Telegram.

        What a pending request still brings is not confirmed and stays with Telegram.
        """
        self._stopped.set()
        with self._accepting:  # an update being stored is stored
            pass

    def _run(self) -> None:
        offset, pause = 0, 0.0
        while not self._stopped.wait(pause):
            try:
                updates = self._ask(offset)
                if updates:
                    if not self._take(updates):
                        return
                    offset = updates[-1]["update_id"] + 1
            except Exception as error:  # whatever it was, the only way on is to ask again
                pause = min(max(1.0, 2 * pause), LONGEST_PAUSE)
                if isinstance(error, RetryAfter):
                    pause = max(pause, error.retry_after)
                self._report(error, pause)
                continue
            if pause:
                log.info("Polling goes on.")
                pause = 0.0

    def _ask(self, offset: int) -> list[dict[str, Any]]:
        updates: list[dict[str, Any]] = self._bot.call(
            "getUpdates", offset=offset, timeout=WAIT, allowed_updates=self._allowed_updates
        )
        return updates

    def _take(self, updates: list[dict[str, Any]]) -> bool:
        with self._accepting:
            if self._stopped.is_set():
                return False
            self._accept(updates)
            return True

    def _report(self, error: Exception, pause: float) -> None:
        if self._stopped.is_set():
            return
        is_known = isinstance(error, TelegramError | Unavailable)
        log.warning("%s Next try in %g s.", explain(error), pause, exc_info=not is_known)


def explain(error: Exception) -> str:
    """Say what is wrong, and for a conflict (409) what to do."""
    if not isinstance(error, ApiError) or error.code != 409:
        return f"{type(error).__name__}: {error}."
    if "webhook" in error.description.lower():
        return "Telegram sends this bot's updates to a webhook: type `flask webhook delete`."
    return "Another program is polling for this bot, and only one can: stop it."
