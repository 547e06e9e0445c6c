"""Addresses inside a text as Telegram reads them: links, people, custom emoji and times."""

from __future__ import annotations

import re

from anzol.api.errors import TextError

from .entities import Entity

URL = re.compile(r"(?:([^:/?#@\[\]]*)://)?([^/?#]*)(.*)", re.DOTALL)
AUTHORITY = re.compile(r"(?:(.*)@)?(\[.*\]|[^:@\]]*)(?::([^:@\]]*))?", re.DOTALL)
HOST = re.compile(r"(?:[\w.!$,~*'();&+=-]|%[0-9a-f]{2}|[^\x00-\x7f])+", re.I | re.ASCII)
IPV6 = re.compile(r"\[[0-9a-f:.]+\]")
OWN = re.compile(r"(tg|ton|tonsite):(?://)?(.*)", re.I | re.DOTALL)
OWN_HOST = re.compile(r"[a-z0-9_-]+")
DATE_FORMAT = re.compile(r"[rR]|[tTdDwW]*")
BLANK = re.compile(r"[\x00-\x20]")


def read_link(url: str) -> Entity:
    """Return the fields of a link's entity: `text_mention` for a person, else `text_link`; nothing for no address."""
    person = _integer(_parameters(url.lower(), "user").get("id", ""))
    if person:
        return {"type": "text_mention", "user": {"id": person}}
    checked = check_link(url)
    return {"type": "text_link", "url": checked} if checked else {}


def read_symbol(url: str) -> Entity:
    """Return the fields of what stands for a picture or a time in Markdown. Raises `TextError` for another address."""
    emoji = _parameters(url, "emoji").get("id", "")
    if _integer(emoji):
        return {"type": "custom_emoji", "custom_emoji_id": emoji}
    given = _parameters(url, "time")
    unix = _integer(given.get("unix", ""))
    if unix <= 0 or not DATE_FORMAT.fullmatch(given.get("format", "")):
        raise TextError("can't parse entities: Invalid tg://emoji or tg://time URL specified")
    return date_time(unix, given.get("format", ""))


def date_time(unix: int, written: str) -> Entity:
    """Return the fields of a point of time. Raises `TextError` for a format that Telegram does not know."""
    if not DATE_FORMAT.fullmatch(written):
        raise TextError("can't parse entities: Invalid date format used")
    if written in ("r", "R"):
        shown = "r"
    else:
        day = "w" if "w" in written.lower() else ""
        date = next((mark for mark in "dD" if mark in written), "")
        time = next((mark for mark in "tT" if mark in written), "")
        shown = day + date + time
    return {"type": "date_time", "unix_time": unix, "date_time_format": shown}


def check_link(url: str) -> str:
    """Return an address as Telegram normalizes it, `""` for what it does not accept as one."""
    if own := OWN.fullmatch(url):
        host, query = _read(own[2], own=True)
        query = query.removeprefix("/") if query.startswith("/?") else query
        query = "" if query == "/" and not own[2].rstrip().endswith("/") else query
        dots = "." if own[1].lower() == "tonsite" else ""
        plain = host.replace(dots, "") if dots else host
        return f"{own[1].lower()}://{host}{query}" if OWN_HOST.fullmatch(plain) else ""
    host, query = _read(url)
    return host + query if host else ""


def _read(url: str, *, own: bool = False) -> tuple[str, str]:
    """Return an address's beginning and the rest, which starts with a slash; two empty ones when it is none."""
    parts = URL.fullmatch(url)
    authority = AUTHORITY.fullmatch(parts[2]) if parts else None
    if parts is None or authority is None or (parts[1] or "http").lower() not in ("http", "https"):
        return "", ""
    user, host, port = authority[1], authority[2].lower(), authority[3]
    query = BLANK.sub(lambda match: f"%{ord(match[0]):02X}", parts[3].rstrip(" \t\r\n\v")) or "/"
    query = query if query.startswith("/") else f"/{query}"
    if port is not None and not 0 < _integer(port.lstrip("0")) <= 65535:
        return "", ""
    if own:
        return ("", "") if parts[1] or user or port else (host, query)
    if not (IPV6.fullmatch(host) or (HOST.fullmatch(host) and "." in host.strip("."))):
        return "", ""
    name = f"{user}@{host}" if user else host
    number = f":{int(port)}" if port else ""
    return f"{(parts[1] or 'http').lower()}://{name}{number}", query


def _parameters(url: str, host: str) -> dict[str, str]:
    """Return what stands behind the question mark of a tg:// address of this host; of equal names the first counts."""
    match = re.fullmatch(rf"tg:(?://)?{host}/?\?([^#]*)(?:#.*)?", url, re.I | re.DOTALL)
    found: dict[str, str] = {}
    for part in match[1].split("&") if match else ():
        name, _, value = part.partition("=")
        found.setdefault(name, value)
    return found


def _integer(text: str) -> int:
    """Return a number that is written as one is written; 0 for anything else."""
    return int(text) if re.fullmatch(r"-?[1-9]\d{0,18}", text, re.ASCII) else 0
