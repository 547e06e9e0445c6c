"""How a file looks in a message: the Bot API object of its kind."""

from __future__ import annotations

from typing import Any

from .files import File

Json = dict[str, Any]


def plain(file: File) -> Json:
    """Return the fields of a file without a picture."""
    fields: Json = {"file_id": file.id, "file_unique_id": file.unique_id}
    if file.size:
        fields["file_size"] = file.size
    return {"file_name": file.name, "mime_type": file.mime, **fields}


def describe(file: File, options: Json) -> Json:
    """Return the message field for a file: its kind and the object Telegram gives."""
    kind = file.kind
    if kind == "photo":
        return {"photo": file.sizes}
    fields = plain(file)
    numbers = {
        name: int(options[name])
        for name in ("duration", "width", "height")
        if str(options.get(name, "")).isdigit()
    }
    if kind == "document":
        return {"document": fields}
    if kind in ("audio", "voice"):
        texts = {name: options[name] for name in ("performer", "title") if options.get(name)}
        fields |= {"duration": numbers.get("duration", 0), **(texts if kind == "audio" else {})}
        if kind == "voice":
            del fields["file_name"]
        return {kind: fields}
    if kind == "video_note":
        length = int(options.get("length") or file.width or 240)
        return {
            kind: {**without_name(fields), "length": length, "duration": numbers.get("duration", 0)}
        }
    fields |= {
        "width": numbers.get("width", file.width),
        "height": numbers.get("height", file.height),
    }
    if kind == "sticker":
        kinds = {"type": "regular", "is_animated": False, "is_video": file.mime == "video/webm"}
        emoji = {"emoji": options["emoji"]} if options.get("emoji") else {}
        sized = {k: fields[k] or 512 for k in ("width", "height")}
        return {kind: {**without_name(fields), **kinds, **sized, **emoji}}
    return {kind: {**fields, "duration": numbers.get("duration", 0)}}


def without_name(fields: Json) -> Json:
    """Return a file's fields for the kinds that carry neither a name nor a type."""
    return {k: v for k, v in fields.items() if k not in ("file_name", "mime_type")}
