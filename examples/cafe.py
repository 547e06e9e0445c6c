"""A café that takes Telegram Stars: coffees that can sell out, a club with a monthly subscription, refunds by the staff."""

import os

from anzol import (
    MONTH,
    ApiError,
    Context,
    Members,
    PreCheckoutQueryCtx,
    Reply,
    Router,
    SuccessfulPaymentCtx,
    TextCtx,
    invoice,
    keyboard,
)

router = Router()
staff = Members("staff", int(os.environ.get("STAFF", "0")))

PRICES = {"espresso": 20, "latte": 35}
STOCK = 50


@router.command("start", "menu")
def menu(ctx: TextCtx) -> Reply:
    """See what there is."""
    club = invoice("Club", "A coffee every day.", payload=joined.data(), stars=300)
    link = ctx.bot.create_invoice_link(**club, subscription_period=MONTH)
    buttons = [(f"{name.title()} ⭐{price}", f"buy:{name}") for name, price in PRICES.items()]
    return Reply("What would you like?", keyboard(*buttons, [("Join the club", link)]))


@router.button("buy:{name}")
def buy(ctx: Context, name: str) -> None:
    if name in PRICES:
        payload = served.data(name=name)
        ctx.invoice(name.title(), "Freshly made.", payload=payload, stars=PRICES[name])


@router.paid("coffee:{name}")
def served(ctx: SuccessfulPaymentCtx, name: str) -> str:
    sold(ctx)["count"] = sold(ctx).get("count", 0) + 1
    charge = ctx.message.successful_payment.telegram_payment_charge_id
    ctx.session["charges"] = [*ctx.session.get("charges", []), charge]
    return f"One {name}, coming. Your receipt: {charge}"


@served.check
def check(ctx: PreCheckoutQueryCtx, name: str) -> bool | str:
    return sold(ctx).get("count", 0) < STOCK or "We are sold out for today."


@router.paid("club")
def joined(ctx: SuccessfulPaymentCtx) -> str:
    ctx.user_session["member"] = True
    return "Welcome to the club!"


@router.command("refund", staff)
def refund(ctx: TextCtx) -> str:
    """Give stars back: /refund 7 charge"""
    if len(ctx.args) != 2 or not ctx.args[0].isdecimal():
        return "Write it like this: /refund user charge"
    user, charge = ctx.args
    try:
        ctx.bot.refund_star_payment(user_id=int(user), telegram_payment_charge_id=charge)
    except ApiError as error:  # such as a charge that is given back already
        return error.description
    return "Done."


def sold(ctx: Context) -> dict[str, int]:
    return ctx.state("cafe")  # type: ignore[return-value]
