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
    if file.thumbnail:  # under its old name as well, as the server writes it
        fields |= {"thumbnail": file.thumbnail, "thumb": file.thumbnail}
    name, mime = file.name, file.mime
    if file.kind == "animation" and mime == "image/gif":  # which Telegram turns into a video
        name, mime = f"{name}.mp4", "video/mp4"
    return {"file_name": name, "mime_type": mime, **fields}


def media_fields(file: File, options: Json) -> Json:
    """Return the message field for a file: its kind and the object Telegram gives.

    What was found in the file goes before what the bot says of it.
    """
    kind = file.kind
    if kind == "photo":
        return {"photo": file.sizes}
    fields = plain(file)
    if kind == "document":
        return {"document": fields}
    length = {"duration": seconds(file, options)}
    if kind == "audio":
        texts = {"performer": file.performer, "title": file.title}
        texts |= {name: str(options[name]) for name in texts if options.get(name)}
        return {kind: {**fields, **length, **{k: v for k, v in texts.items() if v}}}
    if kind == "voice":
        del fields["file_name"]
        return {kind: {**fields, **length}}
    if kind == "video_note":
        side = file.width or number(options, "length") or 240
        return {kind: {**without_name(fields), "length": side, **length}}
    shape = {side: getattr(file, side) or number(options, side) for side in ("width", "height")}
    if kind == "sticker":
        kinds = {"type": "regular", "is_animated": file.mime == "application/x-tgsticker"}
        kinds["is_video"] = file.mime == "video/webm"
        emoji = {"emoji": options["emoji"]} if options.get("emoji") else {}
        shape = {side: value or 512 for side, value in shape.items()}
        return {kind: {**without_name(fields), **kinds, **shape, **emoji}}
    return {kind: {**fields, **shape, **length}}


def live_photo(film: File, still: File) -> Json:
    """Return the message fields of a photo that moves."""
    fields = {k: v for k, v in plain(film).items() if k not in ("file_name", "thumbnail", "thumb")}
    shape = {"width": film.width, "height": film.height, "duration": seconds(film, {})}
    return {"live_photo": {"photo": still.sizes, **fields, **shape}, "photo": still.sizes}


def seconds(file: File, options: Json) -> int:
    """Return a file's duration: its own, else the one the bot gave."""
    if file.duration:
        return max(1, round(file.duration))
    return number(options, "duration")


def number(options: Json, name: str) -> int:
    """Return a whole number that a bot gave; 0 for anything else."""
    text = str(options.get(name, ""))
    return int(text) if text.isdigit() else 0


def without_name(fields: Json) -> Json:
    """Return a file's fields for the kinds that carry neither a name nor a type."""
    return {k: v for k, v in fields.items() if k not in ("file_name", "mime_type")}
