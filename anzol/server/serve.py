"""Production: the app for a WSGI server, with its workers running and the webhook registered."""

from __future__ import annotations

import atexit
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from flask import Flask

from anzol.api.client import Bot
from anzol.queue import OpenError
from anzol.settings import Settings

from . import hosts, logs, registration
from .draining import Drain
from .extension import NAME, Anzol
from .failures import NO_TOKEN, StartError, one_line_errors
from .following import Follower
from .hosts import waitress_serve_options
from .scheduling import give_way
from .tenants import Tenant
from .waitress import check_port, door_of, set_defaults

log = logging.getLogger("anzol")

# Objects that are made before the collector looks for cycles among them. Updates leave none: with Python's 700 it looked
# in vain after every few of them, for a twentieth of their processor time.
GARBAGE = 10_000

Config = TypeVar("Config", bound=Settings)


def serve(config: type[Config], create_app: Callable[[Config], Flask]) -> Flask:
    """Return the running app for a WSGI server: `python -m waitress --call app:serve`.

    Settings are read by `config`. The webhook is registered when `PUBLIC_URL` is set. SIGTERM drains.
    Exits with one line for what the operator can fix.
    """
    with one_line_errors():
        settings = config.from_env()
        if not settings.telegram_bot_token:
            raise StartError(NO_TOKEN, 2)
        logs.setup(settings.log_level, settings.log_format, settings.secrets())
        app = create_app(settings)
        for line in hosts.complaints(settings, sys.argv, uwsgi=sys.modules.get("uwsgi")):
            log.warning(line)
        anzol: Anzol = app.extensions[NAME]
        door = door_of(app, anzol)
        set_defaults(settings, door)
        bind_first(waitress_serve_options(sys.argv))
        give_way()  # before there are threads, which do as the one that starts them
        start_workers(app, anzol, follower(anzol, config))
        if not hosts.keeps_signals():
            Drain(app, door, anzol.queue.stop).install()
        if settings.public_url:
            register(list(anzol.tenants.values()), settings.webhook_url)
        else:
            log.warning("PUBLIC_URL is not set, so Telegram was not told where this server is.")
    # The libraries' 40,000 objects stay for good: looking through them again and again would stop everybody for 30 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    return app


def register(tenants: Sequence[Tenant], url: str) -> None:
    """Tell Telegram where the webhook of each bot is, now or when it can be reached."""
    attempts = {tenant.id: announcement(tenant, url) for tenant in tenants}
    if len(attempts) == 1:
        registration.register_in_time(attempts[tenants[0].id])
    else:
        registration.register_each(attempts)


def announcement(tenant: Tenant, url: str) -> Callable[[], None]:
    """Return an attempt to register a bot's webhook."""
    settings = tenant.settings
    # A bot of its own: processes that are forked from this one must not share its connections.
    bot = Bot(settings.telegram_bot_token, api_url=settings.telegram_api_url, pool_size=1)
    return lambda: registration.announce(bot, url, settings, tenant.router)


def follower(anzol: Anzol, config: type[Settings]) -> Follower:
    """Return who takes up the bots that are added to `.env`, and registers them."""
    url = anzol.settings.webhook_url

    def came(tenant: Tenant) -> None:
        if url:
            registration.register_each({tenant.id: announcement(tenant, url)})

    return Follower(anzol, config, came)


def bind_first(options: dict[str, Any] | None) -> None:
    """Raise `StartError` for a taken port while no stored update has been run: waitress binds after the app is made."""
    try:
        if options is not None:
            check_port(options)
    except OSError as error:
        raise StartError(
            f"Cannot listen on {error.filename}: {error.strerror}. Is the server running already?",
            1,
        ) from None


def start_workers(app: Flask, anzol: Anzol, follower: Follower) -> None:
    """Run what is stored; in a process that will be forked, do so in each child."""
    # Hosts that handle the signals themselves end without a drain, like any program.
    atexit.register(anzol.queue.stop)
    if not hosts.will_fork():
        anzol.start()
        follower.start()
        return

    def begin() -> None:
        start_quietly(anzol)
        follower.start()

    hosts.after_fork(begin)
    app.before_request(begin)  # in case the host forked without our noticing


def start_quietly(anzol: Anzol) -> None:
    """Start; when the database cannot be used, the webhook answers 503 until it can."""
    with suppress(OpenError):
        anzol.start()
