"""`flask doctor`: checks of everything between Telegram and a handler, each finding with its remedy."""

from __future__ import annotations

import http.client
import json
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from anzol.api.client import Bot
from anzol.api.errors import ApiError, NetworkError
from anzol.bot.router import Router
from anzol.queue import OpenError, Queue
from anzol.settings import Settings

from . import registration
from .ownership import our_hosts
from .probe import FAIL, OK, WARN, Finding, address, connect


class Examined(Protocol):
    """The part of a bot that is examined."""

    settings: Settings
    bot: Bot
    router: Router


def examine(settings: Settings, bots: Sequence[Examined], queue: Queue) -> Iterator[Finding]:
    """Check everything: the database, and for each bot the token, what Telegram knows, the public address."""
    yield from database(queue, settings)
    yield from files(settings)
    yield from proxies(settings)
    if not settings.telegram_bot_token:
        yield Finding(
            WARN,
            "token",
            "TELEGRAM_BOT_TOKEN is not set: python app.py runs in the simulator",
            "Get a token from @BotFather and put it into .env.",
        )
        return
    for each in bots:
        for finding in examine_bot(each.settings, each.bot, each.router):
            text = finding.text if len(bots) == 1 else f"bot {each.bot.id}: {finding.text}"
            yield replace(finding, text=text)


def examine_bot(settings: Settings, bot: Bot, router: Router) -> Iterator[Finding]:
    """Check one bot: its token, what Telegram knows of it, whether its address and its secret get in."""
    try:
        yield Finding(OK, "token", f"@{bot.me.username} at {settings.telegram_api_url}")
    except ApiError as error:
        yield Finding(FAIL, "token", str(error), "Copy the token again from @BotFather (/mybots).")
        return
    except NetworkError as error:
        yield Finding(FAIL, "api", str(error), "Check TELEGRAM_API_URL, the network and any proxy.")
        return
    yield from clock(settings)
    info = bot.get_webhook_info()
    yield from webhook(info, settings, router.allowed_updates())
    yield from errors(info)
    if settings.public_url:
        yield from address(settings.webhook_url, settings.secret, settings.webhook_certificate)
    elif urlsplit(info.url).hostname in our_hosts(settings, bot):
        yield from address(info.url, settings.secret)  # a tunnel of this machine
    elif info.url:
        text = "not asked: PUBLIC_URL is not set, and the secret is not for strangers"
        yield Finding(WARN, "address", text, "Set PUBLIC_URL to this server's address.")


def database(queue: Queue, settings: Settings) -> Iterator[Finding]:
    """Check the inbox: whether it can be written, what waits in it, what is dead."""
    try:
        kept, counts = queue.inspect(), queue.counts()
    except OpenError as error:
        yield Finding(FAIL, "database", str(error), "Check DATABASE_URL, or start the server once.")
        return
    yield Finding(OK, "database", f"writable: {kept}")
    dead, waiting = counts.get("dead", 0), counts.get("open", 0)
    text = f"{waiting} open, {dead} dead"
    if dead:
        yield Finding(
            WARN,
            "inbox",
            text,
            "flask inbox list --state dead; after the fix flask inbox retry --all",
        )
    else:
        yield Finding(OK, "inbox", text)
    yield from handlers(queue, settings)


def handlers(queue: Queue, settings: Settings) -> Iterator[Finding]:
    """Find runs that take too long, and a bot that is paused."""
    now = time.time()
    stuck = [
        entry
        for entry in queue.running()
        if now - (entry.started or now) > settings.handler_seconds
    ]
    if stuck:
        text = f"{len(stuck)} have run for more than {settings.handler_seconds} s"
        yield Finding(WARN, "handlers", text, "flask inbox running; flask inbox cancel or skip")
    for pause in queue.paused():
        minutes = max(0.0, now - pause.since) / 60
        text = f"bot {pause.bot} has been paused for {minutes:.0f} min: {pause.reason}"
        yield Finding(
            WARN, "handlers", text, "It resumes by itself when Telegram accepts its calls."
        )


def files(settings: Settings) -> Iterator[Finding]:
    """Check who may read the settings and the database, which holds everything that users wrote."""
    if os.name == "nt":
        return
    database = settings.database_url.removeprefix("sqlite:///")
    for path in [Path(".env"), *([Path(database)] if database != settings.database_url else [])]:
        if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o007:
            text = f"{path} can be read by everybody on this machine ({mode:04o})"
            yield Finding(WARN, "files", text, f"chmod o= {path}")


def proxies(settings: Settings) -> Iterator[Finding]:
    """Check that Telegram's addresses are visible when TELEGRAM_IPS_ONLY admits no others."""
    if settings.telegram_ips_only and not settings.trusted_proxies and settings.public_url:
        text = "TELEGRAM_IPS_ONLY is on, and no proxy is trusted to report Telegram's address"
        yield Finding(
            WARN, "proxies", text, "Behind a proxy or a tunnel set TRUSTED_PROXIES to its address."
        )


def clock(settings: Settings) -> Iterator[Finding]:
    """Compare this machine's clock with the Bot API server's."""
    parts = urlsplit(settings.telegram_api_url)
    try:
        with closing(connect(parts.scheme, parts.hostname or "", parts.port)) as connection:
            connection.request("GET", "/")
            date = connection.getresponse().headers.get("Date")
        skew = abs(parsedate_to_datetime(date or "").timestamp() - time.time())
    except (OSError, ValueError, TypeError, http.client.HTTPException):
        return
    if skew > 30:
        yield Finding(
            WARN, "clock", f"{skew:.0f} s off", "Set the clock: a webhook's TLS depends on it."
        )
    else:
        yield Finding(OK, "clock", "right")


def webhook(info: Any, settings: Settings, allowed: list[str]) -> Iterator[Finding]:
    """Compare what Telegram knows of the webhook with what the settings and the handlers want."""
    wanted = settings.webhook_url
    if not info.url:
        remedy = "flask webhook set" if wanted else "Set PUBLIC_URL, or run python app.py."
        yield Finding(WARN, "webhook", "none is set", remedy)
        return
    if wanted and info.url != wanted:
        yield Finding(FAIL, "webhook", f"is {info.url}, wanted {wanted}", "flask webhook set")
    else:
        yield Finding(OK, "webhook", info.url)
    known = registration.asked_for(info)
    missing, extra = sorted(set(allowed) - set(known)), sorted(set(known) - set(allowed))
    if missing or (extra and info.get("allowed_updates")):
        text = "; ".join(
            f"{name} {', '.join(kinds)}"
            for name, kinds in (("not sent:", missing), ("sent for nothing:", extra))
            if kinds
        )
        yield Finding(WARN, "updates", text, "flask webhook set")
    else:
        yield Finding(OK, "updates", ", ".join(allowed))
    pending = info.pending_update_count
    if pending > 100:
        yield Finding(WARN, "pending", f"{pending} wait at Telegram", "flask webhook kick")
    else:
        yield Finding(OK, "pending", f"{pending} wait at Telegram")


MEANINGS = {
    "403": "the secret was wrong, or a firewall is in front: flask webhook set",
    "404": "the path or the tunnel was wrong: compare WEBHOOK_PATH",
    "401": "a login is in front of the route: let the path through",
    "301": "redirects are not followed: register the final address",
    "302": "redirects are not followed: register the final address",
    "502": "the proxy found no server: is it running?",
    "503": "the server could not store: flask doctor on that machine",
    "Read timeout": "the answer took over 60 s: is PROCESSING=inline with slow handlers?",
    "Connection refused": "nothing listens at the public address",
    "Connection timed out": "a firewall drops Telegram's packets",
    "SSL": "the certificate or its chain is wrong: serve the full chain",
}


def errors(info: Any) -> Iterator[Finding]:
    """Report Telegram's last error, its age and its meaning. Telegram keeps it after recovery, so age matters."""
    message = info.get("last_error_message")
    if not message:
        yield Finding(OK, "last error", "none")
        return
    age = time.time() - info.get("last_error_date", 0)
    meaning = next((text for mark, text in MEANINGS.items() if mark in message), "")
    text = f"{message}, {age / 60:.0f} minutes ago"
    if age > 3600:
        yield Finding(OK, "last error", f"{text}; Telegram keeps it until the webhook is set again")
    else:
        yield Finding(WARN, "last error", text, meaning or "flask webhook kick after the fix")


def as_json(findings: list[Finding]) -> str:
    """Return the report for programs."""
    return json.dumps([finding.__dict__ for finding in findings], indent=2)
