"""Forms: a dataclass that is asked for, question by question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pytest

from anzol import HandlerError, Router, keyboard, question
from anzol.testing import Client, client


@dataclass
class Order:
    name: str = question("Your name?")
    age: int = question("Your age?", check=lambda age: age > 17, again="From 18, please.")
    size: Literal["S", "M", "L"] = question("Which size?")
    extras: set[Literal["ham", "olives", "basil"]] = question("What on it?", default={"ham"})
    day: date = question("Which day?", check=lambda day: day >= date(2026, 1, 10))
    hot: bool = question("Hot?")
    tip: float | None = question("A tip?", default=None)


def shop(**options: Any) -> Router:
    router = Router()

    @router.form(Order, **options)
    def ordered(ctx, order):
        ctx.session["orders"] = ctx.session.get("orders", 0) + 1
        return f"{order}"

    @router.command("order")
    def begin(ctx):
        return ordered.start(ctx)

    @router.command("again")
    def again(ctx):
        known = {"name": "Ann", "age": 30, "size": "M", "extras": {"ham"}, "hot": True}
        return ordered.start(ctx, **known, day=date(2026, 2, 1))

    @router.command("other")
    def other(ctx):
        return "other"

    @router.on("message")
    def echo(ctx):
        return f"echo {ctx.text}"

    return router


@pytest.fixture
def ann() -> Client:
    return client(shop())


def fill(person: Client) -> None:
    """Answer everything but the last question."""
    for text in ("/order", "Ann", "30"):
        person.send(text)
    person.click("M")
    person.click("ham")
    person.click("olives")
    person.click("✓ ham")
    person.click("Done")
    person.click("12")
    person.click("Yes")


def test_a_form_is_filled_by_texts_and_buttons(ann: Client):
    fill(ann)
    ann.send("1,5")
    filled = Order(
        name="Ann", age=30, size="M", extras={"olives"}, day=date(2026, 1, 12), hot=True, tip=1.5
    )
    assert ann.texts[-1] == f"{filled}"
    assert ann.session == {"orders": 1}
    assert ann.send("free again")[0].text == "echo free again"


def test_a_second_press_is_no_answer_to_the_next_question():
    @dataclass
    class Table:
        place: Literal["Inside", "Terrace"] = question("Where?")
        sure: bool = question("Sure?")

    router = Router()

    @router.form(Table)
    def reserved(ctx, table):
        return f"{table.place} {table.sure}"

    router.command("table")(lambda ctx: reserved.start(ctx))
    ann = client(router)
    message = ann.send("/table")[0]
    data = message.reply_markup.inline_keyboard[0][0].callback_data
    ann.click("Inside")
    again = {"id": "1", "from": ann.user, "message": dict(message), "chat_instance": "1"}
    ann.update("callback_query", **again, data=data)
    assert ann.texts == ["Sure?"]
    ann.click("No")
    assert ann.texts[-1] == "Inside False"


def test_a_press_on_a_question_that_was_answered_in_words_takes_its_buttons_away(
    ann: Client, caplog: pytest.LogCaptureFixture
):
    for text in ("/order", "Ann", "30"):
        ann.send(text)
    ann.send("M")
    ann.click("L")
    assert ann.popups == ["This is over."]
    assert "L" not in ann.buttons
    ann.click("olives")  # the form goes on
    ann.send("/other")
    ann.click("ham")
    assert ann.popups == ["This is over."] * 2
    assert [one.text for one in ann.messages if "reply_markup" in one] == ["Your age?"]
    assert ann.send("free again")[0].text == "echo free again"
    assert "No handler" not in caplog.text


def test_everything_may_be_typed(ann: Client):
    for text in ("/order", "Ann", "30", "m", "ham, basil", "31.12.2026", "no", "2"):
        ann.send(text)
    assert (
        ann.texts[-1]
        == f"{Order(name='Ann', age=30, size='M', extras={'ham', 'basil'}, day=date(2026, 12, 31), hot=False, tip=2.0)}"
    )


@pytest.mark.parametrize(
    ("before", "wrong", "told"),
    [
        (0, {"photo": [{"file_id": "1"}]}, "Please answer with a text."),
        (1, {"text": "old"}, "A number, please."),
        (1, {"text": "17"}, "From 18, please."),
        (2, {"text": "XXL"}, "Please press one of the buttons."),
        (3, {"text": "ham, glue"}, "Please press one of the buttons."),
        (4, {"text": "tomorrow"}, "A date, please, such as 2026-12-31."),
        (4, {"text": "2026-01-09"}, "Something else, please."),
        (6, {"text": "much"}, "A number, please."),
    ],
)
def test_a_wrong_answer_is_told_and_asked_for_again(
    ann: Client, before: int, wrong: dict[str, Any], told: str
):
    right = ["Ann", "30", "M", "ham", "2026-02-01", "yes"]
    ann.send("/order")
    for text in right[:before]:
        ann.send(text)
    if "photo" in wrong:
        ann.send_photo()
    else:
        ann.send_message(**wrong)
    assert ann.texts[-1] == told
    for text in (*right[before:], "/skip"):
        ann.send(text)
    assert ann.texts[-1].startswith("Order(name='Ann', age=30")


def test_back_and_skip(ann: Client):
    ann.send("/order")
    assert ann.buttons == []
    ann.send("Anne")
    ann.click("‹ Back")
    assert ann.texts[-1] == "Your name?"
    for text in ("Ann", "30"):
        ann.send(text)
    ann.click("L")
    ann.click("Skip")
    ann.send("/back")
    assert ann.texts[-1] == "What on it?"
    for text in ("/skip", "2026-02-01", "no", "/skip"):
        ann.send(text)
    assert (
        ann.texts[-1]
        == f"{Order(name='Ann', age=30, size='L', extras={'ham'}, day=date(2026, 2, 1), hot=False)}"
    )


def test_back_and_skip_are_no_answers_where_there_is_nothing_before_and_an_answer_is_needed(
    ann: Client,
):
    ann.send("/order")
    for text in ("/back", "/skip"):
        ann.send(text)
        assert ann.texts[-1] == "Your name?"
    ann.send("Ann")
    assert ann.texts[-1] == "Your age?"


def test_what_is_known_is_not_asked(ann: Client):
    ann.send("/again")
    assert (ann.texts, ann.buttons) == (["A tip?"], ["Skip"])
    ann.click("Skip")
    assert ann.texts[-1].endswith("hot=True, tip=None)")


def test_a_calendar_turns_its_months_and_hides_the_days_that_will_not_do(ann: Client):
    for text in ("/order", "Ann", "30", "M", "ham"):
        ann.send(text)
    assert "January 2026" in ann.buttons
    assert not {"9", "32"} & {*ann.buttons} and {"10", "31"} <= {*ann.buttons}
    ann.click("›")
    assert "February 2026" in ann.buttons and "29" not in ann.buttons
    ann.click("‹")
    ann.click("‹")
    ann.click("December 2025")
    assert "January 2026" in ann.buttons  # a button that only shows something leads to today
    ann.click("31")
    assert ann.texts[-1] == "Hot?"


def test_a_command_of_the_bot_ends_a_form_and_so_does_cancel(ann: Client):
    for text in ("/order", "/other", "Ann", "/order", "Ann", "/cancel", "x"):
        ann.send(text)
    assert ann.texts == [
        *("Your name?", "other", "echo Ann", "Your name?", "Your age?", "Cancelled.", "echo x")
    ]


def test_who_comes_too_late_is_told(ann: Client):
    ann.send("/order")
    ann.advance(3601)
    ann.send("Ann")
    ann.send("Ann")
    assert ann.texts[1:] == ["That took too long. Please start again.", "echo Ann"]


def test_everybody_fills_a_form_of_their_own_in_each_topic(ann: Client):
    team = ann.in_group("Team", is_forum=True)
    first, second = team.in_topic("One"), team.in_topic("Two")
    bob = ann.as_user("Bob").in_group("Team").in_topic("One")
    for person, name in ((first, "Ann"), (second, "Anne"), (bob, "Bob")):
        person.send("/order")
        person.send(name)
    for person in (first, second, bob):
        person.send("30")
    second.click("M")
    assert (first.texts[-1], second.texts[-1]) == ("Which size?", "What on it?")
    kept = ann.runner.states[f"ask:{team.chat['id']}"]
    assert sorted(one["form"]["stored"]["name"] for one in kept.values()) == ["Ann", "Anne", "Bob"]


def test_buttons_of_somebody_elses_form_do_nothing(ann: Client):
    team, bob = ann.in_group("Team"), ann.as_user("Bob").in_group("Team")
    for person in (team, bob):
        for text in ("/order", "Ann", "30"):
            person.send(text)
    newest = team.messages[-1].message_id
    team.click("M")  # Bob's, the newest
    assert team.messages[-1].message_id == newest and team.messages[-1].text == "Which size?"
    bob.click("M")
    assert bob.messages[-1].text == "What on it?"


def test_in_a_group_a_typed_answer_gets_a_reply_box(ann: Client):
    team = ann.in_group("Team")
    team.send("/order")
    (call,) = ann.calls("sendMessage")
    assert call.reply_markup["force_reply"]


def test_a_press_on_an_old_question_does_nothing(ann: Client):
    for text in ("/order", "Ann", "30", "/order", "Ann"):
        ann.send(text)
    ann.click("M")  # of the first order, in which the second one waits for an age
    assert ann.texts[-1] == "Your age?"
    ann.send("30")
    assert ann.texts[-1] == "Which size?"


def test_fields_that_do_not_fit_together_are_told():
    router = Router()

    @dataclass
    class Trip:
        start: int = question("From?")
        end: int = question("To?")

        def __post_init__(self):
            if self.end < self.start:
                raise ValueError("The end comes first?")

    @router.form(Trip)
    def planned(ctx, trip):
        return f"{trip.start} to {trip.end}"

    router.command("trip")(lambda ctx: planned.start(ctx))
    ann = client(router)
    for text in ("/trip", "5", "4", "6"):
        ann.send(text)
    assert ann.texts == ["From?", "To?", "The end comes first?", "5 to 6"]


def test_an_answer_may_be_anything_that_read_finds():
    router = Router()

    @dataclass
    class Profile:
        photo: str = question("A photo?", read=lambda ctx: ctx.message.photo and "photo")
        city: str = question("Where?", check=known_city)

    @router.form(Profile)
    def known(ctx, profile):
        return f"{profile.photo} of {profile.city}"

    router.command("profile")(lambda ctx: known.start(ctx))
    ann = client(router)
    for text in ("/profile", "no"):
        ann.send(text)
    ann.send_photo()
    for text in ("Atlantis", "Porto"):
        ann.send(text)
    assert ann.texts == [
        *(
            "A photo?",
            "Something else, please.",
            "Where?",
            "I do not know Atlantis.",
            "photo of Porto",
        )
    ]


def known_city(name: str) -> bool:
    if name == "Atlantis":
        raise ValueError(f"I do not know {name}.")
    return True


def test_a_form_may_begin_with_a_press():
    router = Router()

    @router.form(Order)
    def ordered(ctx, order):
        return "done"

    router.command("menu")(lambda ctx: ctx.reply("Hungry?", keyboard(("Order", "order"))) and None)
    router.button("order")(lambda ctx: ordered.start(ctx))
    ann = client(router)
    ann.send("/menu")
    ann.click("Order")
    assert ann.texts == ["Your name?"]
    ann.send("Ann")
    assert ann.texts == ["Your name?", "Your age?"]


class Plain:
    name: str = question("Name?")


@dataclass
class Unasked:
    name: str


@dataclass
class Odd:
    name: bytes = question("Name?")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Plain, "A form is a @dataclass"),
        (Unasked, r'Unasked.name asks nothing; write name: … = question\("…"\)'),
        (Odd, "Odd.name is bytes, which nobody can be asked for; write str, int"),
    ],
)
def test_a_wrong_form_is_told_at_import(kind: type, told: str):
    with pytest.raises(HandlerError, match=told):
        Router().form(kind)(lambda ctx, filled: None)


def test_a_wrong_start_is_told(ann: Client):
    router = Router()

    @router.form(Order)
    def ordered(ctx, order): ...

    router.command("order")(lambda ctx: ordered.start(ctx, nmae="Ann"))
    with pytest.raises(HandlerError, match="Order has no field 'nmae'.*did you mean 'name'"):
        client(router).send("/order")
