"""Recalls: the calls that delete what a batch has sent, or change what it says."""

from __future__ import annotations

from collections.abc import Iterator

from anzol.api.limits import BULK
from anzol.api.methods import schema

from .outbox import Outbox
from .push import Push


def recalls(outbox: Outbox, batch: str, text: str | None) -> Iterator[Push]:
    """Yield the deletion, or the change to `text` in HTML, of each message of a push that allows it."""
    for one in outbox.sent(batch):
        change = change_of(one.method)
        if text is None:
            for message in one.messages:
                to = {"chat_id": one.chat, "message_id": message}
                yield Push("deleteMessage", to, priority=BULK)
        elif change is not None and one.messages:
            method, name = change
            # An album's caption is its first message's.
            to = {"chat_id": one.chat, "message_id": one.messages[0]}
            yield Push(method, {**to, name: text, "parse_mode": "HTML"}, priority=BULK)


def change_of(method: str) -> tuple[str, str] | None:
    """Return the method that changes what a method has sent, and its parameter; None for a sticker or the like."""
    params = schema()["methods"][method]["params"]
    if "text" in params:
        return "editMessageText", "text"
    if "caption" in params or method == "sendMediaGroup":
        return "editMessageCaption", "caption"
    return None
