"""Signed button data: proof that the bot itself made a button for this chat, or for this user in it."""

from __future__ import annotations

import base64
import hmac

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.contents import DATA_LIMIT

# 48 bits: guesses are presses, which Telegram paces, and nobody sees whether one was near.
SIGN_BYTES = 6
SIGN_LENGTH = 8
MARK = "~"


def sign(data: str, bot: Bot, address: Address, *, user: bool) -> str:
    """Return data with a signature for a chat, with `user` for its sender alone. Raises `ValueError` if it gets too long."""
    signed = f"{data}{MARK}{_signature(data, bot, address, user=user)}"
    if len(signed.encode()) > DATA_LIMIT:
        most = DATA_LIMIT - SIGN_LENGTH - len(MARK)
        raise ValueError(
            f"{data!r} is longer than the {most} bytes that leave room for a signature."
        )
    return signed


def verify(signed: str, bot: Bot, address: Address) -> str | None:
    """Return the data of a signature that was made for this chat or for this sender in it; `None` for any other."""
    data, mark, signature = signed.rpartition(MARK)
    if not mark or not signature.isascii():
        return None
    wanted = [_signature(data, bot, address, user=user) for user in (False, True)]
    return data if any(hmac.compare_digest(signature, one) for one in wanted) else None


def _signature(data: str, bot: Bot, address: Address, *, user: bool) -> str:
    whom = f"{address.chat} {address.sender if user else ''}"
    digest = bot.mac(f"button {whom} {data}")[:SIGN_BYTES]
    return base64.urlsafe_b64encode(digest).decode()
