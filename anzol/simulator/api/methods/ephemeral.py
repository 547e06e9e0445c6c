"""Messages in a group that one person sees: sent by the usual methods, changed by these."""

from __future__ import annotations

from typing import Any

from ...world.chats import Chat
from ...world.keyboards import check_inline, read_markup
from ...world.posting import remove_messages, replace_message
from ...world.previews import with_preview
from ..calls import Call, method
from ..errors import bad
from ..texts import read_caption, read_text
from .edits import CAPTION, MEDIA, TEXT
from .media import input_media

Json = dict[str, Any]


def find(call: Call) -> tuple[Chat, Json]:
    """Return the bot's ephemeral message that a call names, and its chat. Raises Refused 400."""
    chat, receiver = call.chat(), call.get("receiver_user_id", 0)
    number = call.get("ephemeral_message_id", 0)
    for message in chat.messages.values():
        if message.get("ephemeral_message_id") == number and number:
            owner = chat.extras.get(message["message_id"], {}).get("bot")
            if message["receiver_user"]["id"] == receiver and owner == call.bot.id:
                return chat, message
    raise bad(
        "message to edit not found" if "edit" in call.method else "message to delete not found"
    )


def change(call: Call, content: Json, drop: tuple[str, ...]) -> bool:
    """Replace the content of a message, its keyboard with it."""
    chat, message = find(call)
    markup = read_markup(call.get("reply_markup"))
    check_inline(markup)
    kept = {k: v for k, v in message.items() if k not in ("reply_markup", *drop)}
    shown = {"reply_markup": markup} if markup and markup["inline_keyboard"] else {}
    new = {**kept, **content, **shown}
    if new == message:
        raise bad("message is not modified")
    chat.extra(message["message_id"]).pop("reply_markup", None)
    replace_message(call.world, chat, {**new, "edit_date": call.world.clock.date()})
    return True


@method("editEphemeralMessageText")
def edit_text(call: Call) -> bool:
    """Replace the text of a message that one member sees."""
    content = with_preview(read_text(call.arguments), call.get("link_preview_options"))
    return change(call, content, TEXT)


@method("editEphemeralMessageCaption")
def edit_caption(call: Call) -> bool:
    """Replace the caption of a message that one member sees."""
    return change(call, read_caption(call.arguments), CAPTION)


@method("editEphemeralMessageMedia")
def edit_media(call: Call) -> bool:
    """Replace the file of a message that one member sees."""
    return change(call, input_media(call, call.get("media", {})), (*MEDIA, *CAPTION, *TEXT))


@method("editEphemeralMessageReplyMarkup")
def edit_reply_markup(call: Call) -> bool:
    """Replace the buttons of a message that one member sees."""
    return change(call, {}, ())


@method("deleteEphemeralMessage")
def delete(call: Call) -> bool:
    """Delete a message that one member sees."""
    chat, message = find(call)
    remove_messages(call.world, chat, [message["message_id"]])
    return True
