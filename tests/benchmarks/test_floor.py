"""The barest bots keep what they promise, so that their figures count."""

from __future__ import annotations

import shutil

import pytest

from benchmarks.floor import floors, missing
from benchmarks.processes import Running
from benchmarks.telegram import Telegram

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("node"), reason="node is not installed"),
    pytest.mark.skipif(missing() != "", reason=missing()),
]
FAULTS = ("lost", "doubled", "out_of_order", "refused")


@pytest.mark.parametrize("bot", floors(), ids=lambda bot: bot.words(None)[-1])
def test_a_bare_bot_answers_each_update_once_and_in_order(bot):
    with Telegram() as telegram, Running(bot, telegram) as one:
        one.greet()
        figures = one.measure(mode="burst", updates=600, chats=60, patience=30)
        assert figures["answered"] == 600
        assert [figures[name] for name in FAULTS] == [0, 0, 0, 0]


@pytest.mark.parametrize("bot", floors()[1:], ids=lambda bot: bot.words(None)[-1])
def test_a_bare_bot_that_stores_answers_after_a_crash_what_it_has_acknowledged(bot):
    with Telegram() as telegram, Running(bot, telegram) as before:
        before.greet()
        # No call is answered meanwhile, so that each chat's first update waits for it and the rest behind that.
        stored = before.measure(mode="burst", updates=200, chats=20, latency=600_000, patience=2)
        assert stored["unacknowledged"] == 0
        before.kill()
        with Running(bot, telegram, before.place) as after:
            figures = after.measure(mode="rest", patience=30)
        assert figures["sent"] > 100
        assert (figures["lost"], figures["out_of_order"]) == (0, 0)
