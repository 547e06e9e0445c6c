"""What every send method shares: may the bot, to what does it reply, with which keyboard."""

from __future__ import annotations

from typing import Any

from anzol.api.text import utf16_length

from ...world.chats import Chat
from ...world.keyboards import read_markup
from ...world.posting import nested, post_from_bot
from ..calls import Call
from ..errors import bad

Json = dict[str, Any]

RIGHTS = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "video": ("can_send_videos", "videos"),
    "document": ("can_send_documents", "documents"),
    "audio": ("can_send_audios", "music"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "video_note": ("can_send_video_notes", "video notes"),
    "poll": ("can_send_polls", "polls"),
}


def send(call: Call, content: Json, chat: Chat | None = None) -> Json:
    """Send one message as the call's common parameters say and return it. Raises Refused."""
    chat = chat or call.chat()
    check_rights(call, chat, content)
    common = read_common(call, chat)
    markup = read_markup(call.get("reply_markup"))
    if call.world.options.flood:
        call.world.flood.count(call.bot.id, chat)
    return post_from_bot(
        call.world, call.bot, chat, {**common, **name_mentions(call, content)}, markup
    )


def name_mentions(call: Call, content: Json) -> Json:
    """Complete the users of mentions; a mention of nobody known is left out."""
    named = dict(content)
    for field in ("entities", "caption_entities"):
        if any(entity["type"] == "text_mention" for entity in content.get(field, [])):
            named[field] = [full for entity in content[field] if (full := complete(call, entity))]
    return named


def complete(call: Call, entity: Json) -> Json | None:
    """Return an entity with its whole User; `None` when there is no such person."""
    if entity["type"] != "text_mention":
        return entity
    user = call.world.people.get(int(entity["user"]["id"]))
    return {**entity, "user": user} if user else None


def check_rights(call: Call, chat: Chat, content: Json) -> None:
    """Refuse what the bot may not send into a group or channel."""
    if chat.type == "private":
        return
    bot = call.bot.id
    if chat.type == "channel" and not chat.is_admin(bot):
        raise bad("need administrator rights in the channel chat")
    if chat.status(bot) == "creator":
        return
    right, name = next(
        (RIGHTS[field] for field in content if field in RIGHTS),
        ("can_send_other_messages", "other messages"),
    )
    if not chat.can(bot, right):
        raise bad(f"not enough rights to send {name} to the chat")


def read_common(call: Call, chat: Chat) -> Json:
    """Return the message fields that any send method may set."""
    content: Json = {}
    thread = call.get("message_thread_id")
    if thread:
        if not chat.topic(thread):
            raise bad("message thread not found")
        if chat.topic(thread).get("is_closed") and not chat.is_admin(call.bot.id):
            raise bad("TOPIC_CLOSED")
        content |= {"message_thread_id": thread, "is_topic_message": True}
    content |= read_reply(call, chat)
    if call.get("protect_content"):
        content["has_protected_content"] = True
    if call.get("message_effect_id"):
        content["effect_id"] = call.get("message_effect_id")
    return content


def read_reply(call: Call, chat: Chat) -> Json:
    """Return `reply_to_message` and `quote`; the parameters of before Bot API 7.0 still work."""
    reply = call.get("reply_parameters")
    if not reply and call.params.get("reply_to_message_id"):
        text = str(call.params["reply_to_message_id"])
        lenient = str(call.params.get("allow_sending_without_reply")).lower() in ("true", "1")
        reply = {
            "message_id": int(text) if text.isdigit() else 0,
            "allow_sending_without_reply": lenient,
        }
    if not reply:
        return {}
    original = chat.messages.get(int(reply["message_id"]))
    if original is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    content: Json = {"reply_to_message": nested(original)}
    quote = reply.get("quote")
    if quote:
        text = str(original.get("text") or original.get("caption") or "")
        if quote not in text:
            raise bad("QUOTE_TEXT_INVALID")
        position = utf16_length(text[: text.index(quote)])
        content["quote"] = {"text": quote, "position": position, "is_manual": True}
    return content
