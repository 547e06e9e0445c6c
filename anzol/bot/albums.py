"""Albums: Telegram sends their parts as single messages, and a handler wants them together."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any, Protocol

from anzol.api.errors import Retry

# Telegram does not say how many parts there are; they come within this many seconds of each other.
QUIET = 1.2


class Stored(Protocol):
    """An update in the queue: its kind, its JSON, and when it was received in epoch seconds."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def received(self) -> float: ...


class InHand(Stored, Protocol):
    """The update that a handler runs for, which may take others of its lane along."""

    def following(self) -> Iterable[Stored]: ...
    def absorb(self, seqs: Iterable[int]) -> None: ...


def gather(work: InHand, since: float, now: float | None = None) -> list[dict[str, Any]]:
    """Return the messages of the album that this update begins; they end with it.

    Raise `Retry`, not counted as an attempt, while more may come. The parts wait in the queue, so a restart in
    between loses none; what Telegram could not deliver meanwhile comes a moment after `since`, the server's start.
    """
    parts = [(work.seq, work.received, _message(work))]
    group = parts[0][2].get("media_group_id")
    for other in work.following():
        message = _message(other)
        if message.get("media_group_id") == group:
            parts.append((other.seq, other.received, message))
    newest = max(received for _, received, _ in parts)
    rest = max(newest, since) + QUIET - (time.time() if now is None else now)
    if rest > 0:
        raise Retry(after=rest, counted=False)
    work.absorb(seq for seq, _, _ in parts[1:])
    return [message for _, _, message in parts]


def _message(stored: Stored) -> dict[str, Any]:
    update = json.loads(stored.body)
    message: dict[str, Any] = update.get(stored.kind) or {}
    return message
