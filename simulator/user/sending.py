"""People say something: text, files, albums, places, polls."""

from __future__ import annotations

import random
from typing import Any

from flask import request

from ..chats import Chat
from ..content import forwarded
from ..entities import find_entities
from ..errors import bad, forbidden
from ..files import FOLDERS, File
from ..images import image_size
from ..methods.media import describe
from ..methods.polls import new_poll
from ..params import upload
from ..posting import change, erase, hear, nested, tell_bots
from .routes import Deed, deed

Json = dict[str, Any]

PLAIN = ("location", "venue", "contact", "web_app_data", "users_shared", "chat_shared")


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
    if not chat.has(person["id"]):
        raise bad("this person is not in the chat: POST /user/join")
    if chat.type == "channel" and not chat.is_admin(person["id"]):
        raise bad("only administrators write in a channel")
    if not chat.can(person["id"], "can_send_messages"):
        raise bad("this person may not write here")


def read_contents(done: Deed) -> list[Json]:
    """Return the content of each message to send. Raises Refused 400 when there is none."""
    files = [describe(file, done.fields) for file in read_files(done)]
    if files:
        if len(files) > 10:
            raise bad("an album has at most 10 files")
        return files
    if isinstance(done.get("message"), dict):
        return [done.get("message")]
    for field in PLAIN:
        if done.get(field):
            content = {field: done.get(field)}
            if field == "venue":
                content["location"] = content["venue"].get("location")
            if field == "contact" and done.get("from", done.get("chat_id")):
                content["contact"].setdefault("user_id", done.person["id"])
            return [content]
    if done.get("dice"):
        return [{"dice": {"emoji": done.get("dice"), "value": random.randint(1, 6)}}]
    if done.get("poll"):
        return [{"poll": new_poll(done.world, done.get("poll"))}]
    if done.get("forward"):
        return [read_forward(done)]
    text = str(done.get("text") or "").strip()
    if not text:
        raise bad("nothing to send: give text, a file or another content")
    if len(text) > 4096:
        raise bad("message is too long")
    entities = find_entities(text, done.get("entities") or [])
    return [{"text": text, "entities": entities} if entities else {"text": text}]


def read_files(done: Deed) -> list[File]:
    """Store the uploaded files and look up those named by their id."""
    world, found = done.world, []
    for kind in FOLDERS:
        for part in request.files.getlist(kind):
            given = upload(part)
            given.stream.seek(0)
            pixels = image_size(given.stream.read(65_536))
            shown = "document" if kind == "photo" and pixels is None else kind
            file = world.files.add(
                shown, given.name, given.content_type, given.stream, pixels or (0, 0)
            )
            world.save("file", file.id)
            found.append(file)
        value = done.get(kind)
        if isinstance(value, str) and value:
            known = world.files.get(value)
            if known is None:
                raise bad(f"{kind} is a file_id or an uploaded file")
            found.append(known)
    return found


def read_caption(done: Deed) -> Json:
    """Return the caption with its entities."""
    text = str(done.get("caption") or "").strip()
    if not text:
        return {}
    entities = find_entities(text, done.get("caption_entities") or [])
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def read_common(done: Deed, chat: Chat) -> Json:
    """Return a reply's and a topic's fields."""
    content: Json = {}
    if done.get("reply_to_message_id"):
        original = chat.messages.get(done.number("reply_to_message_id"))
        if original is None:
            raise bad("message to be replied not found")
        content["reply_to_message"] = nested(original)
    if done.get("message_thread_id"):
        content |= {"message_thread_id": done.number("message_thread_id"), "is_topic_message": True}
    return content


def read_forward(done: Deed) -> Json:
    """Return the content of a forwarded message."""
    given = done.get("forward")
    inner = Deed(done.world, {**done.fields, **given})
    original = inner.message(inner.chat)
    return forwarded(original)


@deed("/edit")
def edit(done: Deed) -> Json:
    chat = done.chat
    message = done.message(chat)
    check_author(done, message)
    new = {k: v for k, v in message.items() if k not in ("entities", "caption_entities")}
    if "text" in message and done.get("text"):
        text = str(done.get("text")).strip()
        entities = find_entities(text, done.get("entities") or [])
        new |= {"text": text, "entities": entities} if entities else {"text": text}
    elif "location" in message and done.get("location"):
        new["location"] = {**message["location"], **done.get("location")}
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
    ids = done.get("message_ids") or [done.number("message_id")]
    found = [int(n) for n in ids if int(n) in chat.messages]
    if not found:
        raise bad("message to delete not found")
    erase(done.world, chat, found)
    return True
