"""Each example, in a few lines."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from anzol.bot.loading import load_router
from examples import albums, converter, echo, feedback, menu, moderator, quiz, reminders, search


def test_echo_copies_anything(telegram):
    client = telegram(echo.router)
    client.send("/start")
    client.send_photo("a caption")
    assert client.texts == ["Hello Ann, send me anything.", "a caption"]


@pytest.fixture
def pizzeria(telegram):
    client = telegram(menu.router)
    client.send("/start")
    return client


def press(client, *labels):
    for label in labels:
        client.click(label)


def test_menu_adds_up_an_order(pizzeria):
    press(pizzeria, "Funghi 9 €", "Diavola 10 €", "Funghi 9 €")
    assert pizzeria.texts == ["Your order: 2 × funghi, 1 × diavola, 28 €"]


def test_menu_takes_an_order(pizzeria):
    press(pizzeria, "Funghi 9 €", "Order")
    assert pizzeria.texts == ["Thank you! 1 × funghi, that is 9 €."]


def test_menu_takes_no_empty_order(pizzeria):
    press(pizzeria, "Order")
    assert pizzeria.popups == ["Nothing is ordered yet."]


@pytest.fixture
def candidate(telegram):
    client = telegram(quiz.router)
    client.send("/start")
    client.send("Ann")
    return client


def test_quiz_counts_the_right_answers(candidate):
    press(candidate, "A hook", "256", "200")
    assert candidate.texts == ["What is your name?", "Ann: 2 of 3 right."]


def test_quiz_says_what_was_right(candidate):
    press(candidate, "A hook", "256", "200")
    assert candidate.popups == ["Right!", "No: 64", "Right!"]


def test_quiz_ignores_a_question_that_is_over(candidate):
    for text in ("/start", "Bob"):
        candidate.send(text)
    press(candidate, "A hook", "A hook")
    assert candidate.popups == ["Right!", "That question is over."]


def test_albums_come_back_reversed(telegram):
    client = telegram(albums.router)
    sent = client.send_album(3, caption="trip")
    assert client.texts == ["3 parts, 0 KB, caption: trip"]
    assert len([message for message in sent if message.photo]) == 3


def test_search_finds_characters_page_by_page(telegram):
    client = telegram(search.router)
    first = client.inline("arrow")
    more = client.inline("arrow", offset="from 50")
    assert len(first) == len(more) == 50
    assert not {result["id"] for result in first} & {result["id"] for result in more}
    assert client.inline("black heart suit")[0]["title"] == "♥ Black Heart Suit"
    assert client.inline("a") == client.inline("no such character") == []
    assert client.send("/start")[0].text == "Type @testing_bot arrow in any chat."


def test_converter_makes_json_of_csv(telegram):
    client = telegram(converter.router)
    _, sent = client.send_document("team.csv", "name,age\nAnn,30\nJosé,4\n".encode())
    shown = [call.text for call in client.calls("editMessageText")]
    assert shown == ["25 %", "50 %", "75 %", "100 %"]
    assert (sent.document.file_name, sent.caption) == ("team.json", "2 rows")
    assert json.loads(client.content(sent))[1] == {"name": "José", "age": "4"}


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("team.txt", b"", "Only CSV files, please."),
        ("team.csv", b"\xff\xfe", "That is not UTF-8 text."),
        ("team.csv", b"x" * 1024 * 1025, "That is more than a megabyte."),
    ],
)
def test_converter_says_what_it_cannot_take(telegram, name, content, answer):
    client = telegram(converter.router)
    client.send_document(name, content)
    assert client.texts == [answer]


def team(telegram):
    ann = telegram(moderator.router).in_group("Team")
    ann.promote_bot()
    return ann, ann.as_user("Bob").in_group("Team")


def may_write(person) -> bool:
    member = person.runner.bot.get_chat_member(person.chat["id"], person.user["id"])
    return member.status != "restricted" or member.can_send_messages


def test_moderator_lets_newcomers_write_when_they_have_pressed_the_button(telegram):
    ann, bob = team(telegram)
    bob.join()
    assert ann.texts == ["Welcome, Bob! Press the button, please, if you are one of us."]
    assert not may_write(bob)
    ann.click("I am not a robot")
    assert ann.popups == ["This button is for somebody else."]
    bob.click("I am not a robot")
    assert may_write(bob)
    assert ann.texts == ["Welcome! No links on the first day, please."]


def test_moderator_deletes_links_of_newcomers(telegram):
    ann, bob = team(telegram)
    ann.promote()
    bob.join()
    bob.click("I am not a robot")
    bob.send("https://x.yz")
    ann.send("https://x.yz")
    ann.advance(25 * 3600)
    bob.send("https://x.yz")
    assert ann.texts[1:] == ["Bob, no links on the first day."]
    assert len(ann.calls("deleteMessage")) == 1


def test_moderator_mutes_at_the_third_warning_by_an_administrator(telegram):
    ann, bob = team(telegram)
    bob.send("something rude")
    rude = {"reply_to_message": ann.last_of("Bob")}
    ann.send("/warn", **rude)
    ann.promote()
    for _ in range(3):
        ann.send("/warn", **rude)
    ann.send("/warn")
    assert ann.texts == [
        *("Only administrators can warn.", "Bob, that is warning 1 of 3."),
        *("Bob, that is warning 2 of 3.", "Bob is muted for ten minutes."),
        "Reply to a message by the person to warn.",
    ]
    (call,) = ann.calls("restrictChatMember")
    assert (call.user_id, call.until_date) == (bob.user["id"], int(ann.runner.clock.now()) + 600)


def test_reminders_come_at_their_times(telegram):
    client = telegram(reminders.router)
    client.send("/remind 10m tea")
    client.send("/remind 1h cake")
    client.send("/reminders")
    assert client.texts[2:] == ["tea\ncake"]
    client.advance(601)
    client.send("/reminders")
    assert client.texts[3:] == ["⏰ tea", "cake"]


def test_a_reminder_that_is_none_is_told_how_to_write_one(telegram):
    client = telegram(reminders.router)
    for text in ("/remind", "/remind tea", "/remind 0s tea", "/remind 400d tea"):
        assert "/remind 10m tea" in client.send(text)[0].text


@pytest.mark.parametrize("path", sorted(Path("examples").glob("[a-z]*.py")), ids=lambda p: p.stem)
def test_every_example_runs_by_its_name_and_stays_small(path: Path):
    name = f"examples.{path.stem}"
    assert load_router(name) is importlib.import_module(name).router
    assert len(path.read_text("utf-8").splitlines()) <= 110


def test_feedback_goes_to_the_desk_and_the_answer_comes_back(telegram, monkeypatch):
    ann = telegram(feedback.router)
    desk = ann.as_user("Clerk").in_group("Desk")
    monkeypatch.setenv("DESK", desk.send("/id")[0].text)
    ann.send("Where is my order?")
    assert desk.texts[1:] == ["Ann:", "Where is my order?"]
    desk.send("On its way.", reply_to_message=desk.messages[1])
    desk.send("chatter")
    desk.send("an answer to nobody", reply_to_message=desk.messages[2])
    assert ann.texts == ["Thank you. We will answer here.", "On its way."]
    assert desk.texts[3:] == ["Sent to Ann."]
    ann.block()
    desk.send("Are you there?", reply_to_message=desk.messages[1])
    assert desk.texts[-1] == "Ann has blocked the bot."
