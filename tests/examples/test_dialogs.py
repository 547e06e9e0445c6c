"""Examples that ask, lead about and sell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from examples import cafe, family, order, poll, profile


def test_a_profile_is_filled_in_shown_and_changed_for_all_chats(telegram):
    ann = telegram(profile.router)
    for text in ("/start", "Ann", "four", "30"):
        ann.send(text)
    ann.click("Chess")
    ann.send("no")
    ann.send_photo()
    assert ann.texts[-3:] == [
        "A photo of you?",
        "A photo, please, or Skip.",
        "Ann, 30\nSport: Chess",
    ]
    ann.click("Change age")
    ann.send("31")
    assert ann.texts[-1] == "Ann, 31\nSport: Chess"
    team = ann.in_group("Team")
    assert team.send("/profile")[0].text == "Ann, 31\nSport: Chess"
    assert [said.text for said in (*ann.send("/forget"), *ann.send("/forget"))] == [
        "It is deleted.",
        "There is none.",
    ]
    ann.click("Change age")  # of the profile that is deleted: all of it is asked for
    assert ann.texts.count("What is your name?") == 2


def test_a_family_grows_and_is_walked_through(telegram):
    ann = telegram(family.router)
    ann.send("/start")
    for name, where in (("Bob", "Parents"), ("Cleo", "Children")):
        ann.click("Add somebody")
        ann.send(name)
        ann.send("1990")
        ann.click(where)
    assert ann.texts[-1] == "2 people"
    ann.click("Parents")
    ann.click("Bob")
    assert ann.texts[-1] == "Bob, born in 1990"
    ann.click("‹ Back")
    assert ann.buttons == ["Bob", "‹ Back"]
    ann.click("Bob")
    ann.click("Remove")
    ann.click("Parents")
    assert ann.texts[-1] == "Parents: nobody"


@pytest.fixture
def day() -> date:
    """A day on which the restaurant is open, in the month that the calendar shows first."""
    return next(
        day for day in (date.today() + timedelta(days=n) for n in range(1, 9)) if day.weekday() != 0
    )


def test_a_table_is_booked_step_by_step(telegram, day):
    ann = telegram(order.router)
    for text in ("/book", "12", "4", "2001-01-01", day.isoformat()):
        ann.send(text)
    ann.click("19:00")
    ann.click("‹ Back")
    ann.click("20:00")
    ann.click("Vegan")
    ann.click("Done")
    ann.click("Skip")
    assert ann.texts[-1] == f"4 on {day}, 20:00, Vegan. Shall I book it?"
    assert {"One to eight.", "We are closed then."} <= {*ann.texts}
    ann.click("Book it")
    assert ann.texts[-1] == "Booked. See you!"
    assert ann.session["booked"][0]["day"] == day.isoformat()


def test_a_poll_shows_its_results_live(telegram):
    ann = telegram(poll.router).in_group("Team")
    bob = ann.as_user("Bob").in_group("Team")
    ann.send("/poll Lunch?")
    ann.send("/poll Lunch? Pizza, Soup")
    ann.vote("Pizza")
    bob.vote("Soup")
    assert ann.texts == [
        "Write it like this: /poll Lunch? Pizza, Soup",
        "Pizza: ▇ 1\nSoup: ▇ 1",
    ]
    bob.vote("Pizza")
    bob.vote()
    assert ann.texts[-1] == "Pizza: ▇ 1\nSoup:  0"


def test_a_cafe_sells_until_it_is_sold_out_and_gives_back(telegram, monkeypatch):
    monkeypatch.setattr(cafe, "STOCK", 1)
    ann = telegram(cafe.router)
    monkeypatch.setattr(cafe.staff, "_always", frozenset({ann.user["id"]}))
    bob = ann.as_user("Bob")
    for _ in range(2):
        bob.send("/menu")
        bob.click("Espresso ⭐20")
        bob.pay()
    (charge,) = bob.session["charges"]
    assert bob.popups[-1] == "We are sold out for today."
    assert bob.texts[1] == f"One espresso, coming. Your receipt: {charge}"
    ann.send("/refund")
    assert ann.send(f"/refund {bob.user['id']} {charge}")[0].text == "Done."
    assert "REFUNDED" in ann.send(f"/refund {bob.user['id']} {charge}")[0].text
    assert bob.send(f"/refund {bob.user['id']} {charge}") == []
