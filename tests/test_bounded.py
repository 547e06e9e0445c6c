"""A crowd leaves nothing behind: memory and time stay the same after 300,000 people, chats and addresses."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from anzol import Bot, Context, Router
from anzol.api.errors import ChatMigrated, Forbidden, RetryAfter
from anzol.bot.run import run
from anzol.server.addresses import Guesses
from tests.fakes import FakeTransport, message

pytestmark = [
    pytest.mark.attack,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc for the memory in use"),
]

CROWD = 300_000
WARM = 20_000  # more than anything remembers
MOST = 8_000_000  # bytes that the other 280,000 may leave; 30 for each would be more


class Forgetful(FakeTransport):
    """A Telegram that leaves each call to `answer(chat)`, and keeps no list of them.

    An answer raises its error itself: an error that is a variable where it is raised holds on to its own frame, and
    such rings stay until the garbage collector's next full run, which a big process puts off.
    """

    def __init__(self, answer: Callable[[int], bool]) -> None:
        super().__init__()
        self._answer = answer

    def request(self, method: str, fields: dict, files: dict):
        return self._answer(fields.get("chat_id", 0))


def blocked(chat: int) -> bool:
    raise Forbidden("sendMessage", 403, "Forbidden: bot was blocked by the user")


def migrated(chat: int) -> bool:
    if chat < 0:
        return True
    to = {"migrate_to_chat_id": -1_000_000_000_000 - chat}
    raise ChatMigrated("sendMessage", 400, "group chat was upgraded", to)


def flooded(chat: int) -> bool:
    raise RetryAfter("sendMessage", 429, "Too Many Requests", {"retry_after": 3600})


def calls(answer: Callable[[int], bool]) -> Callable[[int], object]:
    bot = Bot("4242:abcdefghijklmnop", transport=Forgetful(answer), sleep=lambda _: None)

    def act(number: int) -> None:
        with suppress(Forbidden, RetryAfter):
            bot.send_message(number + 1, "x")

    return act


def updates(number_of: Callable[[int], int]) -> Callable[[int], object]:
    router = Router()

    @router.on("message")
    def silent(ctx: Context) -> None:
        pass

    bot = Bot("4242:abcdefghijklmnop", transport=Forgetful(lambda _: True))
    return lambda number: run(
        router, Context(message(update_id=number, chat_id=number_of(number)), bot)
    )


def guesses() -> Callable[[int], object]:
    wrong = Guesses().wrong
    return lambda number: wrong(f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda: calls(lambda chat: True), id="people who are answered"),
        pytest.param(lambda: calls(blocked), id="chats that blocked the bot"),
        pytest.param(lambda: calls(migrated), id="groups that moved"),
        pytest.param(lambda: calls(flooded), id="chats at 429"),
        pytest.param(lambda: updates(lambda number: number + 1), id="people who write"),
        pytest.param(guesses, id="addresses that guess"),
    ],
)
def test_a_crowd_leaves_nothing_behind(
    act: Callable[[], Callable[[int], object]], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.WARNING)  # else pytest keeps a line for each of them
    do = act()
    began = time.perf_counter()
    for number in range(WARM):
        do(number)
    first, before = time.perf_counter() - began, memory()
    began = time.perf_counter()
    for number in range(WARM, CROWD):
        do(number)
    rest = (time.perf_counter() - began) / (CROWD - WARM) * WARM
    grown = memory() - before
    print(f"µs each: {first / WARM * 1e6:.1f}, later {rest / WARM * 1e6:.1f}; {grown:+,} bytes")
    assert grown < MOST


def memory() -> int:
    """The bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
