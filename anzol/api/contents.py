"""What Telegram refuses in any chat, found before a call is made: keyboards, albums and texts that cannot be.

https://core.telegram.org/bots/api#inlinekeyboardbutton, https://core.telegram.org/bots/api#sendmediagroup
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .methods import did_you_mean, schema
from .text import CAPTION_LIMIT, LIMIT, format_text, utf16_length
from .text.links import check_link

DATA_LIMIT = 64  # bytes
COPIED_LIMIT = 256  # characters that a button copies
BUTTONS_LIMIT = 100  # of one keyboard
LOOKS = ("text", "icon_custom_emoji_id", "style")  # what a button has beside its action
# The least and the most items of a list, which the Bot API states for each.
COUNTS: Mapping[tuple[str, str], tuple[int, int]] = {
    ("sendMediaGroup", "media"): (2, 10),
    ("sendPaidMedia", "media"): (1, 10),
    ("sendPoll", "options"): (1, 12),
    ("copyMessages", "message_ids"): (1, 100),
    ("forwardMessages", "message_ids"): (1, 100),
}
ALBUM_MEDIA = ("photo", "video", "audio", "document", "live_photo")
UNMIXED = {"audio", "document"}  # an album of these has nothing else
SINGLE = "sendPhoto, sendVideo and their like send a single one"


def check_contents(method: str, params: Mapping[str, Any]) -> None:
    """Raise ValueError, with a sentence, for the contents of a call that Telegram would refuse in any chat.

    An object may be given as its JSON, which Telegram reads as well. Formatted text is in its place already.
    """
    if method == "sendMessage":
        _check_text("text", params, LIMIT)
    _check_text("caption", params, CAPTION_LIMIT)
    for name in params:
        if (method, name) in COUNTS:
            _check_count(method, name, parsed(params[name]))
    if method == "sendMediaGroup":
        _check_album(parsed(params["media"]))
    if params.get("reply_markup") not in (None, ""):
        check_markup(parsed(params["reply_markup"]))


def parsed(value: Any) -> Any:
    """Return what a text is the JSON of, anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def check_markup(markup: Any) -> None:
    """Raise ValueError for a reply markup that is none, or whose inline keyboard has a wrong button."""
    if not isinstance(markup, Mapping):
        raise ValueError(
            'reply_markup is an object such as {"inline_keyboard": [[{"text": "Open", "url": "https://…"}]]}'
        )
    rows = markup.get("inline_keyboard")
    if rows is None:
        return
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ValueError("inline_keyboard is a list of rows, each of them a list of buttons")
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS_LIMIT:
        raise ValueError(
            f"There are {len(buttons)} buttons; Telegram allows {BUTTONS_LIMIT} under a message"
        )
    for button in buttons:
        check_button(button)


def check_button(button: Any) -> None:
    """Raise ValueError for a button of an inline keyboard that Telegram would refuse."""
    if not isinstance(button, Mapping) or not str(button.get("text") or "").strip():
        raise ValueError(
            f'{button!r:.60} is no button: write {{"text": "Open", "url": "https://…"}}'
        )
    known: Mapping[str, str] = schema()["types"]["InlineKeyboardButton"]
    for name in button:
        if name not in known:
            raise ValueError(f"A button has no field {name!r:.60}{did_you_mean(name, known)}")
    label = f"{button['text']!r:.60}"
    actions = [
        name
        for name, value in button.items()
        if name not in LOOKS and value is not None and value is not False
    ]
    if not actions:
        raise ValueError(f"The button {label} does nothing: give it a url or callback_data")
    if len(actions) > 1:
        raise ValueError(
            f"The button {label} does {len(actions)} things: leave it one of {', '.join(actions)}"
        )
    _check_action(label, actions[0], button[actions[0]], known[actions[0]])


def _check_action(label: str, action: str, value: Any, spec: str) -> None:
    """Raise ValueError for a wrong value of what a button does; `spec` is its type as in anzol/api/schema.json."""
    where = f"The {action} of the button {label}"
    fields = schema()["types"].get(spec)
    if fields is not None:
        missing = [n for n, kind in fields.items() if kind[0] == "!" and not _text_in(value, n)]
        if not isinstance(value, Mapping) or missing:
            wanted = f" with {', '.join(missing)}" if missing else ""
            raise ValueError(f"{where} is an object{wanted}")
    elif spec == "String" and (not isinstance(value, str | int) or isinstance(value, bool)):
        raise ValueError(f"{where} is a text")
    if action == "callback_data" and not 1 <= len(str(value).encode()) <= DATA_LIMIT:
        size = len(str(value).encode())
        what = f"is longer than {DATA_LIMIT} bytes" if size else "is empty"
        raise ValueError(f"{where} {what}")
    if action == "copy_text" and utf16_length(value["text"]) > COPIED_LIMIT:
        raise ValueError(f"{where} is longer than {COPIED_LIMIT} characters")
    if action in ("url", "login_url", "web_app"):
        _check_address(where, str(value if action == "url" else value["url"]), action == "web_app")


def _check_address(where: str, address: str, is_secure: bool) -> None:
    found = check_link(address)
    if not found or (is_secure and not found.startswith("https://")):
        example = "https://example.org/page"
        raise ValueError(f"{where} is {address!r:.60}, no address that opens; write {example}")


def _text_in(value: Any, name: str) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get(name), str) and bool(value[name])


def _check_count(method: str, name: str, value: Any) -> None:
    least, most = COUNTS[method, name]
    if not isinstance(value, list):
        raise ValueError(f"{name} is a list of {least} to {most} items")
    if not least <= len(value) <= most:
        hint = f"; {SINGLE}" if len(value) == 1 else ""
        items = "1 item" if len(value) == 1 else f"{len(value)} items"
        raise ValueError(f"{name} has {items}; {method} takes {least} to {most} of them{hint}")


def _check_album(items: list[Any]) -> None:
    """Raise ValueError for items that cannot be together in an album."""
    for item in items:
        if not isinstance(item, Mapping) or item.get("type") not in ALBUM_MEDIA:
            raise ValueError(
                f"{item!r:.60} cannot be in an album: give it a type, one of {', '.join(ALBUM_MEDIA)}"
            )
        if not item.get("media"):
            raise ValueError(f"{item!r:.60} has no media: give a file's address or its file_id")
        _check_text("caption", item, CAPTION_LIMIT)
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and (alone := kinds & UNMIXED):
        raise ValueError(
            f"An album mixes {' and '.join(sorted(kinds))}; {' and '.join(sorted(alone))} "
            "can only be with their own kind"
        )


def _check_text(name: str, fields: Mapping[str, Any], limit: int) -> None:
    """Raise ValueError for a text or a caption that no message holds."""
    value = fields.get(name)
    if not isinstance(value, str):
        return
    given = parsed(fields.get("entities" if name == "text" else "caption_entities"))
    mode = str(fields.get("parse_mode") or "")
    entities = given if isinstance(given, list) and not mode else None
    check_length(name, format_text(value, mode, entities).text, limit)


def check_length(name: str, shown: str, limit: int = LIMIT) -> None:
    """Raise ValueError for a parsed text that is longer than a message or a caption holds, or for an empty message."""
    length = utf16_length(shown)
    if length > limit:
        holder = "a message" if limit == LIMIT else "a caption"
        raise ValueError(
            f"{name} has {length:,} characters; {holder} holds {limit:,}. Send it as several pushes"
        )
    if limit == LIMIT and not shown.strip():
        raise ValueError(f"{name} is empty")
