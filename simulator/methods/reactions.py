"""A bot's own reactions."""

from __future__ import annotations

from typing import Any

from ..calls import Call, method
from ..errors import bad
from ..reacting import set_reaction
from ..views import bot_user

Json = dict[str, Any]

EMOJI = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    chat = call.chat()
    message = call.message(chat, "react")
    wanted: list[Json] = call.get("reaction") or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for kind in wanted:
        emoji = str(kind.get("emoji", "")).replace("\ufe0f", "")
        if kind.get("type") == "paid" or (kind.get("type") == "emoji" and emoji not in EMOJI):
            raise bad("REACTION_INVALID")
    set_reaction(call.world, chat, message, bot_user(call.bot.user), wanted)
    return True
