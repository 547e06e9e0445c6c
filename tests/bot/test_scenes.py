"""Scenes: handlers for those who are in them, with an entry and an exit."""

from __future__ import annotations

import pytest

from anzol import HandlerError, Reply, Router, Scene, keyboard
from anzol.testing import Client, client


def house(**options) -> Router:
    router, scene = Router(), Scene("room", **options)

    @scene.entry
    def enter(ctx):
        ctx.session["visits"] = ctx.session.get("visits", 0) + 1
        return Reply("In the room.", keyboard(("Lamp", "lamp")))

    @scene.on("message:photo")
    def picture(ctx):
        return "A picture!"

    @scene.text("out")
    def out(ctx):
        ctx.leave()

    @scene.command("look")
    def look(ctx):
        return "A room."

    @scene.button("lamp")
    def lamp(ctx):
        ctx.answer("Click.")

    @scene.exit
    def leave(ctx):
        return "Bye."

    router.include(scene)
    router.command("enter")(lambda ctx: scene.enter(ctx))
    router.command("time")(lambda ctx: "Noon.")
    router.command("ask")(lambda ctx: ctx.ask("Name?", then="name"))
    router.state("name")(lambda ctx: f"Hello, {ctx.text}")
    router.on("message")(lambda ctx: f"outside {ctx.text}")
    return router


@pytest.fixture
def ann() -> Client:
    return client(house())


def test_a_scene_is_entered_and_left(ann: Client):
    for text in ("out", "/enter", "out", "out"):
        ann.send(text)
    assert ann.texts == ["outside out", "In the room.", "Bye.", "outside out"]


def test_its_handlers_take_what_comes_while_one_is_in(ann: Client):
    ann.send("/look")
    ann.send("/enter")
    ann.send("/look")
    ann.send_photo()
    ann.click("Lamp")
    ann.send("what?")
    ann.send("/time")
    ann.send("out")
    ann.click("Lamp")
    assert ann.texts == [
        *("outside /look", "In the room.", "A room.", "A picture!"),
        *("That does not belong here. /cancel ends it.", "Noon.", "Bye."),
    ]
    assert ann.popups == ["Click."]


def test_cancel_leaves_it_by_its_exit(ann: Client):
    for text in ("/enter", "/cancel", "x"):
        ann.send(text)
    assert ann.texts == ["In the room.", "Bye.", "Cancelled.", "outside x"]


def test_another_question_leaves_it_by_its_exit(ann: Client):
    for text in ("/enter", "/ask", "Ann"):
        ann.send(text)
    assert ann.texts == ["In the room.", "Bye.", "Name?", "Hello, Ann"]


def test_entering_again_is_no_exit(ann: Client):
    for text in ("/enter", "/enter", "out"):
        ann.send(text)
    assert ann.texts == ["In the room.", "In the room.", "Bye."]
    assert ann.session == {"visits": 2}


def test_who_stays_too_long_is_told():
    ann = client(house(timeout=60, late="You fell asleep."))
    ann.send("/enter")
    ann.advance(61)
    for text in ("out", "out"):
        ann.send(text)
    assert ann.texts == ["In the room.", "Bye.", "You fell asleep.", "outside out"]


def test_each_topic_has_its_own(ann: Client):
    team = ann.in_group("Team", is_forum=True)
    one, two = team.in_topic("One"), team.in_topic("Two")
    one.send("/enter")
    two.send("out")
    one.send("out")
    assert (one.texts, two.texts) == (["In the room.", "Bye."], ["outside out"])


def test_its_commands_are_not_in_the_menu():
    assert [*house().commands()] == ["enter", "time", "ask"]


def test_a_handler_that_is_there_twice_is_told():
    scene = Scene("room")
    scene.command("look")(lambda ctx: None)
    with pytest.raises(HandlerError, match="handles scene /look in room, and so does"):
        scene.command("look")(lambda ctx: None)
