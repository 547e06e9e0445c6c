"""Checks of reply markup, as Telegram makes them."""

from __future__ import annotations

import json
from typing import Any

from anzol.api.contents import BUTTONS_LIMIT, DATA_LIMIT
from anzol.api.text.links import check_link

from ..api.errors import Refused, bad
from ..api.legacy import modernize_markup
from ..api.schema import Mismatch, check, without_nulls

Json = dict[str, Any]

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
KINDS = {
    "inline_keyboard": ("inline keyboard button", "InlineKeyboardButton"),
    "keyboard": ("keyboard button", "KeyboardButton"),
}


def read_markup(value: Any) -> Json | None:
    """Return the reply markup of a call. Raises Refused 400 with Telegram's texts."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad("can't parse reply keyboard markup JSON object") from None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    value = modernize_markup(without_nulls(value))
    for field, (name, kind) in KINDS.items():
        if field in value:
            rows = read_rows(value[field], field, name, kind)
            return dict(value, **{field: rows})
    if value.get("remove_keyboard") or value.get("force_reply"):
        return dict(value)
    return None


def read_rows(rows: Any, field: str, name: str, kind: str) -> list[list[Json]]:
    """Check the rows of a keyboard and return them without empty ones."""
    if not isinstance(rows, list):
        raise bad(f'field "{field}" must be of type Array')
    if any(not isinstance(row, list) for row in rows):
        raise bad(f'field "{field}" must be an Array of Arrays')
    if field == "inline_keyboard" and sum(map(len, rows)) > BUTTONS_LIMIT:
        raise bad("REPLY_MARKUP_TOO_LONG")
    read = read_inline if field == "inline_keyboard" else read_reply
    return [[read(button, name, kind) for button in row] for row in rows if row]


def read_reply(button: Json | str, name: str, kind: str) -> Json:
    """Return a reply keyboard's button; plain text is one too."""
    if isinstance(button, str):
        button = {"text": button}
    button = modernize_markup(button) if isinstance(button, dict) else button
    check_button(button, name, kind)
    if not button["text"]:
        raise bad("keyboard button text must be non-empty")
    return button


def read_inline(button: Json, name: str, kind: str) -> Json:
    """Return an inline keyboard's button: exactly the actions Telegram accepts."""
    check_button(button, name, kind)
    if not any(action in button for action in ACTIONS):
        raise bad(f"can't parse {name}: Text buttons are unallowed in the inline keyboard")
    login = button.get("login_url", {})
    if "callback_data" in button:
        data = str(button["callback_data"]).encode()
        if not 1 <= len(data) <= DATA_LIMIT:
            raise bad("BUTTON_DATA_INVALID")
    if "login_url" in button:  # to the bot it comes back as a plain link
        button = {k: v for k, v in button.items() if k != "login_url"}
        button["url"] = login["url"]
    if "url" in button:
        check_url(str(button["url"]))
    if "web_app" in button:
        check_web_app(button["web_app"])
    return button


def check_url(url: str) -> None:
    """Raise Refused for an address that no button may open."""
    if not check_link(url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_web_app(app: Json) -> None:
    """Raise Refused for a Mini App's address that no client would open."""
    url = str(app["url"])
    if not url.lower().startswith("https://"):
        raise bad(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )


# phone number, location and poll can be asked for in private chats alone
PRIVATE_REQUESTS = ("request_contact", "request_location", "request_poll")
PRIVATE_ONLY = "phone number can be requested in private chats only"


def check_place(markup: Json | None, is_private: bool) -> None:
    """Raise Refused for buttons that only a private chat may have: Mini Apps, requests for contact or location."""
    if not markup or is_private:
        return
    buttons = [b for field in KINDS for row in markup.get(field, []) for b in row]
    if any("web_app" in button for button in buttons):
        raise bad("BUTTON_TYPE_INVALID")
    if any(button.get(name) for button in buttons for name in PRIVATE_REQUESTS):
        raise bad(PRIVATE_ONLY)


def check_button(button: Any, name: str, kind: str) -> None:
    """Check a button against its type."""
    try:
        check(kind, button)
    except Mismatch as error:
        raise Refused(400, f"can't parse {name}: {error}") from None


def check_inline(markup: Json | None) -> None:
    """Raise Refused for other markup where only an inline keyboard can be, as in an edit."""
    if markup and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
