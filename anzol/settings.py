"""Every setting: its name, default, and what is allowed. Read from the environment and `.env`."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

SECRET_LABEL = b"anzol webhook secret"
OWN_PAGES = ("admin", "healthz", "metrics", "readyz")
SIMULATED_BOT = 4242  # the number of the bot that runs in the simulator when there is no token


class SettingsError(Exception):
    """One or more settings are wrong; `lines` has a sentence for each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def setting(
    parse: Callable[[str], Any], default: Any, allowed: str, *, secret: bool = False
) -> Any:
    """One knob: how its text is read, and what to say when it cannot be."""
    metadata = {"parse": parse, "allowed": allowed, "secret": secret}
    return field(default=default, repr=not secret, metadata=metadata)


def matching(pattern: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError
        return text

    return parse


def number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        found = next((choice for choice in choices if choice.lower() == text.lower()), None)
        if found is None:
            raise ValueError
        return found

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment:
            raise ValueError
        return text.rstrip("/")

    return parse


def words(pattern: str) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        found = tuple(word for word in re.split(r"[\s,]+", text) if word)
        if not all(re.fullmatch(pattern, word) for word in found):
            raise ValueError
        return found

    return parse


def networks(text: str) -> str:
    for word in text.replace(",", " ").split():
        if word != "*":
            ip_network(word, strict=False)
    return text


def webhook_path(text: str) -> str:
    path = matching(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")(text)
    if path.split("/")[1] in OWN_PAGES:
        raise ValueError
    return path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings, one attribute each: `PORT` is `settings.port`."""

    # Telegram
    telegram_bot_token: str = setting(
        matching(r"\d{1,20}:[A-Za-z0-9_-]{10,70}"),
        "",
        "the token that @BotFather gave you, like 123456:ABC-DEF; empty starts the simulator",
        secret=True,
    )
    telegram_api_url: str = setting(
        url("http", "https"), "https://api.telegram.org", "the address of a Bot API server"
    )
    webhook_reply: tuple[str, ...] = setting(
        words("[A-Za-z]+"), (), "method names such as answerCallbackQuery"
    )

    # The webhook
    public_url: str = setting(
        url("http", "https"), "", "an address such as https://bot.example.org, without a query"
    )
    webhook_path: str = setting(
        webhook_path, "/webhook", "a path such as /webhook, other than the server's own pages"
    )
    webhook_secret: str = setting(
        matching(r"[A-Za-z0-9_-]{1,256}"),
        "",
        "1 to 256 letters, digits, _ or -; empty derives it from the token",
        secret=True,
    )
    webhook_max_connections: int = setting(number(1, 100), 40, "a whole number from 1 to 100")
    telegram_ips_only: bool = setting(
        lambda text: one_of("on", "off")(text) == "on", False, "on or off"
    )
    trusted_proxies: str = setting(
        networks, "", "addresses or networks such as 127.0.0.1, 10.0.0.0/8; * is every one"
    )

    # Where it listens
    host: str = setting(matching(r"[A-Za-z0-9.:_-]+"), "127.0.0.1", "an address or a host name")
    port: int = setting(number(0, 65535), 8000, "a whole number from 0 to 65535; 0 = any free port")
    simulator_port: int = setting(
        number(0, 65535), 8081, "a whole number from 0 to 65535; 0 = any free port"
    )

    # The tunnel
    ngrok_authtoken: str = setting(
        matching(r"\S+"), "", "the token from https://dashboard.ngrok.com", secret=True
    )
    ngrok_url: str = setting(
        url("https"), "", "your reserved address, such as https://name.ngrok-free.app"
    )

    # The work
    handlers: str = setting(
        matching(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"), "handlers", "an import path that holds `router`"
    )
    processing: str = setting(one_of("threads", "inline"), "threads", "threads or inline")
    workers: int = setting(number(1, 1000), 100, "a whole number from 1 to 1000")
    handler_attempts: int = setting(number(1, 100), 5, "a whole number from 1 to 100")
    drain_seconds: int = setting(number(0, 3600), 10, "a whole number from 0 to 3600")
    database_url: str = setting(
        matching(r"(sqlite:///.+|postgres(ql)?://.+)"),
        "sqlite:///anzol.db",
        "sqlite:/// and a file, such as sqlite:///anzol.db",
        secret=True,
    )
    admin_chat: int = setting(int, 0, "a chat's number; 0 tells nobody")
    api_key: str = setting(
        matching(r"\S{16,}"), "", "at least 16 characters without blanks", secret=True
    )

    # What it says
    log_level: str = setting(
        one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "DEBUG, INFO, WARNING or ERROR"
    )
    log_format: str = setting(one_of("text", "json"), "text", "text or json")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read all settings; without `environ` from `.env` and the environment, which wins.

        An empty value is the default. Raises `SettingsError` with a line for each wrong one.
        """
        wrong: list[str] = []
        if environ is None:
            in_file = read_env_file(Path(".env"))
            wrong += [line for name in in_file for line in misspelt(name)]
            environ = {**in_file, **os.environ}
        values = {}
        for knob in fields(cls):
            name = knob.name.upper()
            text = environ.get(name, "").strip()
            if not text:
                continue
            try:
                values[knob.name] = knob.metadata["parse"](text)
            except ValueError:
                value = "has a value that" if knob.metadata["secret"] else f"is {text!r}, which"
                wrong.append(f"{name} {value} is not allowed; allowed: {knob.metadata['allowed']}.")
        if wrong:
            raise SettingsError(wrong)
        return cls(**values)

    @property
    def secret(self) -> str:
        """What Telegram must send in X-Telegram-Bot-Api-Secret-Token.

        Derived from the token unless set, so every node agrees and it changes with the token.
        """
        if self.webhook_secret or not self.telegram_bot_token:
            return self.webhook_secret
        key = self.telegram_bot_token.encode()
        return hmac.new(key, SECRET_LABEL, hashlib.sha256).hexdigest()

    def secrets(self) -> tuple[str, ...]:
        """Everything that must not appear in a log."""
        marked = (getattr(self, knob.name) for knob in fields(self) if knob.metadata["secret"])
        # A driver's message may have the password alone.
        password = unquote(urlsplit(self.database_url).password or "")
        found = (*marked, self.secret, password)
        return tuple(text for text in found if text and text != type(self).database_url)

    @property
    def webhook_url(self) -> str:
        """The public address of the webhook; empty without `PUBLIC_URL`."""
        return self.public_url + self.webhook_path if self.public_url else ""


def read_env_file(path: Path) -> dict[str, str]:
    """The settings in a `.env` file, none when there is no file."""
    try:
        return {name: value or "" for name, value in dotenv_values(path).items()}
    except UnicodeDecodeError:
        raise SettingsError([f"{path} is not UTF-8. Save it as UTF-8."]) from None


def misspelt(name: str) -> list[str]:
    """A line about a name that is no setting but nearly one; other programs' names are theirs."""
    close = [] if name in names() else get_close_matches(name, names(), n=1, cutoff=0.8)
    return [f"{name} in .env is no setting; did you mean {known}?" for known in close]


def names() -> list[str]:
    """Every setting's name in the environment, in the order of this file."""
    return [knob.name.upper() for knob in fields(Settings)]
