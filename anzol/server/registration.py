"""Registering the webhook: only when Telegram has another one, and never one that is somebody else's."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from anzol.api.client import Bot
from anzol.api.errors import ApiError, NetworkError, TelegramError
from anzol.api.updates import known_kinds
from anzol.bot.router import Router
from anzol.settings import Settings

from . import logs
from .profile import sync_profile

log = logging.getLogger(__name__)

DEFAULT_CONNECTIONS = 40
# https://core.telegram.org/bots/api#setwebhook
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
CONFLICT = 409
TOKEN_REFUSED = (401, 404)  # 404 is said to what is not a token at all
FLOOD = 429
SERVERS_FAULT = 500  # from here on a code says nothing against the call
AT_ONCE = 8  # bots that are registered at the same time
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two attempts while Telegram is away


def asked_for(info: dict[str, Any]) -> list[str]:
    """Return the kinds of update that Telegram sends; when it names none, its default set."""
    named: list[str] = info.get("allowed_updates") or []
    return named or [kind for kind in known_kinds() if kind not in NOT_BY_DEFAULT]


def kept(settings: Settings) -> dict[str, Any]:
    """Return the parameters that each setWebhook needs again: Telegram forgets what a call leaves out."""
    found: dict[str, Any] = {"secret_token": settings.secret}
    if settings.webhook_certificate:
        found["certificate"] = settings.webhook_certificate
    if settings.webhook_ip_address:
        found["ip_address"] = settings.webhook_ip_address
    return found


def differences(info: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Return the names of setWebhook's parameters in which getWebhookInfo differs from what is wanted."""
    known = {
        "url": info.get("url", ""),
        "max_connections": info.get("max_connections", DEFAULT_CONNECTIONS),
        "allowed_updates": sorted(asked_for(info)),
    }
    asked = {**wanted, "allowed_updates": sorted(wanted["allowed_updates"])}
    found = [name for name, value in known.items() if asked[name] != value]
    if bool(info.get("has_custom_certificate")) != ("certificate" in wanted):
        found.append("certificate")
    # Without an IP address of our own, Telegram reports the one that the name resolves to.
    if wanted.get("ip_address", info.get("ip_address")) != info.get("ip_address"):
        found.append("ip_address")
    # Telegram does not reveal the secret it uses, but this is how the route answers a wrong one.
    if not found and "403" in str(info.get("last_error_message", "")):
        found.append("secret_token")
    return found


def register(
    bot: Bot, url: str, settings: Settings, *, allowed_updates: list[str], force: bool = False
) -> list[str]:
    """Set the webhook if Telegram has another one; return what differed, empty when nothing was done.

    Pending updates are never dropped. `force` sets it anyway, which costs nothing when it is the same.
    """
    wanted = {
        "url": url,
        "max_connections": settings.webhook_max_connections,
        "allowed_updates": allowed_updates,
        **kept(settings),
    }
    differing = differences(bot.get_webhook_info(), wanted)
    if not differing and not force:
        return []
    try:
        bot.set_webhook(**wanted)
    except ApiError as error:
        if error.code != CONFLICT:
            raise
        # Another process of ours is starting too, and was quicker: look below at what it set.
    now = bot.get_webhook_info().url
    if now != url:
        log.warning(
            "the webhook is already %s: another process is running this bot", now or "deleted"
        )
    return differing or ["secret_token"]


def announce(
    bot: Bot, url: str, settings: Settings, router: Router, *, force: bool = False
) -> None:
    """Register the webhook at `url`, and the router's commands and descriptions, if Telegram does not know them."""
    changed = register(bot, url, settings, allowed_updates=router.allowed_updates(), force=force)
    log.info("webhook %s: %s", url, f"set ({', '.join(changed)} differed)" if changed else "known")
    sync_profile(bot, router)


def register_in_time(attempt: Callable[[], None], again: Callable[[], None] | None = None) -> None:
    """Make an attempt to register; while Telegram is away, make it `again` in a thread, and let updates be taken meanwhile.

    A server that starts in an outage stores what comes. A refused token is told, and ends the attempts: nothing but
    another start with another token can help. Other refusals are raised by the first attempt and logged by later ones.
    """
    if not is_over(attempt):
        threading.Thread(
            target=go_on, args=(again or attempt,), name="registration", daemon=True
        ).start()


def register_each(attempts: Mapping[int, Callable[[], None]]) -> None:
    """Register several bots, by their numbers, in threads of their own: one's trouble is logged and holds up no other."""
    places = threading.BoundedSemaphore(AT_ONCE)

    def register_one(attempt: Callable[[], None], number: int) -> None:
        with logs.about(bot=number):
            try:
                with places:
                    over = is_over(attempt)
            except Exception as error:
                log.error("The webhook is not registered: %s", error)
            else:
                if not over:
                    go_on(attempt)

    for number, attempt in attempts.items():
        threading.Thread(
            target=register_one, args=(attempt, number), name="registration", daemon=True
        ).start()


def go_on(attempt: Callable[[], None]) -> None:
    """Attempt to register until it works or makes no sense."""
    pause = FIRST_PAUSE
    while True:
        time.sleep(pause * random.uniform(0.8, 1.2))  # not all servers of an outage at once
        pause = min(2 * pause, LONGEST_PAUSE)
        try:
            if is_over(attempt, says=False):
                return
        except Exception as error:
            log.error("The webhook is not registered: %s", error)
            return


def is_over(attempt: Callable[[], None], *, says: bool = True) -> bool:
    """Return False when an attempt failed because Telegram is away."""
    try:
        attempt()
    except (NetworkError, ApiError) as error:
        code = getattr(error, "code", SERVERS_FAULT)
        if code in TOKEN_REFUSED:
            log.error(
                "Telegram refuses the token (%s): updates are taken and stored, and nothing is answered. "
                "Set TELEGRAM_BOT_TOKEN and start again.",
                error,
            )
            return True
        if code < SERVERS_FAULT and code != FLOOD:
            raise
        if says:
            log.warning(
                "Telegram is away (%s): updates are taken and stored, and the webhook is registered when it is back.",
                error,
            )
        return False
    return True


def foreign_host(bot: Bot, ours: set[str]) -> str | None:
    """Return the host of a webhook that somebody else has set for this bot, or None."""
    host = urlsplit(bot.get_webhook_info().url).hostname
    return host if host and host not in ours else None


def move(bot: Bot, url: str, settings: Settings) -> None:
    """Point the webhook at another address and leave everything else of it as it is."""
    info = bot.get_webhook_info()
    bot.set_webhook(
        url=url,
        max_connections=info.get("max_connections"),
        allowed_updates=info.get("allowed_updates") or [],
        **kept(settings),
    )


def unregister(bot: Bot, url: str) -> None:
    """Delete the webhook if it is still this one; pending updates stay with Telegram."""
    try:
        if bot.get_webhook_info().url == url:
            bot.delete_webhook()
    except TelegramError as error:
        log.warning("the webhook %s stays registered: %s", url, error)


def kick(bot: Bot, settings: Settings) -> str:
    """Have Telegram send everything that waits for a retry now; return the webhook's address.

    A changed webhook drops the waiting times and the last error; `max_connections` is the harmless thing to change.
    """
    info = bot.get_webhook_info()
    if not info.url:
        return ""
    connections = info.get("max_connections", DEFAULT_CONNECTIONS)
    wanted: dict[str, Any] = {
        "url": info.url,
        "allowed_updates": info.get("allowed_updates") or [],
        **kept(settings),
    }
    bot.set_webhook(**wanted, max_connections=connections - 1 if connections > 1 else 2)
    bot.set_webhook(**wanted, max_connections=connections)
    return str(info.url)
