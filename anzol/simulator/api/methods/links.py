"""Invite links."""

from __future__ import annotations

import secrets
from typing import Any

from ...world.chats import Chat
from ...world.views import bot_user
from ..calls import Call, method
from ..errors import bad
from .chats import group

Json = dict[str, Any]


@method("exportChatInviteLink")
def export_chat_invite_link(call: Call) -> str:
    chat = group(call, "can_invite_users")
    link = f"https://t.me/+{secrets.token_urlsafe(12)}"
    chat.set(invite_link=link)
    return link


@method("createChatInviteLink", "createChatSubscriptionInviteLink")
def create_chat_invite_link(call: Call) -> Json:
    chat = group(call, "can_invite_users")
    link: Json = {
        "invite_link": f"https://t.me/+{secrets.token_urlsafe(12)}",
        "creator": bot_user(call.bot.user),
        "creates_join_request": call.get("creates_join_request", False),
        "is_primary": False,
        "is_revoked": False,
    }
    fields = ("name", "expire_date", "member_limit", "subscription_period", "subscription_price")
    link |= {field: call.get(field) for field in fields if call.get(field)}
    set_link(chat, link)
    return link


@method("editChatInviteLink", "editChatSubscriptionInviteLink", "revokeChatInviteLink")
def change_chat_invite_link(call: Call) -> Json:
    chat = group(call, "can_invite_users")
    link = chat.details.get("links", {}).get(call.get("invite_link", ""))
    if link is None:
        raise bad("INVITE_HASH_EXPIRED")
    fields = ("name", "expire_date", "member_limit", "creates_join_request")
    changed = {field: call.get(field) for field in fields if field in call.arguments}
    is_revoked = link["is_revoked"] or call.method == "revokeChatInviteLink"
    new: Json = {**link, **changed, "is_revoked": is_revoked}
    set_link(chat, new)
    return new


def set_link(chat: Chat, link: Json) -> None:
    """Add or change an invite link."""
    chat.set(links={**chat.details.get("links", {}), link["invite_link"]: link})
