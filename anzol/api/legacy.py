"""Names that Telegram has replaced and its server still reads: what is written today instead.

Bots get them as hints, since the library takes today's names only; the simulator reads the old ones as the server does.
"""

from __future__ import annotations

METHODS = {
    "kickChatMember": "banChatMember",
    "getChatMembersCount": "getChatMemberCount",
    "setStickerSetThumb": "setStickerSetThumbnail",
}
# Parameters and fields with the same values under another name.
RENAMED = {
    "thumb": "thumbnail",
    "can_manage_voice_chats": "can_manage_video_chats",
}
# The rights of restrictChatMember, which were parameters of their own.
FLAT_RIGHTS = (
    "can_send_messages",
    "can_send_media_messages",
    "can_send_other_messages",
    "can_add_web_page_previews",
)
# Rights that the server still writes beside today's: who reads a chat's rights may send them back as they came.
STILL_WRITTEN = frozenset({"can_send_media_messages", "can_manage_voice_chats"})
# One parameter for each sort of sticker, and what the sort is called today.
STICKER_FILES = {"png_sticker": "static", "tgs_sticker": "animated", "webm_sticker": "video"}
STICKER = 'sticker={"sticker": ..., "format": "static", "emoji_list": [...]}'
# A parameter of old, and what is written today instead. It begins with today's parameter: where a method knows that
# one, the hint is for it. Several lines are for several methods.
SUCCESSORS: dict[str, tuple[str, ...]] = {
    **{old: (f"{new}=...",) for old, new in RENAMED.items()},
    **{name: (f'permissions={{"{name}": ...}}',) for name in FLAT_RIGHTS},
    **{name: (STICKER, f"stickers=[{STICKER.partition('=')[2]}]") for name in STICKER_FILES},
    "reply_to_message_id": ('reply_parameters={"message_id": ...}',),
    "allow_sending_without_reply": (
        'reply_parameters={"message_id": ..., "allow_sending_without_reply": True}',
    ),
    "disable_web_page_preview": ('link_preview_options={"is_disabled": True}',),
    "correct_option_id": ("correct_option_ids=[...]",),
    "switch_pm_text": ('button={"text": ..., "start_parameter": ...}',),
    "switch_pm_parameter": ('button={"text": ..., "start_parameter": ...}',),
    "edit_message": ("disable_edit_message=...",),
    "emojis": (STICKER, f"stickers=[{STICKER.partition('=')[2]}]"),
    "mask_position": (
        'sticker={"sticker": ..., "mask_position": {...}}',
        'stickers=[{"sticker": ..., "mask_position": {...}}]',
    ),
    "contains_masks": ('sticker_type="mask"',),
    "sticker_format": ('stickers=[{"sticker": ..., "format": ...}]',),
    "exclude_limited": ("exclude_limited_upgradable=...",),
    "custom_query_id": ("inline_query_id=...",),
}


def instead(name: str, known: dict[str, str]) -> str:
    """Return what is written instead of a parameter of old, for a method with the parameters `known`; else `""`."""
    written = SUCCESSORS.get(name, ())
    return next((text for text in written if text.partition("=")[0] in known), "")
