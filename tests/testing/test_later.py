"""What a handler has done later, in a test: messages to others, jobs, schedules, moved by the test's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from anzol import Context, HandlerError, Reply, Router, Topic, html, keyboard, subscriptions
from anzol.testing import client
from anzol.testing.clock import START


def test_a_message_to_another_chat_goes_out_when_the_handler_has_ended():
    router = Router()

    @router.command("order")
    def order(ctx: Context) -> str:
        ctx.tell(bob.chat["id"], html("<b>New</b> order"), keyboard(("Take", "take")))
        assert bob.texts == []
        return "Thank you"

    ann = client(router)
    bob = ann.as_user("Bob")
    ann.send("/order")
    assert (ann.texts, bob.texts, bob.buttons) == (["Thank you"], ["New order"], ["Take"])


def test_nothing_is_told_by_a_handler_that_fails_and_what_its_error_handler_tells_is():
    router = Router()

    @router.command("order")
    def order(ctx: Context) -> None:
        ctx.tell(bob.chat["id"], "New order")
        raise ValueError

    @router.error
    def tell_admin(ctx: Context, error: Exception) -> None:
        ctx.tell(bob.chat["id"], "An order failed")

    ann = client(router)
    bob = ann.as_user("Bob")
    ann.send("/order")
    assert bob.texts == ["An order failed"]


def reminder() -> Router:
    router = Router()

    @router.command("remind")
    def remind(ctx: Context) -> None:
        ctx.session["name"] = ctx.later(600, ring, text="tea")

    @router.job
    def ring(ctx: Context, text: str) -> str:
        assert ctx.user is not None
        ctx.session["rung"] = True
        return f"⏰ {text}, {ctx.user.first_name}"

    @router.command("cancel_it")
    def cancel(ctx: Context) -> None:
        ctx.cancel(ctx.session["name"])

    return router


def test_a_job_runs_at_its_time_in_the_chat_that_asked_for_it():
    ann = client(reminder())
    ann.send("/remind")
    assert ann.advance(599) == []
    assert [message.text for message in ann.advance(2)] == ["⏰ tea, Ann"]
    assert ann.session["rung"]


def test_a_job_runs_in_its_topic():
    ann = client(reminder()).in_group(is_forum=True).in_topic("Kitchen")
    ann.send("/remind")
    ann.advance(600)
    assert ann.texts == ["⏰ tea, Ann"]


def test_a_cancelled_job_does_not_run():
    ann = client(reminder())
    ann.send("/remind")
    ann.send("/cancel_it")
    assert ann.advance(3600) == []


def test_a_message_comes_later_in_seconds_at_a_time_or_after_a_timedelta():
    router = Router()
    noon = datetime.fromtimestamp(START, UTC) + timedelta(hours=12)

    @router.command("go")
    def go(ctx: Context) -> None:
        ctx.later(noon, "noon")
        ctx.later(timedelta(minutes=1), Reply("a minute"))
        ctx.later(1, "a second")
        ctx.bot.later(2, "sendMessage", chat_id=ctx.address.chat, text="two seconds")

    ann = client(router)
    ann.send("/go")
    ann.advance(12 * 3600 - 1)
    assert ann.texts == ["a second", "two seconds", "a minute"]
    ann.advance(1)
    assert ann.texts[-1] == "noon"


def test_a_broadcast_reaches_the_subscribers_in_their_language():
    router = Router()
    router.include(subscriptions(Topic("news", "News")))

    @router.command("go")
    def go(ctx: Context) -> None:
        ctx.bot.broadcast({"en": "Hi", "pt": "Olá"}, "news", due=START + 600)
        ctx.bot.broadcast("to Ann", chats=[ctx.address.chat])

    ann = client(router)
    bob = ann.as_user("Bob")
    rui = ann.as_user("Rui", language_code="pt")
    bob.send("/subscribe news")
    rui.send("/subscribe news")
    ann.send("/go")
    assert ann.texts == ["to Ann"]
    ann.advance(600)
    assert (bob.texts[-1], rui.texts[-1]) == ("Hi", "Olá")


def test_a_schedule_runs_by_the_clock():
    router = Router()
    seen: list[str] = []

    @router.every("08:30", tz="Europe/Lisbon")
    def digest(ctx: Context) -> None:
        seen.append(datetime.fromtimestamp(ctx.event["due"], UTC).isoformat())
        ctx.tell(ann.chat["id"], "Good morning")

    ann = client(router)
    ann.advance(2 * 86400)
    assert seen == ["2026-01-01T08:30:00+00:00", "2026-01-02T08:30:00+00:00"]
    assert ann.texts == ["Good morning"] * 2


@pytest.mark.parametrize(
    ("give", "error", "told"),
    [
        (lambda ctx: ctx.later(-1, "x"), ValueError, "from now on"),
        (lambda ctx: ctx.later(1e9, "x"), ValueError, "within a year"),
        (lambda ctx: ctx.later("tomorrow", "x"), TypeError, "is not a time"),
        (lambda ctx: ctx.later(datetime(2026, 1, 2), "x"), ValueError, "has no time zone"),
        (lambda ctx: ctx.later(1, print), TypeError, "is not a job: write @router.job"),
        (lambda ctx: ctx.later(1, stray, text="x"), HandlerError, "is in no router of this bot"),
        (lambda ctx: ctx.later(1, stray), TypeError, "missing a required argument: 'text'"),
        (lambda ctx: ctx.later(1, stray, text=ctx), TypeError, "its arguments are stored"),
    ],
)
def test_what_cannot_be_done_later_says_why(give: Any, error: type[Exception], told: str):
    router = Router()
    router.command("go")(lambda ctx: give(ctx))
    with pytest.raises(error, match=told):
        client(router).send("/go")


@Router().job
def stray(ctx: Context, text: str) -> None: ...
