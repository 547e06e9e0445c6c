"""`python app.py`: the bot on this machine, in the simulator, through a tunnel, or at its public address."""

from __future__ import annotations

import os
import secrets
import socket
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

import logs
import registration
from bot import Bot
from config import SIMULATED_BOT, Settings
from failures import StartError
from polling import Polling
from serving import Drain, bind, create_server

from . import banner
from .reload import Reloader, inherited_socket
from .takeover import Remembered, borrowed

if TYPE_CHECKING:
    from tunnel import Tunnel

CreateApp = Callable[[Settings], Flask]
FILES = Path.home() / ".config" / "gancho"
RESOLVE_SECONDS = 60.0


def run(settings: Settings, options: Namespace, create_app: CreateApp) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Without a token Telegram is the simulator; with one, updates come by polling, to `PUBLIC_URL`, or through a tunnel.
    """
    logs.setup(settings.log_level, settings.log_format, settings.secrets())
    if options.inherit is not None:
        # We are the child of a --reload: its parent has the port, the simulator and the tunnel.
        with closing(inherited_socket(options.inherit)) as listener:
            return serve(settings, options, create_app(settings), listener, settings.webhook_url)
    if options.reload and os.name == "nt":
        raise StartError(
            "--reload hands a socket to a child, which Windows cannot; leave it out.", 1
        )
    with ExitStack() as stack:
        listener = stack.enter_context(closing(take_port(settings)))
        port = listener.getsockname()[1]
        page = None
        if not settings.telegram_bot_token:
            settings, page = stack.enter_context(simulated_telegram(settings))
            settings = replace(settings, public_url=f"http://{local_host(settings)}:{port}")
        # Handlers are read before anything is told to Telegram, so that a mistake in them costs nothing.
        app = None if options.reload else create_app(settings)
        bot = Bot(settings.telegram_bot_token, api_url=settings.telegram_api_url, pool_size=2)
        if options.polling:
            stack.enter_context(polled(bot, settings, take_over=options.take_over))
        elif not settings.public_url:
            public = tunnelled(bot, settings, port, take_over=options.take_over)
            settings = replace(settings, public_url=stack.enter_context(public))
        url = None if options.polling else settings.webhook_url
        if app is None:
            announce(settings, bot, page, url)
            return Reloader(settings, listener, polling=options.polling).run()
        # The tunnel's address was not known when the app was made.
        app.config["SETTINGS"] = settings
        return serve(
            settings, options, app, listener, url, lambda: announce(settings, bot, page, url)
        )


def serve(
    settings: Settings,
    options: Namespace,
    app: Flask,
    listener: socket.socket,
    url: str | None,
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Run the server on a bound port, its updates by webhook at `url` or by polling."""
    inbox = app.extensions["inbox"]
    server = create_server(app, settings, listener)
    try:
        inbox.start()
        Drain(app, inbox.stop).install()
        with ExitStack() as stack:
            if options.polling:
                stack.enter_context(polling(app))
            else:
                with banner.step("Telegram knows the webhook"):
                    registration.register_app(app, url or "")
            ready()
            server.run()
    finally:
        inbox.stop()
        server.close()
    return 0


def announce(settings: Settings, bot: Bot, page: str | None, url: str | None) -> None:
    """Say where to talk with the bot."""
    if page:
        banner.simulator(page, url, settings.secret)
    else:
        banner.public(bot.me.username or "", url)


@contextmanager
def polling(app: Flask) -> Iterator[None]:
    """Updates by getUpdates, as long as the context lasts."""
    poller = Polling(
        app.extensions["bot"],
        app.extensions["store"],
        allowed_updates=app.extensions["router"].allowed_updates(),
    )
    poller.start()
    try:
        yield
    finally:
        poller.stop()


@contextmanager
def simulated_telegram(settings: Settings) -> Iterator[tuple[Settings, str]]:
    """Telegram on this machine: settings that lead to it, and its chat page."""
    import simulator

    try:
        running = simulator.start(port=settings.simulator_port)
    except OSError as error:
        raise StartError(
            f"The simulator cannot start: {error.strerror or error}. Set SIMULATOR_PORT, for example "
            f"SIMULATOR_PORT={next_port(settings.simulator_port)} python app.py",
            1,
        ) from None
    try:
        # Any well-formed token is a bot there. It is new at each start, and with it the secret.
        token = f"{SIMULATED_BOT}:{secrets.token_urlsafe(26)}"
        bot = Bot(token, api_url=running.url, pool_size=1)
        bot.set_my_name(name="Your bot")
        bot.set_my_description(description=f"It answers with what {settings.handlers} says.")
        yield (
            replace(
                settings,
                telegram_bot_token=token,
                telegram_api_url=running.url,
                telegram_ips_only=False,  # this Telegram is at none of its addresses
            ),
            running.page_url,
        )
    finally:
        running.stop()


@contextmanager
def polled(bot: Bot, settings: Settings, *, take_over: bool) -> Iterator[None]:
    """A bot without a webhook, so that it can be polled."""
    with borrowed(bot, settings.secret, ours=our_hosts(settings, bot), allowed=take_over):
        with banner.step("Telegram holds updates for polling"):
            bot.delete_webhook()
        yield


@contextmanager
def tunnelled(bot: Bot, settings: Settings, port: int, *, take_over: bool) -> Iterator[str]:
    """A public address that leads to this port, until the context ends."""
    from tunnel import TunnelError, open_tunnel, wait_until_resolves

    with ExitStack() as stack:
        try:
            with banner.step("The tunnel is open"):
                tunnel = open_tunnel(
                    port,
                    authtoken=settings.ngrok_authtoken,
                    url=settings.ngrok_url or None,
                    config_dir=FILES / f"tunnel-{port}",
                    say=banner.note,
                )
        except TunnelError as error:
            raise StartError(str(error), 1) from None
        stack.callback(tunnel.close)
        host = urlsplit(tunnel.public_url).hostname or ""
        ours = our_hosts(settings, bot) | {host}
        stack.enter_context(borrowed(bot, settings.secret, ours=ours, allowed=take_over))
        with banner.step(f"{host} resolves"):
            # Telegram remembers for five minutes that a name did not.
            if not wait_until_resolves(host, RESOLVE_SECONDS):
                raise StartError(f"{host} does not resolve after a minute; start again.", 1)
        yield stack.enter_context(kept_registered(bot, settings, tunnel))


@contextmanager
def kept_registered(bot: Bot, settings: Settings, tunnel: Tunnel) -> Iterator[str]:
    """The tunnel's address; the webhook follows when it changes, and goes at the end unless it will be the same."""
    remembered = Remembered(FILES / "hosts.json", bot.id)
    remembered.keep(urlsplit(tunnel.public_url).hostname or "")

    def moved(url: str) -> None:
        registration.move(bot, url + settings.webhook_path, settings.secret)
        remembered.keep(urlsplit(url).hostname or "")

    tunnel.watch(moved)
    try:
        yield tunnel.public_url
    finally:
        if not tunnel.is_stable:
            registration.unregister(bot, tunnel.public_url + settings.webhook_path)
            remembered.forget()


def our_hosts(settings: Settings, bot: Bot) -> set[str]:
    """Hosts whose webhook is ours to replace: this machine, the tunnel's name, what a killed run left."""
    named = {urlsplit(url).hostname or "" for url in (settings.public_url, settings.ngrok_url)}
    return named | {"127.0.0.1", "localhost"} | Remembered(FILES / "hosts.json", bot.id).hosts()


def take_port(settings: Settings) -> socket.socket:
    """Bind the server's port, or say which one is taken."""
    try:
        return bind(settings.host, settings.port)
    except OSError as error:
        raise StartError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
            f"Set another PORT, for example PORT={next_port(settings.port)} python app.py",
            1,
        ) from None


def next_port(port: int) -> int:
    return port % 65535 + 1


def local_host(settings: Settings) -> str:
    """The name by which this machine reaches the server."""
    return "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
