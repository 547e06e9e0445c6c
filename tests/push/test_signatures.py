"""Signatures as the senders make them; the first three are examples from their own documentation."""

from __future__ import annotations

import base64
import hmac

import pytest
from werkzeug.datastructures import Headers

from anzol.push.signatures import BadSignature, verify

NOW = 1614265330.0
SECRET = "It's a Secret to Everybody"
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def signed(**headers: str) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in headers.items()})


def stripe(body: bytes, secret: str, moment: int) -> Headers:
    digest = hmac.digest(secret.encode(), f"{moment}.".encode() + body, "sha256").hex()
    return signed(Stripe_Signature=f"t={moment},v1={'0' * 64},v1={digest}")


def standard(body: bytes, secret: str, moment: int, number: str = "msg_1") -> Headers:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{number}.{moment}.".encode() + body, "sha256")
    signature = f"v1,AAAA v1a,ignored v1,{base64.b64encode(digest).decode()}"
    return signed(webhook_id=number, webhook_timestamp=str(moment), webhook_signature=signature)


def test_githubs_own_example_is_right():
    headers = signed(
        X_Hub_Signature_256="sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )
    assert verify(headers, b"Hello, World!", [SECRET], NOW).startswith("sha256:")


def test_the_standards_own_example_is_right():
    headers = signed(
        webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        webhook_timestamp="1614265330",
        webhook_signature="v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    )
    body = b'{"test": 2432232314}'
    assert verify(headers, body, [WHSEC], NOW) == "webhook:msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_stripe_signs_the_time_and_may_sign_twice():
    headers = stripe(b"{}", "whsec_of_stripe_1234", int(NOW))
    assert verify(headers, b"{}", ["whsec_of_stripe_1234"], NOW)


def test_gitlabs_token_is_compared_and_its_deliveries_are_told_apart():
    headers = signed(X_Gitlab_Token=SECRET, Idempotency_Key="d1")
    assert verify(headers, b"{}", [SECRET], NOW) == "gitlab:d1"


def test_an_old_secret_is_right_as_long_as_it_is_listed():
    headers = standard(b"{}", WHSEC, int(NOW))
    assert verify(headers, b"{}", ["another one, much newer", WHSEC], NOW)


def test_a_signed_delivery_is_the_same_however_it_is_numbered():
    digest = hmac.digest(SECRET.encode(), b"{}", "sha256").hex()
    first, second = (
        signed(X_Hub_Signature_256=f"sha256={digest}", X_GitHub_Delivery=number)
        for number in ("1", "2")
    )
    assert verify(first, b"{}", [SECRET], NOW) == verify(second, b"{}", [SECRET], NOW)


@pytest.mark.parametrize(
    "headers",
    [
        signed(),
        signed(X_Hub_Signature_256="sha256=" + "0" * 64),
        signed(X_Hub_Signature_256=""),
        signed(X_Hub_Signature_256="sha256=\xe4"),
        signed(X_Gitlab_Token="guess"),
        signed(Stripe_Signature=""),
        signed(Stripe_Signature=f"t={NOW:.0f}"),
        signed(Stripe_Signature="t=soon,v1=00"),
        stripe(b"[]", SECRET, int(NOW)),
        stripe(b"{}", SECRET, int(NOW) - 301),
        stripe(b"{}", SECRET, int(NOW) + 301),
        signed(webhook_signature="v1,AAAA"),
        standard(b"[]", WHSEC, int(NOW)),
        standard(b"{}", WHSEC, int(NOW) - 301),
    ],
)
def test_anything_else_is_refused(headers: Headers):
    with pytest.raises(BadSignature):
        verify(headers, b"{}", [SECRET, WHSEC], NOW)


def test_nothing_is_right_without_a_secret():
    digest = hmac.digest(b"", b"{}", "sha256").hex()
    with pytest.raises(BadSignature, match="EVENT_SECRETS"):
        verify(signed(X_Hub_Signature_256=f"sha256={digest}"), b"{}", [], NOW)
