"""Telling Telegram where the webhook is: only when it does not know it already."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask

from bot import Bot, TelegramError

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


def register_app(app: Flask, url: str, *, force: bool = False) -> None:
    """Register an app's webhook at `url` with its own settings, if Telegram does not know it."""
    settings = app.config["SETTINGS"]
    changed = register(
        app.extensions["bot"],
        url,
        secret=settings.secret,
        max_connections=settings.webhook_max_connections,
        allowed_updates=app.extensions["router"].allowed_updates(),
        force=force,
    )
    log.info("webhook %s: %s", url, f"set ({', '.join(changed)} differed)" if changed else "known")


def unregister(bot: Bot, url: str) -> None:
    """Delete the webhook if it is still this one; pending updates stay with Telegram."""
    try:
        if bot.get_webhook_info().url == url:
            bot.delete_webhook()
    except TelegramError as error:
        log.warning("the webhook %s stays registered: %s", url, error)
