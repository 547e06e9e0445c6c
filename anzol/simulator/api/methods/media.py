"""Messages with files: photos, documents, albums; getFile."""

from __future__ import annotations

from typing import IO, Any

from ...delivery.targets import is_public
from ...probe import Found, look
from ...probe.scaling import Broken
from ...world.files import File
from ...world.media import live_photo, media_fields, number, plain
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
}
UNSCALED = "the photo keeps its bytes, in all its sizes: pip install Pillow, and it is scaled"
FLAGS = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}


@method(*KINDS)
def send_file(call: Call) -> Json:
    """Send a file as the kind that the method names, or as what it turns out to be."""
    kind = KINDS[call.method]
    chat = call.chat()
    content = read_caption(call.arguments) if kind not in ("video_note", "sticker") else {}
    media = file_content(call, kind, call.get(kind), call.arguments)
    flags = {field: True for name, field in FLAGS.items() if call.get(name)}
    return send(call, {**media, **content, **flags}, chat)


@method("sendLivePhoto")
def send_live_photo(call: Call) -> Json:
    """Send a photo with the film that it moves by."""
    chat = call.chat()
    content = read_caption(call.arguments)
    media = moving_photo(call, call.get("live_photo"), call.get("photo"))
    flags = {field: True for name, field in FLAGS.items() if call.get(name)}
    return send(call, {**media, **content, **flags}, chat)


def moving_photo(call: Call, film: Any, still: Any) -> Json:
    """Return the message fields of a film and the photo that it moves."""
    moving = find_file(call, "video", film)
    if moving.kind not in ("video", "animation"):
        raise bad("there is no live photo in the request")
    return live_photo(moving, find_file(call, "photo", still))


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[Json]:
    """Send an album of 2 to 10 files that go together."""
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
    common = read_common(call, chat)
    contents = [{**common, **group, **name_mentions(call, content)} for content in contents]
    return [post_from_bot(call.world, call.bot, chat, content) for content in contents]


@method("sendPaidMedia")
def send_paid_media(call: Call) -> Json:
    """Send photos and videos that are bought with Stars."""
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
    if kind not in (*KINDS.values(), "live_photo"):
        raise bad(f"unsupported media type {kind}" if kind else "media type is not specified")
    if kind == "live_photo":
        content = moving_photo(call, item.get("media"), item.get("photo"))
    else:
        content = file_content(call, kind, item.get("media"), item)
    flags = {field: True for name, field in FLAGS.items() if item.get(name)}
    return {**content, **read_caption(item), **flags}


def file_content(call: Call, kind: str, value: Any, options: Json) -> Json:
    """Return the message field of a file that is uploaded, known by its id, or at an address."""
    file = find_file(call, kind, value, options)
    content = media_fields(file, options)
    if file.kind == "animation":
        content["document"] = plain(file)
    if file.kind == "sticker":
        content["sticker"] |= call.world.stickers.details(file.id)
    if file.kind == "video":
        content["video"] |= opening(call, options)
    return content


def opening(call: Call, options: Json) -> Json:
    """Return how a film is shown before it plays: its cover, and the second that it starts at."""
    cover, second = options.get("cover"), number(options, "start_timestamp")
    shown: Json = {"cover": find_file(call, "photo", cover).sizes} if cover else {}
    return {**shown, "start_timestamp": second} if second else shown


def find_file(call: Call, kind: str, value: Any, options: Json | None = None) -> File:
    """Return the file a parameter names. Raises Refused with Telegram's texts."""
    value = attached(call, value)
    if isinstance(value, Upload):
        return store(call, kind, value, options or {})
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


def attached(call: Call, value: Any) -> Any:
    """Return the uploaded file that `attach://name` stands for; anything else as it is."""
    if isinstance(value, str) and value.startswith("attach://"):
        return call.files.get(value.removeprefix("attach://"))
    return value


def store(call: Call, kind: str, upload: Upload, options: Json) -> File:
    """Keep an uploaded file. Raises Refused for one that Telegram would not take."""
    size = upload.size
    if size == 0:
        raise bad("file must be non-empty")
    if call.world.options.strict and size > UPLOAD_LIMIT:
        raise bad("file is too big")
    files = call.world.files
    if kind == "photo":
        check_photo(size, upload.stream)
        if not files.scales:
            call.warnings.append(UNSCALED)
    small = attached(call, options.get("thumbnail", options.get("thumb")))
    thumbnail = small.stream if isinstance(small, Upload) and small.size else None
    try:
        return files.add(kind, upload.name, upload.content_type, upload.stream, thumbnail)
    except Broken:
        raise bad("IMAGE_PROCESS_FAILED") from None


def check_photo(size: int, stream: IO[bytes]) -> None:
    """Refuse what cannot be a photo."""
    if size > PHOTO_LIMIT:
        raise bad("file is too big for a photo; the maximum size is 10 MB")
    found = look(stream)
    if not found.is_image:
        raise bad("IMAGE_PROCESS_FAILED")
    check_shape(found)


def check_shape(found: Found) -> None:
    """Refuse a picture that is too large or too narrow for a photo, whoever sends it."""
    width, height = found.width, found.height
    if width + height > 10_000 or max(width, height) > 20 * max(1, min(width, height)):
        raise bad("PHOTO_INVALID_DIMENSIONS")


@method("getFile")
def get_file(call: Call) -> Json:
    """Return where a file is downloaded, and its size."""
    file_id = call.get("file_id")
    if not file_id:
        raise bad("file_id not specified")
    file = call.world.files.exact(file_id)
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
    """Keep a file for a sticker set to come."""
    file = find_file(call, "sticker", call.get("sticker"))
    if file.kind != "sticker":
        raise bad("STICKER_FILE_INVALID")
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
