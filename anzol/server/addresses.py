"""Who is asking: the client behind a trusted proxy, Telegram's own addresses, and those who guess."""

from __future__ import annotations

import ipaddress
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask

log = logging.getLogger("anzol")

# https://core.telegram.org/bots/webhooks: where deliveries come from. Telegram says that it may change.
TELEGRAM = ("149.154.160.0/20", "91.108.4.0/22")
WRONG_ALLOWED = 10  # guesses a minute; a person who mistypes needs fewer
MINUTE = 60.0
CROWD = 10_000  # addresses whose guesses are counted
REMEMBERED = 1024  # addresses already read: the next update comes from the same ones

# [2001:db8::1]:443, [2001:db8::1], 192.0.2.1:443
WITH_PORT = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|([0-9.]+):\d+")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Networks:
    """A set of addresses, written as `127.0.0.1 10.0.0.0/8`, `*` for all."""

    def __init__(self, text: str) -> None:
        words = text.replace(",", " ").split()
        self.is_everything = "*" in words
        self._networks = [ipaddress.ip_network(word, strict=False) for word in words if word != "*"]

    def __contains__(self, text: object) -> bool:
        address = parse(str(text))
        if address is None:
            return False
        return self.is_everything or any(address in network for network in self._networks)


TELEGRAM_NETWORKS = Networks(" ".join(TELEGRAM))


@lru_cache(REMEMBERED)
def parse(text: str) -> Address | None:
    """Read an address, also one with a port as some proxies write it; None for what is none, such as a socket's path."""
    text = text.strip()
    bare = WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address(bare[1] or bare[2] if bare else text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


class Proxies:
    """The proxies that are trusted to report the client's address."""

    def __init__(self, trusted: str) -> None:
        self._trusted = Networks(trusted)
        self._any = bool(trusted.strip())

    def believes(self, peer: str) -> bool:
        """Return True when a connection from this address comes from one of our proxies."""
        # A proxy that speaks over a unix socket has no address, and nobody else gets in there.
        return self._any and (parse(peer) is None or peer in self._trusted)

    def client(self, forwarded: str) -> str:
        """Return the client named by X-Forwarded-For: the outermost address that is none of our proxies; empty for none."""
        hops = [hop.strip() for hop in forwarded.split(",")]
        hops = [hop for hop in hops if hop]
        if not hops:
            return ""
        # From the right: whatever a client wrote itself is to the left of what our proxies appended.
        outer = (hop for hop in reversed(hops) if hop not in self._trusted)
        client = next(outer, hops[-1] if self._trusted.is_everything else hops[0])
        return str(parse(client) or client)


class BehindProxies:
    """WSGI: put the client's address and scheme in place of the proxy's, when the proxy is one of ours."""

    def __init__(self, app: Flask, trusted: str) -> None:
        self._proxies = Proxies(trusted)
        self._wsgi: Wsgi = app.wsgi_app
        self._warned = False
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._proxies.believes(environ.get("REMOTE_ADDR", "")):
            self._believe(environ)
        return self._wsgi(environ, start_response)

    def _believe(self, environ: dict[str, Any]) -> None:
        client = self._proxies.client(environ.get("HTTP_X_FORWARDED_FOR", ""))
        if not client:
            self._warn(environ)
            return
        environ["REMOTE_ADDR"] = client
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme

    def _warn(self, environ: dict[str, Any]) -> None:
        if not self._warned and environ.get("REQUEST_METHOD") == "POST":
            self._warned = True
            log.warning(
                "The proxy at %s sends no X-Forwarded-For, or the server removes it: TRUSTED_PROXIES has no effect.",
                environ.get("REMOTE_ADDR"),
            )


class Guesses:
    """Count wrong secrets by address: whoever sends many within a minute has to wait.

    Only wrong ones are limited: whoever shares an address with a guesser, as behind a proxy or a CDN, gets in with the right
    one at any time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wrong(self, address: str | None) -> int:
        """Count a wrong secret; return how many seconds to wait before the next, 0 for a mistake or two."""
        key = group(address)
        with self._lock:
            now = self._clock()
            since, count = self._wrong.pop(key, (now, 0))
            if since + MINUTE <= now:
                since, count = now, 0
            self._wrong[key] = since, count + 1
            if len(self._wrong) > CROWD:
                self._wrong.popitem(last=False)
            return int(since + MINUTE - now) + 1 if count >= WRONG_ALLOWED else 0


@lru_cache(REMEMBERED)
def group(address: str | None) -> str:
    """Return the key under which an address is counted: a whole IPv6 /64 belongs to one customer."""
    parsed = parse(address or "")
    if parsed is None:
        return address or ""
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False))
    return str(parsed)
