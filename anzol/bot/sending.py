"""From a `Reply` to Bot API calls: long text in pieces, broken HTML as plain text."""

from __future__ import annotations

import logging
import os
from typing import Any

from anzol.api.client import Bot
from anzol.api.errors import ApiError
from anzol.api.methods import schema
from anzol.api.text import CAPTION_LIMIT, LIMIT, length, plain, split

from .reply import Reply, text_params

log = logging.getLogger(__name__)

# Of several messages all have these, only the last has the keyboard, only the first has the rest.
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


def _calls(reply: Reply) -> list[tuple[str, str, str]]:
    """The messages of a reply: method, the parameter that has the text, the text."""
    media = reply.media()
    if media is not None:
        _refuse_name(media, reply.params[media])
    if media is None:
        return [("sendMessage", "text", piece) for piece in split(reply.text, LIMIT)]
    method = "send" + media.title().replace("_", "")
    if "caption" not in schema()["methods"][method]["params"]:
        rest = split(reply.text, LIMIT) if reply.text else []
        return [(method, "", ""), *(("sendMessage", "text", piece) for piece in rest)]
    caption, *rest = split(reply.text, LIMIT, first=CAPTION_LIMIT)
    return [(method, "caption", caption), *(("sendMessage", "text", piece) for piece in rest)]


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


def split_edit(reply: Reply, *, has_caption: bool) -> tuple[Reply, Reply | None]:
    """What of a long text fits into the message that is changed, and the rest, which has the keyboard then."""
    limit = CAPTION_LIMIT if has_caption or reply.media() else LIMIT
    if length(reply.text) <= limit:
        return reply, None
    piece, *rest = split(reply.text, LIMIT, first=limit)
    left = type(reply.text)("\n").join(rest)
    keyboard = reply.params.get("reply_markup")
    each = {name: value for name, value in reply.params.items() if name in EACH}
    params = {name: value for name, value in reply.params.items() if name != "reply_markup"}
    return Reply(piece, **params), Reply(left, keyboard, **each)


def send_edit(bot: Bot, target: dict[str, Any], reply: Reply, *, has_caption: bool) -> Any:
    """Change the message that `target` addresses: its text, its caption, or its file."""
    kind = reply.media()
    if kind is None:
        method, field = (
            ("editMessageCaption", "caption") if has_caption else ("editMessageText", "text")
        )
        return send_text(bot, method, field, reply.text, {**target, **reply.params})
    caption = {"caption": str(reply.text), **text_params(reply.text)} if reply.text else {}
    media = {"type": kind, "media": reply.params[kind], **caption}
    params = {name: value for name, value in reply.params.items() if name != kind}
    return bot.call("editMessageMedia", **target, media=media, **params)


def send_text(bot: Bot, method: str, field: str, text: str, params: dict[str, Any]) -> Any:
    """Call a method with a text; when Telegram cannot parse its HTML, once more as plain text."""
    call = getattr(bot, method)
    if not field or (not text and field == "caption"):
        return call(**params)
    try:
        return call(**{field: str(text), **text_params(text), **params})
    except ApiError as error:
        if "can't parse entities" not in error.description:
            raise
        log.warning("%s; sent as plain text instead", error)
    params = {name: value for name, value in params.items() if name != "parse_mode"}
    return call(**{field: plain(text), **params})
