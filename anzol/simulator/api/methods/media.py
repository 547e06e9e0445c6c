"""Messages with files: photos, documents, albums; getFile."""

from __future__ import annotations

from typing import Any

from ...delivery.targets import is_public
from ...world.files import File
from ...world.images import image_size
from ...world.media import describe, plain
from ...world.posting import post_from_bot
from ..calls import Call, method
from ..errors import bad
from ..params import Upload
from ..texts import read_caption
from .sending import check_rights, name_mentions, read_common, send

Json = dict[str, Any]

PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024
KINDS = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
    "sendLivePhoto": "photo",
}
FLAGS = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}


@method(*KINDS)
def send_file(call: Call) -> Json:
    kind = KINDS[call.method]
    chat = call.chat()
    content = read_caption(call.arguments) if kind not in ("video_note", "sticker") else {}
    media = file_content(call, kind, call.get(kind), call.arguments)
    flags = {field: True for name, field in FLAGS.items() if call.get(name)}
    return send(call, {**media, **content, **flags}, chat)


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[Json]:
    chat, items = call.chat(), call.get("media", [])
    if not 2 <= len(items) <= 10:
        raise bad("media group must include 2-10 items")
    kinds = {str(item.get("type")) for item in items}
    if not kinds <= {"photo", "video", "document", "audio", "live_photo"}:
        raise bad("media type can't be used in a media group")
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad("document can't be mixed with other media types")
    contents = [input_media(call, item) for item in items]
    group = {"media_group_id": str(call.world.random.randint(10**16, 10**17 - 1))}
    check_rights(call, chat, contents[0])
    if call.world.options.flood:
        call.world.flood.count(call.bot.id, chat, len(contents))
    common = read_common(call, chat)
    contents = [{**common, **group, **name_mentions(call, content)} for content in contents]
    return [post_from_bot(call.world, call.bot, chat, content) for content in contents]


@method("sendPaidMedia")
def send_paid_media(call: Call) -> Json:
    items = [input_media(call, item) for item in call.get("media", [])]
    shown = [
        {"type": kind, kind: item[kind]}
        for item in items
        for kind in ("photo", "video")
        if kind in item
    ]
    if not 1 <= len(shown) <= 10:
        raise bad("paid media must include 1-10 photos or videos")
    if call.get("star_count", 0) <= 0:
        raise bad("invalid media price specified")
    paid = {"star_count": call.get("star_count"), "paid_media": shown}
    chat = call.chat()
    above = {"show_caption_above_media": True} if call.get("show_caption_above_media") else {}
    sent = send(call, {"paid_media": paid, **read_caption(call.arguments), **above}, chat)
    chat.extra(sent["message_id"])["paid_media_payload"] = call.get("payload", "")
    return sent


def input_media(call: Call, item: Json) -> Json:
    """Return the message content of an InputMedia. Raises Refused."""
    kind = str(item.get("type", ""))
    kind = {"live_photo": "photo"}.get(kind, kind)
    if kind not in KINDS.values():
        raise bad(f"unsupported media type {kind}" if kind else "media type is not specified")
    content = file_content(call, kind, item.get("media"), item)
    flags = {field: True for name, field in FLAGS.items() if item.get(name)}
    return {**content, **read_caption(item), **flags}


def file_content(call: Call, kind: str, value: Any, options: Json) -> Json:
    """Return the message field of a file that is uploaded, known by its id, or at an address."""
    file = find_file(call, kind, value)
    content = describe(file, options)
    if kind == "animation":
        content["document"] = plain(file)
    if kind == "sticker":
        content["sticker"] |= call.world.stickers.details(file.id)
    return content


def find_file(call: Call, kind: str, value: Any) -> File:
    """Return the file a parameter names. Raises Refused with Telegram's texts."""
    if isinstance(value, str) and value.startswith("attach://"):
        value = call.files.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        return store(call, kind, value)
    if not isinstance(value, str) or not value:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if value.startswith(("http://", "https://")):
        if call.world.options.strict and not is_public(value):
            raise bad("wrong HTTP URL specified")
        return call.world.files.add_url(kind, value)
    known = call.world.files.get(value)
    if known is None:
        raise bad("wrong remote file identifier specified: Wrong string length")
    if known.kind != kind and "photo" in (known.kind, kind):
        raise bad(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def store(call: Call, kind: str, upload: Upload) -> File:
    """Keep an uploaded file. Raises Refused for one that Telegram would not take."""
    size = upload.size
    if size == 0:
        raise bad("file must be non-empty")
    if call.world.options.strict and size > UPLOAD_LIMIT:
        raise bad("file is too big")
    upload.stream.seek(0)
    pixels = image_size(upload.stream.read(65_536))
    if kind == "photo":
        check_photo(size, pixels)
    return call.world.files.add(
        kind, upload.name, upload.content_type, upload.stream, pixels or (0, 0)
    )


def check_photo(size: int, pixels: tuple[int, int] | None) -> None:
    """Refuse what cannot be a photo."""
    if size > PHOTO_LIMIT:
        raise bad("file is too big for a photo; the maximum size is 10 MB")
    if pixels is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = pixels
    if width + height > 10_000 or max(pixels) > 20 * max(1, min(pixels)):
        raise bad("PHOTO_INVALID_DIMENSIONS")


@method("getFile")
def get_file(call: Call) -> Json:
    file_id = call.get("file_id")
    if not file_id:
        raise bad("file_id not specified")
    file = call.world.files.get(file_id)
    if file is None:
        raise bad("invalid file_id")
    if call.world.options.strict and file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    found: Json = {"file_id": file_id, "file_unique_id": file.unique_id}
    if file.path:
        found |= {"file_size": file.size, "file_path": file.path}
    return found


@method("uploadStickerFile")
def upload_sticker_file(call: Call) -> Json:
    file = find_file(call, "sticker", call.get("sticker"))
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
