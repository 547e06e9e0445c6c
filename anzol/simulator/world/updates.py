"""A bot's stored updates: numbers, queues, lifetimes, limits; shared by webhook and getUpdates."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import Any

# Without a state: forked workers do not share it, and no seed of the program's is used up.
RANDOM = SystemRandom()

# Telegram's own limits for one bot; beyond them new updates are lost.
MAX_UPDATES = 100_000
MAX_BYTES = 128 * 1024 * 1024
MAX_UPDATE_BYTES = 512 * 1024
DAY = 86_400

OPT_IN = {"chat_member", "message_reaction", "message_reaction_count"}

# kind: (what its queue is counted by, the queue's own name, seconds to live)
QUEUES: dict[str, tuple[str, str, int]] = {
    "message": ("chat", "", DAY),
    "edited_message": ("chat", "", DAY),
    "channel_post": ("chat", "", DAY),
    "edited_channel_post": ("chat", "", DAY),
    "business_message": ("chat", "business", DAY),
    "edited_business_message": ("chat", "business", DAY),
    "deleted_business_messages": ("chat", "business", DAY),
    "guest_message": ("chat", "guest", DAY),
    "callback_query": ("from", "callback_query", 150),
    "inline_query": ("from", "inline_query", 30),
    "chosen_inline_result": ("from", "chosen_inline_result", 600),
    "shipping_query": ("from", "checkout", 150),
    "pre_checkout_query": ("from", "checkout", 150),
    "my_chat_member": ("chat", "my_chat_member", DAY),
    "chat_member": ("from", "chat_member", DAY),
    "chat_join_request": ("from", "chat_member", DAY),
    "chat_boost": ("chat", "boost", DAY),
    "removed_chat_boost": ("chat", "boost", DAY),
    "message_reaction": ("chat", "reaction", DAY),
    "message_reaction_count": ("chat", "reaction_count", DAY),
    "business_connection": ("user", "business_connection", DAY),
    "purchased_paid_media": ("from", "purchased_paid_media", DAY),
    "managed_bot": ("user", "managed_bot", DAY),
    "subscription": ("user", "subscription", DAY),
    "stopped_message_generation": ("chat", "stopped_message_generation", DAY),
    "poll": ("id", "poll", DAY),
    "poll_answer": ("poll_id", "poll", DAY),
}
KINDS = frozenset(QUEUES)


@dataclass(slots=True)
class Update:
    """One stored update; `body` is what is sent, byte for byte, at every attempt."""

    id: int
    kind: str
    queue: str
    body: bytes
    expires: float
    attempts: int = 0
    delay: int = 1


def queue_of(kind: str, payload: Any) -> str:
    """Name the queue an update waits in: inside one, strictly one at a time."""
    field, name, _ = QUEUES.get(kind, ("chat", "", DAY))
    subject = payload.get(field) if isinstance(payload, dict) else None
    number = subject.get("id") if isinstance(subject, dict) else subject
    if name == "poll":
        return f"poll:{number}"
    scope = "chat" if field == "chat" else "user"
    return f"{scope}:{number}/{name}" if name else f"{scope}:{number}"


class UpdateQueue:
    """A bot's updates in order of their numbers. The world's lock guards it."""

    def __init__(self) -> None:
        self.changed: Callable[[int], None] = lambda number: None
        self.stored: dict[int, Update] = {}
        self.bytes = 0
        self.next_id = RANDOM.randint(2_000_001, 1_000_000_000)

    def __len__(self) -> int:
        return len(self.stored)

    def push(self, kind: str, payload: Any, now: float) -> Update | None:
        """Store an update and return it; `None` when the queue is full or the update too large."""
        data = json.dumps(payload, separators=(",", ":"))
        body = f'{{"update_id":{self.next_id},\n"{kind}":{data}}}'.encode()
        full = len(self.stored) >= MAX_UPDATES or self.bytes + len(body) > MAX_BYTES
        if full or len(body) > MAX_UPDATE_BYTES:
            return None
        lifetime = QUEUES.get(kind, ("", "", DAY))[2]
        update = Update(self.next_id, kind, queue_of(kind, payload), body, now + lifetime)
        self.next_id += 1
        self.put(update)
        return update

    def put(self, update: Update) -> None:
        """Store a made update."""
        self.stored[update.id] = update
        self.bytes += len(update.body)
        self.changed(update.id)

    def remove(self, update_id: int) -> Update | None:
        """Forget an update; `None` when it is gone already."""
        update = self.stored.pop(update_id, None)
        if update:
            self.bytes -= len(update.body)
            self.changed(update_id)
        return update

    def clear(self) -> None:
        """Forget all."""
        for update_id in list(self.stored):
            self.remove(update_id)

    def expired(self, now: float) -> list[Update]:
        """Return the expired updates."""
        return [update for update in self.stored.values() if update.expires <= now]


class Causes:
    """Which update a call about a chat or a query most likely answers: the newest about it."""

    KEPT = 10_000  # subjects; the oldest go first

    def __init__(self) -> None:
        self._updates: dict[int | str, int] = {}

    def note(self, update: Update, payload: Any) -> None:
        """Remember what an update is about."""
        if not isinstance(payload, dict):
            return
        message = payload.get("message")
        chat = payload.get("chat") or (message.get("chat") if isinstance(message, dict) else None)
        subject = chat or payload.get("from") or payload.get("user")
        if isinstance(subject, dict) and isinstance(subject.get("id"), int | str):
            self._updates[subject["id"]] = update.id
        if isinstance(payload.get("id"), str):
            self._updates[payload["id"]] = update.id
        while len(self._updates) > self.KEPT:
            del self._updates[next(iter(self._updates))]

    def find(self, subject: int | str) -> int | None:
        """Return the newest update about a chat, a person or a query."""
        return self._updates.get(subject)
