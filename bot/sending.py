"""From a `Reply` to Bot API calls: long text in pieces, broken HTML as plain text."""

from __future__ import annotations

import logging
from typing import Any

from .client import Bot
from .errors import ApiError
from .reply import Reply, text_params
from .text import CAPTION_LIMIT, LIMIT, plain, split

log = logging.getLogger(__name__)


def send_reply(bot: Bot, where: dict[str, Any], reply: Reply) -> Any:
    """Send a reply to the chat in `where`; of several messages the last is returned and has the keyboard."""
    media = reply.media()
    pieces = split(reply.text, CAPTION_LIMIT if media else LIMIT)
    if media and len(pieces) > 1:
        pieces = [pieces[0], *split(type(reply.text)(reply.text[len(pieces[0]) :].lstrip()), LIMIT)]
    return _send_pieces(bot, where, pieces, dict(reply.params), media)


def _send_pieces(
    bot: Bot, where: dict[str, Any], pieces: list[str], params: dict[str, Any], media: str | None
) -> Any:
    last_only = {"reply_markup": params.pop("reply_markup", None)}
    sent: Any = None
    for index, piece in enumerate(pieces):
        extra = last_only if index == len(pieces) - 1 else {}
        if media and index == 0:
            method = "send" + "".join(part.title() for part in media.split("_"))
            sent = send_text(bot, method, "caption", piece, {**where, **params, **extra})
            params = {name: value for name, value in params.items() if name in COMMON}
        else:
            sent = send_text(bot, "sendMessage", "text", piece, {**where, **params, **extra})
    return sent


COMMON = ("disable_notification", "protect_content", "message_thread_id", "parse_mode")


def send_text(bot: Bot, method: str, field: str, text: str, params: dict[str, Any]) -> Any:
    """Call a method with a text; when Telegram cannot parse its HTML, once more as plain text."""
    named = getattr(bot, method)
    if not text and field == "caption":
        return named(**params)
    try:
        return named(**{field: str(text), **text_params(text), **params})
    except ApiError as error:
        if "can't parse entities" not in error.description:
            raise
        log.warning("%s; sent as plain text instead", error)
        params = {name: value for name, value in params.items() if name != "parse_mode"}
        return named(**{field: plain(text), **params})
