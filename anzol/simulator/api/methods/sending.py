"""What every send method shares: may the bot, to what does it reply, with which keyboard."""

from __future__ import annotations

import re
from typing import Any

from anzol.api.text import utf16_length

from ...world.chats import Chat
from ...world.content import copied, origin_of
from ...world.keyboards import check_place, read_markup
from ...world.posting import nested, post_from_bot
from ..calls import Call, find_chat
from ..errors import bad
from ..legacy import is_true
from ..texts import format_text

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
EFFECTS = {  # that every bot may use: 🔥 👍 👎 ❤ 🎉 💩
    "5104841245755180586",
    "5107584321108051014",
    "5104858069142078462",
    "5159385139981059251",
    "5046509860389126442",
    "5046589136895476101",
}


def send(call: Call, content: Json, chat: Chat | None = None) -> Json:
    """Send one message as the call's common parameters say and return it. Raises Refused."""
    chat = chat or call.chat()
    check_rights(call, chat, content)
    common = read_common(call, chat)
    markup = read_markup(call.get("reply_markup"))
    check_place(markup, chat.type == "private")
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
    if thread and is_read(call, chat):
        if not chat.topic(thread):
            raise bad("message thread not found")
        if chat.topic(thread).get("is_closed") and not chat.is_admin(call.bot.id):
            raise bad("TOPIC_CLOSED")
        content |= {"message_thread_id": thread, "is_topic_message": True}
    content |= read_reply(call, chat)
    content |= read_receiver(call, chat)
    if call.get("protect_content"):
        content["has_protected_content"] = True
    return content | read_effect(call, chat)


def is_read(call: Call, chat: Chat) -> bool:
    """Return whether the server looks at `message_thread_id`: in forums and private chats, elsewhere it does not."""
    if chat.info.get("is_forum") or chat.type == "private":
        return True
    call.warnings.append("message_thread_id is ignored: this chat has no topics")
    return False


def read_effect(call: Call, chat: Chat) -> Json:
    """Return the effect of a message. Raises Refused 400."""
    given = str(call.get("message_effect_id") or "").strip()
    if not given.isdecimal():  # the server reads it as 0
        return {}
    if chat.type != "private":
        raise bad("can't use message effects in the chat")
    if given not in EFFECTS:
        raise bad("EFFECT_ID_INVALID")
    return {"effect_id": given}


def read_reply(call: Call, chat: Chat) -> Json:
    """Return what a message says of the one it replies to; the parameters of before Bot API 7.0 still work."""
    reply = call.get("reply_parameters") or old_reply(call)
    if not reply:
        return {}
    source = reply_source(call, chat, reply)
    original = source.messages.get(int(reply["message_id"]))
    if original is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    content: Json = {"reply_to_message": nested(original)}
    if source is not chat:
        content = {"external_reply": external_reply(source, original)}
    return {**content, **read_quote(original, reply)}


def read_receiver(call: Call, chat: Chat) -> Json:
    """Return the fields of a message that one person of a group sees. Raises Refused 400."""
    given = call.get("ephemeral_message_parameters") or call.params
    number = int(given.get("receiver_user_id") or 0)
    if not number:
        return {}
    if chat.type not in ("group", "supergroup"):
        raise bad("ephemeral messages can be sent only to groups and supergroups")
    if not chat.has(number):
        raise bad("PARTICIPANT_ID_INVALID")
    highest = max((m.get("ephemeral_message_id", 0) for m in chat.messages.values()), default=0)
    return {"receiver_user": call.world.user(number), "ephemeral_message_id": highest + 1}


def old_reply(call: Call) -> Json:
    """Return the ReplyParameters that `reply_to_message_id` stands for; empty when it is absent."""
    text = str(call.params.get("reply_to_message_id") or "")
    if not text:
        return {}
    lenient = is_true(call.params.get("allow_sending_without_reply"))
    number = int(text) if text.isdigit() else 0
    return {"message_id": number, "allow_sending_without_reply": lenient} if number else {}


def reply_source(call: Call, chat: Chat, reply: Json) -> Chat:
    """Return the chat of the message that is replied to."""
    chat_id = reply.get("chat_id")
    if chat_id in (None, "", chat.id, str(chat.id)):
        return chat
    number = str(chat_id).lstrip("-").isdigit()
    return find_chat(call.world, call.bot, int(chat_id) if number else str(chat_id), writes=False)


def external_reply(source: Chat, original: Json) -> Json:
    """Return the ExternalReplyInfo of a message in another chat."""
    place: Json = {}
    if source.type in ("supergroup", "channel"):
        place = {"chat": source.info, "message_id": original["message_id"]}
    shown = copied(original)
    for field in ("text", "entities", "caption", "caption_entities", "show_caption_above_media"):
        shown.pop(field, None)
    return {"origin": origin_of(original), **place, **shown}


QUOTED = {"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"}


def read_quote(original: Json, reply: Json) -> Json:
    """Return the TextQuote of a reply. Raises Refused unless the message says just that."""
    if not reply.get("quote"):
        return {}
    quote = format_text(reply["quote"], reply.get("quote_parse_mode"), reply.get("quote_entities"))
    text = str(original.get("text") or original.get("caption") or "")
    wanted = int(reply.get("quote_position") or 0)
    places = [m.start() for m in re.finditer(f"(?={re.escape(quote.text)})", text)]
    if not quote.text or not places:
        raise bad("QUOTE_TEXT_INVALID")
    positions = [utf16_length(text[:place]) for place in places]
    position = min(positions, key=lambda place: abs(place - wanted))
    shown: Json = {"text": quote.text, "position": position, "is_manual": True}
    entities = [entity for entity in quote.entities if entity["type"] in QUOTED]
    return {"quote": {**shown, "entities": entities} if entities else shown}
