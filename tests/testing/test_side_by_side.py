"""Two handlers at the same time: each lane has its thread, and the test waits for what it wants to see."""

from __future__ import annotations

import threading

import pytest

from anzol import Context, Reply, Router, keyboard
from anzol.testing import client, lanes


def test_two_users_are_served_at_the_same_time():
    both = threading.Barrier(2)

    def handler(ctx: Context):
        both.wait(60)
        return f"hello {ctx.user.first_name}"

    router = Router()
    router.on("message")(handler)
    ann = client(router)
    bob = ann.as_user("Bob")
    with ann.side_by_side():
        assert ann.send("hi") == []
        bob.send("hi")
    assert (ann.texts, bob.texts) == (["hello Ann"], ["hello Bob"])


def test_a_press_aside_stops_a_handler_that_runs():
    stop = threading.Event()
    router = Router()

    @router.command("write")
    def write(ctx: Context):
        ctx.reply("writing", keyboard(("Stop", "stop")))
        return "stopped" if stop.wait(60) else "never stopped"

    router.button("stop", aside=True)(lambda ctx: stop.set())
    ann = client(router)
    with ann.side_by_side():
        ann.send("/write")
        ann.click("Stop")
    assert ann.texts == ["writing", "stopped"]


def test_one_chat_is_one_lane():
    order = []

    def handler(ctx: Context):
        order.append(ctx.text)
        if ctx.text == "first":
            begun.set()
            assert go_on.wait(60)
        order.append(f"end of {ctx.text}")

    begun, go_on = threading.Event(), threading.Event()
    router = Router()
    router.on("message")(handler)
    ann = client(router)
    with ann.side_by_side():
        ann.send("first")
        assert begun.wait(60)
        ann.send("second")
        go_on.set()
    assert order == ["first", "end of first", "second", "end of second"]


def test_what_a_handler_raises_comes_out_at_the_end():
    router = Router()

    @router.on("message")
    def fail(ctx: Context):
        raise LookupError("from a thread")

    ann = client(router)
    with pytest.raises(LookupError, match="from a thread"), ann.side_by_side():
        ann.send("x")


def test_what_does_not_come_is_told():
    ann = client(Router())
    with pytest.raises(AssertionError, match="It did not come"):
        ann.wait_for(lambda: ann.texts)


def test_a_handler_that_does_not_end_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lanes, "PATIENCE", 0.05)
    go_on = threading.Event()
    router = Router()

    @router.on("message")
    def stuck(ctx: Context):
        go_on.wait(60)

    ann = client(router)
    told = pytest.raises(AssertionError, match="message in lane chat:1001 is still here")
    with told, ann.side_by_side():
        ann.send("x")
    go_on.set()


def test_two_handlers_that_keep_other_keys_at_the_same_time_run_once():
    both = threading.Barrier(2)

    def handler(ctx: Context):
        ctx.user_session[ctx.chat.type] = ctx.text
        both.wait(60)

    router = Router()
    router.on("message")(handler)
    ann = client(router)
    group = ann.in_group("Team")
    with ann.side_by_side():
        ann.send("a")
        group.send("a")
    assert ann.runner.states["user:1001"] == {"private": "a", "supergroup": "a"}


def test_four_groups_that_count_up_one_number_lose_no_step_and_say_nothing_twice():
    meeting = threading.Barrier(4, timeout=60)
    met = set()

    def count(ctx: Context):
        n = ctx.user_session.get("n", 0)
        ctx.reply(f"was {n}")
        if ctx.chat.id not in met:
            met.add(ctx.chat.id)
            meeting.wait()
        ctx.user_session["n"] = n + 1

    router = Router()
    router.on("message")(count)
    ann = client(router)
    groups = [ann.in_group(f"Team {number}") for number in range(4)]
    with ann.side_by_side():
        for group in groups:
            group.send("count")
    assert ann.runner.states == {"user:1001": {"n": 4}}
    assert [group.texts for group in groups] == [["was 0"]] * 4


def test_a_click_waits_for_its_button():
    router = Router()
    gate = threading.Event()

    @router.command("start")
    def start(ctx: Context):
        gate.wait(60)
        return Reply("?", keyboard(("Go", "go")))

    router.button("go")(lambda ctx: ctx.edit("gone"))
    ann = client(router)
    with ann.side_by_side():
        ann.send("/start")
        threading.Timer(0.05, gate.set).start()
        ann.click("Go")
    assert ann.texts == ["gone"]
