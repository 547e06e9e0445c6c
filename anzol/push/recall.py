"""Recalls: the calls that delete what a batch has sent, or change what it says."""

from __future__ import annotations

from collections.abc import Iterator

from anzol.api.limits import BULK
from anzol.api.methods import schema

from .outbox import Outbox
from .push import Push

TEXT, CAPTION = ("editMessageText", "text"), ("editMessageCaption", "caption")


def recalls(outbox: Outbox, batch: str, text: str | None) -> Iterator[Push]:
    """Yield the deletion, or the change to `text` in HTML, of each message of a push that allows it."""
    for one in outbox.sent(batch):
        if text is None:
            for message in one.messages:
                to = {"chat_id": one.chat, "message_id": message}
                yield Push("deleteMessage", to, priority=BULK)
        elif one.messages:
            # An album's caption is its first message's.
            to = {"chat_id": one.chat, "message_id": one.messages[0]}
            change: Push | None = None
            for method, name in reversed(changes_of(one.method)):
                params = {**to, name: text, "parse_mode": "HTML"}
                change = Push(method, params, priority=BULK, otherwise=change)
            if change is not None:
                yield change


def changes_of(method: str) -> tuple[tuple[str, str], ...]:
    """Return the methods that change what a method has sent, each with its parameter; none for a sticker or the like.

    Of a copy nobody knows whether it is a text or has a caption: the second is for what the first does not fit.
    """
    params = schema()["methods"][method]["params"]
    if method == "copyMessage":
        return TEXT, CAPTION
    if "text" in params:
        return (TEXT,)
    return (CAPTION,) if "caption" in params or method == "sendMediaGroup" else ()
