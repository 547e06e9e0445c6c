"""Screens: one message, drawn anew by its buttons, with a way back."""

from __future__ import annotations

import pytest

from anzol import Drop, HandlerError, Reply, Router, back, keyboard, paged
from anzol.bot.screens import REMEMBERED
from anzol.testing import Client, client

PLANETS = ["Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"]


def atlas() -> Router:
    router = Router()

    @router.screen("atlas")
    def index(ctx):
        return Reply(
            "Atlas", keyboard(("Planets", planets.data(page=0)), ("Setup", setup.data()), back())
        )

    @router.screen("planets:{page:int}")
    def planets(ctx, page):
        here, arrows = paged(PLANETS, page, lambda page: planets.data(page=page), size=3)
        rows = [[(name, planet.data(name=name))] for name in here]
        return Reply("Planets", keyboard(*rows, arrows, [back()]))

    @router.screen("planet:{name}")
    def planet(ctx, name):
        return Reply(
            f"{name}",
            keyboard(("Mars", planet.data(name="Mars")), back("Up"), ("Home", index.data())),
        )

    @router.screen("setup")
    def setup(ctx):
        on = "on" if ctx.session.get("sound") else "off"
        return Reply(f"Sound is {on}", keyboard(("Switch", switch.data()), [back()]))

    @router.button("switch")
    def switch(ctx):
        ctx.session["sound"] = not ctx.session.get("sound", False)
        setup.show(ctx)

    @router.command("atlas")
    def show(ctx):
        index.show(ctx)

    return router


@pytest.fixture
def ann() -> Client:
    ann = client(atlas())
    ann.send("/atlas")
    return ann


def press(person: Client, *labels: str) -> None:
    for label in labels:
        person.click(label)


def test_a_screen_is_drawn_in_its_message(ann: Client):
    press(ann, "Planets", "Earth")
    assert ann.texts == ["Earth"]
    assert len(ann.calls("sendMessage")) == 1


def test_back_leads_the_way_that_one_has_come(ann: Client):
    press(ann, "Planets", "2 ›", "Mars")
    assert ann.texts == ["Mars"]
    press(ann, "Up")
    assert (ann.texts, ann.buttons[:3]) == (["Planets"], ["Mars", "Jupiter", "Saturn"])
    press(ann, "‹ Back", "‹ Back")
    assert ann.texts == ["Atlas"]


def test_a_second_press_on_the_way_back_is_no_step_further(ann: Client):
    press(ann, "Planets", "Earth")
    message = ann.messages[0]
    up = message.reply_markup.inline_keyboard[0][1].callback_data
    press(ann, "Up")
    before = len(ann.calls("editMessageText"))
    again = {"id": "1", "from": ann.user, "message": dict(message), "chat_instance": "1"}
    ann.update("callback_query", **again, data=up)
    assert ann.texts == ["Planets"] and len(ann.calls("editMessageText")) == before
    press(ann, "‹ Back")
    ann.update("callback_query", **again, data=up)
    assert ann.texts == ["Atlas"]


def test_the_first_screen_has_no_way_back_and_coming_home_forgets_the_way(ann: Client):
    assert ann.buttons == ["Planets", "Setup"]
    press(ann, "Planets", "Earth", "Home")
    assert ann.buttons == ["Planets", "Setup"]


def test_a_menu_shows_what_a_button_has_changed(ann: Client):
    press(ann, "Setup", "Switch")
    assert ann.texts == ["Sound is on"]
    press(ann, "Switch", "‹ Back", "Setup")
    assert (ann.texts, ann.buttons) == (["Sound is off"], ["Switch", "‹ Back"])


def test_the_way_is_kept_with_the_message_and_bounded(ann: Client):
    press(ann, "Planets")
    for _ in range(REMEMBERED):
        ann.send("/atlas")
    assert len(ann.runner.states[f"screens:{ann.chat['id']}"]) == REMEMBERED
    first = ann.messages[0]
    with ann.runner.acting():
        ann._run(pressing, {"message_id": first.message_id, "button": "anzol-back:0"})
    assert ann.messages[0].text == "Planets" and "reply_markup" not in ann.messages[0]


def pressing(request):
    from anzol.simulator.user import acting

    return acting.press(request)


def test_a_way_back_passes_the_hooks_of_the_screens_router():
    shop, door = Router(), Router()
    is_open = [True]

    @shop.before
    def check(ctx):
        if not is_open[0]:
            ctx.answer("Closed.")
            raise Drop

    @shop.screen("shop")
    def entrance(ctx):
        return Reply("Shop", keyboard(("Street", street.data())))

    @door.screen("street")
    def street(ctx):
        return Reply("Street", keyboard(back("In")))

    door.command("shop")(lambda ctx: entrance.show(ctx) and None)
    router = Router()
    router.include(shop, door)
    ann = client(router)
    ann.send("/shop")
    press(ann, "Street")
    is_open[0] = False
    press(ann, "In")
    assert (ann.texts, ann.popups) == (["Street"], ["Closed."])


@pytest.mark.parametrize(
    ("page", "here", "labels"),
    [
        (0, "ab", ["· 1 ·", "2 ›", "4 »"]),
        (1, "cd", ["‹ 1", "· 2 ·", "3 ›", "4 »"]),
        (2, "ef", ["« 1", "‹ 2", "· 3 ·", "4 ›"]),
        (3, "g", ["« 1", "‹ 3", "· 4 ·"]),
        (-5, "ab", ["· 1 ·", "2 ›", "4 »"]),
        (99, "g", ["« 1", "‹ 3", "· 4 ·"]),
    ],
)
def test_pages(page: int, here: str, labels: list[str]):
    shown, arrows = paged("abcdefg", page, lambda page: f"page:{page}", size=2)
    assert shown == here
    assert [label for label, _ in arrows] == labels


def test_a_single_page_needs_no_arrows():
    assert paged("ab", 0, str) == ("ab", [])
    assert paged("", 3, str) == ("", [])


def test_a_wrong_screen_is_told_at_import():
    with pytest.raises(HandlerError, match=r"called as planet\(ctx, name\)"):

        @Router().screen("planet:{name}")
        def planet(ctx): ...
