"""Who writes too much is warned once; nothing that was accepted is lost by it."""

from __future__ import annotations

from itertools import count

import pytest

from anzol import Context, Drop, Retry, Router, flood_guard
from anzol.testing import client
from tests.fakes import message

UPDATES = count(1)


def guarded(per_minute: int) -> Router:
    router = Router()
    router.before(flood_guard(per_minute, warning="slow down"))
    return router


def test_it_warns_once_and_then_is_silent_for_a_minute():
    router = guarded(2)
    router.on("message")(lambda ctx: ctx.text)
    bot = client(router)
    for text in "abcde":
        bot.send(text)
    bot.as_user("Bob").send("free")
    bot.advance(61)
    bot.send("again")
    assert bot.texts == ["a", "b", "slow down", "again"]
    assert bot.as_user("Bob").texts == ["free"]


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


def test_it_keeps_count_in_a_crowd_and_lets_pass_what_has_no_user():
    runner, guard = client(Router()).runner, flood_guard(per_minute=1)

    def send(user: int) -> None:
        update = message(update_id=next(UPDATES), chat_id=1001, **{"from": {"id": user}})
        guard(Context(update, runner.bot))

    for user in range(10_001):
        send(user)
    runner.clock.sleep(30)
    send(10_002)
    runner.clock.sleep(31)  # those of the beginning fell silent a minute ago, the last one did not
    send(5)
    with pytest.raises(Drop):
        send(10_002)
    post = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel"}}
    for _ in range(3):
        guard(Context({"update_id": next(UPDATES), "channel_post": post}, runner.bot))
