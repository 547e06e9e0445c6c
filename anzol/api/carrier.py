"""What a bot's calls go through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol


class Carrier(Protocol):
    """What carries calls to a Bot API server: `Transport` over HTTP, the test client in the same process.

    `round_trip` is the seconds that the network alone takes there and back at least.
    """

    @property
    def round_trip(self) -> float: ...
    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any: ...
    def download(self, file_path: str) -> Iterator[bytes]: ...
