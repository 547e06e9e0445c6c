"""`python app.py`: the bot on this machine, in the simulator, through a tunnel, or at its public address."""

from __future__ import annotations

import errno
import functools
import logging
import os
import signal
import socket
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import TypeVar

from flask import Flask

from anzol.api.client import Bot
from anzol.api.errors import TelegramError
from anzol.server import hosts, logs, registration
from anzol.server.draining import Drain
from anzol.server.extension import NAME, Anzol, check_webhook_reply
from anzol.server.failures import StartError, one_line_errors
from anzol.server.polling import Polling
from anzol.server.tenants import Tenant
from anzol.server.waitress import bind, create_server, door_of
from anzol.settings import SIMULATED_BOT, Settings

from . import banner
from .outcomes import Outcomes
from .public import WebhookAlone
from .reload import Reloader, inherited_socket
from .ways import (
    Clients,
    accepted,
    clients,
    next_port,
    ours_alone,
    simulated_telegram,
    tunnelled,
)

log = logging.getLogger(__name__)

Config = TypeVar("Config", bound=Settings)
CreateApp = Callable[[Config], Flask]


def main(
    config: type[Config], create_app: Callable[[Config], Flask], argv: list[str] | None = None
) -> int:
    """Run the bot on this machine: in the simulator, through a tunnel, or at PUBLIC_URL; return the exit status."""
    parser = ArgumentParser(prog="python app.py", description=main.__doc__)
    parser.add_argument(
        "--polling", action="store_true", help="ask for updates: no tunnel, no public address"
    )
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="borrow a bot whose webhook leads elsewhere, and give it back at the end",
    )
    parser.add_argument("--reload", action="store_true", help="restart when code changes")
    parser.add_argument("--inherit", type=int, help=SUPPRESS)
    parser.add_argument("--tunnel", action="store_true", help=SUPPRESS)
    options = parser.parse_args(argv)
    try:
        with one_line_errors():
            settings = config.from_env()
            check_webhook_reply(settings.webhook_reply)
            return run(settings, options, create_app)
    except KeyboardInterrupt:
        return 130


def run(settings: Config, options: Namespace, create_app: CreateApp[Config]) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Without a token Telegram is the simulator; with one, updates come by polling, to `PUBLIC_URL`, or through a tunnel.
    """
    logs.setup(
        settings.log_level,
        settings.log_format,
        settings.secrets(),
        # Whoever runs it without a public address, or with --reload, is its author and wants to see what went wrong.
        quotes=not settings.public_url or options.inherit is not None,
    )
    # Until the server has its own way out, SIGTERM unwinds what was begun, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.inherit is not None:
        # We are the child of a --reload: its parent has the port, the simulator and the tunnel.
        with closing(inherited_socket(options.inherit)) as listener:
            return serve(settings, options, create_app(settings), listener, settings.webhook_url)
    for line in hosts.complaints(settings):
        log.warning(line)
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
        elif not options.polling and not settings.public_url:
            options.tunnel = True
            # The agent runs on this machine and forwards who asks; otherwise TELEGRAM_IPS_ONLY would refuse everybody.
            settings = replace(settings, trusted_proxies=settings.trusted_proxies or "127.0.0.1")
        # Handlers are loaded before Telegram is asked for anything, so that a mistake in them costs nothing.
        app = None if options.reload else create_app(settings)
        bots = clients(settings) if page else accepted(clients(settings))
        reloader = Reloader(listener, polling=options.polling, tunnel=options.tunnel)
        if options.tunnel:
            public = tunnelled(
                bots, settings, port, take_over=options.take_over, moved=reloader.move
            )
            settings = replace(settings, public_url=stack.enter_context(public))
        elif options.polling or options.take_over or options.reload:
            stack.enter_context(ours_alone(bots, take_over=options.take_over))
        url = None if options.polling else settings.webhook_url
        if options.polling:
            with banner.step("Telegram holds updates for polling"):
                for bot, _ in bots:
                    bot.delete_webhook()
        if app is None:
            announce(bots, page, url)
            return reloader.run(settings)
        # The tunnel's address was not known when the app was made.
        app.extensions[NAME].settings = settings
        return serve(settings, options, app, listener, url, lambda: announce(bots, page, url))


def serve(
    settings: Settings,
    options: Namespace,
    app: Flask,
    listener: socket.socket,
    url: str | None,
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Run the server on a bound port, its updates by webhook at `url` or by polling."""
    anzol: Anzol = app.extensions[NAME]
    queue = anzol.queue
    if anzol.bot.id == SIMULATED_BOT:
        for tenant in anzol.tenants.values():
            tenant.on_run.append(Outcomes(settings.telegram_api_url, tenant.id))
    door = door_of(app, anzol)
    if options.tunnel:
        door.tells_health = False
        WebhookAlone(app, settings.webhook_path)
    server = create_server(app, settings, listener, door)
    try:
        queue.start()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        Drain(app, door, queue.stop).install()
        with ExitStack() as stack:
            if options.polling:
                stack.enter_context(polling(anzol))
            else:
                # Who borrows the bot, and the parent of a --reload, have looked already.
                checks = not options.take_over and options.inherit is None
                register(anzol, url or "", checks=checks)
            ready()
            server.run()
    finally:
        queue.stop()
        server.close()
    return 0


def register(anzol: Anzol, url: str, *, checks: bool) -> None:
    """Tell Telegram where the webhooks are, now or when it can be reached; with `checks`, not in another host's place."""
    attempts = {
        tenant.id: functools.partial(attempt_to_register, tenant, url, checks=checks)
        for tenant in anzol.tenants.values()
    }
    if len(attempts) == 1:
        (attempt,) = attempts.values()
        registration.register_in_time(functools.partial(shown, attempt), attempt)
    else:
        registration.register_each(attempts)


def attempt_to_register(tenant: Tenant, url: str, *, checks: bool) -> None:
    """Register a bot's webhook once."""
    if checks:
        with ours_alone([(tenant.bot, tenant.settings)], take_over=False):
            pass
    registration.announce(tenant.bot, url, tenant.settings, tenant.router)


def shown(attempt: Callable[[], None]) -> None:
    """Make an attempt to register, and show how long it takes."""
    with banner.step("Telegram knows the webhook"):
        attempt()


def announce(bots: Clients, page: str | None, url: str | None) -> None:
    """Print where to talk to the bots."""
    if page:
        banner.simulator(page, url, bots[0][1].secret)
        return
    banner.public([username(bot) for bot, _ in bots], url)


def username(bot: Bot) -> str:
    """Return a bot's name for its address; empty while Telegram does not tell it."""
    try:
        return bot.me.username or ""
    except TelegramError:  # away: the log has said so
        return ""


@contextmanager
def polling(anzol: Anzol) -> Iterator[None]:
    """Receive updates by getUpdates until the context ends."""
    with ExitStack() as stack:
        for tenant in anzol.tenants.values():
            kinds = tenant.router.allowed_updates()
            poller = Polling(tenant.bot, tenant.store_all, allowed_updates=kinds)
            poller.start()
            stack.callback(poller.stop)
        yield


def take_port(settings: Settings) -> socket.socket:
    """Bind the server's port, or say which one is taken."""
    try:
        return bind(settings.host, settings.port)
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        remedy = f"PORT={next_port(settings.port)}" if taken else "HOST=127.0.0.1"
        raise StartError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
            f"Set another one in .env, for example {remedy}",
            1,
        ) from None


def local_host(settings: Settings) -> str:
    """Return the host by which this machine reaches the server, as a URL spells it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"[{host}]" if ":" in host else host
