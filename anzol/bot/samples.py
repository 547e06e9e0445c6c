"""Sample updates, to find out which handlers would take them."""

from __future__ import annotations

from typing import Any

from .filters import read_query

ANY = "‽"  # a text that hardly any handler expects: one that takes it takes all
ALBUM_FIELDS = ("photo", "video", "document", "audio")


def message(kind: str = "message", **fields: Any) -> dict[str, Any]:
    """Return an update with a message."""
    user = {"id": 1, "is_bot": False, "first_name": "?"}
    chat = {"id": 1, "type": "private"}
    return {
        "update_id": 0,
        kind: {"message_id": 1, "date": 0, "chat": chat, "from": user, **fields},
    }


def press(data: str) -> dict[str, Any]:
    """Return an update with a press on a button."""
    shown = message(text=ANY)["message"]
    query = {"id": "0", "from": shown["from"], "chat_instance": "0", "message": shown}
    return {"update_id": 0, "callback_query": {**query, "data": data}}


def inline(query: str) -> dict[str, Any]:
    """Return an update with an inline query."""
    user = message()["message"]["from"]
    return {"update_id": 0, "inline_query": {"id": "0", "from": user, "query": query, "offset": ""}}


def event(topic: str, kind: str) -> dict[str, Any]:
    """Return an event of a topic."""
    return {"event": {"id": "0", "topic": topic, "type": kind or ANY, "payload": {}}}


def albums() -> list[dict[str, Any]]:
    """Return an album part of each sort."""
    parts: list[dict[str, Any]] = [{field: {}} for field in ALBUM_FIELDS]
    return [message(media_group_id="0", **part) for part in parts]


def of_query(query: str) -> list[dict[str, Any]]:
    """Return an update for each part of an `on()` query."""
    found = []
    for part in query.split():
        kinds, fields, entity = read_query(part)
        found += [_with(kind, fields, entity) for kind in sorted(kinds)]
    return found


def _with(kind: str, fields: list[str], entity: str) -> dict[str, Any]:
    value: Any = ANY if fields[-1:] in (["text"], ["caption"]) else {}
    for field in reversed(fields[1:]):
        value = {field: value}
    inner = {fields[0]: value} if fields else {}
    if entity:
        inner = {"text": ANY, "entities": [{"type": entity, "offset": 0, "length": 1}]}
    return message(kind, **inner)
