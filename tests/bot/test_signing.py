"""Signed buttons: only the bot makes them, for one chat or one user in it."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import Bot, Context, Router, keyboard
from anzol.bot.run import run
from anzol.testing import client
from tests.fakes import FakeTransport, press


def shop() -> Router:
    router = Router()

    @router.button("pay:{id:int}", signed=True)
    def pay(ctx: Context, id: int):
        return f"{ctx.user.first_name} pays {id}"

    @router.command("start")
    def start(ctx: Context):
        mine = ctx.sign(pay.data(id=8), user=True)
        return ctx.reply("Pay", keyboard(("All", ctx.sign(pay.data(id=7))), ("Mine", mine)))

    return router


def test_a_signed_button_works_where_it_was_made():
    ann = client(shop()).in_group("Team")
    bob = ann.as_user("Bob").in_group("Team")
    ann.send("/start")
    ann.click("All")
    bob.click("All")
    ann.click("Mine")
    bob.click("Mine")
    assert ann.texts == ["Pay", "Ann pays 7", "Bob pays 7", "Ann pays 8"]


def answered(data: str, **fields: Any) -> list[str]:
    telegram = FakeTransport()
    run(shop(), Context(press(data, **fields), Bot("4242:secret", transport=telegram)))
    return telegram.texts()


def signed(data: str, *, user: bool = False, token: str = "4242:secret") -> str:
    return Context(press(""), Bot(token, transport=FakeTransport())).sign(data, user=user)


def test_data_that_is_forged_changed_or_carried_elsewhere_is_nobodys():
    good = signed("pay:7")
    assert answered(good) == answered(signed("pay:7", user=True)) == ["Ann pays 7"]
    wrong = ["pay:7", good.replace("7", "8", 1), good[:-1], good + "x", "pay:7~", "pay:7~ключключ"]
    for data in [*wrong, signed("pay:7", token="4242:other")]:
        assert answered(data) == []
    assert answered(good, chat_id=8) == []


def test_data_that_leaves_no_room_is_refused():
    assert len(signed("x" * 55)) == 64
    with pytest.raises(ValueError, match="longer than the 55 bytes"):
        signed("x" * 56)


def test_the_code_needs_the_token_and_the_token_is_not_shown():
    one, other = Bot("4242:secret"), Bot("4242:other")
    assert one.mac("x") != other.mac("x")
    assert one.mac("x") == Bot("4242:secret").mac("x")
    assert "secret" not in repr(vars(one))
