"""Every setting: its name, default, and what is allowed. Read from the environment and `.env`."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import (
    Any,
    Self,
    dataclass_transform,
    get_type_hints,
)
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

from anzol.values import (
    existing_file,
    listed,
    matching,
    named,
    networks,
    number,
    one_of,
    read,
    strong,
    switch,
    url,
    webhook_path,
    words,
)

SECRET_LABEL = b"anzol webhook secret"
SCOPE = "push|events(?:/[A-Za-z0-9_-]{1,48})?"
KEY_NAME = rf"[A-Za-z0-9_-]{{1,32}}:(?:{SCOPE})(?:\+(?:{SCOPE}))*"
CLOSE = 0.81  # of a name to a setting's; REPORT is 0.8 close to PORT
SIMULATED_BOT = (
    4242  # the number of the first bot that runs in the simulator when there is no token
)


class SettingsError(Exception):
    """One or more settings are wrong; `lines` has a sentence for each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def setting(
    *,
    default: Any = MISSING,
    parse: Callable[[str], Any] | None = None,
    allowed: str = "",
    secret: bool = False,
) -> Any:
    """Return a field of a `Settings` class; without a `default` it must be set.

    `secret` hides it in logs, errors and `repr`. Its text is read by `parse`, which raises ValueError, with `allowed`
    saying what it takes; without them by the annotation: str, int, float, bool, Path, Literal, or a tuple of these.
    """
    metadata = {"parse": parse, "allowed": allowed, "secret": secret}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(setting,))
@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings, one attribute each: `PORT` is `settings.port`.

    A bot adds its own in a class that inherits from this one: `class Config(Settings): city: str = "Lisbon"`.
    """

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    # Telegram
    telegram_bot_token: str = setting(
        default="",
        parse=listed(r"\d{1,20}:[A-Za-z0-9_-]{10,70}"),
        allowed="the token that @BotFather gave you, such as 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw, or several with commas between; empty starts the simulator",
        secret=True,
    )
    telegram_api_url: str = setting(
        default="https://api.telegram.org",
        parse=url("http", "https"),
        allowed="the address of a Bot API server",
    )
    webhook_reply: tuple[str, ...] = setting(
        default=(), parse=words("[A-Za-z]+"), allowed="method names such as answerCallbackQuery"
    )

    # The webhook
    public_url: str = setting(
        default="",
        parse=url("http", "https"),
        allowed="an address such as https://bot.example.org, without a query",
    )
    webhook_path: str = setting(
        default="/webhook",
        parse=webhook_path,
        allowed="a path such as /webhook, other than the server's own pages",
    )
    webhook_secret: str = setting(
        default="",
        parse=strong(r"[A-Za-z0-9_-]{16,256}"),
        allowed="16 to 256 letters, digits, _ or -, not one pattern repeated; empty derives it from the token",
        secret=True,
    )
    webhook_max_connections: int = setting(
        default=40, parse=number(1, 100), allowed="a whole number from 1 to 100"
    )
    webhook_certificate: Path | None = setting(
        default=None,
        parse=existing_file,
        allowed="a PEM file with this server's self-signed certificate",
    )
    webhook_ip_address: str = setting(
        default="",
        parse=lambda text: str(ip_address(text)),
        allowed="the IP address that Telegram connects to instead of resolving the name",
    )
    telegram_ips_only: bool = setting(default=False, parse=switch, allowed="on or off")
    trusted_proxies: str = setting(
        default="",
        parse=networks,
        allowed="addresses or networks such as 127.0.0.1, 10.0.0.0/8; * is every one",
    )

    # Where it listens
    host: str = setting(
        default="127.0.0.1",
        parse=matching(r"[A-Za-z0-9.:_-]+"),
        allowed="an address or a host name",
    )
    port: int = setting(
        default=8000,
        parse=number(0, 65535),
        allowed="a whole number from 0 to 65535; 0 = any free port",
    )
    simulator_port: int = setting(
        default=8081,
        parse=number(0, 65535),
        allowed="a whole number from 0 to 65535; 0 = any free port",
    )

    # The tunnel
    ngrok_authtoken: str = setting(
        default="",
        parse=matching(r"\S+"),
        allowed="the token from https://dashboard.ngrok.com",
        secret=True,
    )
    ngrok_url: str = setting(
        default="",
        parse=url("https"),
        allowed="your reserved address, such as https://name.ngrok-free.app",
    )

    # Running updates
    handlers: str = setting(
        default="handlers",
        parse=listed(r"(?!\S*\.py$)[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"),
        allowed="a module that holds `router`, such as handlers.echo (not handlers/echo.py), or one for each bot, in the "
        "order of their tokens, with commas between",
    )
    processing: str = setting(
        default="threads", parse=one_of("threads", "inline"), allowed="threads or inline"
    )
    workers: int = setting(
        default=200, parse=number(1, 1000), allowed="a whole number from 1 to 1000"
    )
    handler_attempts: int = setting(
        default=5, parse=number(1, 100), allowed="a whole number from 1 to 100"
    )
    handler_seconds: int = setting(
        default=300, parse=number(1, 86400), allowed="a whole number from 1 to 86400"
    )
    outage_hours: int = setting(
        default=24, parse=number(1, 720), allowed="a whole number from 1 to 720"
    )
    drain_seconds: int = setting(
        default=10, parse=number(0, 3600), allowed="a whole number from 0 to 3600"
    )
    database_url: str = setting(
        default="sqlite:///anzol.db",
        parse=matching(r"sqlite:///.+|postgres(ql)?://\S+"),
        allowed="sqlite:/// and a file, such as sqlite:///anzol.db, or postgresql://user:password@host/name",
        secret=True,
    )
    admin_chat: int = setting(default=0, parse=int, allowed="a chat's number; 0 notifies nobody")
    api_key: str = setting(
        default="",
        parse=strong(r"\S{16,}"),
        allowed="at least 16 characters without blanks, not one pattern repeated",
        secret=True,
    )

    # Push
    rules: str = setting(
        default="rules.toml",
        parse=matching(r".+\.toml"),
        allowed="a TOML file; where there is none, there are no rules",
    )
    api_keys: tuple[str, ...] = setting(
        default=(),
        parse=named(KEY_NAME),
        allowed="name:scopes:key, the scopes push, events or events/<topic> with + between, the key 16 characters or more",
        secret=True,
    )
    event_secrets: tuple[str, ...] = setting(
        default=(),
        parse=named("[A-Za-z0-9_-]{1,48}"),
        allowed="topic:secret, or several with commas between; 16 characters or more",
        secret=True,
    )

    # Logging
    log_level: str = setting(
        default="INFO",
        parse=one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        allowed="DEBUG, INFO, WARNING or ERROR",
    )
    log_format: str = setting(default="text", parse=one_of("text", "json"), allowed="text or json")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Return all settings; without `environ` from `.env` and the environment, which wins.

        An empty value is the default. Raises `SettingsError` with a line for each wrong one.
        """
        wrong: list[str] = []
        if environ is None:
            in_file = read_env_file(Path(".env"))
            wrong += [line for name in in_file for line in misspelt(name, cls.names())]
            environ = {**in_file, **os.environ}
        kinds, values = get_type_hints(cls), {}
        for knob in fields(cls):
            text = environ.get(knob.name.upper(), "").strip()
            try:
                if text:
                    values[knob.name] = read(knob, kinds[knob.name], text)
                elif knob.default is MISSING and knob.default_factory is MISSING:
                    wrong.append(f"{knob.name.upper()} is not set. Put it into .env.")
            except ValueError as error:
                wrong.append(str(error))
        tokens = values.get("telegram_bot_token", "").split(",")
        wrong += [
            f"{name.upper()} is the bot's token; choose another one."
            for name in ("api_key", "webhook_secret")
            if values.get(name) and values[name] in tokens
        ]
        wrong += contradictions(tokens, values)
        if wrong:
            raise SettingsError(wrong)
        return cls(**values)

    def bots(self) -> tuple[Self, ...]:
        """Return the settings of each bot, which has its own token and handlers, and the rest in common.

        Without a token it is the bot, or with several HANDLERS the bots, of the simulator.
        """
        tokens, paths = self.telegram_bot_token.split(","), self.handlers.split(",")
        if not self.telegram_bot_token:
            tokens *= len(paths)
        if len(tokens) == 1:
            return (self,)
        paths *= len(tokens) if len(paths) == 1 else 1
        return tuple(
            replace(self, telegram_bot_token=token, handlers=path)
            for token, path in zip(tokens, paths, strict=True)
        )

    @classmethod
    def current(cls) -> Self:
        """Return the settings of the app that this code runs in: a handler's, a view's, a command's.

        Raises `RuntimeError` outside of an app, and `TypeError` when its settings are of another class.
        """
        from flask import current_app  # late: settings are read where there is no Flask, too

        found = current_app.extensions["anzol"].settings
        if not isinstance(found, cls):
            raise TypeError(f"This app has {type(found).__name__}, not {cls.__name__}.")
        return found

    @classmethod
    def names(cls) -> list[str]:
        """Return every setting's name in the environment, in the order of the class."""
        return [knob.name.upper() for knob in fields(cls)]

    @property
    def secret(self) -> str:
        """Return what Telegram must send in X-Telegram-Bot-Api-Secret-Token, for the settings of one bot.

        Derived from the token unless set, so every node agrees and it changes with the token.
        """
        if self.webhook_secret or not self.telegram_bot_token:
            return self.webhook_secret
        key = self.telegram_bot_token.encode()
        return hmac.new(key, SECRET_LABEL, hashlib.sha256).hexdigest()

    def secrets(self) -> tuple[str, ...]:
        """Return everything that must not appear in a log."""
        marked: list[str] = []
        for knob in fields(self):
            if knob.metadata.get("secret"):
                value = getattr(self, knob.name)
                marked += map(str, value if isinstance(value, tuple) else (value,))
        for bot in self.bots():
            marked += [bot.telegram_bot_token, bot.secret]
        # A driver's message may have the password alone.
        password = unquote(urlsplit(self.database_url).password or "")
        # In front of the key stands whose it is.
        named = [text.rpartition(":")[2] for text in (*self.api_keys, *self.event_secrets)]
        found = (*marked, *named, password)
        return tuple(text for text in found if text and text != type(self).database_url)

    @property
    def webhook_url(self) -> str:
        """Return the public address of the webhook; empty without `PUBLIC_URL`."""
        return self.public_url + self.webhook_path if self.public_url else ""


def contradictions(tokens: Sequence[str], values: Mapping[str, Any]) -> list[str]:
    """Return a line for each setting that does not fit the number of bots, or names one twice."""
    found, count = [], len(tokens)
    paths = len(values.get("handlers", "").split(","))
    if tokens[0] and paths not in (1, count):
        found.append(
            f"HANDLERS names {paths} modules for {count} bots; name one for all, or one for each."
        )
    numbers = [token.partition(":")[0] for token in tokens]
    found += [
        f"TELEGRAM_BOT_TOKEN has two tokens of bot {number}; leave one out."
        for number in sorted({number for number in numbers if numbers.count(number) > 1})
    ]
    if count > 1 and values.get("webhook_secret"):
        found.append(
            "WEBHOOK_SECRET cannot tell several bots apart; leave it out, and each has its own."
        )
    return found


def read_env_file(path: Path) -> dict[str, str]:
    """Return the settings in a `.env` file; none when there is no file."""
    try:
        return {name: value or "" for name, value in dotenv_values(path).items()}
    except UnicodeDecodeError:
        raise SettingsError([f"{path} is not UTF-8. Save it as UTF-8."]) from None


def misspelt(name: str, names: list[str]) -> list[str]:
    """Return a line about a name that is almost a setting's; other programs' names are theirs."""
    if name in names:
        return []
    # Short names need more than likeness: PROT is PORT in another order, REPORT is somebody else's.
    swapped = [known for known in names if sorted(known) == sorted(name)]
    close = swapped or get_close_matches(name, names, n=1, cutoff=CLOSE)
    return [f"{name} in .env is not a setting; did you mean {known}?" for known in close]
