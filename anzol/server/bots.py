"""`flask bot add`, `remove` and `list`: the bots whose tokens are in `.env`, which a running server follows."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from dotenv import dotenv_values, set_key
from flask import current_app
from flask.cli import AppGroup

from anzol.api.client import Bot, number_of
from anzol.api.errors import TelegramError
from anzol.bot.loading import load_router
from anzol.settings import Settings, SettingsError

from . import registration
from .failures import one_line_errors

FILE = Path(".env")
TOKEN, HANDLERS = "TELEGRAM_BOT_TOKEN", "HANDLERS"

bot = AppGroup("bot", help="The bots of this server: add and remove them while it runs.")


@bot.command("list")
def bot_list() -> None:
    """Show each bot's number, name and handlers."""
    with one_line_errors():
        found = type(_settings()).from_env().bots()
    for each in found:
        if not each.telegram_bot_token:
            click.echo(f"the simulator's bot  {each.handlers}")
            continue
        client = client_of(each)
        try:
            name = f"@{client.me.username}"
        except TelegramError as error:
            name = f"({error})"
        click.echo(f"{client.id}  {name}  {each.handlers}")


@bot.command("add")
@click.option("--handlers", "path", help="The import path of its router; without, the first bot's.")
def bot_add(path: str | None) -> None:
    """Ask for a token, try it, and write it into .env; a running server starts the bot within seconds."""
    known = [each for each in in_settings() if each.telegram_bot_token]
    if sys.stdin.isatty():
        token = click.prompt("Token from @BotFather", hide_input=True).strip()
    else:  # a pipe has no echo to switch off
        token = sys.stdin.readline().strip()
    path = path or (known[0] if known else _settings()).handlers
    with one_line_errors():
        number = checked(token, path)
        if number in {number_of(each.telegram_bot_token) for each in known}:
            raise click.ClickException(f"Bot {number} is here already; flask bot remove {number}")
        client = client_of(Settings(telegram_bot_token=token, telegram_api_url=_api()))
        name = client.me.username
    write([*known_pairs(known), (token, path)])
    click.echo(f"@{name} ({number}) is in {FILE}; a running server has it within seconds.")


@bot.command("remove")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
def bot_remove(number: int, yes: bool) -> None:
    """Remove a bot from .env and delete its webhook; what is stored for it waits until it is added again."""
    known = [each for each in in_settings() if each.telegram_bot_token]
    mine = [each for each in known if number_of(each.telegram_bot_token) == number]
    if not mine:
        raise click.ClickException(f"There is no bot {number} in {FILE}; flask bot list")
    if len(known) == 1:
        raise click.ClickException("It is the only bot: stop the server instead.")
    if not yes:
        click.confirm(f"Remove bot {number}?", abort=True)
    write(known_pairs([each for each in known if each not in mine]))
    if mine[0].public_url:
        registration.unregister(client_of(mine[0]), mine[0].webhook_url)
    click.echo(f"Bot {number} is no longer in {FILE}; a running server lets it go within seconds.")


def in_settings() -> Sequence[Settings]:
    """Return the settings of each bot as `.env` has them now; exit with one line when the environment hides them."""
    with one_line_errors():
        in_file = dotenv_values(FILE)
        for name in (TOKEN, HANDLERS):
            # Flask's own command reads .env into the environment, which is no difference.
            if os.environ.get(name, in_file.get(name)) != in_file.get(name):
                raise click.ClickException(
                    f"{name} is set in the environment, which is more than {FILE}: change it there and restart."
                )
        return type(_settings()).from_env().bots()


def checked(token: str, path: str) -> int:
    """Return the number of a token that looks like one; raise SettingsError, or HandlerError for its handlers."""
    found = Settings.from_env({TOKEN: token, HANDLERS: path})
    if "," in found.telegram_bot_token:
        raise SettingsError(["Give one token at a time."])
    load_router(found.handlers)
    return number_of(found.telegram_bot_token)


def known_pairs(bots: Sequence[Settings]) -> list[tuple[str, str]]:
    """Return each bot's token and handlers."""
    return [(each.telegram_bot_token, each.handlers) for each in bots]


def write(pairs: Sequence[tuple[str, str]]) -> None:
    """Put these bots into `.env`, at once and with the file's owner and mode, leaving the rest of it as it is."""
    paths = [path for _, path in pairs]
    values = {TOKEN: ",".join(token for token, _ in pairs)}
    if set(paths) != {Settings().handlers} or dotenv_values(FILE).get(HANDLERS):
        values[HANDLERS] = paths[0] if len(set(paths)) == 1 else ",".join(paths)
    before = FILE.read_bytes() if FILE.exists() else b""
    number, copy = tempfile.mkstemp(dir=FILE.absolute().parent, prefix=".env-")  # mode 0600
    try:
        with open(number, "wb") as file:
            file.write(before)
        for name, value in values.items():
            set_key(copy, name, value, quote_mode="never")
        if FILE.exists():
            kept = FILE.stat()
            os.chmod(copy, kept.st_mode & 0o777)
            if os.name != "nt":
                os.chown(copy, kept.st_uid, kept.st_gid)
        os.replace(copy, FILE)
    except OSError as error:
        with suppress(OSError):
            os.unlink(copy)
        raise click.ClickException(f"Cannot write {FILE}: {error.strerror}.") from None


def client_of(settings: Settings) -> Bot:
    """Return a client of one bot."""
    return Bot(settings.telegram_bot_token, api_url=settings.telegram_api_url, pool_size=1)


def _settings() -> Settings:
    found: Any = current_app.extensions["anzol"].settings
    return found  # type: ignore[no-any-return]


def _api() -> str:
    return _settings().telegram_api_url
