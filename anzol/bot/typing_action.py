"""Say "typing…" for as long as the work takes: Telegram shows it for five seconds at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import TelegramError

log = logging.getLogger(__name__)

EVERY = 4.0


@contextmanager
def keep_typing(bot: Bot, params: dict[str, Any], every: float = EVERY) -> Iterator[None]:
    """Send the chat action now and every few seconds until the block ends."""
    done = threading.Event()
    _send(bot, params)

    def repeat() -> None:
        while not done.wait(every):
            _send(bot, params)

    thread = threading.Thread(target=repeat, name="typing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=1.0)


def _send(bot: Bot, params: dict[str, Any]) -> None:
    try:
        bot.send_chat_action(**params)
    except TelegramError as error:  # decoration: the work goes on without it
        log.info("%s", error)
