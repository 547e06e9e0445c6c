"""Sticker sets: made, filled, ordered, named, deleted."""

from __future__ import annotations

import re
from typing import Any

from ...world.files import File
from ...world.media import media_fields
from ...world.stickers import StickerSet
from ..calls import Call, method
from ..errors import bad
from .chats import group
from .media import find_file

Json = dict[str, Any]
UNFIT = {
    "static": "STICKER_PNG_NOPNG",
    "animated": "STICKER_TGS_NOTGS",
    "video": "STICKER_VIDEO_NOWEBM",
}

MEMBERS_FOR_A_SET = 100
TYPES = ("regular", "mask", "custom_emoji")


@method("createNewStickerSet")
def create_new_sticker_set(call: Call) -> bool:
    """Make a sticker set with its first stickers."""
    name, title = call.get("name", ""), call.get("title", "").strip()
    check_owner(call)
    ending = f"_by_{call.bot.user['username']}".lower()
    if not re.fullmatch(r"[A-Za-z]\w{0,63}", name, re.ASCII) or "__" in name:
        raise bad("invalid sticker set name is specified")
    if not name.lower().endswith(ending):
        raise bad("invalid sticker set name is specified")
    if not 1 <= len(title) <= 64:
        raise bad("invalid sticker set title is specified")
    kind = call.get("sticker_type", "regular")
    if kind not in TYPES:
        raise bad("unsupported sticker type specified")
    new = StickerSet(name, title, kind, call.bot.id)
    given = call.get("stickers") or []
    if not 1 <= len(given) <= 50:
        raise bad("STICKERS_EMPTY" if not given else "STICKERS_TOO_MUCH")
    for one in given:
        new.put(read_sticker(call, new, one))
    call.world.stickers.add(new)
    return True


def check_owner(call: Call) -> None:
    """Raise Refused for an owner who does not exist."""
    if call.get("user_id", 0) not in call.world.people:
        raise bad("user not found")


def read_sticker(call: Call, home: StickerSet, given: Json) -> Json:
    """Return the Sticker of an InputSticker. Raises Refused 400."""
    emoji = given.get("emoji_list") or []
    if not 1 <= len(emoji) <= 20:
        raise bad("sticker emojis are not specified" if not emoji else "too many emoji specified")
    file = sticker_file(call, given.get("sticker"), str(given.get("format")))
    sticker: Json = media_fields(file, {"emoji": emoji[0]})["sticker"]
    details: Json = {"set_name": home.name, "type": home.kind}
    details["is_animated"] = given.get("format") == "animated"
    details["is_video"] = given.get("format") == "video"
    if home.kind == "mask" and given.get("mask_position"):
        details["mask_position"] = given["mask_position"]
    if home.kind == "custom_emoji":
        details["custom_emoji_id"] = str(call.world.random.randint(10**18, 9 * 10**18))
    return {**sticker, **details}


def sticker_file(call: Call, given: Any, form: str) -> File:
    """Return the file of a sticker of this format. Raises Refused 400 for one that Telegram cannot show."""
    file = find_file(call, "sticker", given)
    if file.kind != "sticker" and not file.url:
        raise bad(UNFIT.get(form, "STICKER_FILE_INVALID"))
    return file


def own_set(call: Call) -> StickerSet:
    """Return the set a call names. Raises Refused 400 when another bot made it."""
    return check_own(call, call.world.stickers.get(call.get("name", "")))


def own_sticker(call: Call, field: str = "sticker") -> tuple[StickerSet, int]:
    """Return the set of the sticker a call names, and its place there. Raises Refused 400."""
    found, index = call.world.stickers.find(call.get(field, ""))
    return check_own(call, found), index


def check_own(call: Call, found: StickerSet) -> StickerSet:
    """Return a set of the bot's own. Raises Refused 400."""
    if found.bot != call.bot.id:
        raise bad("STICKERSET_INVALID")
    return found


@method("getStickerSet")
def get_sticker_set(call: Call) -> Json:
    """Return a sticker set."""
    return call.world.stickers.get(call.get("name", "")).shown


@method("addStickerToSet")
def add_sticker_to_set(call: Call) -> bool:
    """Add a sticker at the end of a set."""
    check_owner(call)
    found = own_set(call)
    found.put(read_sticker(call, found, call.get("sticker", {})))
    return True


@method("replaceStickerInSet")
def replace_sticker_in_set(call: Call) -> bool:
    """Put a new sticker where an old one was."""
    found, index = own_sticker(call, "old_sticker")
    if found is not own_set(call):
        raise bad("STICKERSET_NOT_MODIFIED")
    found.replace(index, read_sticker(call, found, call.get("sticker", {})))
    return True


@method("setStickerPositionInSet")
def set_sticker_position(call: Call) -> bool:
    """Move a sticker within its set."""
    found, index = own_sticker(call)
    position = call.get("position", 0)
    if position < 0:
        raise bad("invalid sticker position specified")
    found.put(found.take(index), position)
    return True


@method("deleteStickerFromSet")
def delete_sticker_from_set(call: Call) -> bool:
    """Remove a sticker from its set."""
    found, index = own_sticker(call)
    found.take(index)
    return True


@method("setStickerEmojiList")
def set_sticker_emoji_list(call: Call) -> bool:
    """Set the emoji that a sticker stands for."""
    found, index = own_sticker(call)
    emoji = call.get("emoji_list") or []
    if not 1 <= len(emoji) <= 20:
        raise bad("sticker emojis are not specified" if not emoji else "too many emoji specified")
    found.replace(index, {**found.stickers[index], "emoji": emoji[0]})
    return True


@method("setStickerMaskPosition")
def set_sticker_mask_position(call: Call) -> bool:
    """Set where on a face a mask goes."""
    found, index = own_sticker(call)
    sticker = {k: v for k, v in found.stickers[index].items() if k != "mask_position"}
    place = call.get("mask_position")
    found.replace(index, {**sticker, "mask_position": place} if place else sticker)
    return True


@method("setStickerSetTitle")
def set_sticker_set_title(call: Call) -> bool:
    """Rename a sticker set."""
    found, title = own_set(call), call.get("title", "").strip()
    if not 1 <= len(title) <= 64:
        raise bad("invalid sticker set title is specified")
    found.title = title
    return True


@method("setStickerSetThumbnail")
def set_sticker_set_thumbnail(call: Call) -> bool:
    """Set or remove the picture of a sticker set."""
    found, given = own_set(call), call.get("thumbnail")
    found.thumbnail = find_file(call, "sticker", given).sizes[-1] if given else None
    return True


@method("deleteStickerSet")
def delete_sticker_set(call: Call) -> bool:
    """Delete a sticker set that this bot made."""
    call.world.stickers.remove(own_set(call).name)
    return True


@method("getCustomEmojiStickers")
def get_custom_emoji_stickers(call: Call) -> list[Json]:
    """Return the known custom emoji among the given ids."""
    found = [call.world.stickers.custom_emoji(str(n)) for n in call.get("custom_emoji_ids", [])]
    return [sticker for sticker in found if sticker]


@method("setChatStickerSet", "deleteChatStickerSet")
def set_chat_sticker_set(call: Call) -> bool:
    """Set or remove a supergroup's sticker set."""
    chat = group(call, "can_change_info")
    if chat.type != "supergroup":
        raise bad("method is available only for supergroups")
    if sum(chat.has(number) for number in chat.members) < MEMBERS_FOR_A_SET:
        raise bad("can't set supergroup sticker set")
    if call.method == "setChatStickerSet":
        chat.set(sticker_set_name=call.world.stickers.get(call.get("sticker_set_name", "")).name)
    else:
        chat.set(sticker_set_name=None)
    return True


@method("setStickerKeywords")
def set_sticker_keywords(call: Call) -> bool:
    """Set the words by which a sticker is found."""
    found, index = own_sticker(call)
    words = call.get("keywords") or []
    if len(words) > 20 or sum(map(len, words)) > 64:
        raise bad("STICKER_KEYWORDS_INVALID")
    found.keywords = {**found.keywords, found.stickers[index]["file_id"]: words}
    return True


@method("setCustomEmojiStickerSetThumbnail")
def set_custom_emoji_thumbnail(call: Call) -> bool:
    """Make a custom emoji the picture of its set."""
    found, number = own_set(call), call.get("custom_emoji_id", "")
    if found.kind != "custom_emoji":
        raise bad("STICKERSET_INVALID")
    inside = [one for one in found.stickers if one.get("custom_emoji_id") == number]
    if number and not inside:
        raise bad("DOCUMENT_INVALID")
    found.thumbnail = inside[0].get("thumbnail") if inside else None
    return True
