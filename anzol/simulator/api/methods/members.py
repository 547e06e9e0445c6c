"""Who may do what in a chat: bans, limits, promotions, join requests."""

from __future__ import annotations

from typing import Any

from ...world.chats import ALL_RIGHTS, Chat
from ...world.membership import admin_rights, set_member
from ...world.posting import remove_messages
from ...world.views import bot_user
from ..calls import Call, method
from ..errors import bad
from ..legacy import widen
from .chats import group

Json = dict[str, Any]


def target(call: Call, chat: Chat) -> int:
    """Return the user a call is about. Raises Refused if the user is unknown or outranks the bot."""
    number: int = call.get("user_id", 0)
    if number <= 0:
        raise bad("invalid user_id specified")
    if number not in call.world.people and number not in call.world.bots:
        raise bad("user not found")
    if number == call.bot.id:
        raise bad("can't restrict self")
    if chat.status(number) == "creator":
        raise bad("can't remove chat owner")
    return number


@method("banChatMember")
def ban_chat_member(call: Call) -> bool:
    """Ban somebody from a chat, for good or until a date."""
    chat = group(call, "can_restrict_members")
    number = target(call, chat)
    check_rank(chat, number)
    until = read_until(call)
    actor = bot_user(call.bot.user)
    set_member(call.world, chat, number, "kicked", actor, until_date=until)
    if call.get("revoke_messages"):
        theirs = [n for n, m in chat.messages.items() if m.get("from", {}).get("id") == number]
        remove_messages(call.world, chat, theirs)
    return True


@method("unbanChatMember")
def unban_chat_member(call: Call) -> bool:
    """Let somebody join again; who is a member is removed, unless only bans are lifted."""
    chat = group(call, "can_restrict_members")
    banned = chat.status(call.get("user_id", 0)) == "kicked"
    if call.get("only_if_banned") and not banned:
        return True
    number = target(call, chat)
    if banned or (chat.has(number) and not call.get("only_if_banned")):
        set_member(call.world, chat, number, "left", bot_user(call.bot.user))
    return True


@method("restrictChatMember")
def restrict_chat_member(call: Call) -> bool:
    """Set what a member may do, for good or until a date."""
    chat = group(call, "can_restrict_members")
    if chat.type != "supergroup":
        raise bad("method is available only for supergroups")
    number = target(call, chat)
    check_rank(chat, number)
    rights = expanded(call.get("permissions", {}), call)
    if all(rights.values()):
        set_member(call.world, chat, number, "member", bot_user(call.bot.user))
        return True
    until = read_until(call)
    set_member(
        call.world,
        chat,
        number,
        "restricted",
        bot_user(call.bot.user),
        **rights,
        is_member=chat.has(number),
        until_date=until,
    )
    return True


def check_rank(chat: Chat, number: int) -> None:
    """Refuse to limit an administrator whom somebody else promoted."""
    member = chat.members.get(number, {})
    if member.get("status") == "administrator" and not member.get("can_be_edited"):
        raise bad("user is an administrator of the chat")


SOON, LATE = 30, 366 * 86_400  # seconds; a limit that ends sooner or later has no end


def read_until(call: Call) -> int:
    """Return when a limit ends, 0 for never."""
    until: int = call.get("until_date", 0)
    left = until - call.world.clock.now()
    return until if SOON <= left <= LATE else 0


def expanded(given: Json, call: Call) -> Json:
    """Return all rights; unless they are independent, a media right follows from `can_send_messages`' kin."""
    given = widen(given)
    rights = {right: bool(given.get(right, False)) for right in ALL_RIGHTS}
    if not call.get("use_independent_chat_permissions"):
        media = [r for r in ALL_RIGHTS if r.startswith("can_send_") and r != "can_send_messages"]
        if rights["can_send_other_messages"] or rights["can_add_web_page_previews"]:
            rights |= {right: True for right in media if right not in ("can_send_polls",)}
        if any(rights[right] for right in media):
            rights["can_send_messages"] = True
    return rights


@method("promoteChatMember")
def promote_chat_member(call: Call) -> bool:
    """Make a member an administrator; without any right, a plain member again."""
    chat = group(call, "can_promote_members")
    number = target(call, chat)
    rights = {right: bool(call.get(right, False)) for right in admin_rights(chat)}
    anonymous = call.get("is_anonymous", False)
    if not any(rights.values()) and not anonymous:
        status = "member" if chat.has(number) else "left"
        set_member(call.world, chat, number, status, bot_user(call.bot.user))
        return True
    rights |= {"can_be_edited": True, "can_manage_chat": True, "is_anonymous": anonymous}
    set_member(call.world, chat, number, "administrator", bot_user(call.bot.user), **rights)
    return True


@method("setChatAdministratorCustomTitle")
def set_custom_title(call: Call) -> bool:
    """Set the title of an administrator whom the bot promoted."""
    chat = group(call, "can_promote_members")
    number = target(call, chat)
    if chat.status(number) != "administrator":
        raise bad("user is not an administrator")
    title = call.get("custom_title", "")
    if len(title) > 16:
        raise bad("ADMIN_RANK_INVALID")
    chat.set_member(number, {**chat.members[number], "custom_title": title})
    return True


@method("setChatPermissions")
def set_chat_permissions(call: Call) -> bool:
    """Set what the members of a group may do."""
    chat = group(call, "can_restrict_members")
    rights = expanded(call.get("permissions", {}), call)
    chat.set(permissions=rights)
    if chat.type == "group":
        everyone = all(rights.get(right) for right in ALL_RIGHTS)
        chat.info = {**chat.info, "all_members_are_administrators": everyone}
    return True


@method("approveChatJoinRequest", "declineChatJoinRequest")
def decide_join_request(call: Call) -> bool:
    """Let in who has asked to join, or turn them away."""
    chat = group(call, "can_invite_users")
    number = call.get("user_id", 0)
    if number not in chat.requests:
        is_in = chat.has(number)
        raise bad("USER_ALREADY_PARTICIPANT" if is_in else "HIDE_REQUESTER_MISSING")
    chat.requests = {n: request for n, request in chat.requests.items() if n != number}
    if call.method == "approveChatJoinRequest":
        set_member(call.world, chat, number, "member", call.world.person(number))
    return True


@method("setChatMemberTag")
def set_chat_member_tag(call: Call) -> bool:
    """Set the tag beside a member's name."""
    chat = group(call, "can_manage_tags")
    number, tag = target(call, chat), call.get("tag", "")
    if chat.status(number) not in ("member", "restricted"):
        raise bad("user is not a member of the chat")
    if len(tag) > 16:
        raise bad("ADMIN_RANK_INVALID")
    member = {k: v for k, v in chat.members[number].items() if k != "tag"}
    chat.set_member(number, {**member, "tag": tag} if tag else member)
    return True


@method("banChatSenderChat", "unbanChatSenderChat")
def ban_chat_sender_chat(call: Call) -> bool:
    """Stop a channel from writing in the chat, or let it write again."""
    chat = group(call, "can_restrict_members")
    number = call.get("sender_chat_id", 0)
    if call.world.find_chat(None, number) is None:
        raise bad("chat not found")
    banned = [one for one in chat.details.get("banned_senders", []) if one != number]
    if call.method == "banChatSenderChat":
        banned.append(number)
    chat.set(banned_senders=banned)
    return True
