"""People say something: text, files, albums, places, polls."""

from __future__ import annotations

import random
from typing import Any

from ..api.errors import bad, forbidden
from ..text.entities import find_entities
from ..world.chats import Chat
from ..world.posting import change, erase, hear, nested, tell_bots
from .contents import read_caption, read_contents
from .routes import Deed, deed

Json = dict[str, Any]


@deed("/send")
def send(done: Deed) -> Any:
    chat, person = done.chat, done.person
    check_member(done, chat, person)
    contents = read_contents(done)
    common = read_common(done, chat)
    if len(contents) > 1:
        common["media_group_id"] = str(random.randint(10**16, 10**17 - 1))
    caption = read_caption(done)
    sent = []
    for index, content in enumerate(contents):
        extra = caption if index == 0 and "text" not in content else {}
        sent.append(hear(done.world, chat, person, {**common, **content, **extra}))
    return sent if len(sent) > 1 else sent[0]


def check_member(done: Deed, chat: Chat, person: Json) -> None:
    """Refuse who is not in the group or may not write there; writing to a bot unblocks it."""
    if chat.bot:
        bot = done.world.bots[chat.bot]
        if chat.id in bot.blocked_by:
            raise forbidden("this person blocked the bot: POST /user/block with blocked false")
        return
    sender = (done.get("message") or {}).get("sender_chat") or {}
    if sender.get("id") in chat.details.get("banned_senders", []):
        raise bad("this channel is banned from the chat")
    if not chat.has(person["id"]):
        raise bad("this person is not in the chat: POST /user/join")
    if chat.type == "channel" and not chat.is_admin(person["id"]):
        raise bad("only administrators write in a channel")
    if not chat.can(person["id"], "can_send_messages"):
        raise bad("this person may not write here")


def read_common(done: Deed, chat: Chat) -> Json:
    """Return a reply's and a topic's fields."""
    content: Json = {}
    if done.get("reply_to_message_id"):
        original = chat.messages.get(done.number("reply_to_message_id"))
        if original is None:
            raise bad("message to be replied not found")
        content["reply_to_message"] = nested(original)
    if done.get("message_thread_id"):
        thread = done.number("message_thread_id")
        if not chat.topic(thread):
            raise bad("message thread not found")
        if chat.topic(thread).get("is_closed") and not chat.is_admin(done.person["id"]):
            raise bad("TOPIC_CLOSED")
        content |= {"message_thread_id": thread, "is_topic_message": True}
    return content


@deed("/edit")
def edit(done: Deed) -> Json:
    chat = done.chat
    message = done.message(chat)
    check_author(done, message)
    new = {k: v for k, v in message.items() if k not in ("entities", "caption_entities")}
    if "text" in message and done.get("text"):
        text = str(done.get("text")).strip()
        entities = find_entities(text, done.value("entities", "[MessageEntity]") or [])
        new |= {"text": text, "entities": entities} if entities else {"text": text}
    elif "location" in message and done.get("location"):
        new["location"] = {**message["location"], **done.value("location", "Location")}
    elif done.get("caption") is not None:
        new.pop("caption", None)
        new |= read_caption(done)
    else:
        raise bad("nothing to change: give text, caption or location")
    new["edit_date"] = done.world.clock.date()
    change(done.world, chat, new)
    kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
    tell_bots(done.world, chat, kind, new)
    return new


def check_author(done: Deed, message: Json) -> None:
    """Refuse to change what somebody else wrote."""
    author = message.get("from", {}).get("id")
    if author in done.world.bots:
        raise bad("message can't be edited: a bot wrote it")
    if done.get("from") and author not in (None, done.person["id"]):
        raise bad("message can't be edited: somebody else wrote it")


@deed("/delete")
def delete(done: Deed) -> bool:
    chat = done.chat
    ids = done.value("message_ids", "[Integer]") or [done.number("message_id")]
    found = [int(n) for n in ids if int(n) in chat.messages]
    if not found:
        raise bad("message to delete not found")
    erase(done.world, chat, found)
    return True
