"""What a bot asks about chats and changes in them: getChat, titles, pins, links, topics."""

from __future__ import annotations

from typing import Any

from ...world.chats import ALL_RIGHTS, Chat
from ...world.membership import member_of, set_member
from ...world.posting import nested, post_service, republish
from ...world.views import bot_user
from ...world.world import World
from .. import schema
from ..calls import Call, method
from ..errors import bad
from ..legacy import with_media
from .media import attached
from .photos import square_photo

Json = dict[str, Any]


@method("getChat")
def get_chat(call: Call) -> Json:
    """Return a chat with all that is told of it."""
    chat = call.chat()
    full: Json = {
        **chat.info,
        **schema.plausible("ChatFullInfo"),
        **chat.info,
        "max_reaction_count": 11,
        "accepted_gift_types": schema.plausible("AcceptedGiftTypes"),
    }
    if chat.type in ("group", "supergroup"):
        full["permissions"] = permissions(chat)
    if chat.type == "private":
        full["can_send_gift"] = True  # as getChat said it before accepted_gift_types
    if chat.info.get("username"):
        full["active_usernames"] = [chat.info["username"]]
    if chat.type == "private":
        full |= profile(call.world, chat.id)
    for field in ("description", "invite_link", "photo", "slow_mode_delay", "sticker_set_name"):
        if chat.details.get(field):
            full[field] = chat.details[field]
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    return {**full, "pinned_message": nested(pinned)} if pinned else full


def profile(world: World, number: int) -> Json:
    """Return what a person's profile shows besides the name."""
    account, channel = world.accounts.get(number), world.personal_chat(number)
    status: Json = account.details.get("emoji_status", {}) if account else {}
    return {**status, "personal_chat": channel.info} if channel else status


def permissions(chat: Chat) -> Json:
    """Return the chat's ChatPermissions, all of them, and the one media right of before."""
    return with_media({**dict.fromkeys(ALL_RIGHTS, True), **chat.details.get("permissions", {})})


@method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[Json]:
    """Return the creator and the administrators of a chat."""
    chat = call.chat()
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [member_of(call.world, chat, number) for number in chat.members if chat.is_admin(number)]


@method("getChatMemberCount")
def get_chat_member_count(call: Call) -> int:
    """Return how many are in a chat."""
    chat = call.chat()
    return 2 if chat.bot else sum(chat.has(number) for number in chat.members)


@method("getChatMember")
def get_chat_member(call: Call) -> Json:
    """Return somebody's membership, also of who has left or never came."""
    chat, number = call.chat(), call.get("user_id", 0)
    if number not in call.world.people and number not in call.world.bots:
        raise bad("member not found" if number > 0 else "invalid user_id specified")
    if chat.bot and number in (chat.id, call.bot.id):
        return {"user": call.world.user(number), "status": "member"}
    return member_of(call.world, chat, number)


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    """Take the bot out of a chat."""
    chat = call.chat()
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    set_member(call.world, chat, call.bot.id, "left", bot_user(call.bot.user))
    return True


@method("setChatTitle")
def set_chat_title(call: Call) -> bool:
    """Change a chat's title and say so in it."""
    chat, title = group(call, "can_change_info"), call.get("title", "").strip()
    if not 1 <= len(title) <= 128:
        raise bad("CHAT_TITLE_EMPTY" if not title else "chat title is too long")
    if title == chat.info["title"]:
        return True
    chat.info = {**chat.info, "title": title}
    post_service(call.world, chat, bot_user(call.bot.user), {"new_chat_title": title})
    return True


@method("setChatDescription")
def set_chat_description(call: Call) -> bool:
    """Change a chat's description."""
    chat, text = group(call, "can_change_info"), call.get("description", "")
    if len(text) > 255:
        raise bad("chat description is too long")
    if text == chat.details.get("description", ""):
        raise bad("chat description is not modified")
    chat.set(description=text)
    return True


@method("setChatPhoto")
def set_chat_photo(call: Call) -> bool:
    """Set a chat's photo and say so in it."""
    chat = group(call, "can_change_info")
    sizes = square_photo(call, attached(call, call.get("photo"))).sizes
    photo = {
        f"{name}_{field}": size[field]
        for name, size in (("small", sizes[0]), ("big", sizes[-1]))
        for field in ("file_id", "file_unique_id")
    }
    chat.set(photo=photo)
    post_service(call.world, chat, bot_user(call.bot.user), {"new_chat_photo": sizes})
    return True


@method("deleteChatPhoto")
def delete_chat_photo(call: Call) -> bool:
    """Remove a chat's photo and say so in it."""
    chat = group(call, "can_change_info")
    chat.set(photo=None)
    post_service(call.world, chat, bot_user(call.bot.user), {"delete_chat_photo": True})
    return True


def group(call: Call, right: str) -> Chat:
    """Return the chat if it is not private and the bot has the right. Raises Refused."""
    chat = call.chat()
    if chat.type == "private":
        raise bad("method is available only for group, supergroup and channel chats")
    call.require(chat, right)
    return chat


@method("pinChatMessage")
def pin_chat_message(call: Call) -> bool:
    """Pin a message; groups are told by a service message."""
    chat = call.chat()
    call.require(chat, "can_pin_messages" if chat.type != "channel" else "can_edit_messages")
    message = call.message(chat, "pin")
    number = message["message_id"]
    if number in chat.pinned:
        raise bad("CHAT_NOT_MODIFIED")
    chat.pinned = [*chat.pinned, number]
    republish(call.world, chat, number)
    if chat.type != "channel":
        notify = chat.type != "private"
        place = {k: v for k, v in message.items() if k in ("message_thread_id", "is_topic_message")}
        pinned = {**place, "pinned_message": nested(message)}
        post_service(call.world, chat, bot_user(call.bot.user), pinned, notify)
    return True


@method("unpinChatMessage")
def unpin_chat_message(call: Call) -> bool:
    """Remove a pin, by default the newest."""
    chat = call.chat()
    call.require(chat, "can_pin_messages" if chat.type != "channel" else "can_edit_messages")
    number = call.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned and (not number or number not in chat.messages):
        raise bad("message to unpin not found")
    if number in chat.pinned:
        unpin(call, chat, [number])
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(call: Call) -> bool:
    """Remove all pins of a chat, in whichever topic they are."""
    chat = call.chat()
    call.require(chat, "can_pin_messages" if chat.type != "channel" else "can_edit_messages")
    unpin(call, chat, list(chat.pinned))
    return True


def unpin(call: Call, chat: Chat, numbers: list[int]) -> None:
    """Remove pins and show that on the page."""
    chat.pinned = [number for number in chat.pinned if number not in numbers]
    for number in numbers:
        republish(call.world, chat, number)


@method("getUserChatBoosts")
def get_user_chat_boosts(call: Call) -> Json:
    """Return the boosts that a person gives a chat."""
    chat, number = call.chat(), call.get("user_id", 0)
    if chat.type not in ("supergroup", "channel"):
        raise bad("PEER_ID_INVALID")
    if number not in call.world.people and number not in call.world.bots:
        raise bad("user not found")
    boosts = chat.details.get("boosts", [])
    return {"boosts": [one for one in boosts if one["source"]["user"]["id"] == number]}
