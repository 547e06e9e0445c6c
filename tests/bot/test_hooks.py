"""What runs around handlers, and handlers that pass an update on."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import ApiError, Context, Drop, HandlerError, Next, Router
from anzol.testing import client


def noting(router: Router, order: list[str], name: str, **options) -> None:
    def hook(ctx: Context):
        order.append(f"{name} begins")
        try:
            yield
        finally:
            order.append(f"{name} ends")

    router.around(**options)(hook) if options else router.around(hook)


def test_hooks_lie_around_each_other_and_the_handler():
    outer, inner, order = Router(), Router(), []
    noting(outer, order, "outer")
    noting(inner, order, "inner")
    inner.before(lambda ctx: order.append("before"))
    inner.command("go")(lambda ctx: order.append("go"))
    outer.include(inner)
    outer.on("message")(lambda ctx: order.append("echo"))
    bot = client(outer)
    bot.send("/go")
    assert order == ["outer begins", "inner begins", "before", "go", "inner ends", "outer ends"]
    order.clear()
    bot.send("x")
    assert order == ["outer begins", "echo", "outer ends"]


def test_the_end_of_a_hook_is_reached_whatever_happens():
    router, order = Router(), []
    noting(router, order, "hook")

    @router.on("message")
    def handler(ctx: Context):
        raise {"drop": Drop, "next": Next}.get(ctx.text, LookupError)

    bot = client(router)
    for text in ("drop", "next"):
        bot.send(text)
    with pytest.raises(LookupError):
        bot.send("x")
    assert order == ["hook begins", "hook ends"] * 3


def test_a_hook_may_deal_with_what_its_handler_raised():
    router = Router()

    @router.around
    def careful(ctx: Context):
        try:
            yield
        except ZeroDivisionError:
            ctx.reply("not by zero")

    router.on("message")(lambda ctx: f"{12 // int(ctx.text)}")
    bot = client(router)
    bot.send("0")
    bot.send("4")
    assert bot.texts == ["not by zero", "3"]


def test_a_hook_that_does_not_yield_lets_nobody_in():
    router = Router()

    @router.around
    def guard(ctx: Context):
        if ctx.text == "closed":
            return
        yield

    router.on("message")(lambda ctx: "open")
    bot = client(router)
    bot.send("closed")
    bot.send("x")
    assert bot.texts == ["open"]


def test_a_hook_for_every_update_is_around_all_of_the_bot():
    outer, inner, order = Router(), Router(), []
    noting(inner, order, "every", every=True)
    inner.command("go", lambda ctx: order.append("filter") or True)(lambda ctx: order.append("go"))
    outer.include(inner)
    bot = client(outer)
    bot.send("nobody takes it")
    bot.send("/go")
    assert order == ["every begins", "every ends", "every begins", "filter", "go", "every ends"]


def test_next_passes_an_update_on():
    outer, inner, order = Router(), Router(), []
    outer.before(lambda ctx: order.append("hook"))

    @inner.text("x")
    def first(ctx: Context):
        order.append("first")
        raise Next

    @inner.on("message:text", lambda ctx: order.append("asked"))
    def never(ctx: Context):
        order.append("never")

    outer.include(inner)
    outer.on("message:text")(lambda ctx: order.append("second"))
    outer.on("message")(lambda ctx: order.append("third"))
    client(outer).send("x")
    assert order == ["hook", "first", "asked", "second"]


def test_next_without_anybody_else_is_an_update_that_nobody_took():
    router = Router()

    @router.on("message callback_query")
    def handler(ctx: Context):
        raise Next

    bot = client(router)
    assert bot.send("x") == []
    bot.update("callback_query", **{"id": "1", "from": bot.user, "chat_instance": "1", "data": "x"})
    assert len(bot.calls("answerCallbackQuery")) == 1


def test_an_answer_may_be_passed_on():
    router = Router()
    router.command("ask")(lambda ctx: ctx.ask("?", then="x"))

    @router.state("x")
    def answer(ctx: Context):
        raise Next

    router.on("message")(lambda ctx: f"echo {ctx.text}")
    bot = client(router)
    bot.send("/ask")
    bot.send("y")
    assert bot.texts == ["?", "echo y"]


def test_a_hook_that_is_added_after_the_first_update_counts():
    outer, inner, order = Router(), Router(), []
    outer.include(inner)
    bot = client(outer)
    outer.on("message")(lambda ctx: None)
    bot.send("x")
    noting(inner, order, "late", every=True)
    bot.send("x")
    assert order == ["late begins", "late ends"]


@pytest.mark.parametrize("kind", ["before", "after"])
def test_what_a_router_calls_for_each_handler_may_be_added_late(kind: str):
    outer, inner, order = Router(), Router(), []
    outer.include(inner)
    inner.on("message")(lambda ctx: None)
    bot = client(outer)
    bot.send("x")
    for router, name in ((outer, "outer"), (inner, "inner")):
        getattr(router, kind)(lambda ctx, name=name: order.append(name))
    bot.send("x")
    assert order == (["outer", "inner"] if kind == "before" else ["inner", "outer"])


def test_an_outgoing_hook_sees_each_call_and_its_result_and_may_change_it():
    router, seen = Router(), []

    @router.outgoing
    def quiet(ctx: Context, method: str, params: dict[str, Any]):
        if method == "sendMessage":
            params["disable_notification"] = True
        result = yield
        seen.append((method, result.message_id))

    inner = Router()

    @inner.outgoing
    def shout(ctx: Context, method: str, params: dict[str, Any]):
        params["text"] = params["text"].upper()
        yield

    inner.on("message")(lambda ctx: ctx.text)
    router.include(inner)
    ann = client(router)
    (said,) = ann.send("hi")
    assert said.text == "HI"
    assert ann.calls("sendMessage")[0].disable_notification
    assert seen == [("sendMessage", said.message_id)]


def test_an_outgoing_hook_sees_the_error_and_may_end_the_update_instead():
    router, told = Router(), []

    @router.outgoing
    def watch(ctx: Context, method: str, params: dict[str, Any]):
        if params.get("text") == "secret":
            return
        try:
            yield
        except ApiError as error:
            told.append(error.code)

    router.on("message")(lambda ctx: ctx.text)
    ann = client(router)
    ann.send("secret")
    assert ann.texts == []
    ann.fail_next(400, "Bad Request: no")
    with pytest.raises(ApiError):
        ann.send("hi")
    assert told == [400]


def test_an_outgoing_hook_that_cannot_be_one_is_told_at_import():
    with pytest.raises(HandlerError, match=r"called as hook\(ctx, method, params\)"):

        @Router().outgoing
        def hook(ctx):
            yield

    with pytest.raises(HandlerError, match="needs one `yield`"):
        Router().outgoing(lambda ctx, method, params: None)
