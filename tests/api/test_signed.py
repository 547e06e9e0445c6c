"""What Telegram signs for a website: by the bot's token, and by its own key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anzol import Bot, NotSigned, check_init_data, check_init_data_of, check_login

TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"  # of a bot that is gone
# What Telegram really signed for that bot, as https://docs.telegram-mini-apps.com shows it.
SIGNED = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C"
    "%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C"
    "%22is_premium%22%3Atrue%7D&auth_date=1662771648"
    "&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
NOW = 1662771648 + 60
BOT = Bot(TOKEN)


def test_what_telegram_signed_is_read():
    opened = check_init_data(SIGNED, BOT, now=NOW)
    assert opened.user and (opened.user.id, opened.user.first_name) == (279058397, "Vladislav")
    assert (opened.query_id, opened.auth_date, opened.chat) == (
        "AAHdF6IQAAAAAN0XohDhrOrc",
        1662771648,
        None,
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (SIGNED.replace("Vladislav", "Vladimir"), "not signed for this bot"),
        (SIGNED.replace("hash=c", "hash=d"), "not signed for this bot"),
        (SIGNED.replace("hash=c", "hash=%C3%A4"), "not signed for this bot"),
        (SIGNED.partition("&hash")[0], "not signed for this bot"),
        (SIGNED + "&extra=1", "not signed for this bot"),
        (SIGNED + "&user=%7B%7D", "a field twice"),
        ("", "not signed for this bot"),
        (SIGNED + "&extra=\ud800", "is no text"),
        ("\ud800=1&hash=0", "is no text"),
        ("auth_date=1&hash=\ud800", "is no text"),
    ],
)
def test_what_was_changed_is_refused(changed: str, told: str):
    with pytest.raises(NotSigned, match=told):
        check_init_data(changed, BOT, now=NOW)


def test_what_is_for_another_bot_or_too_old_is_refused():
    with pytest.raises(NotSigned, match="not signed"):
        check_init_data(SIGNED, Bot("5768337691:other"), now=NOW)
    with pytest.raises(NotSigned, match="too old"):
        check_init_data(SIGNED, BOT)


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def third_party(**fields: Any) -> str:
    """Init data with Telegram's signature, by a key of ours."""
    fields = {"auth_date": 1662771648, "user": json.dumps({"id": 7, "first_name": "Ann"}), **fields}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    signature = KEY.sign(f"5768337691:WebAppData\n{lines}".encode())
    text = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return urlencode({**fields, "signature": text, "hash": "0" * 64})


def test_telegrams_own_signature_needs_no_token():
    data = third_party(start_param="ref_7")
    opened = check_init_data_of(data, 5768337691, now=NOW, key=PUBLIC)
    assert opened.user and (opened.user.id, opened.start_param) == (7, "ref_7")


@pytest.mark.parametrize(
    ("data", "bot"),
    [
        (third_party().replace("Ann", "Bob"), 5768337691),
        (third_party(), 5768337692),
        (third_party().replace("signature=", "signature=A"), 5768337691),
        (third_party().replace("signature=", "sign="), 5768337691),
        (SIGNED, 5768337691),
    ],
)
def test_a_forged_signature_of_telegrams_is_refused(data: str, bot: int):
    with pytest.raises(NotSigned, match="no signature of Telegram"):
        check_init_data_of(data, bot, now=NOW, key=PUBLIC)


def test_telegrams_real_key_is_the_default():
    with pytest.raises(NotSigned, match="no signature of Telegram"):
        check_init_data_of(third_party(), 5768337691, now=NOW)


def test_the_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ImportError, match="pip install cryptography"):
        check_init_data_of(third_party(), 5768337691)


def login(**fields: Any) -> dict[str, str]:
    """The Login Widget's fields, as https://core.telegram.org/widgets/login describes them."""
    given = {"id": "7", "first_name": "Ann", "auth_date": "1662771648", **fields}
    lines = "\n".join(f"{name}={given[name]}" for name in sorted(given))
    secret = hashlib.sha256(TOKEN.encode()).digest()
    return {**given, "hash": hmac.new(secret, lines.encode(), "sha256").hexdigest()}


def test_a_login_tells_who_it_is():
    user = check_login(login(username="ann", photo_url="https://t.me/i.jpg"), BOT, now=NOW)
    assert user == {"id": 7, "is_bot": False, "first_name": "Ann", "username": "ann"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({**login(), "id": "8"}, "not signed"),
        ({**login(), "hash": "ä"}, "not signed"),
        ({}, "not signed"),
        (login(id="x"), "names nobody"),
        (login(auth_date="1"), "too old"),
        (login(auth_date=""), "no auth_date"),
    ],
)
def test_a_wrong_login_is_refused(fields: dict[str, str], told: str):
    with pytest.raises(NotSigned, match=told):
        check_login(fields, BOT, now=NOW)
