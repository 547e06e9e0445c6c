"""Turning a `Reply` into Bot API calls: long text in several messages, broken HTML as plain text."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeGuard

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.errors import ApiError, TelegramError
from anzol.api.methods import schema
from anzol.api.text import CAPTION_LIMIT, LIMIT, FormattedText, Text, plain, split

from .outlet import Calls
from .reply import Reply, reply_of

log = logging.getLogger(__name__)

# Parameters that say how a text is parsed.
READING = ("parse_mode", "entities", "caption_entities")
# Of several messages, all get these; only the last gets the keyboard, and only the first everything else.
EACH = ("disable_notification", "protect_content", "parse_mode", "link_preview_options")
CAPTIONED = frozenset({"photo", "video", "animation", "audio", "document", "voice", "caption"})
BRIEF = LIMIT // 2  # characters, of which each counts as two at most
TYPING_EVERY = 4.0  # seconds; Telegram shows an action for five at a time


# What Telegram answered, the text and the keyboard of a message that was sent.
Sent = tuple[Any, Text, Any]


class Shown(NamedTuple):
    """A message as this handler left it: address, text (`None` if unknown) and keyboard."""

    address: Address
    has_caption: bool = False
    text: Text | None = None
    keyboard: Any = None


def shown(message: Any, address: Address, text: Text | None = None, keyboard: Any = None) -> Shown:
    """Return the record of a message in the chat of `address`."""
    chat = (message.get("chat") or {}).get("id", address.chat)
    has_caption = "text" not in message and not CAPTIONED.isdisjoint(message)
    _, business, topic, direct_topic, _, _, sender = address
    number = message.get("message_id")
    there = Address(chat, business, topic, direct_topic, number, None, sender)
    return Shown(there, has_caption, text, keyboard)


def is_brief(text: Any) -> TypeGuard[str]:
    """Return whether this is a plain text that one message has room for, whatever it consists of."""
    return type(text) is str and len(text) <= BRIEF


def send_reply(bot: Bot, address: Address, reply: Text | Reply) -> list[Sent]:
    """Send a reply; return its messages, of which the last one has the keyboard."""
    text = reply.text if isinstance(reply, Reply) and not reply.params else reply
    # Nearly every reply is a short text alone: nothing has to be cut, or sent once more without its formatting, and
    # there is no parameter that could be wrong.
    if is_brief(text):
        params = address.params("sendMessage")
        params["text"] = text
        return [(bot.call("sendMessage", **params), text, None)]
    reply = reply_of(reply)
    calls = _calls(reply)
    last = len(calls) - 1
    messages: list[Sent] = []
    for index, (method, field, text) in enumerate(calls):
        params, keyboard = address.params(method), None
        if reply.params:
            params |= _params(reply, method, first=index == 0)
            if index == last and (keyboard := reply.params.get("reply_markup")):
                params["reply_markup"] = keyboard
        messages.append((send_text(bot, method, field, text, params), text, keyboard))
    return messages


def all_shown(messages: Sequence[Sent], address: Address) -> list[Shown]:
    """Return the records of sent messages; there is none of one that travels in the webhook's response."""
    return [
        shown(message, address, text, keyboard)
        for message, text, keyboard in messages
        if isinstance(message, dict)
    ]


def calls_of(reply: Reply) -> Calls:
    """Return the calls that send a reply, without the chat's parameters: a long text takes several."""
    calls = _calls(reply)
    found: Calls = []
    for index, (method, field, text) in enumerate(calls):
        params = _params(reply, method, first=index == 0)
        if field and (text or field != "caption"):
            params[field] = text
        if index == len(calls) - 1 and reply.params.get("reply_markup"):
            params["reply_markup"] = reply.params["reply_markup"]
        found.append((method, params))
    return found


def broadcast_calls(text: Any) -> dict[str, Calls]:
    """Return the one call that sends a broadcast, by language. Raise ValueError where it takes several."""
    texts = text if isinstance(text, Mapping) else {"": text}
    found = {language: calls_of(reply_of(one)) for language, one in texts.items()}
    if any(len(calls) != 1 for calls in found.values()):
        raise ValueError("A broadcast is one message: shorten the text.")
    return found


def _calls(reply: Reply) -> list[tuple[str, str, Text]]:
    """Return the messages of a reply: method, name of the text parameter, text."""
    media = reply.media()
    if media is None:
        return [("sendMessage", "text", piece) for piece in _pieces(reply, LIMIT)]
    _refuse_name(media, reply.params[media])
    method = "send" + media.title().replace("_", "")
    if "caption" not in schema()["methods"][method]["params"]:
        rest = _pieces(reply, LIMIT) if reply.text else []
        return [(method, "", ""), *(("sendMessage", "text", piece) for piece in rest)]
    caption, *rest = _pieces(reply, CAPTION_LIMIT)
    return [(method, "caption", caption), *(("sendMessage", "text", piece) for piece in rest)]


def _pieces(reply: Reply, first: int) -> list[Text]:
    """Return a reply's text in pieces, the first of at most `first` characters."""
    entities = reply.params.get("entities") or reply.params.get("caption_entities")
    mode = reply.params.get("parse_mode")
    return split(reply.text, LIMIT, first=first, parse_mode=mode, entities=entities)


def _refuse_name(kind: str, value: Any) -> None:
    """Raise `TypeError` for the name of an existing file, which Telegram would take for a file_id."""
    if isinstance(value, str) and os.path.isfile(value):
        raise TypeError(
            f"{kind} {value!r} is taken for a file_id; write Path({value!r}) to send the file."
        )


def _params(reply: Reply, method: str, *, first: bool) -> dict[str, Any]:
    allowed = reply.params if first else EACH
    params = {
        name: value
        for name, value in reply.params.items()
        if name in allowed
        and name != "reply_markup"
        and not (name in EACH and name not in schema()["methods"][method]["params"])
    }
    quoted = params.get("reply_parameters")
    if isinstance(quoted, dict):
        # The user may have deleted the message since; the reply matters more than the quote.
        params["reply_parameters"] = {"allow_sending_without_reply": True, **quoted}
    return params


def edit_shown(bot: Bot, messages: list[Shown], reply: Reply) -> tuple[Any, list[Shown]]:
    """Edit messages to show another reply; return the last call's result and the records of all messages.

    A text that has grown continues in new messages, and messages that stay the same are not edited.
    """
    first = messages[0]
    limit = CAPTION_LIMIT if first.has_caption or reply.media() else LIMIT
    pieces = [reply.text] if first.address.inline else _pieces(reply, limit)
    each = {name: value for name, value in reply.params.items() if name in EACH}
    result: Any = True
    now: list[Shown] = []
    for index, piece in enumerate(pieces):
        keyboard = reply.params.get("reply_markup") if index == len(pieces) - 1 else None
        options = reply.params if index == 0 else each
        part = Reply(piece, **{**options, "reply_markup": keyboard})
        if index == len(messages):
            sent = send_reply(bot, now[-1].address, part)
            result, new = sent[-1][0], all_shown(sent, now[-1].address)
            messages = messages + new
            now += new
            continue
        old = messages[index]
        if part.media() or (old.text, old.keyboard) != (piece, keyboard):
            result = _edit(bot, old, part)
        now.append(old._replace(text=piece, keyboard=keyboard, has_caption=_captions(old, part)))
    for left in messages[len(pieces) :]:
        bot.delete_message(**left.address.message_params("deleteMessage"))
    return result, now


def _captions(old: Shown, reply: Reply) -> bool:
    return old.has_caption or reply.media() is not None


def _edit(bot: Bot, old: Shown, reply: Reply) -> Any:
    """Edit one message; "not modified" is not an error."""
    try:
        return _send_edit(bot, old, reply)
    except ApiError as error:
        if "message is not modified" not in error.description:
            raise
        return True


def _send_edit(bot: Bot, old: Shown, reply: Reply) -> Any:
    kind = reply.media()
    if kind is None:
        method = "editMessageCaption" if old.has_caption else "editMessageText"
        field = "caption" if old.has_caption else "text"
        target = old.address.message_params(method)
        known = schema()["methods"][method]["params"]
        params = _options(reply, [name for name in EACH if name not in known])
        return send_text(bot, method, field, reply.text, {**target, **params})
    params = _options(reply, EACH)
    target = old.address.message_params("editMessageMedia")
    caption = {"caption": reply.text} if reply.text else {}
    media = {"type": kind, "media": params.pop(kind), **caption}
    return bot.call("editMessageMedia", **target, media=media, **params)


def _options(reply: Reply, left_out: Sequence[str]) -> dict[str, Any]:
    return {
        name: value
        for name, value in reply.params.items()
        if value is not None and name not in left_out
    }


def edit_keyboard(bot: Bot, old: Shown, keyboard: Any) -> tuple[Any, Shown]:
    """Replace or remove the keyboard under a message; return the result and the new record."""
    target = old.address.message_params("editMessageReplyMarkup")
    result: Any = True
    try:
        result = bot.edit_message_reply_markup(**target, reply_markup=keyboard)
    except ApiError as error:
        if "message is not modified" not in error.description:
            raise
    return result, old._replace(keyboard=keyboard)


def send_text(bot: Bot, method: str, field: str, text: Text, params: dict[str, Any]) -> Any:
    """Call a method with a text; if Telegram cannot parse its HTML, call again with plain text."""
    if not field or (not text and field == "caption"):
        return bot.call_known(method, params)
    if isinstance(text, FormattedText):
        return bot.call_known(method, {**_unread(params), field: text})
    try:
        return bot.call_known(method, {**params, field: text})
    except ApiError as error:
        if "can't parse entities" not in error.description:
            raise
        log.warning("%s; sent as plain text instead", error)
    return bot.call_known(method, {**_unread(params), field: plain(text)})


def _unread(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in READING}


@contextmanager
def keep_typing(bot: Bot, params: dict[str, Any], every: float = TYPING_EVERY) -> Iterator[None]:
    """Send a chat action at once and every few seconds until the block ends."""
    done = threading.Event()
    _send_action(bot, params)

    def repeat() -> None:
        while not done.wait(every):
            _send_action(bot, params)

    thread = threading.Thread(target=repeat, name="typing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=1.0)


def _send_action(bot: Bot, params: dict[str, Any]) -> None:
    try:
        bot.send_chat_action(**params)
    except TelegramError as error:  # decoration: the work goes on without it
        log.info("%s", error)
