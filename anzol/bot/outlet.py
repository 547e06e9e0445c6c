"""What a handler may have the server do later: messages to others, and runs of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from anzol.api.moments import When

# The messages of a reply: each a method and its parameters, without the chat's.
Calls = list[tuple[str, dict[str, Any]]]


class Outlet(Protocol):
    """Takes what is stored together with the end of this run: all of it, or nothing when the run fails."""

    def now(self) -> float:
        """Return the time in epoch seconds."""

    def send(self, calls: Calls, *, due: float | None = None, ttl: float | None = None) -> str:
        """Make calls that name their chats, before what many are told; return the batch's name."""

    def later(self, when: When, method: str, params: dict[str, Any]) -> str:
        """Make one call later; return the batch's name."""

    def broadcast(
        self,
        text: Any,
        topic: str,
        chats: Sequence[int | str],
        *,
        due: float | None,
        ttl: float | None,
    ) -> str:
        """Send one message to the subscribers of a topic, or to chats; return the batch's name."""

    def cancel(self, batch: str) -> None:
        """Cancel the tasks of a batch that wait."""

    def tell_all(
        self,
        to: Sequence[int | str],
        calls: Mapping[str, Calls],
        *,
        due: float | None = None,
        ttl: float | None = None,
    ) -> str:
        """Send messages to chats and, as `topic:name`, to the subscribers of topics; return the batch's name.

        `calls` has the messages by language, the first for whoever reads none of them. `due` in epoch seconds, None for
        now; `ttl` in seconds from then.
        """

    def put(
        self,
        kind: str,
        key: str,
        lane: str,
        body: Mapping[str, Any],
        after: float = 0.0,
        batch: str = "",
    ) -> None:
        """Have an update of our own run `after` seconds, once for each `key`."""
