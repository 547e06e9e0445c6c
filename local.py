"""`python app.py`: the bot on this machine, in the simulator, through a tunnel, or at its public address."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

import banner
import logs
import registration
from config import SIMULATED_BOT, Settings
from failures import StartError
from serving import Drain, bind, create_server

CreateApp = Callable[[Settings], Flask]
TUNNEL_FILES = Path.home() / ".config" / "gancho"
RESOLVE_SECONDS = 60.0


def run(settings: Settings, create_app: CreateApp) -> int:
    """Serve until Ctrl-C or SIGTERM; which of the three ways follows from the settings."""
    if not settings.telegram_bot_token:
        return run_in_simulator(settings, create_app)
    if settings.public_url:
        return run_at_public_url(settings, create_app)
    return run_through_tunnel(settings, create_app)


def run_in_simulator(settings: Settings, create_app: CreateApp) -> int:
    """Serve a bot without an account: Telegram is the simulator, in this process."""
    with simulated_telegram(settings) as telegram:
        # Any well-formed token is a bot there. It is new at each start, and with it the secret.
        token = f"{SIMULATED_BOT}:{secrets.token_urlsafe(26)}"
        settings = replace(settings, telegram_bot_token=token, telegram_api_url=telegram.url)
        with listening(settings, create_app) as (app, server):
            url = local_address(settings, server) + settings.webhook_path
            registration.register_app(app, url)
            banner.simulator(telegram.page_url, url, settings.secret)
            server.run()
    return 0


def run_at_public_url(settings: Settings, create_app: CreateApp) -> int:
    """Serve a bot whose public address leads here already."""
    with listening(settings, create_app) as (app, server):
        registration.register_app(app, settings.webhook_url)
        banner.public(app.extensions["bot"].me.username, settings.webhook_url)
        server.run()
    return 0


def run_through_tunnel(settings: Settings, create_app: CreateApp) -> int:
    """Serve a bot on a laptop: ngrok gives it a public address for as long as this runs."""
    from tunnel import TunnelError, open_tunnel, wait_until_resolves

    with listening(settings, create_app) as (app, server):
        bot = app.extensions["bot"]
        try:
            tunnel = open_tunnel(
                server.effective_port,
                authtoken=settings.ngrok_authtoken,
                url=settings.ngrok_url or None,
                config_dir=TUNNEL_FILES,
                say=banner.step,
            )
        except TunnelError as error:
            raise StartError(str(error), 1) from None
        try:
            # Telegram remembers for five minutes that a name did not resolve.
            if not wait_until_resolves(urlsplit(tunnel.public_url).hostname or "", RESOLVE_SECONDS):
                raise StartError(f"{tunnel.public_url} does not resolve; start again.", 1)
            registration.register_app(app, tunnel.public_url + settings.webhook_path)
            tunnel.watch(lambda url: registration.register_app(app, url + settings.webhook_path))
            banner.public(bot.me.username, tunnel.public_url + settings.webhook_path)
            server.run()
        finally:
            if not tunnel.is_stable:
                registration.unregister(bot, tunnel.public_url + settings.webhook_path)
            tunnel.close()
    return 0


@contextmanager
def simulated_telegram(settings: Settings) -> Iterator[Any]:
    """Telegram on this machine, until the context ends."""
    import simulator

    try:
        running = simulator.start(port=settings.simulator_port)
    except OSError as error:
        raise StartError(
            f"The simulator cannot listen: {error}. Set another SIMULATOR_PORT, for example "
            f"SIMULATOR_PORT={settings.simulator_port + 1} python app.py",
            1,
        ) from None
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def listening(settings: Settings, create_app: CreateApp) -> Iterator[tuple[Flask, Any]]:
    """The app and its bound server; a signal drains the inbox and then ends `server.run()`."""
    logs.setup(settings.log_level, settings.log_format, settings.secrets())
    app = create_app(settings)
    try:
        server = create_server(app, settings, bind(settings.host, settings.port))
    except OSError as error:
        raise StartError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
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


def local_address(settings: Settings, server: Any) -> str:
    """Where the server is reached on this machine."""
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    return f"http://{host}:{server.effective_port}"
