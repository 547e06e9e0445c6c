"""How updates get here: from the simulator, through a tunnel, or from a bot that was somebody else's."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from anzol.api.client import Bot
from anzol.api.errors import ApiError, NetworkError
from anzol.queue import open_queue
from anzol.server import registration
from anzol.server.failures import StartError
from anzol.server.ownership import FILES, Remembered, our_hosts
from anzol.settings import SIMULATED_BOT, Settings

from . import banner
from .takeover import borrowed
from .tunnel import opened

if TYPE_CHECKING:
    from anzol.tunnel import Tunnel

log = logging.getLogger(__name__)

RESOLVE_SECONDS = 60.0  # for a new name to appear in DNS

Config = TypeVar("Config", bound=Settings)
Clients = Sequence[tuple[Bot, Settings]]  # each with that bot's settings


@contextmanager
def simulated_telegram(settings: Config) -> Iterator[tuple[Config, str]]:
    """Run a Telegram on this machine; yield settings that lead to it, and the address of its chat page."""
    from anzol import simulator

    bots = settings.bots()
    numbers = range(SIMULATED_BOT, SIMULATED_BOT + len(bots))
    # Its people are new at each start: what the bot stored about them goes too, so that neither outlives the other.
    for number in numbers:
        open_queue(settings.database_url, lambda work: None, bots=(number,)).forget(number)
    try:
        running = simulator.start(port=settings.simulator_port, flood=True)
    except OSError:
        raise StartError(
            f"The simulator cannot listen on port {settings.simulator_port}. Set another one in .env, "
            f"for example SIMULATOR_PORT={next_port(settings.simulator_port)}",
            1,
        ) from None
    try:
        # Any well-formed token is a bot there. It is new at each start, and with it the secret.
        tokens = [f"{number}:{secrets.token_urlsafe(26)}" for number in numbers]
        for place, (token, each) in enumerate(zip(tokens, bots, strict=True), 1):
            bot = Bot(token, api_url=running.url, pool_size=1)
            bot.set_my_name(name="Your bot" if len(bots) == 1 else f"Your bot {place}")
            bot.set_my_description(description=f"It runs the handlers in {each.handlers}.")
        yield (
            replace(
                settings,
                telegram_bot_token=",".join(tokens),
                telegram_api_url=running.url,
                telegram_ips_only=False,  # this Telegram is at none of its addresses
            ),
            running.page_url,
        )
    finally:
        running.stop()


def clients(settings: Settings) -> Clients:
    """Return a client for each bot, with that bot's settings."""
    return [
        (Bot(each.telegram_bot_token, api_url=each.telegram_api_url, pool_size=2), each)
        for each in settings.bots()
    ]


def accepted(bots: Clients) -> Clients:
    """Return those of several bots whose token Telegram takes; each other is logged, and keeps none of them back."""
    if len(bots) == 1:
        return bots
    found = []
    for bot, settings in bots:
        try:
            _ = bot.me
        except ApiError as error:
            log.error("Telegram refuses bot %d: %s", bot.id, error)
        except NetworkError:  # away, for all of them
            found.append((bot, settings))
        else:
            found.append((bot, settings))
    return found


@contextmanager
def ours_alone(bots: Clients, *, take_over: bool, host: str = "") -> Iterator[None]:
    """Make sure that the bots' webhooks are ours to set, or borrow them; `host` is one more of ours."""
    with ExitStack() as stack:
        for bot, settings in bots:
            ours = our_hosts(settings, bot) | {host}
            stack.enter_context(borrowed(bot, settings.secret, ours=ours, allowed=take_over))
        yield


@contextmanager
def tunnelled(
    bots: Clients,
    settings: Settings,
    port: int,
    *,
    take_over: bool,
    moved: Callable[[str], None],
) -> Iterator[str]:
    """Yield a public address that leads to this port until the context ends; call `moved(url)` when it changes."""
    from anzol.tunnel import wait_until_resolves

    with ExitStack() as stack:
        if settings.ngrok_authtoken:
            know(bots)
        tunnel = stack.enter_context(opened(settings, port))
        host = urlsplit(tunnel.public_url).hostname or ""
        stack.enter_context(ours_alone(bots, take_over=take_over, host=host))
        with banner.step(f"{host} resolves"):
            # Telegram caches for five minutes that a name did not resolve.
            resolves = wait_until_resolves(host, RESOLVE_SECONDS)
        if not resolves:
            # A filter or an offline resolver here says nothing about Telegram's, which decides.
            log.warning(
                "%s does not resolve on this machine; going on, since Telegram may see it.", host
            )
        yield stack.enter_context(kept_registered(bots, tunnel, moved))


@contextmanager
def kept_registered(bots: Clients, tunnel: Tunnel, moved: Callable[[str], None]) -> Iterator[str]:
    """Yield the tunnel's address; the webhooks follow its changes.

    They are deleted at the end unless the next run gets the same address.
    """
    remembered = [Remembered(FILES / "hosts.json", bot.id) for bot, _ in bots]

    def keep(url: str) -> None:
        for each in remembered:
            each.keep(urlsplit(url).hostname or "")

    keep(tunnel.public_url)

    def follow(url: str) -> None:
        moved(url)
        for bot, settings in bots:
            registration.move(bot, url + settings.webhook_path, settings)
        keep(url)

    tunnel.watch(follow)
    try:
        yield tunnel.public_url
    finally:
        if not tunnel.is_stable:
            for (bot, settings), each in zip(bots, remembered, strict=True):
                registration.unregister(bot, tunnel.public_url + settings.webhook_path)
                each.forget()


def know(bots: Clients) -> None:
    """Ask Telegram who the bots are, so that a wrong token is reported before anything is opened."""
    with banner.step("Telegram knows the bot" if len(bots) == 1 else "Telegram knows the bots"):
        for bot, _ in bots:
            _ = bot.me


def next_port(port: int) -> int:
    """Return another port to suggest."""
    return port % 65535 + 1
