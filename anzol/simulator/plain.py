"""Calls as nearly every library writes them: a POST of JSON on a kept connection, with nothing unusual about it."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Request
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import build_http_date
from werkzeug.http import HTTP_STATUS_CODES

from .api.api import push_of
from .api.schema import METHODS
from .visitors import refusal

START = b"POST /bot"
HEADS = 1024  # a bot's differ in the method and in the length of the body alone
LONGEST = 64 * 1024  # bytes of a body: four times the longest text
ODD = {"TRANSFER_ENCODING", "CONTENT_ENCODING", "EXPECT", "UPGRADE"}
READ = Adjustments()  # how waitress reads a head; none of its limits matters here


class Head(NamedTuple):
    """What the head of a plain call says: whose it is, of which method, how long its body, of which push."""

    token: str
    method: str
    length: int
    push: str | None


def read_head(head: bytes, hosts: frozenset[str]) -> Head | None:
    """Return what a head says; `None` for one that is not a plain call's, or of a visitor who may not come in."""
    parser: Any = HTTPRequestParser(READ)
    parser.received(head)
    fields = parser.headers
    if parser.error or not parser.headers_finished or parser.version != "1.1":
        return None
    is_kept = fields.get("CONNECTION", "keep-alive").lower() == "keep-alive"
    if parser.query or not is_kept or "HOST" not in fields or not fields.keys().isdisjoint(ODD):
        return None
    if not 0 < parser.content_length <= LONGEST:
        return None
    named = {f"HTTP_{name}": value for name, value in fields.items()}
    place = {"REQUEST_METHOD": parser.command, "PATH_INFO": parser.path}
    request = Request({**named, **place, "CONTENT_TYPE": fields.get("CONTENT_TYPE", "")})
    if request.mimetype != "application/json" or refusal(request, hosts):
        return None
    token, _, name = parser.path.removeprefix("/bot").partition("/")
    method, _ = METHODS.get(name.lower(), ("", None))
    return Head(token, method, parser.content_length, push_of(request)) if method else None


def response(status: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """Return a whole response, as waitress writes it."""
    return lines(status, tuple(headers), int(time.time())) + body


@lru_cache(256)  # a bot's answers differ in their length alone, if that
def lines(status: int, headers: tuple[tuple[str, str], ...], second: int) -> bytes:
    """Return a response's head in a second of Unix time."""
    dated = sorted([*headers, ("Date", build_http_date(second))])
    fields = "".join(f"{name}: {value}\r\n" for name, value in dated)
    return f"HTTP/1.1 {status_line(status)}\r\n{fields}\r\n".encode("latin-1")


def status_line(status: int) -> str:
    """Return a status with its words."""
    return f"{status} {HTTP_STATUS_CODES.get(status, 'Unknown')}"
