"""Who may talk to the simulator: its own page and programs, and no web page that its user visits.

A page from elsewhere can make a browser send requests to this machine: by pictures, forms, frames,
scripts, or under a name of its own that is rebound to this address. Telegram's token would protect a
bot; the simulator accepts any, so it looks at what browsers say of themselves and cannot be made to omit.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Request

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

WRONG_NAME = "this name is not served here; see --allow-host"
FOREIGN_PAGE = "a web page of another site may not speak to the simulator"


def refusal(request: Request, hosts: frozenset[str]) -> tuple[int, str] | None:
    """Return the status and the words a visitor is refused with; `None` for one who may come in.

    `hosts` are the names this server answers to; `*` among them stands for any.
    """
    if "*" not in hosts and host_of(request.host) not in hosts:
        return 421, WRONG_NAME
    return None if is_own_page_or_program(request) else (403, FOREIGN_PAGE)


def is_own_page_or_program(request: Request) -> bool:
    """Return whether a request comes from this server's page, or from no page at all."""
    origin = request.headers.get("Origin")
    if origin is not None and site_of(origin) != request.host:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:  # every browser sends it to loopback and to https
        return site in ("same-origin", "none") or is_link_to_the_page(request)
    if not request.headers.get("User-Agent", "").startswith("Mozilla/"):
        return True
    # A browser that says nothing more: one of before 2023, or one for which this plain http address in
    # a local network deserves no such header. Its own page sends an Origin or a Referer.
    referrer = request.headers.get("Referer")
    if origin is None and referrer is None:
        return is_harmless(request)
    return origin is not None or site_of(referrer or "") == request.host


def is_link_to_the_page(request: Request) -> bool:
    """Return whether somebody followed a link from elsewhere to the chat page."""
    mode = request.headers.get("Sec-Fetch-Mode")
    return mode == "navigate" and is_harmless(request)


def is_harmless(request: Request) -> bool:
    """Return whether a request can only show the page, which no frame may hold."""
    return request.method == "GET" and request.path in ("/", "/favicon.ico")


def site_of(url: str) -> str:
    """Return an address's host and port; empty for what is none, such as the origin `null`."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


@lru_cache(256)  # every request asks, about the same few
def host_of(text: str) -> str:
    """Return a Host header without its port; empty for what is none."""
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""
