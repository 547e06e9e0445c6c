"""Who does too much is warned once; nothing that was accepted is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import Context, HandlerError, Reply, Retry, Router, keyboard, throttle
from anzol.testing import client


def guarded(*args: Any, **options: Any) -> Router:
    router = Router()
    router.before(throttle(*args, **options))
    return router


def test_it_warns_once_and_is_silent_until_something_is_free_again():
    router = guarded(2)
    router.on("message")(lambda ctx: ctx.text)
    ann = client(router)
    for text in "abcde":
        ann.send(text)
    ann.as_user("Bob").send("free")
    ann.advance(31)
    for text in "fgh":
        ann.send(text)
    ann.advance(61)
    for text in "ij":
        ann.send(text)
    assert ann.texts == [
        *("a", "b", "Not so often, please. Try again in 30 seconds."),
        *("f", "Not so often, please. Try again in 29 seconds.", "i", "j"),
    ]
    assert ann.as_user("Bob").texts == ["free"]


def test_an_update_that_is_tried_again_counts_once():
    router, tries = guarded(2), []

    @router.on("message")
    def handler(ctx: Context):
        tries.append(1)
        if len(tries) < 5:
            raise Retry(after=61)
        return f"try {len(tries)}"

    bot = client(router)
    bot.send("x")
    bot.send("y")
    assert bot.texts == ["try 5", "try 6"]


def test_an_album_counts_once():
    router = guarded(2)
    router.on("message:photo")(lambda ctx: "photo")
    router.on("message:text")(lambda ctx: "text")
    bot = client(router)
    bot.send_album(5)
    bot.send("x")
    assert bot.texts == ["photo"] * 5 + ["text"]


def test_a_chat_may_be_counted_as_one_and_a_command_alone():
    router = Router()
    router.before(throttle(1, 3600, by="chat", command="/report", warning="Once an hour."))
    router.command("report")(lambda ctx: "Reported.")
    router.on("message")(lambda ctx: "heard")
    ann = client(router).in_group("Team")
    bob = ann.as_user("Bob").in_group("Team")
    for person, text in ((ann, "/report"), (bob, "/report"), (bob, "x")):
        person.send(text)
    elsewhere = ann.as_user("Bob").in_group("Other")
    elsewhere.send("/report")
    assert ann.texts == ["Reported.", "Once an hour.", "heard"]
    assert elsewhere.texts == ["Reported."]


def test_a_press_is_refused_in_a_popup():
    router = Router()
    router.command("start")(lambda ctx: Reply("Go", keyboard(("Go", "go"))))
    router.button("go")(lambda ctx: ctx.answer("Gone."))
    router.before(throttle(2, warning="Slowly."))
    ann = client(router)
    ann.send("/start")
    for _ in range(3):
        ann.click("Go")
    assert (ann.texts, ann.popups) == (["Go"], ["Gone.", "Slowly."])


def test_what_waited_in_an_outage_is_no_flood():
    router = guarded(2)
    router.on("message")(lambda ctx: ctx.text)
    ann = client(router)
    now = int(ann.runner.clock.now())
    for minute, text in enumerate("abcd"):
        ann.update("message", **{**said(ann, text), "date": now - 3600 + 60 * minute})
    assert ann.texts == [*"abcd"]


def said(person: Any, text: str) -> dict[str, Any]:
    return {"message_id": 1, "chat": person.chat, "from": person.user, "text": text}


def test_what_has_no_user_passes():
    router = guarded(1)
    router.on("channel_post")(lambda ctx: ctx.text)
    channel = client(router).in_channel()
    for text in "ab":
        channel.send(text)
    assert channel.texts == [*"ab"]


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 1, "seconds": 0}, {"limit": 1, "by": "me"}]
)
def test_a_wrong_limit_is_told_at_import(wrong: dict[str, Any]):
    with pytest.raises(HandlerError, match=r"throttle\("):
        throttle(**wrong)
