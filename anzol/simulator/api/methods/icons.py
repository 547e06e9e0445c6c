"""The emoji that a forum's topics may have: a custom emoji set that Telegram keeps for everybody."""

from __future__ import annotations

from typing import Any

from ..calls import Call, method
from ..errors import bad

Json = dict[str, Any]

# custom_emoji_id: emoji. Telegram's set has 112; these are its first.
ICONS = {
    "5434144690511290129": "📰",
    "5312536423851630001": "💡",
    "5312016608254762256": "⚡️",
    "5377544228505134960": "🎙",
    "5418085807791545980": "🔝",
    "5370870893004203704": "🗣",
    "5420216386448270341": "🆒",
    "5379748062124056162": "❗️",
    "5373251851074415873": "📝",
    "5433614043006903194": "📆",
    "5357315181649076022": "📁",
    "5309965701241379366": "🔎",
    "5309984423003823246": "📣",
    "5312241539987020022": "🔥",
    "5312138559556164615": "❤️",
    "5377316857231450742": "❓",
    "5350305691942788490": "📈",
    "5350713563512052787": "📉",
    "5309958691854754293": "💎",
    "5350452584119279096": "💰",
    "5309929258443874898": "💸",
    "5377690785674175481": "🪙",
}


@method("getForumTopicIconStickers")
def get_forum_topic_icon_stickers(call: Call) -> list[Json]:
    """Return the icons that anybody may give a topic."""
    return [sticker(number, emoji) for number, emoji in ICONS.items()]


def sticker(number: str, emoji: str) -> Json:
    """Return the Sticker of an icon; its file is Telegram's own and not here."""
    small = {
        "file_id": f"AAMCAgADFQABBW{number}",
        "file_unique_id": f"AQAD{number[:12]}",
        "width": 128,
        "height": 128,
        "file_size": 4_000,
    }
    return {
        "width": 512,
        "height": 512,
        "emoji": emoji,
        "set_name": "Topics",
        "is_animated": True,
        "is_video": False,
        "type": "custom_emoji",
        "custom_emoji_id": number,
        "needs_repainting": False,
        "file_id": f"CAACAgIAAxUAAW{number}",
        "file_unique_id": f"AgAD{number[:11]}",
        "file_size": 20_000,
        "thumbnail": small,
        "thumb": small,
    }


def check_icon(number: str) -> None:
    """Raise Refused for a custom emoji that no topic may have."""
    if number and number not in ICONS:
        raise bad("DOCUMENT_INVALID")
