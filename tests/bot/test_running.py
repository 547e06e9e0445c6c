"""What becomes of an update: its reply, its errors, its retries."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import ApiError, Bot, Context, Drop, Forbidden, NetworkError, Reply, Retry, Router, html
from anzol.bot.run import run
from anzol.testing import client
from tests.fakes import FakeTransport, message, press


def context(update: dict[str, Any] | None = None) -> tuple[Context, FakeTransport]:
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    return Context(update or message(), bot), telegram


def failing(error: Exception, **options: Any) -> Router:
    router = Router()

    @router.on("message callback_query", **options)
    def handler(ctx: Context):
        raise error

    return router


LOST = NetworkError("sendMessage", "read timeout", sent=True)


@pytest.mark.parametrize(
    ("returned", "sent"),
    [
        ("text", ["text"]),
        (html("<b>x</b>"), ["x"]),
        (Reply("reply"), ["reply"]),
        (None, []),
        ("", []),
        (True, []),
    ],
)
def test_what_a_handler_returns_is_the_reply(returned: Any, sent: list[str]):
    router = Router()
    router.on("message")(lambda ctx: returned)
    bot = client(router)
    bot.send("x")
    assert bot.texts == sent


def test_a_return_value_that_is_no_reply_is_explained():
    router = Router()
    router.on("message")(lambda ctx: 5)
    with pytest.raises(TypeError, match="returned int; return a str, html"):
        client(router).send("x")


def test_the_handlers_name_comes_back():
    router = Router()
    router.on("message:text")(lambda ctx: None)
    ctx, _ = context()
    assert run(router, ctx).startswith("tests/bot/test_running.py:")
    assert run(router, context(press("x"))[0]) is None


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (NetworkError("sendMessage", "cannot connect", sent=False), None),
        (NetworkError("editMessageText", "read timeout", sent=True), None),
        (ApiError("sendMessage", 502, "Bad Gateway"), None),
        (Retry(after=30), 30),
        (Retry(), None),
    ],
)
def test_what_may_heal_is_tried_again(error: Exception, after: float | None):
    with pytest.raises(Retry) as caught:
        run(failing(error), context()[0], last_try=False)
    assert caught.value.after == after
    with pytest.raises(type(error)):
        run(failing(error), context()[0], last_try=True)


@pytest.mark.parametrize(
    "error", [LookupError("a bug"), ApiError("sendMessage", 400, "Bad Request"), LOST]
)
def test_what_will_not_heal_is_final_unless_the_handler_asks(error: Exception):
    with pytest.raises(type(error)):
        run(failing(error), context()[0], last_try=False)
    with pytest.raises(Retry):
        run(failing(error, retry=True), context()[0], last_try=False)


def test_a_retry_that_is_not_counted_has_no_last_try():
    with pytest.raises(Retry) as caught:
        run(failing(Retry(after=5, counted=False)), context()[0], last_try=True)
    assert not caught.value.counted


def test_error_handlers_hear_of_final_failures_only():
    router, heard = failing(ApiError("sendMessage", 502, "Bad Gateway")), []
    router.error(lambda ctx, error: heard.append(error))
    with pytest.raises(Retry):
        run(router, context()[0], last_try=False)
    assert heard == []
    assert run(router, context()[0], last_try=True)
    assert [error.code for error in heard] == [502]


def test_the_innermost_router_with_error_handlers_is_told():
    outer, inner = Router(), failing(LookupError("x"))
    outer.error(lambda ctx, error: "outer")
    inner.error(lambda ctx, error: "inner")
    outer.include(inner)
    ctx, telegram = context()
    assert run(outer, ctx)
    assert isinstance(ctx.error, LookupError)
    assert telegram.texts() == ["inner"]


def test_an_error_handler_that_raises_leaves_the_update_to_be_buried(caplog):
    router = failing(LookupError("x"))

    @router.error
    def report(ctx: Context, error: Exception):
        raise error

    with pytest.raises(LookupError):
        run(router, context()[0])
    assert "failed" not in caplog.text


def test_what_the_failed_handler_kept_is_taken_back_before_the_error_handler_runs():
    router, seen = Router(), []

    @router.on("message")
    def handler(ctx: Context):
        ctx.session["half"] = True
        raise LookupError

    @router.error
    def failed(ctx: Context, error: Exception):
        seen.append(dict(ctx.session))
        ctx.session["failures"] = 1

    bot = client(router)
    bot.send("x")
    assert (seen, bot.session) == ([{}], {"failures": 1})


def test_an_error_handler_that_fails_hides_nothing(caplog: pytest.LogCaptureFixture):
    router = failing(LookupError("the cause"))

    @router.error
    def broken(ctx: Context, error: Exception):
        raise ZeroDivisionError

    with pytest.raises(LookupError, match="the cause"):
        run(router, context()[0])
    assert "broken() failed" in caplog.text


def test_drop_ends_quietly_and_answers_the_button():
    ctx, telegram = context(press("x"))
    assert run(failing(Drop()), ctx)
    assert [method for method, _ in telegram.calls] == ["answerCallbackQuery"]


def test_that_a_button_cannot_be_answered_fails_no_handler():
    router = Router()
    router.button("x")(lambda ctx: None)
    ctx, telegram = context(press("x"))
    telegram.failures = [ApiError("answerCallbackQuery", 400, "Bad Request")]
    assert run(router, ctx)


def test_trouble_while_asking_for_the_bots_own_name_is_tried_again():
    router = Router()
    router.command("go")(lambda ctx: None)
    ctx, telegram = context(message("/go@test_bot"))
    telegram.failures = [NetworkError("getMe", "cannot connect", sent=False)] * 3
    with pytest.raises(Retry):
        run(router, ctx, last_try=False)


def blocked(chat_id: int) -> Forbidden:
    error = Forbidden("sendMessage", 403, "Forbidden: bot was blocked by the user")
    error.chat_id = chat_id
    return error


def test_that_the_user_blocked_the_bot_ends_the_update_quietly():
    router = Router()
    router.on("message")(lambda ctx: "hello")
    router.error(lambda ctx, error: pytest.fail("nobody is there to read it"))
    ctx, telegram = context()
    telegram.failures = [Forbidden("sendMessage", 403, "Forbidden: bot was blocked by the user")]
    assert run(router, ctx)
    assert ctx.gone
    assert ctx.bot.unreachable == {7}


def test_that_another_chat_cannot_be_reached_is_the_handlers_own_affair():
    ctx, _ = context()
    with pytest.raises(Forbidden):
        run(failing(blocked(8)), ctx)
    assert not ctx.gone


def test_an_album_is_one_call_in_order():
    router = Router()
    router.album(lambda ctx, messages: f"{len(messages)}: {ctx.text}")
    bot = client(router)
    bot.send_album(4, caption="holidays")
    assert bot.texts == ["4: holidays"]


def test_without_an_album_handler_its_parts_come_one_by_one():
    router = Router()
    router.on("message:photo")(lambda ctx: "one")
    bot = client(router)
    bot.send_album(3)
    assert bot.texts == ["one"] * 3


def test_a_photo_alone_is_no_album():
    router = Router()
    router.album(lambda ctx, messages: "album")
    router.on("message:photo")(lambda ctx: "photo")
    bot = client(router)
    bot.send_photo()
    assert bot.texts == ["photo"]


def test_error_handlers_may_be_for_some_errors():
    outer, inner = Router(), Router()
    outer.error(lambda ctx, error: "outer")
    inner.error(KeyError, ApiError)(lambda ctx, error: f"inner {type(error).__name__}")
    failures = iter([KeyError("x"), ValueError("x"), ApiError("getChat", 400, "no")])

    @inner.on("message")
    def handler(ctx: Context):
        raise next(failures)

    outer.include(inner)
    bot = client(outer)
    for _ in range(3):
        bot.send("x")
    assert bot.texts == ["inner KeyError", "outer", "inner ApiError"]


def test_a_handler_may_refuse_to_be_tried_again():
    for error in (LOST, ApiError("sendMessage", 502, "Bad Gateway")):
        with pytest.raises(type(error)):
            run(failing(error, retry=False), context()[0], last_try=False)
    with pytest.raises(Retry):  # unless it asks itself
        run(failing(Retry(), retry=False), context()[0], last_try=False)
