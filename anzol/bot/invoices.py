"""Invoices, in Telegram Stars or in money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MONTH = 2592000  # seconds: the only subscription period, https://core.telegram.org/bots/api#createinvoicelink


def invoice(
    title: str,
    description: str,
    *,
    payload: str,
    stars: int | None = None,
    prices: Sequence[tuple[str, int]] = (),
    currency: str = "",
    **params: Any,
) -> dict[str, Any]:
    """Return the parameters of sendInvoice and createInvoiceLink: so many `stars`, or `prices` in a `currency`.

    A price is a label with an amount in the currency's smallest unit; money needs the payment provider's
    `provider_token`. https://core.telegram.org/bots/payments
    """
    if (stars is None) != bool(prices and currency):
        raise TypeError(
            'An invoice is in stars=50, or in prices=[("Tea", 250)] with currency="EUR".'
        )
    if stars is not None:
        currency, prices = "XTR", [(title, stars)]
    elif not params.get("provider_token"):
        raise TypeError("An invoice in money needs provider_token=, from @BotFather's Payments.")
    return {
        "title": title,
        "description": description,
        "payload": payload,
        "currency": currency,
        "prices": [{"label": label, "amount": amount} for label, amount in prices],
        **params,
    }
