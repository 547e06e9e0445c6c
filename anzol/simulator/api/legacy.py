"""What the server still reads and writes of older Bot API versions, so that bots written ten years ago run."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

METHODS = {
    "kickchatmember": "banChatMember",
    "getchatmemberscount": "getChatMemberCount",
    "setstickersetthumb": "setStickerSetThumbnail",
}

# parameter: what it is called today
RENAMED = {
    "thumb": "thumbnail",
    "can_manage_voice_chats": "can_manage_video_chats",
}
STICKER_FILES = {"png_sticker": "static", "tgs_sticker": "animated", "webm_sticker": "video"}
MEDIA_RIGHTS = (
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
)
FLAT_RIGHTS = (
    "can_send_messages",
    "can_send_media_messages",
    "can_send_other_messages",
    "can_add_web_page_previews",
)
# Parameters that the methods do not name any more; a bot that sends them is not warned.
STILL_READ = frozenset(
    {
        *RENAMED,
        *STICKER_FILES,
        *FLAT_RIGHTS,
        "allow_sending_without_reply",
        "contains_masks",
        "correct_option_id",
        "custom_query_id",
        "data",
        "disable_web_page_preview",
        "edit_message",
        "emojis",
        "exclude_limited",
        "fix_ip_address",
        "mask_position",
        "method",
        "receiver_user_id",
        "reply_to_message_id",
        "sticker_format",
        "switch_pm_parameter",
        "switch_pm_text",
    }
)


def is_true(value: Any) -> bool:
    """Return a flag as the server reads it."""
    return str(value).lower() in ("true", "yes", "1")


def modernize(method: str, params: Json) -> Json:
    """Return a call's parameters under today's names; where both are given, today's count."""
    if params.keys().isdisjoint(STILL_READ):
        return params
    new = dict(params)
    for old, name in RENAMED.items():
        if old in new:
            new.setdefault(name, new[old])
    for translate in TRANSLATORS.get(method, ()):
        translate(new)
    return new


def preview(new: Json) -> None:
    """Read `disable_web_page_preview`."""
    if is_true(new.get("disable_web_page_preview")):
        new.setdefault("link_preview_options", {"is_disabled": True})


def quiz(new: Json) -> None:
    """Read `correct_option_id`, of before several answers could be right."""
    if "correct_option_id" in new:
        text = str(new["correct_option_id"])
        new.setdefault("correct_option_ids", [int(text) if text.lstrip("-").isdigit() else -1])


def score(new: Json) -> None:
    """Read `edit_message`, the opposite of today's flag."""
    if "edit_message" in new:
        new.setdefault("disable_edit_message", not is_true(new["edit_message"]))


def inline_button(new: Json) -> None:
    """Read the button over inline results."""
    if new.get("switch_pm_text"):
        start = new.get("switch_pm_parameter", "")
        new.setdefault("button", {"text": new["switch_pm_text"], "start_parameter": start})


def permissions(new: Json) -> None:
    """Read the rights of restrictChatMember that were parameters of their own."""
    given = {name: is_true(new[name]) for name in FLAT_RIGHTS if name in new}
    if given:
        new.setdefault("permissions", given)


def widen(rights: Json) -> Json:
    """Return permissions in which the one media right of before stands for today's six."""
    if "can_send_media_messages" not in rights:
        return rights
    media = dict.fromkeys(MEDIA_RIGHTS, is_true(rights["can_send_media_messages"]))
    return {**media, **rights}


def with_media(rights: Json) -> Json:
    """Return permissions with the one media right of before: it stands for any of today's six."""
    return {**rights, "can_send_media_messages": any(rights.get(name) for name in MEDIA_RIGHTS)}


def sticker_set(new: Json) -> None:
    """Read a new set's first sticker and kind."""
    sticker = old_sticker(new)
    if sticker:
        new.setdefault("stickers", [sticker])
    if is_true(new.get("contains_masks")):
        new.setdefault("sticker_type", "mask")


def added_sticker(new: Json) -> None:
    """Read the sticker that is put into a set."""
    sticker = old_sticker(new)
    if sticker:
        new.setdefault("sticker", sticker)


def old_sticker(new: Json) -> Json | None:
    """Return the InputSticker that png_sticker, tgs_sticker or webm_sticker stand for."""
    for name, kind in STICKER_FILES.items():
        if name in new:
            given = new[name]
            named = given if isinstance(given, str) else f"attach://{name}"
            sticker: Json = {"sticker": named, "format": kind}
            sticker["emoji_list"] = split_emoji(str(new.get("emojis", "")))
            if "mask_position" in new:
                sticker["mask_position"] = new["mask_position"]
            return sticker
    return None


def split_emoji(text: str) -> list[str]:
    """Split a run of emoji; joiners, variation selectors and skin tones stay with the one before."""
    found: list[str] = []
    joins = False
    for char in text:
        sticks = char in "\u200d\ufe0f\u20e3" or 0x1F3FB <= ord(char) <= 0x1F3FF
        if found and (sticks or joins):
            found[-1] += char
        elif not char.isspace():
            found.append(char)
        joins = char == "\u200d"
    return found


def uploaded_sticker(new: Json) -> None:
    """Read the file of uploadStickerFile."""
    if "png_sticker" in new:
        new.setdefault("sticker", new["png_sticker"])
        new.setdefault("sticker_format", "static")


TRANSLATORS = {
    "sendMessage": (preview,),
    "editMessageText": (preview,),
    "sendPoll": (quiz,),
    "setGameScore": (score,),
    "answerInlineQuery": (inline_button,),
    "restrictChatMember": (permissions,),
    "createNewStickerSet": (sticker_set,),
    "addStickerToSet": (added_sticker,),
    "uploadStickerFile": (uploaded_sticker,),
}

MARKUP_FIELDS = {
    "hide_keyboard": "remove_keyboard",
    "force_reply_keyboard": "force_reply",
    "personal_keyboard": "selective",
    "request_phone_number": "request_contact",
    "request_user": "request_users",
}


def modernize_markup(value: Json) -> Json:
    """Return a keyboard, or a button, with today's field names."""
    if value.keys().isdisjoint(MARKUP_FIELDS):
        return value
    new = {name: inner for name, inner in value.items() if name not in MARKUP_FIELDS}
    for old, name in MARKUP_FIELDS.items():
        if value.get(old):
            new.setdefault(name, value[old])
    return new


def with_older_fields(message: Json) -> Json:
    """Return a message with the fields that the server writes beside their successors.

    A person may send any JSON as a message: what is not of the expected shape is left as it is.
    """
    old: Json = {}
    origin, shared = message.get("forward_origin"), message.get("users_shared")
    if isinstance(origin, dict) and {"type", "date"} <= origin.keys():
        old |= forward_fields(origin)
    for name in ("new_chat_member", "left_chat_member"):
        if name in message:
            old[name.replace("member", "participant")] = message[name]
    for name in ("started", "ended", "scheduled", "participants_invited"):
        if f"video_chat_{name}" in message:
            old[f"voice_chat_{name}"] = message[f"video_chat_{name}"]
    if isinstance(shared, dict) and "request_id" in shared:
        old |= shared_fields(shared)
    return {**message, **old} if old else message


def forward_fields(origin: Json) -> Json:
    """Return what a MessageOrigin was before it was an object."""
    fields: Json = {"forward_date": origin["date"]}
    kind = origin["type"]
    if kind == "user":
        fields["forward_from"] = origin.get("sender_user")
    elif kind == "hidden_user":
        fields["forward_sender_name"] = origin.get("sender_user_name")
    else:
        fields["forward_from_chat"] = origin.get("chat" if kind == "channel" else "sender_chat")
    if kind == "channel":
        fields["forward_from_message_id"] = origin.get("message_id")
    if origin.get("author_signature"):
        fields["forward_signature"] = origin["author_signature"]
    return fields


def shared_fields(shared: Json) -> Json:
    """Return `user_shared`, and `users_shared` with its ids."""
    ids = [user["user_id"] for user in shared.get("users", [])]
    fields: Json = {"users_shared": {"user_ids": ids, **shared}}
    if len(ids) == 1:
        fields["user_shared"] = {"user_id": ids[0], "request_id": shared["request_id"]}
    return fields
