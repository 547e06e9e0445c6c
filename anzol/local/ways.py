"""How updates get here: from the simulator, through a tunnel, or from a bot that was somebody else's."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from anzol.api.client import Bot
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


@contextmanager
def simulated_telegram(settings: Config) -> Iterator[tuple[Config, str]]:
    """Run a Telegram on this machine; yield settings that lead to it, and the address of its chat page."""
    from anzol import simulator

    # Its people are new at each start: what the bot stored about them goes too, so that neither outlives the other.
    open_queue(settings.database_url, lambda work: None, bots=(SIMULATED_BOT,)).forget(
        SIMULATED_BOT
    )
    try:
        running = simulator.start(port=settings.simulator_port)
    except OSError:
        raise StartError(
            f"The simulator cannot listen on port {settings.simulator_port}. Set another one in .env, "
            f"for example SIMULATOR_PORT={next_port(settings.simulator_port)}",
            1,
        ) from None
    try:
        # Any well-formed token is a bot there. It is new at each start, and with it the secret.
        token = f"{SIMULATED_BOT}:{secrets.token_urlsafe(26)}"
        bot = Bot(token, api_url=running.url, pool_size=1)
        bot.set_my_name(name="Your bot")
        bot.set_my_description(description=f"It runs the handlers in {settings.handlers}.")
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
def ours_alone(bot: Bot, settings: Settings, *, take_over: bool, host: str = "") -> Iterator[None]:
    """Make sure that the bot's webhook is ours to set, or borrow it; `host` is one more of ours."""
    ours = our_hosts(settings, bot) | {host}
    with borrowed(bot, settings.secret, ours=ours, allowed=take_over):
        yield


@contextmanager
def tunnelled(
    bot: Bot,
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
            know(bot)
        tunnel = stack.enter_context(opened(settings, port))
        host = urlsplit(tunnel.public_url).hostname or ""
        stack.enter_context(ours_alone(bot, settings, take_over=take_over, host=host))
        with banner.step(f"{host} resolves"):
            # Telegram caches for five minutes that a name did not resolve.
            resolves = wait_until_resolves(host, RESOLVE_SECONDS)
        if not resolves:
            # A filter or an offline resolver here says nothing about Telegram's, which decides.
            log.warning(
                "%s does not resolve on this machine; going on, since Telegram may see it.", host
            )
        yield stack.enter_context(kept_registered(bot, settings, tunnel, moved))


@contextmanager
def kept_registered(
    bot: Bot, settings: Settings, tunnel: Tunnel, moved: Callable[[str], None]
) -> Iterator[str]:
    """Yield the tunnel's address; the webhook follows its changes.

    It is deleted at the end unless the next run gets the same address.
    """
    remembered = Remembered(FILES / "hosts.json", bot.id)
    remembered.keep(urlsplit(tunnel.public_url).hostname or "")

    def follow(url: str) -> None:
        moved(url)
        registration.move(bot, url + settings.webhook_path, settings)
        remembered.keep(urlsplit(url).hostname or "")

    tunnel.watch(follow)
    try:
        yield tunnel.public_url
    finally:
        if not tunnel.is_stable:
            registration.unregister(bot, tunnel.public_url + settings.webhook_path)
            remembered.forget()


def know(bot: Bot) -> None:
    """Ask Telegram who the bot is, so that a wrong token is reported before anything is opened."""
    with banner.step("Telegram knows the bot"):
        _ = bot.me


def next_port(port: int) -> int:
    """Return another port to suggest."""
    return port % 65535 + 1
