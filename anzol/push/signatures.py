"""Signatures of events, as GitHub, GitLab, Stripe, Miniflux and the Standard Webhooks specification make them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping

WINDOW = 300.0  # seconds that a signed time may differ from ours: what Stripe and Standard Webhooks advise
HEADERS = (
    "webhook-signature",
    "svix-signature",
    "stripe-signature",
    "x-hub-signature-256",
    "x-gitea-signature",
    "x-miniflux-signature",
    "x-gitlab-token",
)
Check = Callable[[Mapping[str, str], bytes, list[str], float], str]
ADVICE = "Sign as GitHub, GitLab, Stripe or Standard Webhooks do, or send Authorization: Bearer."


class BadSignature(Exception):
    """The signature is missing, wrong or too old; the text says which."""


def verify(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], now: float) -> str:
    """Return a delivery's identity, which its repetitions share, once one of the secrets has signed the body.

    `headers` by their names in lower case; `now` in epoch seconds. The identity is part of
    what was signed, so that a recording cannot be replayed as something new. Raise BadSignature.
    """
    chosen = next((name for name in HEADERS if name in headers), None)
    if chosen is None:
        raise BadSignature(f"The event is not signed. {ADVICE}")
    check = CHECKS[chosen]
    keys = list(secrets)
    if not keys:
        raise BadSignature("This topic has no secret. Add it to EVENT_SECRETS.")
    return check(headers, body, keys, now)


def _standard(
    headers: Mapping[str, str], body: bytes, secrets: list[str], now: float, prefix: str = "webhook"
) -> str:
    """Check `id.timestamp.body`, https://www.standardwebhooks.com"""
    number, moment = headers.get(f"{prefix}-id", ""), headers.get(f"{prefix}-timestamp", "")
    if not number:
        raise BadSignature(f"The header {prefix}-id is missing.")
    _refuse_old(moment, now)
    signed = f"{number}.{moment}.".encode("utf-8", "replace") + body
    given = [
        part.partition(",")[2]
        for part in headers.get(f"{prefix}-signature", "").split()
        if part.startswith("v1,")
    ]
    expected = [
        base64.b64encode(hmac.digest(_standard_key(secret), signed, "sha256")).decode()
        for secret in secrets
    ]
    _compare(given, expected)
    return f"{prefix}:{number}"


def _svix(headers: Mapping[str, str], body: bytes, secrets: list[str], now: float) -> str:
    return _standard(headers, body, secrets, now, "svix")


def _standard_key(secret: str) -> bytes:
    """Return the key that `whsec_` and base64 stand for; any other secret is its own bytes."""
    text = secret.removeprefix("whsec_")
    if text != secret:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def _stripe(headers: Mapping[str, str], body: bytes, secrets: list[str], now: float) -> str:
    """Check `t=…,v1=…`, https://docs.stripe.com/webhooks#verify-manually"""
    parts = [part.strip().partition("=") for part in headers["stripe-signature"].split(",")]
    moment = next((value for name, _, value in parts if name == "t"), "")
    _refuse_old(moment, now)
    signed = f"{moment}.".encode() + body
    given = [value for name, _, value in parts if name == "v1"]
    _compare(given, [_hex(secret, signed) for secret in secrets])
    return _identity(body)


def _hexadecimal(header: str) -> Check:
    """Return a check of a digest of the body alone, as GitHub, Gitea and Miniflux send it."""

    def check(headers: Mapping[str, str], body: bytes, secrets: list[str], now: float) -> str:
        given = headers[header].removeprefix("sha256=")
        _compare([given], [_hex(secret, body) for secret in secrets])
        # The delivery's number is not signed: who has a recording could choose another one.
        return _identity(body)

    return check


def _gitlab(headers: Mapping[str, str], body: bytes, secrets: list[str], now: float) -> str:
    """Compare the secret token, https://docs.gitlab.com/user/project/integrations/webhooks/"""
    _compare([headers["x-gitlab-token"]], secrets)
    number = headers.get("idempotency-key") or headers.get("x-gitlab-event-uuid")
    return f"gitlab:{number[:200]}" if number else _identity(body)


def _hex(secret: str, signed: bytes) -> str:
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def _identity(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _compare(given: Iterable[str], expected: list[str]) -> None:
    """Raise BadSignature unless one is right; all are compared, in constant time each."""
    tries = [text.encode("utf-8", "replace") for text in given]
    matches = [hmac.compare_digest(one, right.encode()) for one in tries for right in expected]
    if not any(matches):
        raise BadSignature("The signature is wrong. Is the secret in EVENT_SECRETS the sender's?")


def _refuse_old(moment: str, now: float) -> None:
    if not re.fullmatch(r"[0-9]{1,12}", moment):
        raise BadSignature("The signature has no time in epoch seconds.")
    away = abs(now - int(moment))
    if away > WINDOW:
        raise BadSignature(
            f"The signed time is {away:.0f} s away from ours; {WINDOW:.0f} s are let in. Check both clocks."
        )


CHECKS: dict[str, Check] = {
    "webhook-signature": _standard,
    "svix-signature": _svix,
    "stripe-signature": _stripe,
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    "x-hub-signature-256": _hexadecimal("x-hub-signature-256"),
    "x-gitea-signature": _hexadecimal("x-gitea-signature"),
    "x-miniflux-signature": _hexadecimal("x-miniflux-signature"),
    "x-gitlab-token": _gitlab,
}
