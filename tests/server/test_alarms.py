"""ADMIN_CHAT hears once of each kind of error, however many chats fail at the same moment."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from anzol.server.alarms import Alarm

WORK: Any = SimpleNamespace(seq=1, update_id=1)


class Bot:
    """A bot whose calls wait for each other, or fail."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.failures = 0
        self.meeting: threading.Event | None = None

    def send_message(self, chat_id: int, text: str) -> None:
        if self.meeting is not None:
            self.meeting.wait(10)
        if self.failures:
            self.failures -= 1
            raise OSError
        self.sent.append(text)


@pytest.fixture
def bot() -> Bot:
    return Bot()


def test_twenty_chats_that_fail_at_once_are_one_message(bot: Bot):
    alarm = Alarm(bot, 55)  # type: ignore[arg-type]
    bot.meeting = threading.Event()
    threads = [
        threading.Thread(target=alarm.tell, args=(WORK, ValueError("boom"))) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    while sum(thread.is_alive() for thread in threads) > 1:  # all but the one that sends
        threads[0].join(0.01)
    bot.meeting.set()
    for thread in threads:
        thread.join()
    assert len(bot.sent) == 1


def test_what_could_not_be_told_is_told_with_the_next(bot: Bot):
    alarm = Alarm(bot, 55)  # type: ignore[arg-type]
    bot.failures = 1
    for _ in range(3):
        alarm.tell(WORK, ValueError())
    assert len(bot.sent) == 1


def test_nobody_is_told_without_a_chat(bot: Bot):
    Alarm(bot, 0).tell(WORK, ValueError())  # type: ignore[arg-type]
    assert bot.sent == []
