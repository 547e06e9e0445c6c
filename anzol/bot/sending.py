"""From a `Reply` to Bot API calls: long text in pieces, broken HTML as plain text."""

from __future__ import annotations

import logging
import os
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import ApiError
from anzol.api.methods import schema
from anzol.api.text import CAPTION_LIMIT, LIMIT, FormattedText, Text, plain, split

from .reply import Reply

log = logging.getLogger(__name__)

# Of several messages all have these, only the last has the keyboard, only the first has the rest.
READING = ("parse_mode", "entities", "caption_entities")
EACH = ("disable_notification", "protect_content", "parse_mode", "link_preview_options")


def send_reply(bot: Bot, where: dict[str, Any], reply: Reply) -> Any:
    """Send a reply to the chat in `where`; of several messages the last is returned and has the keyboard."""
    calls = _calls(reply)
    markup = reply.params.get("reply_markup")
    sent: Any = None
    for index, (method, field, text) in enumerate(calls):
        params = {**where, **_params(reply, method, first=index == 0)}
        if markup and index == len(calls) - 1:
            params["reply_markup"] = markup
        sent = send_text(bot, method, field, text, params)
    return sent


def _calls(reply: Reply) -> list[tuple[str, str, Text]]:
    """The messages of a reply: method, the parameter that has the text, the text."""
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
    """A reply's text in pieces, the first of which fits into a text or a caption."""
    return split(reply.text, LIMIT, first=first, **_reading(reply))


def _reading(reply: Reply) -> dict[str, Any]:
    """How the author says that the text is read."""
    entities = reply.params.get("entities") or reply.params.get("caption_entities")
    return {"parse_mode": reply.params.get("parse_mode"), "entities": entities}


def _refuse_name(kind: str, value: Any) -> None:
    """Raise `TypeError` for the name of a file that is there: Telegram would look for a file_id of that name."""
    if isinstance(value, str) and os.path.isfile(value):
        raise TypeError(
            f"{kind} {value!r} is taken for a file_id; write Path({value!r}) to send the file."
        )


def _params(reply: Reply, method: str, *, first: bool) -> dict[str, Any]:
    allowed = reply.params if first else EACH
    return {
        name: value
        for name, value in reply.params.items()
        if name in allowed
        and name != "reply_markup"
        and not (name in EACH and name not in schema()["methods"][method]["params"])
    }


def split_edit(reply: Reply, *, has_caption: bool) -> list[Reply]:
    """What fits into the message that is changed, and the messages that follow it; the last has the keyboard."""
    first, *rest = _pieces(reply, CAPTION_LIMIT if has_caption or reply.media() else LIMIT)
    if not rest:
        return [reply]
    keyboard = reply.params.get("reply_markup")
    each = {name: value for name, value in reply.params.items() if name in EACH}
    params = {name: value for name, value in reply.params.items() if name != "reply_markup"}
    parts = [Reply(first, **params), *(Reply(piece, **each) for piece in rest)]
    parts[-1] = Reply(rest[-1], keyboard, **each)
    return parts


def send_edit(bot: Bot, target: dict[str, Any], reply: Reply, *, has_caption: bool) -> Any:
    """Change the message that `target` addresses: its text, its caption, or its file."""
    kind = reply.media()
    if kind is None:
        method, field = (
            ("editMessageCaption", "caption") if has_caption else ("editMessageText", "text")
        )
        return send_text(bot, method, field, reply.text, {**target, **reply.params})
    caption = {"caption": reply.text} if reply.text else {}
    media = {"type": kind, "media": reply.params[kind], **caption}
    params = {name: value for name, value in reply.params.items() if name != kind}
    return bot.call("editMessageMedia", **target, media=media, **params)


def send_text(bot: Bot, method: str, field: str, text: Text, params: dict[str, Any]) -> Any:
    """Call a method with a text; when Telegram cannot parse its HTML, once more as plain text."""
    call = getattr(bot, method)
    if not field or (not text and field == "caption"):
        return call(**params)
    if isinstance(text, FormattedText):
        params = {name: value for name, value in params.items() if name not in READING}
    try:
        return call(**{field: text, **params})
    except ApiError as error:
        if "can't parse entities" not in error.description or isinstance(text, FormattedText):
            raise
        log.warning("%s; sent as plain text instead", error)
    params = {name: value for name, value in params.items() if name not in READING}
    return call(**{field: plain(text), **params})
