"""Posting, changing and removing messages: stored, published to the page, sent to the bots.

The caller holds the world's lock.
"""

from __future__ import annotations

import re
from typing import Any

from ..api.legacy import with_older_fields
from .bots import Bot
from .chats import Chat
from .views import bot_user
from .world import World

Json = dict[str, Any]


def post_from_bot(
    world: World, bot: Bot, chat: Chat, content: Json, markup: Json | None = None
) -> Json:
    """Store a bot's message in a chat and return it."""
    sender = bot_user(bot.user)
    if chat.connection:  # the account's owner is seen as the author
        content = {"sender_business_bot": sender, **content}
        sender = world.user(world.connections[chat.connection].user)
    message = new_message(world, chat, sender, content)
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    store(world, chat, message)
    extra = chat.extra(message["message_id"])
    extra["outgoing"] = True
    extra["bot"] = bot.id
    if markup:
        extra["reply_markup"] = markup
        set_reply_keyboard(world, chat, markup)
    if bot.id in chat.actions:
        chat.actions = {n: action for n, action in chat.actions.items() if n != bot.id}
    chat.unread += 1
    publish(world, chat, message)
    if chat.type == "channel":
        notify_bots(world, chat, "channel_post", message, besides=bot.id)
    return message


def post_from_person(world: World, chat: Chat, sender: Json, content: Json) -> Json:
    """Store a person's message in a chat, tell the bots there and return it."""
    message = new_message(world, chat, sender, content)
    if "via_bot" in message and "inline_keyboard" in message.get("reply_markup", {}):
        chat.extra(message["message_id"])["bot"] = message["via_bot"]["id"]
    store(world, chat, message)
    publish(world, chat, message)
    if chat.keyboard and chat.keyboard.get("force_reply"):
        chat.keyboard = None
    kind = "channel_post" if chat.type == "channel" else "message"
    notify_bots(world, chat, kind, message)
    return message


def post_service(world: World, chat: Chat, actor: Json, content: Json, notify: bool = True) -> Json:
    """Store a service message (somebody joined, the title changed) and notify the bots."""
    message = new_message(world, chat, actor, content)
    store(world, chat, message)
    publish(world, chat, message)
    if notify:
        kind = "channel_post" if chat.type == "channel" else "message"
        notify_bots(world, chat, kind, message)
    return message


def new_message(world: World, chat: Chat, sender: Json, content: Json) -> Json:
    """Return a message with its number and date."""
    author: Json = {"from": sender}
    if chat.type == "channel":
        author = {"sender_chat": chat.info}
    elif chat.connection:
        author["business_connection_id"] = chat.connection
    elif "tag" in chat.members.get(sender["id"], {}):
        author["sender_tag"] = chat.members[sender["id"]]["tag"]
    message = {
        "message_id": world.message_id(chat),
        **author,
        "chat": chat.info,
        "date": world.clock.date(),
        **content,
    }
    return with_older_fields(message)


def store(world: World, chat: Chat, message: Json) -> None:
    """Store a new message, and drop the oldest beyond what the world keeps."""
    chat.put(message)
    world.keep_message(chat, message["message_id"])


def publish(world: World, chat: Chat, message: Json) -> None:
    """Show a new message on the page."""
    world.feed.publish("message", bot=chat.bot, chat_id=chat.id, message=chat.shown(message))


def replace_message(world: World, chat: Chat, message: Json) -> None:
    """Replace a stored message and show it."""
    chat.put(message)
    world.feed.publish("edited", bot=chat.bot, chat_id=chat.id, message=chat.shown(message))


def republish(world: World, chat: Chat, message_id: int) -> None:
    """Show a message whose notes changed: pinned, another keyboard."""
    message = chat.messages.get(message_id)
    if message:
        replace_message(world, chat, message)


def remove_messages(world: World, chat: Chat, message_ids: list[int]) -> None:
    """Remove messages from their chat and from the page."""
    for message_id in message_ids:
        chat.remove(message_id)
    world.feed.publish("deleted", bot=chat.bot, chat_id=chat.id, message_ids=message_ids)


def notify_bots(world: World, chat: Chat, kind: str, message: Json, besides: int = 0) -> None:
    """Push a message to the bots of its chat, as their privacy allows."""
    if chat.bot:
        world.push(world.bots[chat.bot], kind, message)
        return
    if chat.connection:
        connection = world.connections[chat.connection]
        if connection.is_enabled:
            kind = {"edited_message": "edited_business_message"}.get(kind, "business_message")
            world.push(world.bots[connection.bot], kind, message)
        return
    for bot in bots_in(world, chat):
        if bot.id != besides and sees(bot, chat, message):
            world.push(bot, kind, message)


def bots_in(world: World, chat: Chat) -> list[Bot]:
    """Return the bots that are in a chat."""
    if chat.bot:
        return [world.bots[chat.bot]]
    return [world.bots[n] for n in chat.members if n in world.bots and chat.has(n)]


def sees(bot: Bot, chat: Chat, message: Json) -> bool:
    """Return whether a bot gets a group's message: all, or with privacy only what concerns it."""
    if message.get("from", {}).get("id") == bot.id:
        return False
    if chat.type == "channel":
        return chat.is_admin(bot.id)
    if bot.user["can_read_all_group_messages"] or chat.is_admin(bot.id):
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id:
        return True
    if message.get("via_bot", {}).get("id") == bot.id:
        return True
    name = str(bot.user["username"]).lower()
    text = str(message.get("text") or message.get("caption") or "").lower()
    command = re.match(r"/\w+(@\w+)?", text)
    if command:
        return command[1] in (None, f"@{name}")
    content = ("text", "photo", "document", "video", "audio", "voice", "animation", "sticker")
    others = ("video_note", "contact", "location", "venue", "poll", "dice")
    is_service = not any(field in message for field in content + others)
    return is_service or f"@{name}" in text


def set_reply_keyboard(world: World, chat: Chat, markup: Json) -> None:
    """Show or remove the reply keyboard that a bot's message brings."""
    if "inline_keyboard" in markup:
        return
    chat.keyboard = None if markup.get("remove_keyboard") else markup


def nested(message: Json) -> Json:
    """Return a message as another one carries it: one level deep."""
    return {k: v for k, v in message.items() if k not in ("reply_to_message", "pinned_message")}
