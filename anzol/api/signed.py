"""What Telegram has signed for a website: a Mini App's `initData`, and the Login Widget's fields."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .client import Bot
from .types import Chat, User

MAX_AGE = 24 * 3600.0  # seconds for which Telegram's word on who somebody is counts
# https://core.telegram.org/bots/webapps#validating-data-for-third-party-use
TELEGRAM_KEY = "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d"
TEST_KEY = "40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec"


class NotSigned(ValueError):  # noqa: N818 - the reason, not an error of ours
    """Raised for data that Telegram has not signed for this bot, or too long ago."""


class InitData(NamedTuple):
    """Who opened a Mini App, from where, and when; `fields` are all that Telegram sent.

    https://core.telegram.org/bots/webapps#webappinitdata
    """

    user: User | None
    chat: Chat | None
    start_param: str
    query_id: str
    auth_date: int
    fields: dict[str, str]


def check_init_data(
    init_data: str, bot: Bot, *, max_age: float = MAX_AGE, now: float | None = None
) -> InitData:
    """Return what is in the `initData` of this bot's Mini App. Raises `NotSigned`."""
    fields = _fields(init_data)
    wanted = bot.signature(_lines(fields, "hash"), "WebAppData")
    if not hmac.compare_digest(fields.get("hash", "").encode(), wanted.encode()):
        raise NotSigned("The Mini App's data is not signed for this bot.")
    return _read(fields, max_age, now)


def check_init_data_of(
    init_data: str,
    bot_id: int,
    *,
    max_age: float = MAX_AGE,
    now: float | None = None,
    key: str = TELEGRAM_KEY,
) -> InitData:
    """Return what is in the `initData` of somebody else's Mini App, by Telegram's own signature. Raises `NotSigned`.

    It needs the bot's number and no token; `key` is Telegram's public one, in the test environment `TEST_KEY`. Needs the
    package cryptography.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise ImportError(
            "Checking Telegram's own signature needs a package: pip install cryptography"
        ) from None
    fields = _fields(init_data)
    text = f"{bot_id}:WebAppData\n{_lines(fields, 'hash', 'signature')}"
    signature = fields.get("signature", "")
    try:
        given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(given, text.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotSigned("The Mini App's data has no signature of Telegram's.") from None
    return _read(fields, max_age, now)


def check_login(
    fields: Mapping[str, Any], bot: Bot, *, max_age: float = MAX_AGE, now: float | None = None
) -> User:
    """Return the user whom the Login Widget has signed in, from its fields, such as Flask's `request.args`.

    Raises `NotSigned`. https://core.telegram.org/widgets/login
    """
    given = {name: str(value) for name, value in fields.items()}
    wanted = bot.signature(_lines(given, "hash"), "")
    if not hmac.compare_digest(given.get("hash", "").encode(), wanted.encode()):
        raise NotSigned("The login is not signed for this bot.")
    _refuse_old(given, max_age, now)
    names = ("first_name", "last_name", "username")
    if not given.get("id", "").isdecimal():
        raise NotSigned("The login names nobody.")
    known = {name: given[name] for name in names if name in given}
    return User({"id": int(given["id"]), "is_bot": False, **known})


def _fields(init_data: str) -> dict[str, str]:
    pairs = parse_qsl(init_data, keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotSigned("The Mini App's data has a field twice.")
    return fields


def _lines(fields: dict[str, str], *left_out: str) -> str:
    try:
        "".join([*fields, *fields.values()]).encode()
    except UnicodeEncodeError:  # half a character, as JSON's \ud800
        raise NotSigned("The signed data is no text.") from None
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name not in left_out)


def _read(fields: dict[str, str], max_age: float, now: float | None) -> InitData:
    _refuse_old(fields, max_age, now)
    user, chat = (json.loads(fields[name]) if name in fields else None for name in ("user", "chat"))
    return InitData(
        User(user) if user else None,
        Chat(chat) if chat else None,
        fields.get("start_param", ""),
        fields.get("query_id", ""),
        int(fields["auth_date"]),
        fields,
    )


def _refuse_old(fields: dict[str, str], max_age: float, now: float | None) -> None:
    date = fields.get("auth_date", "")
    if not date.isdecimal():
        raise NotSigned("The signed data has no auth_date.")
    if (time.time() if now is None else now) - int(date) > max_age:
        raise NotSigned("The signed data is too old; open the app or log in again.")
