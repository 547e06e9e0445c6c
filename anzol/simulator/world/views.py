"""Bots, people and chats as they are shown: to bots as Bot API objects, to the page with all it needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .bots import Bot
from .chats import Chat

Json = dict[str, Any]


def chat_entry(chat: Chat, user: Callable[[int], Json], now: float) -> Json:
    """Describe a chat for the page; `user` returns the User of an id."""
    members = [
        {"user": user(user_id), "status": member["status"]}
        for user_id, member in chat.members.items()
        if chat.has(user_id)
    ]
    if chat.bot:
        members = [{"user": user(chat.id), "status": "member"}]
    last = chat.last_message
    return {
        "chat": chat.info,
        "bot": chat.bot,
        "members": members,
        "last_message": chat.shown(last) if last else None,
        "unread": chat.unread,
        "pinned_message_ids": list(chat.pinned),
        "actions": [a for a in chat.actions.values() if a["until"] > now],
        "reply_keyboard": chat.keyboard,
        "connection": chat.connection,
        "invite_link": chat.details.get("invite_link"),
        "photo": chat.details.get("photo", {}).get("small_file_id"),
        "topics": {
            thread: topic["name"] for thread, topic in chat.details.get("topics", {}).items()
        },
    }


def bot_entry(bot: Bot) -> Json:
    """Describe a bot for the page, without its secrets."""
    settings = bot.settings
    return {
        "id": bot.id,
        "user": bot.user,
        "commands": list(settings.get("commands", {}).values()),
        "webhook": webhook_info(bot),
        "polling": bot.polls > 0,
        "pending": len(bot.updates),
        "menu_button": settings.get("menu_button", {"type": "commands"}),
        "description": settings.get("description", {}).get("", ""),
        "short_description": settings.get("short_description", {}).get("", ""),
        "blocked_by": sorted(bot.blocked_by),
        "photo": next(iter(settings.get("photos", [])), None),
    }


def private_info(person: Json) -> Json:
    """Return the Chat a person is to a bot."""
    names = {k: person[k] for k in ("first_name", "last_name", "username") if person.get(k)}
    return {"id": person["id"], **names, "type": "private"}


def bot_user(user: Json) -> Json:
    """Return a bot as other places than getMe show it."""
    return {k: user[k] for k in ("id", "is_bot", "first_name", "username")}


def webhook_info(bot: Bot) -> Json:
    """Return the WebhookInfo, its keys in Telegram's order."""
    hook = bot.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": bool(hook and hook.certificate),
        "pending_update_count": len(bot.updates),
    }
    if hook and hook.last_error_date:
        info["last_error_date"] = hook.last_error_date
        info["last_error_message"] = hook.last_error_message
    if hook:
        info["max_connections"] = hook.max_connections
        info["ip_address"] = hook.ip_address or "<unknown>"
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    return info
