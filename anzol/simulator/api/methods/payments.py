"""Invoices and the answers of a checkout."""

from __future__ import annotations

import re
import secrets
from typing import Any

from ...world.keyboards import read_markup
from ..calls import Call, method
from ..errors import bad
from .buttons import finish, open_query
from .sending import send

Json = dict[str, Any]

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "BRL": "R$", "JPY": "¥"}
PROVIDER = re.compile(r"\d+:(TEST|LIVE)(:\S+)?$")  # as @BotFather gives the tokens out
DOLLARS = 100, 1_000_000  # cents; the limits of other currencies follow the rates
WITHOUT_CENTS = {"CLP", "IDR", "ISK", "JPY", "KRW", "PYG", "UGX", "VND"}


@method("sendInvoice")
def send_invoice(call: Call) -> Json:
    """Send an invoice with its button."""
    chat = call.chat()
    invoice = read_invoice(call)
    markup = read_markup(call.get("reply_markup"))
    if markup is None:
        price = price_text(invoice["currency"], invoice["total_amount"])
        pay = {"text": f"Pay {price}", "pay": True}
        call.arguments["reply_markup"] = {"inline_keyboard": [[pay]]}
    elif not markup["inline_keyboard"][0][0].get("pay"):
        raise bad("BUTTON_INVALID")
    sent = send(call, {"invoice": invoice}, chat)
    chat.extra(sent["message_id"])["order"] = order(call)
    return sent


def price_text(currency: str, amount: int) -> str:
    """Return an amount in the smallest unit as people read it."""
    if currency == "XTR":
        return f"⭐{amount}"
    digits = 0 if currency in WITHOUT_CENTS else 2
    number = f"{amount / 10**digits:.{digits}f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{currency} {number}"


def read_invoice(call: Call) -> Json:
    """Return the Invoice of a call. Raises Refused 400."""
    for field, limit in (("title", 32), ("description", 255)):
        if not 1 <= len(call.get(field, "")) <= limit:
            raise bad(f"invoice {field} must be of 1-{limit} characters")
    if not 1 <= len(call.get("payload", "").encode()) <= 128:
        raise bad("INVOICE_PAYLOAD_INVALID")
    currency = call.get("currency", "").upper()
    if len(currency) != 3:
        raise bad("CURRENCY_INVALID")
    prices = call.get("prices") or []
    if not prices or (currency == "XTR" and len(prices) != 1):
        raise bad("STARS_INVOICE_INVALID" if prices else "prices are empty")
    if currency != "XTR" and not PROVIDER.match(call.get("provider_token", "")):
        raise bad("PAYMENT_PROVIDER_INVALID")
    total = sum(int(price["amount"]) for price in prices)
    least, most = DOLLARS if currency == "USD" else (1, total)
    if not least <= total <= most:
        raise bad("CURRENCY_TOTAL_AMOUNT_INVALID")
    return {
        "title": call.get("title"),
        "description": call.get("description"),
        "start_parameter": call.get("start_parameter", ""),
        "currency": currency,
        "total_amount": total,
    }


def order(call: Call) -> Json:
    """Return what the checkout needs later and the message does not show."""
    fields = (
        "need_name",
        "need_phone_number",
        "need_email",
        "need_shipping_address",
        "is_flexible",
        "max_tip_amount",
    )
    return {"payload": call.get("payload"), **{f: call.get(f) for f in fields if call.get(f)}}


@method("createInvoiceLink")
def create_invoice_link(call: Call) -> str:
    """Return a link to an invoice."""
    read_invoice(call)
    return f"https://t.me/$sim{secrets.token_urlsafe(8)}"


@method("answerShippingQuery")
def answer_shipping_query(call: Call) -> bool:
    """Offer the shipping options of an order, or decline it."""
    query = open_query(call, "shipping_query", "shipping_query_id")
    check_answer(call)
    if call.get("ok") and not call.get("shipping_options"):
        raise bad("there are no shipping options")
    finish(
        call,
        query,
        {
            "ok": call.get("ok"),
            "error_message": call.get("error_message", ""),
            "shipping_options": call.get("shipping_options", []),
        },
    )
    return True


@method("answerPreCheckoutQuery")
def answer_pre_checkout_query(call: Call) -> bool:
    """Let a payment go ahead, or decline it."""
    query = open_query(call, "pre_checkout_query", "pre_checkout_query_id")
    check_answer(call)
    answer = {"ok": call.get("ok"), "error_message": call.get("error_message", "")}
    finish(call, query, answer)
    return True


def check_answer(call: Call) -> None:
    """Refuse a no without a reason."""
    if not call.get("ok") and not call.get("error_message"):
        raise bad("error message is empty")


@method("refundStarPayment")
def refund_star_payment(call: Call) -> bool:
    """Give the Stars of a payment back."""
    charge = call.get("telegram_payment_charge_id")
    paid = call.bot.settings.get("payments", {})
    if charge not in paid:
        raise bad("CHARGE_NOT_FOUND")
    if paid[charge].get("refunded"):
        raise bad("CHARGE_ALREADY_REFUNDED")
    call.bot.set(payments={**paid, charge: {**paid[charge], "refunded": True}})
    return True
