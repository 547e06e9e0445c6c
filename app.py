"""The wiring: `create_app` builds, `serve` runs it in production, `main` is `python app.py`."""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask

import banner
import cli
import logs
import registration
import webhook
from bot import ApiError, Bot, HandlerError, NetworkError
from bot.loading import load_router
from config import SIMULATED_BOT, Settings, SettingsError
from inbox import OpenError, open_inbox
from processing import Processor, arrival
from serving import Drain, listen

log = logging.getLogger("gancho")

NO_TOKEN = (
    "TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env; "
    "to try the bot without one: python app.py"
)
NO_PUBLIC_URL = (
    "PUBLIC_URL is not set. Give the https address that leads to this server, for example "
    "PUBLIC_URL=https://bot.example.org python app.py; without TELEGRAM_BOT_TOKEN it runs in the simulator."
)
TOKEN_REJECTED = (
    "Telegram does not know this bot: TELEGRAM_BOT_TOKEN was rejected. "
    "Copy it again from @BotFather (/mybots, API Token)."
)


class StartError(Exception):
    """The server cannot start; the text says what to type, `code` is the exit status."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def create_app(settings: Settings | None = None) -> Flask:
    """Build the server. No thread, file, tunnel or network call starts here."""
    if settings is None:
        with one_line_errors():
            return create_app(Settings.from_env())
    router = load_router(settings.handlers)
    bot = Bot(
        settings.telegram_bot_token or "0:unset",
        api_url=settings.telegram_api_url,
        pool_size=settings.workers,
    )
    processor = Processor(
        router, bot, attempts=settings.handler_attempts, admin_chat=settings.admin_chat
    )
    inbox = open_inbox(
        settings.database_url,
        processor.handle,
        workers=settings.workers,
        attempts=settings.handler_attempts,
        drain=settings.drain_seconds,
        on_dead=processor.on_dead,
    )
    put = inbox.put_and_wait if settings.processing == "inline" else inbox.put

    def accept(update: dict[str, Any], body: bytes) -> None:
        put(arrival(bot.id, update, body))

    app = Flask("gancho", static_folder=None)
    app.config["SETTINGS"] = settings
    app.extensions.update(bot=bot, router=router, inbox=inbox)
    webhook.init_app(app, path=settings.webhook_path, secret=settings.secret, accept=accept)
    cli.init_app(app)
    return app


def serve() -> Flask:
    """Return the running app for a WSGI server: `waitress-serve --call app:serve`.

    The webhook is registered when `PUBLIC_URL` is set. SIGTERM drains.
    """
    with one_line_errors():
        settings = Settings.from_env()
        if not settings.telegram_bot_token:
            raise StartError(NO_TOKEN, 2)
        logs.setup(settings.log_level, settings.log_format, settings.secrets())
        app = create_app(settings)
        app.extensions["inbox"].start()
        Drain(app.extensions["inbox"].stop).install()
        if settings.public_url:
            register(app, settings.webhook_url)
        else:
            log.warning("PUBLIC_URL is not set, so Telegram was not told where this server is.")
    return app


def main(argv: list[str] | None = None) -> int:
    """Run the bot on this machine: in the simulator, or at `PUBLIC_URL`."""
    argparse.ArgumentParser(prog="python app.py", description=main.__doc__).parse_args(argv)
    with one_line_errors():
        settings = Settings.from_env()
        if not settings.telegram_bot_token:
            return run_in_simulator(settings)
        if settings.public_url:
            return run_at_public_url(settings)
        raise StartError(NO_PUBLIC_URL, 1)


def run_in_simulator(settings: Settings) -> int:
    """Serve a bot without an account: Telegram is the simulator, in this process."""
    with running_simulator(settings) as telegram:
        # Any well-formed token is a bot there. It is new at each start, and with it the secret.
        token = f"{SIMULATED_BOT}:{secrets.token_urlsafe(26)}"
        settings = replace(settings, telegram_bot_token=token, telegram_api_url=telegram.url)
        with listening(settings) as (app, server):
            url = f"http://{settings.host}:{server.effective_port}{settings.webhook_path}"
            register(app, url)
            banner.simulator(telegram.page_url, url, settings.secret)
            server.run()
    return 0


def run_at_public_url(settings: Settings) -> int:
    """Serve a bot whose public address leads here already."""
    with listening(settings) as (app, server):
        register(app, settings.webhook_url)
        banner.public(app.extensions["bot"].me.username, settings.webhook_url)
        server.run()
    return 0


@contextmanager
def running_simulator(settings: Settings) -> Iterator[Any]:
    """Telegram on this machine, until the context ends."""
    import simulator

    try:
        running = simulator.start(port=settings.simulator_port)
    except OSError as error:
        raise StartError(f"The simulator cannot start: {error}. Set SIMULATOR_PORT.", 1) from None
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def listening(settings: Settings) -> Iterator[tuple[Flask, Any]]:
    """The app and its bound server; a signal drains the inbox and then ends `server.run()`."""
    logs.setup(settings.log_level, settings.log_format, settings.secrets())
    app = create_app(settings)
    try:
        server = listen(app, settings)
    except OSError as error:
        raise StartError(
            f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). "
            f"Set another PORT, for example PORT={settings.port + 1} python app.py",
            1,
        ) from None
    inbox = app.extensions["inbox"]
    try:
        inbox.start()
        Drain(inbox.stop).install()
        yield app, server
    finally:
        inbox.stop()
        server.close()


def register(app: Flask, url: str) -> None:
    """Tell Telegram where the webhook is, if it does not know."""
    settings: Settings = app.config["SETTINGS"]
    changed = registration.register(
        app.extensions["bot"],
        url,
        secret=settings.secret,
        max_connections=settings.webhook_max_connections,
        allowed_updates=app.extensions["router"].allowed_updates(),
    )
    log.info("webhook %s: %s", url, f"set ({', '.join(changed)} differed)" if changed else "known")


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End with what to type instead of a traceback, for what a person can mend."""
    try:
        yield
    except SettingsError as error:
        lines, code = error.lines, 2
    except StartError as error:
        lines, code = [str(error)], error.code
    except (HandlerError, OpenError) as error:
        lines, code = [str(error)], 1
    except ApiError as error:
        rejected = error.code in (401, 404)
        lines, code = [TOKEN_REJECTED if rejected else f"Telegram refused {error}"], 1
    except NetworkError as error:
        lines, code = [f"Telegram cannot be reached ({error}). Check TELEGRAM_API_URL."], 1
    else:
        return
    print("\n".join(lines), file=sys.stderr)
    raise SystemExit(code)


if __name__ == "__main__":
    sys.exit(main())
