"""The connections of those who have not shown a right secret or key."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from .addresses import Proxies, group

# Connections of all strangers; the rest of waitress' thousand is for those who are known.
STRANGERS = 800
# Of one address; Telegram opens at most a hundred, and is known after the first update.
STRANGERS_EACH = 100
PEERS = 2048  # addresses that were looked at


class Strangers:
    """The connections that have not shown a right secret: of too many, the oldest that waits for nothing is closed."""

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies
        self._all: dict[Any, str] = {}  # in the order in which they came
        self._by_address: dict[str, dict[Any, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, channel: Any, peer: str) -> None:
        """Note a new connection, and make room for it."""
        # A proxy's connections belong to many clients, which cannot be told apart at this point.
        address = "" if self._proxies.believes(peer) or is_loopback(peer) else group(peer)
        self._all[channel] = address
        if len(self._all) > STRANGERS:
            drop_oldest(self._all)
        if address:
            own = self._by_address.setdefault(address, {})
            own[channel] = None
            if len(own) > STRANGERS_EACH:
                drop_oldest(own)

    def discard(self, channel: Any) -> None:
        """Forget a connection that is closed, or no longer a stranger's."""
        address = self._all.pop(channel, "")
        own = self._by_address.get(address)
        if own is not None:
            own.pop(channel, None)
            if not own:
                del self._by_address[address]


def drop_oldest(channels: Iterable[Any]) -> None:
    """Close the first of these connections that waits for nothing."""
    for channel in channels:
        if not channel.requests and not channel.will_close:
            channel.will_close = True  # the loop closes it at its next turn
            return


@lru_cache(PEERS)
def is_loopback(peer: str) -> bool:
    """Return whether a peer is this machine, or a unix socket."""
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:  # a unix socket
        return True
