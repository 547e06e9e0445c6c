"""What people send: text, files, albums, places, polls."""

from __future__ import annotations

from typing import Any

from anzol.api.text import find_entities

from ..api.errors import bad, forbidden
from ..api.methods.polls import close_in_time
from ..world.chats import Chat
from ..world.posting import nested, notify_bots, post_from_person, remove_messages, replace_message
from .contents import read_caption, read_contents
from .routes import UserRequest, route

Json = dict[str, Any]


@route("/send")
def send(req: UserRequest) -> Any:
    chat, person = req.chat, req.person
    check_member(req, chat, person)
    contents = read_contents(req)
    common = read_common(req, chat)
    if len(contents) > 1:
        common["media_group_id"] = str(req.world.random.randint(10**16, 10**17 - 1))
    caption = read_caption(req)
    sent = []
    for index, content in enumerate(contents):
        extra = caption if index == 0 and "text" not in content else {}
        sent.append(post_from_person(req.world, chat, person, {**common, **content, **extra}))
        if req.get("poll"):
            close_in_time(req.world, chat, sent[-1])
    return sent if len(sent) > 1 else sent[0]


def check_member(req: UserRequest, chat: Chat, person: Json) -> None:
    """Raise Refused unless the sender is a member who may write."""
    if chat.bot:
        bot = req.world.bots[chat.bot]
        if chat.id in bot.blocked_by:
            raise forbidden("this person blocked the bot: POST /user/block with blocked false")
        return
    sender = (req.get("message") or {}).get("sender_chat") or {}
    if sender.get("id") in chat.details.get("banned_senders", []):
        raise bad("this channel is banned from the chat")
    if not chat.has(person["id"]):
        raise bad("this person is not in the chat: POST /user/join")
    if chat.type == "channel" and not chat.is_admin(person["id"]):
        raise bad("only administrators write in a channel")
    if not chat.can(person["id"], "can_send_messages"):
        raise bad("this person may not write here")


def read_common(req: UserRequest, chat: Chat) -> Json:
    """Return a reply's and a topic's fields."""
    content: Json = {}
    if req.get("reply_to_message_id"):
        original = chat.messages.get(req.number("reply_to_message_id"))
        if original is None:
            raise bad("message to be replied not found")
        content["reply_to_message"] = nested(original)
    if req.get("message_thread_id"):
        thread = req.number("message_thread_id")
        if not chat.topic(thread):
            raise bad("message thread not found")
        if chat.topic(thread).get("is_closed") and not chat.is_admin(req.person["id"]):
            raise bad("TOPIC_CLOSED")
        content |= {"message_thread_id": thread, "is_topic_message": True}
    return content


@route("/edit")
def edit(req: UserRequest) -> Json:
    chat = req.chat
    message = req.message(chat)
    check_author(req, message)
    new = {k: v for k, v in message.items() if k not in ("entities", "caption_entities")}
    if "text" in message and req.get("text"):
        text = str(req.get("text")).strip()
        entities = find_entities(text, req.value("entities", "[MessageEntity]") or [])
        new |= {"text": text, "entities": entities} if entities else {"text": text}
    elif "location" in message and req.get("location"):
        new["location"] = {**message["location"], **req.value("location", "Location")}
    elif req.get("caption") is not None:
        new.pop("caption", None)
        new |= read_caption(req)
    else:
        raise bad("nothing to change: give text, caption or location")
    new["edit_date"] = req.world.clock.date()
    replace_message(req.world, chat, new)
    kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
    notify_bots(req.world, chat, kind, new)
    return new


def check_author(req: UserRequest, message: Json) -> None:
    """Raise Refused for a message that somebody else wrote."""
    author = message.get("from", {}).get("id")
    if author in req.world.bots:
        raise bad("message can't be edited: a bot wrote it")
    if req.get("from") and author not in (None, req.person["id"]):
        raise bad("message can't be edited: somebody else wrote it")


@route("/delete")
def delete(req: UserRequest) -> bool:
    chat = req.chat
    ids = req.value("message_ids", "[Integer]") or [req.number("message_id")]
    found = [int(n) for n in ids if int(n) in chat.messages]
    if not found:
        raise bad("message to delete not found")
    remove_messages(req.world, chat, found)
    return True
