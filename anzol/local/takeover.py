"""Borrowing a bot whose webhook is somebody else's: only on request, and given back at the end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import TelegramError
from anzol.server import registration
from anzol.server.failures import StartError

log = logging.getLogger(__name__)


@contextmanager
def borrowed(bot: Bot, secret: str, *, ours: set[str], allowed: bool) -> Iterator[None]:
    """Refuse a bot whose webhook leads to a host not in `ours`; when `allowed`, borrow it and restore the webhook.

    The other webhook's secret is unknown: it is restored with ours, which is the same when both derive it
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
        "the webhook of %s is borrowed until this run ends; it is restored with the secret derived from the token",
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
