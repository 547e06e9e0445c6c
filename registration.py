"""Telling Telegram where the webhook is: only when it does not know it already."""

from __future__ import annotations

import logging
from typing import Any

from bot import Bot

log = logging.getLogger(__name__)


def differences(info: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """The names of setWebhook's parameters in which getWebhookInfo differs from what is wanted."""
    known = {
        "url": info.get("url", ""),
        "max_connections": info.get("max_connections", 40),
        "allowed_updates": sorted(info.get("allowed_updates") or []),
    }
    asked = {**wanted, "allowed_updates": sorted(wanted["allowed_updates"])}
    return [name for name, value in known.items() if asked[name] != value]


def register(
    bot: Bot,
    url: str,
    *,
    secret: str,
    max_connections: int,
    allowed_updates: list[str],
    force: bool = False,
) -> list[str]:
    """Set the webhook if Telegram has another one; return what differed, empty when nothing was done.

    Pending updates are never dropped. getWebhookInfo does not tell the secret: `force` sets it anyway, which costs
    nothing when it is the same.
    """
    wanted = {"url": url, "max_connections": max_connections, "allowed_updates": allowed_updates}
    differing = differences(bot.get_webhook_info(), wanted)
    if differing or force:
        bot.set_webhook(**wanted, secret_token=secret)
    return differing or (["secret_token"] if force else [])
