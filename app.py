"""The wiring: `create_app` builds, `serve` runs it in production, `main` is `python app.py`."""

from __future__ import annotations

import atexit
import logging
import sys
from contextlib import suppress
from typing import Any

from flask import Flask

from anzol import Bot
from anzol.api.transport import Transport
from anzol.bot.loading import load_router
from anzol.queue import Inbox, OpenError, open_inbox
from anzol.server import addresses, admin, cli, hosts, keys, logs, registration, watching, webhook
from anzol.server.apicalls import Observed
from anzol.server.draining import Drain
from anzol.server.failures import NO_TOKEN, StartError, one_line_errors
from anzol.server.updates import Processor, arrival, check_webhook_reply
from anzol.server.waitress import set_defaults
from anzol.settings import Settings
from config import Config

log = logging.getLogger("anzol")


def create_app(settings: Settings | None = None) -> Flask:
    """Build the server. No thread, file, tunnel or network call starts here."""
    if settings is None:
        with one_line_errors():
            return create_app(read_settings())
    router = load_router(settings.handlers)
    metrics = watching.Metrics()
    token = settings.telegram_bot_token or "0:unset"
    transport = Transport(token, settings.telegram_api_url, pool_size=settings.workers)
    bot = Bot(token, transport=Observed(transport, metrics.called))
    processor = Processor(
        router,
        bot,
        attempts=settings.handler_attempts,
        admin_chat=settings.admin_chat,
        on_run=metrics.ran,
    )
    inbox = open_inbox(
        settings.database_url,
        processor.handle,
        workers=settings.workers,
        attempts=settings.handler_attempts,
        drain=settings.drain_seconds,
        on_dead=processor.on_dead,
    )

    def store(update: dict[str, Any], body: bytes) -> None:
        found = arrival(bot.id, update, body)
        metrics.received(found.kind, repeated=not inbox.put(found))

    def store_and_wait(update: dict[str, Any], body: bytes) -> dict[str, Any] | None:
        found = arrival(bot.id, update, body)
        with processor.responding(found.update_id, settings.webhook_reply) as reply:
            metrics.received(found.kind, repeated=not inbox.put_and_wait(found))
            return reply.close()

    accept = store_and_wait if settings.processing == "inline" else store
    app = Flask("anzol", static_folder=None)
    app.config["SETTINGS"] = settings
    app.extensions.update(bot=bot, router=router, inbox=inbox, store=store)
    key = keys.Key(settings.api_key)
    keys.init_app(app)
    metrics.watch(app, settings.webhook_path)
    webhook.init_app(
        app,
        path=settings.webhook_path,
        secret=settings.secret,
        accept=accept,
        telegram_only=settings.telegram_ips_only,
    )
    watching.init_app(app, metrics, key)
    admin.init_app(app, key)
    cli.init_app(app)
    if settings.trusted_proxies:
        addresses.BehindProxies(app, settings.trusted_proxies)
    return app


def read_settings() -> Settings:
    """The settings of the environment and `.env`. Raises `SettingsError` with a line for each wrong one."""
    settings = Config.from_env()
    check_webhook_reply(settings.webhook_reply)
    return settings


def serve() -> Flask:
    """Return the running app for a WSGI server: `waitress-serve --call app:serve`.

    The webhook is registered when `PUBLIC_URL` is set. SIGTERM drains.
    """
    with one_line_errors():
        settings = read_settings()
        if not settings.telegram_bot_token:
            raise StartError(NO_TOKEN, 2)
        logs.setup(settings.log_level, settings.log_format, settings.secrets())
        app = create_app(settings)
        for line in hosts.complaints(settings, sys.argv, uwsgi=sys.modules.get("uwsgi")):
            log.warning(line)
        set_defaults(settings)
        start_workers(app)
        if not hosts.keeps_signals():
            Drain(app, app.extensions["inbox"].stop).install()
        if settings.public_url:
            # Its connections to Telegram are not to be shared by processes that are forked from this one.
            registration.register_app(create_app(settings), settings.webhook_url)
        else:
            log.warning("PUBLIC_URL is not set, so Telegram was not told where this server is.")
    return app


def start_workers(app: Flask) -> None:
    """Run what is stored; in a process that will be forked, leave that to each child's first request."""
    inbox: Inbox = app.extensions["inbox"]
    # Hosts that keep the signals for themselves end like any program.
    atexit.register(inbox.stop)
    if not hosts.will_fork():
        inbox.start()
        return

    @app.before_request
    def start() -> None:
        with suppress(OpenError):  # the webhook answers 503 then
            inbox.start()


def main(argv: list[str] | None = None) -> int:
    """Run the bot on this machine: in the simulator, through a tunnel, or at PUBLIC_URL."""
    # Only here, so that a server in production carries none of it.
    import argparse

    from anzol import local

    parser = argparse.ArgumentParser(prog="python app.py", description=main.__doc__)
    parser.add_argument(
        "--polling", action="store_true", help="ask for updates: no tunnel, no public address"
    )
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="borrow a bot whose webhook leads elsewhere, and give it back at the end",
    )
    parser.add_argument("--reload", action="store_true", help="start again when code changes")
    parser.add_argument("--inherit", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    try:
        with one_line_errors():
            return local.run(read_settings(), options, create_app)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
