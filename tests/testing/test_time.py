"""Time passes when the test says so, or when something waits for it; whatever is due then happens."""

from __future__ import annotations

from anzol import Context, Reply, Retry, Router, keyboard
from anzol.testing import client


def test_a_poll_closes_on_the_way():
    router = Router()

    @router.command("ask")
    def ask(ctx: Context):
        options = [{"text": "Yes"}, {"text": "No"}]
        ctx.bot.send_poll(chat_id=ctx.chat.id, question="Tea?", options=options, open_period=60)

    closed = []
    router.on("poll")(lambda ctx: closed.append(ctx.event.is_closed))
    ann = client(router)
    ann.send("/ask")
    ann.advance(59)
    assert closed == []
    ann.advance(2)
    assert closed == [True]


def test_dates_are_those_of_the_clock():
    router = Router()
    router.on("message")(lambda ctx: str(ctx.message.date))
    ann = client(router)
    first = int(ann.send("x")[0].text)
    ann.advance(3600)
    assert int(ann.send("x")[0].text) == first + 3600


def test_retries_keep_the_servers_schedule():
    times = []

    def fail_often(ctx: Context):
        times.append(ctx.bot.clock())
        if len(times) < 5:
            raise Retry

    router = Router()
    router.on("message")(fail_often)
    client(router).send("x")
    assert [round(b - a) for a, b in zip(times, times[1:], strict=False)] == [1, 4, 15, 60]


def test_other_chats_go_on_while_one_waits_for_its_next_try():
    order = []

    def handler(ctx: Context):
        order.append(ctx.text)
        if ctx.text == "slow" and order.count("slow") == 1:
            bob.send("quick")
            raise Retry(after=60)

    router = Router()
    router.on("message")(handler)
    ann = client(router)
    bob = ann.as_user("Bob")
    ann.send("slow")
    assert order == ["slow", "quick", "slow"]


def test_a_press_that_waited_too_long_is_not_run():
    pressed = []

    def busy(ctx: Context):
        if not pressed:
            pressed.append("late")
            ann.click("Go")
            raise Retry(after=151)
        return "done"

    router = Router()
    router.command("start")(lambda ctx: Reply("?", keyboard(("Go", "go"))))
    router.text("busy")(busy)
    router.button("go")(lambda ctx: pressed.append("pressed"))
    ann = client(router)
    ann.send("/start")
    ann.send("busy")
    assert pressed == ["late"]
    assert ann.texts == ["?", "done"]


def test_an_album_is_complete_when_telegram_has_been_quiet():
    router = Router()
    router.album(lambda ctx, messages: f"{len(messages)} after {ctx.bot.clock() - start:.1f} s")
    ann = client(router)
    start = ann.runner.clock.now()
    ann.send_album(3)
    assert ann.texts == ["3 after 1.2 s"]
