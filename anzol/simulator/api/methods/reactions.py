"""A bot's own reactions."""

from __future__ import annotations

from typing import Any

from ...world.reacting import set_reaction
from ...world.views import bot_user
from ..calls import Call, method
from ..errors import bad
from .chats import group

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
    """Set the bot's reactions to a message."""
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


def reactor(call: Call) -> Json:
    """Return the user whose reactions are to go. Raises Refused."""
    number = call.get("user_id", 0)
    if number not in call.world.people and number not in call.world.bots:
        raise bad("user not found" if number > 0 else "invalid user_id specified")
    return call.world.user(number)


@method("deleteMessageReaction")
def delete_message_reaction(call: Call) -> bool:
    """Remove somebody's reactions from a message."""
    chat = group(call, "can_delete_messages")
    message = call.message(chat, "react")
    set_reaction(call.world, chat, message, reactor(call), [])
    return True


@method("deleteAllMessageReactions")
def delete_all_message_reactions(call: Call) -> bool:
    """Remove somebody's reactions from all messages of a chat."""
    chat, who = group(call, "can_delete_messages"), reactor(call)
    for number, message in list(chat.messages.items()):
        if str(who["id"]) in chat.extras.get(number, {}).get("reactions", {}):
            set_reaction(call.world, chat, message, who, [])
    return True
