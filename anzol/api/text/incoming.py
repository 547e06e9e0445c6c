"""Incoming texts: the words that an entity covers, and whether the bot is addressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .entities import Entity, utf16_slice


def entity_text(text: str, entity: Mapping[str, Any]) -> str:
    """Return what an entity covers. Its offset counts UTF-16 units, of which an emoji has two."""
    return utf16_slice(text, entity["offset"], entity["length"])


def entities_of(message: Mapping[str, Any], *kinds: str) -> Iterator[tuple[Entity, str]]:
    """Yield the entities of a message's text or caption with their words, of all kinds or of these.

    `for entity, word in entities_of(ctx.message, "hashtag", "cashtag")`
    """
    for field, name in (("text", "entities"), ("caption", "caption_entities")):
        for entity in message.get(name) or ():
            if not kinds or entity["type"] in kinds:
                yield entity, entity_text(message.get(field) or "", entity)


def is_meant(message: Mapping[str, Any], me: Mapping[str, Any]) -> bool:
    """Return whether a message is meant for the bot `me`: in a private chat, as a reply to it, or by its name.

    A command counts when it names the bot or nobody.
    """
    if (message.get("chat") or {}).get("type") == "private":
        return True
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    if answered.get("id") == me["id"]:
        return True
    name = "@" + str(me.get("username", "")).lower()
    for entity, word in entities_of(message, "mention", "text_mention", "bot_command"):
        if entity["type"] == "text_mention":
            meant = (entity.get("user") or {}).get("id") == me["id"]
        elif entity["type"] == "mention":
            meant = word.lower() == name
        else:
            meant = "@" not in word or word.lower().endswith(name)
        if meant:
            return True
    return False
