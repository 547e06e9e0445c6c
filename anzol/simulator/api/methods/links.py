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
    """Replace the bot's primary invite link."""
    chat = group(call, "can_invite_users")
    link = f"https://t.me/+{secrets.token_urlsafe(12)}"
    chat.set(invite_link=link)
    return link


@method("createChatInviteLink", "createChatSubscriptionInviteLink")
def create_chat_invite_link(call: Call) -> Json:
    """Make another invite link, whose visitors pay when it is one of a subscription."""
    chat = group(call, "can_invite_users")
    if call.method == "createChatSubscriptionInviteLink":
        check_subscription(call, chat)
    check_limits(call)
    link: Json = {
        "invite_link": f"https://t.me/+{secrets.token_urlsafe(12)}",
        "creator": bot_user(call.bot.user),
        "creates_join_request": call.get("creates_join_request", False),
        "is_primary": False,
        "is_revoked": False,
    }
    fields = ("name", "expire_date", "member_limit", "subscription_period", "subscription_price")
    link |= given(call, fields)
    set_link(chat, link)
    return link


@method("editChatInviteLink", "editChatSubscriptionInviteLink", "revokeChatInviteLink")
def change_chat_invite_link(call: Call) -> Json:
    """Edit or revoke an invite link; what an edit does not give again is taken away."""
    chat = group(call, "can_invite_users")
    link = chat.details.get("links", {}).get(call.get("invite_link", ""))
    if link is None:
        raise bad("INVITE_HASH_EXPIRED")
    if call.method == "revokeChatInviteLink":
        new: Json = {**link, "is_revoked": True}
    elif call.method == "editChatSubscriptionInviteLink":
        new = {k: v for k, v in link.items() if k != "name"} | given(call, ("name",))
    else:  # what is not given again is taken away
        check_limits(call)
        kept = {k: v for k, v in link.items() if k not in LIMITS}
        new = {**kept, **given(call, LIMITS)}
        new["creates_join_request"] = call.get("creates_join_request", False)
    set_link(chat, new)
    return new


LIMITS = ("name", "expire_date", "member_limit")


def given(call: Call, fields: tuple[str, ...]) -> Json:
    """Return those of some parameters that are given and not empty."""
    return {field: call.get(field) for field in fields if call.get(field)}


def check_limits(call: Call) -> None:
    """Refuse a link that both counts its members and asks for each."""
    if call.get("member_limit") and call.get("creates_join_request"):
        raise bad("member limit can't be specified for links requiring administrator approval")


MONTH = 30 * 86_400  # seconds, the only period that Telegram sells
MOST_STARS = 10_000


def check_subscription(call: Call, chat: Chat) -> None:
    """Refuse a subscription that Telegram would not sell. Raises Refused 400."""
    if chat.type != "channel":
        raise bad("method is available only for channel chats")
    price, period = call.get("subscription_price", 0), call.get("subscription_period", 0)
    if period != MONTH or not 1 <= price <= MOST_STARS:
        raise bad("invalid subscription pricing specified")


def set_link(chat: Chat, link: Json) -> None:
    """Add or change an invite link."""
    chat.set(links={**chat.details.get("links", {}), link["invite_link"]: link})
