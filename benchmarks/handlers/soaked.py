"""The bot of the soak: whatever comes, it answers with the number that came along."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from anzol import Reply, Retry, Router, article, keyboard

router = Router()


@router.text(regex=r"^(?P<number>\d+)( slow)?$")
def counted(ctx: Any, number: str) -> Reply:
    """Answer with the number and a button; every 40th comes again a second later."""
    ctx.session["count"] = ctx.session.get("count", 0) + 1
    if "slow" in ctx.text:
        time.sleep(1)
    if int(number) % 40 == 7 and is_new(f"{ctx.chat.id} {number}"):
        raise Retry(after=1)
    return Reply(number, keyboard(("Press", f"press:{number}")))


def is_new(name: str) -> bool:
    """Return True once for each name, whichever process asks: each one more try would use up an attempt."""
    asked = Path("asked")
    asked.mkdir(exist_ok=True)
    try:
        (asked / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@router.button("press:{number}")
def pressed(ctx: Any, number: str) -> None:
    ctx.reply(f"pressed {number}")


@router.on("message:photo")
def photo(ctx: Any) -> str:
    return str(ctx.text)


@router.on("edited_message:text")
def edited(ctx: Any) -> str:
    return f"edited {ctx.text}"


@router.text(regex=r"^buy (?P<number>\d+)$")
def buy(ctx: Any, number: str) -> None:
    ctx.bot.send_invoice(
        ctx.chat.id, f"Number {number}", "A number", number, "XTR", [{"label": "It", "amount": 1}]
    )


@router.on("pre_checkout_query")
def checkout(ctx: Any) -> bool:
    return True


@router.on("message:successful_payment")
def paid(ctx: Any) -> str:
    return f"paid {ctx.message.successful_payment.invoice_payload}"


@router.inline
def search(ctx: Any) -> list[Any]:
    return [article(ctx.text, ctx.text)]
