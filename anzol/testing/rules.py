"""What Telegram refuses although the types are right, with its own texts."""

from __future__ import annotations

from typing import Any

from anzol.api.errors import ApiError, api_error
from anzol.api.methods import did_you_mean, schema

from .formatted import parse_html
from .samples import check_value

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DATA_LIMIT = 64
# https://core.telegram.org/bots/api#reactiontypeemoji
REACTIONS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 "
    "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡 "
)


def bad_request(method: str, text: str, **parameters: Any) -> ApiError:
    """Telegram's refusal, as the transport makes it of the answer."""
    description = f"Bad Request: {text}"
    return api_error(
        method, {"error_code": 400, "description": description, "parameters": parameters}
    )


def check_call(method: str, fields: dict[str, Any], files: dict[str, Any]) -> None:
    """Raise `TypeError` for a call that does not conform to the table: it fails the test."""
    known = schema()["methods"][method]["params"]
    attached = {name for name in files if name not in known}
    for name, value in fields.items():
        if name not in known:
            raise TypeError(f"{method} has no parameter {name!r}{did_you_mean(name, known)}")
        check_value(known[name], value, f"{method}: {name}")
    for name in files.keys() - attached:
        if "InputFile" not in known[name]:
            raise TypeError(f"{method}: {name} cannot be a file.")
    for name, spec in known.items():
        if spec.startswith("!") and name not in fields and name not in files:
            raise TypeError(f"{method} needs {name!r}.")


def read_text(method: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The text or caption of a call as the fields of a message, within Telegram's limits."""
    name = "caption" if "caption" in fields else "text"
    if name not in fields:
        return {}
    text, entities = str(fields[name]), list(fields.get(f"{name}_entities") or ())
    if str(fields.get("parse_mode", "")).lower() == "html":
        text, entities = parse_html(method, text)
    text = text.strip()
    if not text and name == "text":
        raise bad_request(method, "message text is empty")
    if len(text) > (TEXT_LIMIT if name == "text" else CAPTION_LIMIT):
        what = "message is too long" if name == "text" else "message caption is too long"
        raise bad_request(method, what)
    field = "entities" if name == "text" else "caption_entities"
    return {name: text} | ({field: entities} if entities else {})


def check_buttons(method: str, markup: dict[str, Any]) -> None:
    """Refuse callback data that is too long, counted in bytes, and buttons that do nothing or two things."""
    for row in markup.get("inline_keyboard", ()):
        for button in row:
            actions = [
                name for name in button if name not in ("text", "style", "icon_custom_emoji_id")
            ]
            if len(actions) != 1:
                text = f"Text buttons are unallowed in the inline keyboard ({button.get('text')!r})"
                raise bad_request(method, text)
            data = button.get("callback_data")
            if data is not None and not 1 <= len(data.encode()) <= DATA_LIMIT:
                raise bad_request(method, "BUTTON_DATA_INVALID")


def check_reaction(method: str, reactions: list[dict[str, Any]]) -> None:
    """Refuse a reaction that Telegram does not have, with or without its variation selector."""
    for reaction in reactions:
        if (
            reaction["type"] == "emoji"
            and reaction["emoji"].replace("\ufe0f", "") not in REACTIONS.split()
        ):
            raise bad_request(method, "REACTION_INVALID")
