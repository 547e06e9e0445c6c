"""Profile photos: the bot's own, and what users have."""

from __future__ import annotations

from typing import Any

from ...probe import look, scaling
from ...world.files import File
from ..calls import Call, method
from ..errors import bad
from ..params import Upload
from .media import attached, check_photo, find_file

Json = dict[str, Any]

KINDS = {"static": "photo", "animated": "animation"}


@method("setMyProfilePhoto")
def set_my_profile_photo(call: Call) -> bool:
    """Set the bot's profile photo, an uploaded one."""
    file = profile_photo(call, call.get("photo") or {})
    call.bot.set(photos=[file.id, *call.bot.settings.get("photos", [])])
    return True


def profile_photo(call: Call, given: Json) -> File:
    """Store an InputProfilePhoto. Raises Refused."""
    kind = KINDS.get(str(given.get("type")))
    if kind is None:
        raise bad("invalid profile photo type specified")
    if not str(given.get(kind, "")).startswith("attach://"):
        raise bad("profile photo must be uploaded as a file")
    if kind == "photo":
        return square_photo(call, attached(call, given[kind]))
    return find_file(call, kind, given[kind])


def square_photo(call: Call, upload: Any) -> File:
    """Store an uploaded picture as the photo of a person, bot or group. Raises Refused."""
    if not upload:
        raise bad("there is no photo in the request")
    if not isinstance(upload, Upload):
        raise bad("photo must be uploaded as an InputFile")
    check_photo(upload.size, upload.stream)
    found = look(upload.stream)
    if min(found.width, found.height) < scaling.SQUARE[0]:
        raise bad("PHOTO_CROP_SIZE_SMALL")
    try:
        return call.world.files.add_photo(upload.name, upload.stream, scaling.SQUARE)
    except scaling.Broken:
        raise bad("IMAGE_PROCESS_FAILED") from None


@method("removeMyProfilePhoto")
def remove_my_profile_photo(call: Call) -> bool:
    """Remove the bot's newest profile photo."""
    call.bot.set(photos=[*call.bot.settings.get("photos", [])][1:])
    return True


@method("getUserProfilePhotos")
def get_user_profile_photos(call: Call) -> Json:
    """Return somebody's profile photos, the newest first, each in its sizes."""
    number = call.get("user_id", 0)
    if number not in call.world.people and number not in call.world.bots:
        raise bad("user not found")
    bot = call.world.bots.get(number)
    ids = bot.settings.get("photos", []) if bot else call.world.account(number).photos
    files = [call.world.files.get(file_id) for file_id in ids]
    photos = [file.sizes for file in files if file]
    offset = max(0, call.get("offset", 0))
    limit = min(max(1, call.get("limit", 100)), 100)
    return {"total_count": len(photos), "photos": photos[offset : offset + limit]}
