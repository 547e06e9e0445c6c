"""Membership of a chat: changes, service messages, updates to the bots."""

from __future__ import annotations

from typing import Any

from ..api.legacy import with_media
from .chats import ALL_RIGHTS, PRESENT, Chat
from .posting import bots_in, post_service
from .world import World

Json = dict[str, Any]

ADMIN_RIGHTS = [
    "can_be_edited",
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]
GROUP_RIGHTS = ["can_pin_messages", "can_manage_topics", "can_manage_tags"]
CHANNEL_RIGHTS = ["can_post_messages", "can_edit_messages", "can_manage_direct_messages"]


def admin_rights(chat: Chat) -> list[str]:
    """Name the rights an administrator of this kind of chat can have."""
    return ADMIN_RIGHTS + (CHANNEL_RIGHTS if chat.type == "channel" else GROUP_RIGHTS)


def member_of(world: World, chat: Chat, number: int) -> Json:
    """Return a ChatMember, with all the fields its status has."""
    stored = chat.members.get(number, {"status": "left"})
    member: Json = {"user": world.user(number), **stored}
    status = stored["status"]
    if status == "creator":
        member.setdefault("is_anonymous", False)
    elif status == "administrator":
        rights = {right: right != "can_be_edited" for right in admin_rights(chat)}
        member = {**member, **rights, "is_anonymous": False, **stored}
        member["can_manage_voice_chats"] = member["can_manage_video_chats"]
    elif status == "restricted":
        rights = dict.fromkeys(ALL_RIGHTS, False)
        member = with_media({**member, **rights, "is_member": True, "until_date": 0, **stored})
    elif status == "kicked":
        member.setdefault("until_date", 0)
    return member


def set_member(
    world: World, chat: Chat, number: int, status: str, actor: Json, **details: Any
) -> None:
    """Change a user's status, post a service message and notify the bots. The caller holds the world's lock."""
    old, was_in = member_of(world, chat, number), chat.has(number)
    if status == "administrator" and not details:
        details = {right: right != "can_be_edited" for right in admin_rights(chat)}
    watchers = bots_in(world, chat)
    tag = {"tag": old["tag"]} if "tag" in old and status in ("member", "restricted") else {}
    chat.set_member(number, {"status": status, **details, **tag})
    is_in = status in PRESENT and details.get("is_member", True)
    who = world.user(number)
    change = {
        "chat": chat.info,
        "from": actor,
        "date": world.clock.date(),
        "old_chat_member": old,
        "new_chat_member": member_of(world, chat, number),
    }
    if number in world.bots:
        world.push(world.bots[number], "my_chat_member", change)
    for bot in watchers:
        if bot.id != number and chat.is_admin(bot.id):
            world.push(bot, "chat_member", change)
    if chat.type != "channel":
        announce(world, chat, who, actor, was_in, bool(is_in))


def announce(world: World, chat: Chat, who: Json, actor: Json, was_in: bool, is_in: bool) -> None:
    """Post the service message about who joined or left."""
    if is_in and not was_in:
        post_service(world, chat, actor, {"new_chat_members": [who], "new_chat_member": who})
    elif was_in and not is_in:
        post_service(world, chat, actor, {"left_chat_member": who})
