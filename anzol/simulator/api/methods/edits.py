"""Changing and deleting sent messages."""

from __future__ import annotations

from typing import Any

from ...world.chats import Chat
from ...world.keyboards import check_inline, read_markup
from ...world.posting import remove_messages, replace_message
from ...world.previews import with_preview
from ..calls import Call, method
from ..errors import bad
from ..texts import read_caption, read_text
from .media import input_media
from .messages import read_location
from .sending import name_mentions

Json = dict[str, Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MEDIA = {"photo", "document", "video", "animation", "audio", "voice"}
CAPTION = ("caption", "caption_entities")
TEXT = ("text", "entities", "link_preview_options")


def edit(call: Call, make: Any, drop: tuple[str, ...] = ()) -> Json | bool:
    """Replace the content of a bot's message, its keyboard with it, and return it. Raises Refused."""
    chat, message = find_edited(call)
    new = {k: v for k, v in message.items() if k not in ("reply_markup", *drop)}
    new |= name_mentions(call, make(message))
    markup = read_markup(call.get("reply_markup"))
    check_inline(markup)
    if markup and markup["inline_keyboard"]:
        new["reply_markup"] = markup
    if same(new, message):
        raise bad(NOT_MODIFIED)
    if call.method not in ("editMessageReplyMarkup", "editMessageLiveLocation"):
        new["edit_date"] = call.world.clock.date()
    extra = chat.extra(message["message_id"])
    extra.pop("reply_markup", None)
    replace_message(call.world, chat, new)
    return True if call.get("inline_message_id") else new


def find_edited(call: Call) -> tuple[Chat, Json]:
    """Return the bot's message a call names in one of two ways, and its chat. Raises Refused."""
    if not call.get("inline_message_id"):
        chat = call.chat()
        message = call.message(chat, "edit")
        check_own(call, chat, message)
        return chat, message
    found = call.world.queries.get(call.get("inline_message_id"))
    if not found or "chat" not in found:
        raise bad("MESSAGE_ID_INVALID")
    chat = call.world.chats[found["chat"]]
    sent = chat.messages.get(found["message_id"])
    if sent is None:
        raise bad("MESSAGE_ID_INVALID")
    return chat, sent


def check_own(call: Call, chat: Chat, message: Json) -> None:
    """Raise Refused for a message that the bot did not send."""
    if chat.extras.get(message["message_id"], {}).get("bot") == call.bot.id:
        return
    if chat.type == "channel" and chat.can(call.bot.id, "can_edit_messages"):
        return
    raise bad("message can't be edited")


def same(one: Json, other: Json) -> bool:
    """Return whether two messages are equal in everything that an edit can change."""
    ignored = {"edit_date", "date"}
    return {k: v for k, v in one.items() if k not in ignored} == {
        k: v for k, v in other.items() if k not in ignored
    }


@method("editMessageText")
def edit_message_text(call: Call) -> Json | bool:
    """Replace the text of the bot's message, or of an inline message."""
    content = with_preview(read_text(call.arguments), call.get("link_preview_options"))

    def make(message: Json) -> Json:
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        return content

    return edit(call, make, TEXT)


@method("editMessageCaption")
def edit_message_caption(call: Call) -> Json | bool:
    """Replace the caption of the bot's message, or of an inline message."""
    content = read_caption(call.arguments)

    def make(message: Json) -> Json:
        if not MEDIA & message.keys():
            raise bad("there is no caption in the message to edit")
        return content

    return edit(call, make, CAPTION)


@method("editMessageMedia")
def edit_message_media(call: Call) -> Json | bool:
    """Replace the file of a message with one of any kind that may stand there."""
    content = input_media(call, call.get("media", {}))
    return edit(call, lambda message: content, (*MEDIA, *CAPTION, *TEXT))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> Json | bool:
    """Replace the buttons under a message."""
    return edit(call, lambda message: {})


@method("editMessageLiveLocation")
def edit_message_live_location(call: Call) -> Json | bool:
    """Move a live location."""

    def make(message: Json) -> Json:
        if "live_period" not in message.get("location", {}):
            raise bad("message can't be edited")
        return {"location": {**message["location"], **read_location(call)}}

    return edit(call, make)


@method("stopMessageLiveLocation")
def stop_message_live_location(call: Call) -> Json | bool:
    """End a live location."""

    def make(message: Json) -> Json:
        if "live_period" not in message.get("location", {}):
            raise bad("message can't be edited")
        kept = {k: v for k, v in message["location"].items() if k != "live_period"}
        return {"location": kept}

    return edit(call, make)


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    """Delete a message that the bot may delete."""
    chat = call.chat()
    message = call.message(chat, "delete")
    check_deletable(call, chat, message)
    remove_messages(call.world, chat, [message["message_id"]])
    return True


@method("deleteMessages")
def delete_messages(call: Call) -> bool:
    """Delete those of up to 100 messages that exist and the bot may delete."""
    chat = call.chat()
    ids = [int(n) for n in call.get("message_ids", [])]
    if not ids:
        raise bad("message identifiers are not specified")
    if len(ids) > 100:
        raise bad("too many message identifiers specified")
    found = [chat.messages[n] for n in ids if n in chat.messages]
    for message in found:
        check_deletable(call, chat, message)
    if found:
        remove_messages(call.world, chat, [message["message_id"] for message in found])
    return True


def check_deletable(call: Call, chat: Chat, message: Json) -> None:
    """Raise Refused for a message that is too old or not the bot's to delete."""
    own = chat.extras.get(message["message_id"], {}).get("bot") == call.bot.id
    is_old = call.world.clock.date() - message["date"] > 48 * 3600
    if chat.type == "private":
        allowed = not is_old
    elif own and chat.type != "channel":
        allowed = not is_old or chat.can(call.bot.id, "can_delete_messages")
    else:
        allowed = chat.is_admin(call.bot.id) and chat.can(call.bot.id, "can_delete_messages")
    if not allowed:
        raise bad("message can't be deleted for everyone" if own else "message can't be deleted")
