"""Borrowing a bot whose webhook is somebody else's: only when told to, and given back at the end."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import registration
from bot import Bot, TelegramError
from failures import StartError

log = logging.getLogger(__name__)


@contextmanager
def borrowed(bot: Bot, secret: str, *, ours: set[str], allowed: bool) -> Iterator[None]:
    """Refuse a bot whose webhook leads to a host that is not in `ours`, unless `allowed`; then give it back at the end.

    The secret of the other webhook is not known: it is given back with ours, which is the same when both derive it
    from the token.
    """
    host = registration.foreign_host(bot, ours)
    if host is None:
        yield
        return
    before = dict(bot.get_webhook_info())
    if not allowed:
        error = before.get("last_error_message")
        trouble = f" (its last error: {error})" if error else ""
        raise StartError(
            f"This bot's webhook leads to {host}{trouble}: starting here would take its updates away. "
            "Type python app.py --take-over to borrow the bot and give it back at the end, or "
            "flask webhook set to move it here for good, or use a bot of your own (@BotFather, /newbot).",
            1,
        )
    log.warning(
        "the webhook of %s is borrowed until the end; its secret comes back as the one that follows from the token",
        host,
    )
    try:
        yield
    finally:
        _give_back(bot, secret, before)


def _give_back(bot: Bot, secret: str, before: dict[str, Any]) -> None:
    host = before["url"]
    try:
        bot.set_webhook(
            url=before["url"],
            secret_token=secret,
            max_connections=before.get("max_connections"),
            allowed_updates=before.get("allowed_updates") or [],
        )
    except TelegramError as error:
        log.error("the webhook %s could not be given back: %s", host, error)
    else:
        log.warning("the webhook %s is given back", host)


class Remembered:
    """The host that an earlier run registered and could not take back, because it was killed."""

    def __init__(self, file: Path, bot_id: int) -> None:
        self._file, self._bot = file, str(bot_id)

    def hosts(self) -> set[str]:
        """What is remembered for this bot."""
        return set(self._read().get(self._bot, []))

    def keep(self, host: str) -> None:
        """Remember a host."""
        self._write({**self._read(), self._bot: [host]})

    def forget(self) -> None:
        """It was taken back."""
        self._write({bot: hosts for bot, hosts in self._read().items() if bot != self._bot})

    def _read(self) -> dict[str, list[str]]:
        try:
            found: dict[str, list[str]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _write(self, known: dict[str, list[str]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(known), encoding="utf-8")
