"""Replies: text with a keyboard, a file, any option; albums and inline results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from anzol.api.contents import DATA_LIMIT
from anzol.api.errors import HandlerError
from anzol.api.formatting import place_formatting
from anzol.api.text import CAPTION_LIMIT, LIMIT, Text, plain, split
from anzol.api.uploads import digest

MEDIA = ("photo", "document", "video", "animation", "audio", "voice", "video_note", "sticker")
ALBUM_LIMIT = 10  # https://core.telegram.org/bots/api#sendmediagroup
ALBUM_KINDS = ("photo", "video", "audio", "document")
LINKS = ("https://", "http://", "tg://")

Button = tuple[str, str | dict[str, Any]]


class Reply:
    """A message to send: `Reply("Pick one", keyboard(("Like", "like:7")))`.

    `text` is plain when it is a `str` and HTML when it came from `html()`. Further keywords go to the method as they
    are (`disable_notification=True`); `photo=`, `document=`, `video=` and their like send that, with `text` as caption.
    """

    def __init__(
        self, text: Text = "", keyboard: dict[str, Any] | None = None, **params: Any
    ) -> None:
        self.text = text
        self.params = params
        if keyboard is not None:
            self.params["reply_markup"] = keyboard

    def __repr__(self) -> str:
        return f"Reply({self.text!r}, {', '.join(self.params)})"

    def media(self) -> str | None:
        """Return the kind of file that is sent, or `None` for a text."""
        if not self.params:
            return None
        return next((name for name in MEDIA if name in self.params), None)


def reply_of(
    text: Any, keyboard: Any = None, params: Mapping[str, Any] = MappingProxyType({})
) -> Reply:
    """Return a reply as it is, or make one of a text."""
    return text if isinstance(text, Reply) else Reply(text, keyboard, **params)


def keyboard(*buttons: Button | Sequence[Button], columns: int | None = None) -> dict[str, Any]:
    """Return buttons for under a message, https://core.telegram.org/bots/api#inlinekeyboardmarkup

    A button is `(label, target)`: a link when the target starts with https://, http:// or tg://, else callback data for
    `@router.button` (at most 64 bytes, checked here), or a dict of the button's own fields. Buttons given side by side
    make one row; each list is a row of its own; `columns` breaks the row after so many.
    """
    return {"inline_keyboard": [[_inline(b) for b in row] for row in _rows(buttons, columns)]}


def menu(*labels: Any, columns: int | None = None, **options: Any) -> dict[str, Any]:
    """Return buttons that replace the user's keyboard, https://core.telegram.org/bots/api#replykeyboardmarkup

    A label is a string, or a dict such as `{"text": "Where I am", "request_location": True}`. Lists make rows.
    """
    rows = [[_reply_button(label) for label in row] for row in _rows(labels, columns)]
    return {"keyboard": rows, "resize_keyboard": True, **options}


def remove_menu() -> dict[str, Any]:
    """Return the markup that removes a `menu`, https://core.telegram.org/bots/api#replykeyboardremove"""
    return {"remove_keyboard": True}


def _rows(items: tuple[Any, ...], columns: int | None) -> list[list[Any]]:
    rows: list[list[Any]] = []
    loose: list[Any] = []
    for item in items:
        if isinstance(item, list):
            rows += [loose, item]
            loose = []
        else:
            loose.append(item)
    rows.append(loose)
    if columns:
        rows = [row[i : i + columns] for row in rows for i in range(0, len(row), columns)]
    return [row for row in rows if row]


def _inline(button: Any) -> dict[str, Any]:
    if not isinstance(button, tuple) or len(button) != 2 or not isinstance(button[1], str | dict):
        raise HandlerError(
            f"{button!r} is not a button; write (label, target), where target is callback data, a link "
            "or a dict of the button's fields. A row is a list: [(label, target), (label, target)]."
        )
    label, target = button
    if isinstance(target, dict):
        return {"text": str(label), **target}
    if target.startswith(LINKS):
        return {"text": str(label), "url": target}
    size = len(target.encode())
    if not 1 <= size <= DATA_LIMIT:
        raise HandlerError(
            f"The data of button {str(label)!r} is {size} bytes; Telegram allows 1 to {DATA_LIMIT}. "
            "Keep the text in ctx.session and put a short key into the button."
        )
    return {"text": str(label), "callback_data": target}


def _reply_button(label: str | dict[str, Any]) -> dict[str, Any]:
    if isinstance(label, dict):
        return label
    if not isinstance(label, str):
        raise HandlerError(
            f"{label!r} is not a label; write a string or a dict. A row is a list: ['Yes', 'No']."
        )
    return {"text": label}


def reaction(emoji: str) -> list[dict[str, Any]]:
    """Return a reaction: an emoji, the id of a custom one, or none, https://core.telegram.org/bots/api#reactiontype"""
    if emoji.isdecimal():
        return [{"type": "custom_emoji", "custom_emoji_id": emoji}]
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def article(
    title: Text, text: Text, *, keyboard: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """Return an inline result that sends a text, https://core.telegram.org/bots/api#inlinequeryresultarticle

    Further fields go into it as they are (`description=`, `thumbnail_url=`). Its id is made from the rest.
    """
    result: dict[str, Any] = {
        "type": "article",
        "title": plain(title)[:256],
        "input_message_content": {"message_text": text},
        **fields,
    }
    if keyboard is not None:
        result["reply_markup"] = keyboard
    result = place_formatting("answerGuestQuery", {"result": result})["result"]
    return {"id": digest(result), **result}


def album_calls(
    items: Sequence[Any], caption: Text | list[Any], kind: str
) -> tuple[list[tuple[str, dict[str, Any]]], list[Text]]:
    """Return the calls that send `items` as albums of up to ten, and the texts that do not fit into their captions.

    An item is a file of `kind`, or a dict of the fields of an
    [InputMedia](https://core.telegram.org/bots/api#inputmedia) such as `{"type": "video", "media": file}`.
    """
    if kind not in ALBUM_KINDS:
        raise TypeError(
            f"An album of {kind!r} cannot be sent; kind is one of {', '.join(ALBUM_KINDS)}."
        )
    captions: list[Any] = [*caption] if isinstance(caption, list) else [caption][: len(items)]
    if len(captions) > len(items):
        raise ValueError(f"{len(captions)} captions for {len(items)} items.")
    media = [
        dict(item) if isinstance(item, dict) else {"type": kind, "media": item} for item in items
    ]
    rest: list[Text] = []
    for fields, text in zip(media, captions, strict=False):
        first, *more = split(text, LIMIT, first=CAPTION_LIMIT)
        fields |= {"caption": first} if first else {}
        rest += more
    parts = [media[start : start + ALBUM_LIMIT] for start in range(0, len(media), ALBUM_LIMIT)]
    return [_album_call(part) for part in parts], rest


def _album_call(media: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Return the call that sends one album; a single item is not an album."""
    if len(media) > 1:
        return "sendMediaGroup", {"media": media}
    kind, file = media[0].pop("type"), media[0].pop("media")
    return "send" + kind.title().replace("_", ""), {kind: file, **media[0]}
