"""Parsing and checking a webhook's URL and address."""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import ssl
from urllib.parse import SplitResult, quote, unquote, urlsplit

from ..api.errors import bad
from ..world.bots import Webhook
from .connection import Target

CLOUD_PORTS = {443, 80, 88, 8443}
RESERVED = [
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
INVALID = "invalid webhook URL specified"


def parse_url(text: str) -> SplitResult:
    """Return the parts of a webhook's URL. Raises Refused 400."""
    text = text.rstrip()
    text = text if "://" in text else f"https://{text}"
    text = re.sub(r"[\x00-\x20\x7f]", lambda m: quote(m[0]), text)
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise bad(INVALID) from None
    if url.scheme not in ("http", "https") or not url.hostname or port == 0:
        raise bad(INVALID)
    return url


def check_url(url: SplitResult, strict: bool) -> None:
    """Raise Refused for an address that the cloud does not deliver to."""
    if not strict:
        return
    if url.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (url.port or 443) not in CLOUD_PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def find_address(url: SplitResult, fixed: str, strict: bool) -> str:
    """Return the address to connect to, asking DNS unless it is fixed. Raises Refused 400."""
    if fixed:
        try:
            address = ipaddress.ip_address(fixed)
        except ValueError:
            raise bad("bad webhook: Invalid IP address specified") from None
    else:
        address = resolve(url.hostname or "")
    if strict and address.version == 6:
        raise bad("bad webhook: IPv6-only addresses are not allowed")
    if strict and any(address in block for block in RESERVED):
        raise bad(f"bad webhook: IP address {address} is reserved")
    return str(address)


def resolve(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Ask DNS; IPv4 is preferred. Raises Refused 400 with the resolver's text."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        text = getattr(error, "strerror", None) or "Name or service not known"
        raise bad(f"bad webhook: Failed to resolve host: {text}") from None
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return ipaddress.ip_address(str(found[0][4][0]).partition("%")[0])


def is_public(text: str) -> bool:
    """Return whether Telegram could fetch a file's URL, as far as its host says so; DNS is not asked."""
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return False
    if not is_address(host):
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))
    address = ipaddress.ip_address(host)
    return address.is_global and not any(address in block for block in RESERVED)


def is_address(host: str) -> bool:
    """Return whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def target_of(hook: Webhook) -> Target:
    """Return what deliveries need to know of a webhook."""
    url = parse_url(hook.url)
    context = None
    if url.scheme == "https":
        context = ssl.create_default_context(cadata=hook.certificate or None)
        if hook.certificate and is_address(url.hostname or ""):
            # Telegram matches the address with the certificate's common name, which Python
            # does not; the certificate itself is still the only one that is trusted.
            context.check_hostname = False
    authorization = ""
    if url.username is not None:
        pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
        authorization = base64.b64encode(pair.encode()).decode()
    return Target(url, hook.ip_address, context, hook.secret, authorization)
