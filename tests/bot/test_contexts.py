"""The contexts that handlers are typed with."""

from __future__ import annotations

import re

import pytest

from anzol import Context, HandlerError, OwnCtx, Router
from anzol.bot import contexts
from anzol.bot.generate import STUB, render
from anzol.testing import client


def test_the_contexts_are_those_of_the_table():
    assert STUB.read_text("utf-8") == render()  # else: python -m anzol.bot.generate


def test_every_context_can_be_imported():
    names = re.findall(r"^class (\w+Ctx)\(", STUB.read_text("utf-8"), re.MULTILINE)
    assert len(names) == len(set(names)) > 100
    assert {getattr(contexts, name) for name in names} == {Context}
    with pytest.raises(ImportError):
        from anzol.bot.contexts import Photo  # noqa: F401


def test_every_context_says_what_it_is():
    text = STUB.read_text("utf-8")
    silent = re.findall(r"^class (\w+Ctx)\(.*\):\n(?!    \"\"\")", text, re.MULTILINE)
    assert silent == []


class Shopper(OwnCtx):
    @property
    def basket(self) -> list[str]:
        return self.session.setdefault("basket", [])


def test_handlers_get_the_authors_own_context():
    inner = Router(context=Shopper)

    @inner.on("message:text")
    def add(ctx: Shopper):
        ctx.session["basket"] = [*ctx.basket, ctx.text]
        return f"{len(ctx.basket)} in {type(ctx).__name__}"

    router = Router(context=Shopper)
    router.include(inner)
    ann = client(router)
    ann.send("tea")
    assert ann.send("cake")[0].text == "2 in Shopper"


def test_a_router_whose_context_would_not_be_made_is_told_at_import():
    with pytest.raises(
        HandlerError,
        match=r"take Shopper is included in one that makes Context; write Router\(context=Shopper\)",
    ):
        Router().include(Router(context=Shopper))
    with pytest.raises(HandlerError, match="write class int"):
        Router(context=int)
