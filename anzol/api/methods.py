"""The Bot API's methods, by the generated table: names resolved, parameters checked."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from . import legacy

SCHEMA = Path(__file__).with_name("schema.json")
SPELLINGS = 1024  # names whose look-up is kept; there are some two hundred, in three spellings

# Who or what is addressed comes first, then what is sent or done. Frozen by hand: the published order of parameters
# changes between versions, so nothing else is positional.
POSITIONAL: dict[str, tuple[str, ...]] = {
    "sendMessage": ("chat_id", "text"),
    "sendPhoto": ("chat_id", "photo"),
    "sendDocument": ("chat_id", "document"),
    "sendVideo": ("chat_id", "video"),
    "sendAnimation": ("chat_id", "animation"),
    "sendAudio": ("chat_id", "audio"),
    "sendVoice": ("chat_id", "voice"),
    "sendVideoNote": ("chat_id", "video_note"),
    "sendSticker": ("chat_id", "sticker"),
    "sendMediaGroup": ("chat_id", "media"),
    "sendLocation": ("chat_id", "latitude", "longitude"),
    "sendVenue": ("chat_id", "latitude", "longitude", "title", "address"),
    "sendContact": ("chat_id", "phone_number", "first_name"),
    "sendPoll": ("chat_id", "question", "options"),
    "sendDice": ("chat_id", "emoji"),
    "sendGame": ("chat_id", "game_short_name"),
    "sendInvoice": ("chat_id", "title", "description", "payload", "currency", "prices"),
    "sendLivePhoto": ("chat_id", "live_photo", "photo"),
    "sendPaidMedia": ("chat_id", "star_count", "media"),
    "sendRichMessage": ("chat_id", "rich_message"),
    "sendMessageDraft": ("chat_id", "draft_id", "text"),
    "sendChatAction": ("chat_id", "action"),
    "forwardMessage": ("chat_id", "from_chat_id", "message_id"),
    "copyMessage": ("chat_id", "from_chat_id", "message_id"),
    "forwardMessages": ("chat_id", "from_chat_id", "message_ids"),
    "copyMessages": ("chat_id", "from_chat_id", "message_ids"),
    "deleteMessage": ("chat_id", "message_id"),
    "deleteMessages": ("chat_id", "message_ids"),
    "pinChatMessage": ("chat_id", "message_id"),
    "unpinChatMessage": ("chat_id", "message_id"),
    "setMessageReaction": ("chat_id", "message_id", "reaction"),
    "stopPoll": ("chat_id", "message_id"),
    "banChatMember": ("chat_id", "user_id"),
    "unbanChatMember": ("chat_id", "user_id"),
    "restrictChatMember": ("chat_id", "user_id", "permissions"),
    "promoteChatMember": ("chat_id", "user_id"),
    "approveChatJoinRequest": ("chat_id", "user_id"),
    "declineChatJoinRequest": ("chat_id", "user_id"),
    "getChatMember": ("chat_id", "user_id"),
    "getChat": ("chat_id",),
    "getChatAdministrators": ("chat_id",),
    "getChatMemberCount": ("chat_id",),
    "leaveChat": ("chat_id",),
    "answerCallbackQuery": ("callback_query_id", "text"),
    "answerInlineQuery": ("inline_query_id", "results"),
    "answerPreCheckoutQuery": ("pre_checkout_query_id", "ok"),
    "answerShippingQuery": ("shipping_query_id", "ok"),
    "answerGuestQuery": ("guest_query_id", "result"),
    "answerWebAppQuery": ("web_app_query_id", "result"),
    "createInvoiceLink": ("title", "description", "payload", "currency", "prices"),
    "refundStarPayment": ("user_id", "telegram_payment_charge_id"),
    "setChatTitle": ("chat_id", "title"),
    "setChatPermissions": ("chat_id", "permissions"),
    "createForumTopic": ("chat_id", "name"),
    "setMyCommands": ("commands",),
    "getStickerSet": ("name",),
    "getUserProfilePhotos": ("user_id",),
    "getFile": ("file_id",),
}


def snake_case(name: str) -> str:
    """Return `sendMessage` as `send_message`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@cache
def schema() -> dict[str, Any]:
    """Return the table that anzol/api/generate.py wrote: `version`, `methods`, `types`."""
    table: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return table


@cache
def _names() -> dict[str, str]:
    """Return a mapping of every accepted spelling to Telegram's."""
    names = {}
    for method in schema()["methods"]:
        names[method] = names[method.lower()] = names[snake_case(method)] = method
    return names


@lru_cache(SPELLINGS)
def find(name: str) -> str | None:
    """Return Telegram's spelling of a method, or `None` when the table does not know it."""
    return _names().get(name)


@cache
def returns(method: str) -> str:
    """Return the type of a known method's result, as in anzol/api/schema.json."""
    spec: str = schema()["methods"][method]["returns"]
    return spec


@lru_cache(SPELLINGS)
def look_up(name: str) -> tuple[str, str]:
    """Return Telegram's spelling of a method and the type of its result: the name as it is and `""` for an unknown one."""
    found = find(name)
    return (found, returns(found)) if found else (name, "")


@cache
def parameters(method: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of a known method's parameters, and of those among them that it requires."""
    known: dict[str, str] = schema()["methods"][method]["params"]
    return frozenset(known), tuple(name for name, spec in known.items() if spec[0] == "!")


@cache
def resolve(name: str) -> str:
    """Return Telegram's spelling of a method. Raises `AttributeError` with a suggestion when there is none."""
    found = find(name)
    if found is None:
        for old, new in legacy.METHODS.items():
            if name in (old, old.lower(), snake_case(old)):
                raise AttributeError(
                    f"{old} is called {new} today; write bot.{snake_case(new)}(...)."
                )
        raise AttributeError(
            f"The Bot API has no method {name!r}{did_you_mean(name, _names())} "
            f'A method newer than {schema()["version"]}: bot.call("{name}", ...).'
        )
    return found


def check(method: str, params: dict[str, Any]) -> None:
    """Raise `TypeError` for a parameter that the method does not have, or for a required one that is missing."""
    names, required = parameters(method)
    if not names.issuperset(params):
        known = schema()["methods"][method]["params"]
        name = next(name for name in params if name not in known)
        successor = legacy.instead(name, known)
        hint = f"; write {successor}" if successor else did_you_mean(name, known)
        raise TypeError(f"{method} has no parameter {name!r}{hint}")
    for name in required:
        if params.get(name) is None:
            missing = [name for name in required if params.get(name) is None]
            raise TypeError(f"{method} needs {', '.join(missing)}.")


def _named(method: str, args: tuple[Any, ...], params: dict[str, Any]) -> dict[str, Any]:
    """Return positional arguments by name. Raises `TypeError` for too many, and for one that is given twice."""
    names = POSITIONAL.get(method, ())
    if len(args) > len(names):
        takes = (
            f"at most {len(names)} positional arguments ({', '.join(names)})"
            if names
            else _keywords_only(method)
        )
        raise TypeError(f"{method} takes {takes}.")
    found = dict(zip(names, args, strict=False))
    if not found.keys().isdisjoint(params):
        twice = next(name for name in found if name in params)
        raise TypeError(f"{method} got {twice!r} twice.")
    return found


def _keywords_only(method: str) -> str:
    known: dict[str, str] = schema()["methods"][method]["params"]
    if "inline_message_id" in known:
        return (
            "keyword arguments only: a message is addressed by chat_id=..., message_id=..., "
            "or by inline_message_id=..."
        )
    required = [f"{name}=..." for name in parameters(method)[1]]
    return (
        f"keyword arguments only: {', '.join(required)}" if required else "keyword arguments only"
    )


def did_you_mean(name: str, known: Any) -> str:
    """Return the end of an error's sentence: `; did you mean 'caption'?` or a full stop."""
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else "."


class Methods:
    """Every method of the Bot API as a Python method, in either spelling.

    `bot.send_message(chat_id, text)`, `bot.sendMessage(chat_id=1, text="hi")`. Arguments are keyword-only but for the
    shortcuts in `POSITIONAL`. A subclass supplies `call`.
    """

    def call(self, method: str, /, **params: Any) -> Any:
        """Call a method by Telegram's name for it."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self._call_checked, resolve(name))

    def _call_checked(self, method: str, /, *args: Any, **params: Any) -> Any:
        if args:
            params |= _named(method, args, params)
        return self.call_known(method, params)

    def call_known(self, method: str, params: dict[str, Any]) -> Any:
        """Call a method of the table, once its parameters are checked: what `bot.send_message(...)` comes to."""
        check(method, params)
        if method == "sendPoll":
            params["options"] = [
                option if isinstance(option, dict) else {"text": option}
                for option in params["options"]
            ]
        return self.call(method, **params)
