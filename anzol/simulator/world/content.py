"""What a message says, apart from who said it and when."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

COPIED = [
    "text",
    "entities",
    "caption",
    "caption_entities",
    "live_photo",
    "photo",
    "document",
    "video",
    "animation",
    "audio",
    "voice",
    "video_note",
    "sticker",
    "location",
    "venue",
    "contact",
    "dice",
    "poll",
    "game",
    "paid_media",
    "has_media_spoiler",
    "link_preview_options",
    "show_caption_above_media",
]


def copied(original: Json) -> Json:
    """Return a message's content; empty for a service message."""
    return {field: original[field] for field in COPIED if field in original}


def forwarded(original: Json) -> Json:
    """Return a message's content with its origin."""
    return {**copied(original), "forward_origin": origin_of(original)}


def origin_of(original: Json) -> Json:
    """Return the MessageOrigin a forwarded message shows."""
    if "forward_origin" in original:
        origin: Json = original["forward_origin"]
        return origin
    if "from" in original:
        return {"type": "user", "sender_user": original["from"], "date": original["date"]}
    return {
        "type": "channel",
        "chat": original["chat"],
        "message_id": original["message_id"],
        "date": original["date"],
    }
