"""What a person's message says: text, files, places, contacts, polls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anzol.api.text import find_entities

from ..api.errors import bad
from ..api.methods.media import check_shape
from ..api.methods.messages import DICE
from ..api.methods.polls import new_poll
from ..api.params import Upload
from ..probe import look
from ..probe.scaling import Broken
from ..world.content import forwarded
from ..world.files import FOLDERS, File
from ..world.media import media_fields
from ..world.previews import with_preview
from ..world.world import World
from .routes import UserRequest

Json = dict[str, Any]


def read_contents(req: UserRequest) -> list[Json]:
    """Return the content of each message to send. Raises Refused 400 when there is none."""
    files = [media_fields(file, req.fields) for file in read_files(req)]
    if files:
        if len(files) > 10:
            raise bad("an album has at most 10 files")
        return files
    for field, read in OTHERS.items():
        if req.get(field):
            return [read(req, field)]
    text = str(req.get("text") or "").strip()
    if not text:
        raise bad("nothing to send: give text, a file or another content")
    if len(text) > 4096:
        raise bad("message is too long")
    entities = find_entities(text, req.value("entities", "[MessageEntity]") or [])
    content: Json = {"text": text, "entities": entities} if entities else {"text": text}
    return [with_preview(content, None)]


def read_plain(req: UserRequest, field: str) -> Json:
    """Return a content that is one field of the Message, as it is given."""
    return {field: req.value(field, PLAIN[field])}


def read_venue(req: UserRequest, field: str) -> Json:
    """Return a venue, and its location beside it."""
    venue = req.value(field, "Venue")
    return {"venue": venue, "location": venue["location"]}


def read_contact(req: UserRequest, field: str) -> Json:
    """Return a contact: the sender's own unless it says whose."""
    return {"contact": {"user_id": req.person["id"], **req.value(field, "Contact")}}


def read_dice(req: UserRequest, field: str) -> Json:
    """Throw the dice."""
    emoji = str(req.get(field))
    if emoji not in DICE:
        raise bad(f"dice is one of {' '.join(DICE)}")
    return {"dice": {"emoji": emoji, "value": req.world.random.randint(1, DICE[emoji])}}


def read_poll(req: UserRequest, field: str) -> Json:
    """Return a new poll; its options may be plain texts."""
    given = req.object(field)
    if not isinstance(given.get("options"), list):
        raise bad("a poll has a question and options, a list of texts")
    return {"poll": new_poll(req.world, given)}


def read_message(req: UserRequest, field: str) -> Json:
    """Return any fields of a Message, unchecked, but not which message it is."""
    return {k: v for k, v in req.object(field).items() if k not in IDENTITY}


def read_forward(req: UserRequest, field: str) -> Json:
    """Return the content of a forwarded message."""
    inner = UserRequest(req.world, {**req.fields, **req.object(field)})
    return forwarded(inner.message(inner.chat))


IDENTITY = ("message_id", "date", "chat")
PLAIN = {
    "location": "Location",
    "web_app_data": "WebAppData",
    "users_shared": "UsersShared",
    "chat_shared": "ChatShared",
}
OTHERS: dict[str, Callable[[UserRequest, str], Json]] = {
    "message": read_message,
    **dict.fromkeys(PLAIN, read_plain),
    "venue": read_venue,
    "contact": read_contact,
    "dice": read_dice,
    "poll": read_poll,
    "forward": read_forward,
}


def read_files(req: UserRequest) -> list[File]:
    """Store the uploaded files and look up those named by their id."""
    world, found = req.world, []
    for kind in FOLDERS:
        for given in req.files.get(kind, ()):
            found.append(stored(world, kind, given))
        value = req.get(kind)
        if isinstance(value, str) and value:
            known = world.files.get(value)
            if known is None:
                raise bad(f"{kind} is a file_id or an uploaded file")
            found.append(known)
    return found


def stored(world: World, kind: str, given: Upload) -> File:
    """Store an uploaded file; a photo that is not a picture is sent as a file, as apps do. Raises Refused 400."""
    rest = given.name, given.content_type, given.stream
    if kind == "photo":
        found = look(given.stream)
        if found.is_image:
            check_shape(found)
        else:
            kind = "document"
    try:
        return world.files.add(kind, *rest)
    except Broken:
        return world.files.add("document", *rest)


def read_caption(req: UserRequest) -> Json:
    """Return the caption with its entities."""
    text = str(req.get("caption") or "").strip()
    if not text:
        return {}
    entities = find_entities(text, req.value("caption_entities", "[MessageEntity]") or [])
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}
