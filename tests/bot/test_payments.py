"""Invoices and what follows from paying them."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import MONTH, ApiError, Context, HandlerError, Router, invoice
from anzol.testing import Client, client

SIZES = {1: 20, 2: 50}


def cafe(**options: Any) -> Router:
    router = Router()
    left = {1: 5, 2: 1}

    @router.paid("coffee:{size:int}")
    def served(ctx: Context, size: int):
        left[size] -= 1
        payment = ctx.message.successful_payment
        ctx.session["charge"] = payment.telegram_payment_charge_id
        return f"A coffee of size {size} for {payment.total_amount} {payment.currency}."

    @served.check
    def check(ctx: Context, size: int):
        return True if left[size] else "Sold out."

    @router.command("coffee")
    def offer(ctx: Context):
        size = int(ctx.payload)
        ctx.invoice("Coffee", "Hot.", payload=served.data(size=size), stars=SIZES[size])

    @router.command("refund")
    def refund(ctx: Context):
        ctx.bot.refund_star_payment(
            user_id=ctx.user.id, telegram_payment_charge_id=ctx.session["charge"]
        )
        return "Sorry."

    return router


@pytest.fixture
def ann() -> Client:
    return client(cafe())


def test_stars_are_paid_and_given_back_once(ann: Client):
    ann.send("/coffee 2")
    ann.pay()
    ann.send("/refund")
    assert ann.texts == ["A coffee of size 2 for 50 XTR.", "Sorry."]
    with pytest.raises(ApiError, match="ALREADY_REFUNDED"):
        ann.send("/refund")


def test_a_check_says_why_not(ann: Client):
    for _ in range(2):
        ann.send("/coffee 2")
        ann.pay()
    assert (ann.texts, ann.popups) == (["A coffee of size 2 for 50 XTR."], ["Sold out."])


def test_without_a_check_every_checkout_is_accepted():
    router = Router()

    @router.paid("tip")
    def tipped(ctx: Context):
        return "Thank you!"

    router.command("tip")(lambda ctx: ctx.invoice("Tip", "A tip.", payload="tip", stars=1) and None)
    ann = client(router)
    ann.send("/tip")
    ann.pay()
    assert ann.texts == ["Thank you!"]
    assert {"message", "pre_checkout_query"} <= {*router.allowed_updates()}


def test_a_payload_of_nobody_is_refused():
    router = cafe()
    router.command("other")(lambda ctx: ctx.invoice("X", "x", payload="other:1", stars=1) and None)
    ann = client(router)
    ann.send("/other")
    ann.pay()
    assert ann.popups == ["Sorry, this cannot be paid at the moment. Nothing was charged."]


def test_a_subscription_is_a_link_with_a_month(ann: Client):
    fields = invoice("Club", "Every month.", payload="club", stars=100)
    link = ann.runner.bot.create_invoice_link(**fields, subscription_period=MONTH)
    assert link.startswith("https://t.me/")
    (call,) = ann.calls("createInvoiceLink")
    assert (call.currency, call.subscription_period) == ("XTR", 2592000)


def test_money_has_prices_a_currency_and_a_provider():
    fields = invoice(
        "Tea",
        "Green.",
        payload="tea",
        prices=[("Tea", 250), ("Cup", 50)],
        currency="EUR",
        provider_token="1:TEST:x",
    )
    assert (fields["currency"], fields["prices"][1]) == ("EUR", {"label": "Cup", "amount": 50})


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"stars": 1, "prices": [("x", 1)], "currency": "EUR"},
        {"prices": [("x", 1)]},
        {"prices": [("x", 1)], "currency": "EUR"},
    ],
)
def test_an_invoice_that_telegram_would_refuse_says_what_to_write(wrong: dict[str, Any]):
    with pytest.raises(TypeError, match="stars=50|provider_token="):
        invoice("Tea", "Green.", payload="tea", **wrong)


def test_two_handlers_of_one_payload_are_told_at_import():
    router = cafe()
    with pytest.raises(HandlerError, match="checkout coffee:{size:int}"):
        router.paid("coffee:{size:int}")(lambda ctx, size: None)
