"""`python app.py`: the bot on this machine, in the simulator, through a tunnel, or at its public address."""

from __future__ import annotations

import errno
import functools
import logging
import os
import signal
import socket
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from flask import Flask

from anzol.api.client import Bot
from anzol.api.errors import TelegramError
from anzol.server import hosts, logs, registration
from anzol.server.draining import Drain
from anzol.server.extension import NAME, Anzol, check_webhook_reply
from anzol.server.failures import StartError, one_line_errors
from anzol.server.family import Family
from anzol.server.following import Follower
from anzol.server.metrics import share_as
from anzol.server.polling import Polling
from anzol.server.scheduling import give_way
from anzol.server.tenants import Tenant
from anzol.server.waitress import bind, create_server, door_of
from anzol.settings import SIMULATED_BOT, Settings

from . import banner
from .children import handed_down, inherited_socket
from .outcomes import Outcomes
from .processes import Supervisor
from .public import WebhookAlone
from .reload import Reloader
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

MOST = 64  # processes; more cores are for more machines
FEW = 5  # bots whose names are shown at the start

Config = TypeVar("Config", bound=Settings)
CreateApp = Callable[[Config], Flask]


def main(
    config: type[Config], create_app: Callable[[Config], Flask], argv: list[str] | None = None
) -> int:
    """Run the bot on this machine as the command line says; return the exit status."""
    parser = ArgumentParser(
        prog="python app.py",
        description="Run the bot on this machine: in the simulator without a token, else at PUBLIC_URL or through a tunnel.",
    )
    parser.add_argument(
        "--polling", action="store_true", help="ask for updates: no tunnel, no public address"
    )
    parser.add_argument(
        "--take-over",
        action="store_true",
        help="borrow a bot whose webhook leads elsewhere, and give it back at the end",
    )
    parser.add_argument("--reload", action="store_true", help="restart when code changes")
    parser.add_argument(
        "--processes",
        type=process_count,
        metavar="N",
        help="run N servers on one port, for N cores",
    )
    parser.add_argument("--inherit", type=int, help=SUPPRESS)
    parser.add_argument("--family", type=Path, help=SUPPRESS)
    parser.add_argument("--name", help=SUPPRESS)
    parser.add_argument("--quotes", action="store_true", help=SUPPRESS)
    parser.add_argument("--tunnel", action="store_true", help=SUPPRESS)
    options = parser.parse_args(argv)
    options.reloaded = options.inherit is not None and options.family is None
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
        quotes=options.quotes or not (settings.public_url or options.family),
    )
    # Until the server has its own way out, SIGTERM unwinds what was begun, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if options.inherit is not None:
        # The parent has the port, the simulator and the tunnel.
        with closing(inherited_socket(options.inherit)) as listener:
            if options.family:
                share_as(options.name)
            url = None if options.polling else settings.webhook_url
            return serve(settings, options, create_app(settings), listener, url)
    for line in hosts.complaints(settings):
        log.warning(line)
    if (options.reload or options.processes) and os.name == "nt":
        name = "--reload" if options.reload else "--processes"
        raise StartError(
            f"{name} hands a socket to a child, which Windows cannot; leave it out.", 1
        )
    if options.reload and options.processes:
        raise StartError("--reload is for one process; leave out --processes.", 2)
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
        app = None if options.reload or options.processes else create_app(settings)
        bots = clients(settings)
        if options.tunnel or options.polling:
            bots = accepted(bots)
        moved = Moved()
        if options.tunnel:
            public = tunnelled(bots, settings, port, take_over=options.take_over, moved=moved)
            settings = replace(settings, public_url=stack.enter_context(public))
        elif options.polling or options.take_over or options.reload:
            stack.enter_context(ours_alone(bots, take_over=options.take_over))
        url = None if options.polling else settings.webhook_url
        if options.polling:
            with banner.step("Telegram holds updates for polling"):
                for bot, _ in bots:
                    bot.delete_webhook()
        tell = functools.partial(announce, bots, page, url)
        if options.reload:
            tell()
            reloader = Reloader(listener, polling=options.polling, tunnel=options.tunnel)
            moved.tell = reloader.move
            return reloader.run(settings)
        if app is None:
            supervisor = supervise(settings, options, listener, is_simulated=bool(page))
            moved.tell = supervisor.move
            return supervisor.run(tell)
        # The tunnel's address was not known when the app was made.
        app.extensions[NAME].settings = settings
        return serve(settings, options, app, listener, url, tell)


class Moved:
    """Who is told that the tunnel has another address, once that is known."""

    tell: Callable[[str], None] = staticmethod(lambda url: None)

    def __call__(self, url: str) -> None:
        self.tell(url)


def supervise(
    settings: Settings, options: Namespace, listener: socket.socket, *, is_simulated: bool
) -> Supervisor:
    """Return what runs the children of --processes, with what they cannot read themselves."""
    arguments = [
        f"--{name.replace('_', '-')}"
        for name in ("polling", "tunnel", "take_over")
        if getattr(options, name)
    ]
    # They read .env themselves, and follow it, unless this process has chosen the bot or its address.
    own = is_simulated or options.tunnel
    return Supervisor(
        listener,
        options.processes,
        arguments=arguments + (["--quotes"] if own else []),
        environ=handed_down(settings) if own else {},
        drain=settings.drain_seconds,
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
    anzol: Anzol = app.extensions[NAME]
    queue = anzol.queue
    if anzol.bot.id == SIMULATED_BOT:
        for tenant in anzol.tenants.values():
            tenant.updates.on_run.append(Outcomes(settings.telegram_api_url, tenant.id))
            tenant.name_pushes()
    door = door_of(app, anzol)
    if options.tunnel:
        door.tells_health = False
        WebhookAlone(app, settings.webhook_path)
    server = create_server(app, settings, listener, door)
    family = Family(options.family, options.name) if options.family else None
    if family is not None:
        anzol.join(family)
    give_way()
    try:
        queue.start()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        Drain(app, door, queue.stop, server=server, is_shared=family is not None).install()
        with ExitStack() as stack:
            if family is None or family.is_first:
                # Who borrows the bot, and the parent of a --reload, have looked already.
                checks = not (options.take_over or options.reloaded)
                receive(anzol, stack, url, checks=checks)
            if anzol.bot.id != SIMULATED_BOT and not options.reloaded:
                Follower(anzol, type(settings), came_later(anzol, family, url)).start()
            if family is not None:
                family.keep_telling(lambda: {"workers": queue.workers()})
            ready()
            server.run()
    finally:
        queue.stop()
        server.close()
    return 0


def receive(anzol: Anzol, stack: ExitStack, url: str | None, *, checks: bool) -> None:
    """Have Telegram send updates to `url`, or ask for them until the context ends."""
    tenants = list(anzol.tenants.values())
    if url is None:
        for tenant in tenants:
            stack.callback(poll(tenant).stop)
        return
    attempts = {
        tenant.id: functools.partial(attempt_to_register, tenant, url, checks=checks)
        for tenant in tenants
    }
    if len(attempts) == 1:
        (attempt,) = attempts.values()
        registration.register_in_time(functools.partial(shown, attempt), attempt)
    else:
        registration.register_each(attempts)


def came_later(anzol: Anzol, family: Family | None, url: str | None) -> Callable[[Tenant], object]:
    """Return a function that registers or polls a bot added to `.env`; of several processes, only the first does so."""

    def came(tenant: Tenant) -> None:
        if family is not None and not family.is_first:
            return
        if url is None:
            poll(tenant)
        else:
            attempt = functools.partial(attempt_to_register, tenant, url, checks=False)
            registration.register_each({tenant.id: attempt})

    return came


def poll(tenant: Tenant) -> Polling:
    """Start to ask for a bot's updates."""
    kinds = tenant.router.allowed_updates()
    poller = Polling(tenant.bot, tenant.store_all, allowed_updates=kinds)
    poller.start()
    return poller


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
    # A crowd of bots is not asked for their names before they may answer.
    banner.public([username(bot) for bot, _ in bots] if len(bots) <= FEW else [], url)


def username(bot: Bot) -> str:
    """Return a bot's name for its address; empty while Telegram does not tell it."""
    try:
        return bot.me.username or ""
    except TelegramError:  # away: the log has said so
        return ""


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


def process_count(text: str) -> int:
    """Return the number of processes that a text names. Raise `ArgumentTypeError` with what is allowed."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise ArgumentTypeError(f"{text!r} is not a number of processes, from 1 to {MOST}")
    return int(text)


def local_host(settings: Settings) -> str:
    """Return the host by which this machine reaches the server, as a URL spells it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"[{host}]" if ":" in host else host
