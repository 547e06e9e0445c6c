"""What people send: texts with entities, pictures, files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from anzol.api.text import find_entities
from anzol.simulator.world.media import media_fields
from anzol.simulator.world.world import World

from .pictures import picture

Json = dict[str, Any]
UNKNOWN = "application/octet-stream"  # the simulator looks at the name and into the file


def written(name: str, text: str) -> Json:
    """Return a text or caption as the fields of a message, with the entities that Telegram finds."""
    if not text:
        return {}
    entities = find_entities(text, [])
    field = "entities" if name == "text" else "caption_entities"
    return {name: text} | ({field: entities} if entities else {})


def photo(world: World, caption: str, size: tuple[int, int], content: bytes = b"") -> Json:
    """Return a picture of that size in pixels as the fields of a message."""
    stream = BytesIO(content or picture(*size))
    file = world.files.add("photo", "photo.png", UNKNOWN, stream, size=size)
    return {**media_fields(file, {}), **written("caption", caption)}


def document(world: World, name: str, content: bytes, caption: str, fields: Json) -> Json:
    """Return a file as the fields of a message; `fields` are those of its Document."""
    shown = media_fields(world.files.add("document", name, UNKNOWN, BytesIO(content)), {})
    return {"document": shown["document"] | fields, **written("caption", caption)}
