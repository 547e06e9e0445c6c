"""One sender: what it does before its first message, and after."""

from __future__ import annotations

import itertools
from contextlib import suppress
from pathlib import Path

from anzol.api.client import Bot
from anzol.api.limits import PER_BOT
from anzol.push.outbox import QUEUE, Outbox
from anzol.push.push import Push
from anzol.push.sender import Sender
from anzol.queue import Again, Crew, Work, open_queue
from tests.fakes import FakeTransport
from tests.processes import eventually

from .outbox_world import FIRST, TOKEN


def test_a_sender_lets_a_second_pass_before_its_first_message(tmp_path: Path):
    """One that was killed may have sent as many as Telegram takes in its last second; it may follow one again later."""
    now, transport, waits = [100.0], FakeTransport(), []
    bot = Bot(TOKEN, transport=transport)
    sender = Sender(bot, clock=lambda: now[0])

    def send(work: Work) -> None:
        while True:
            try:
                return sender.send(work)
            except Again as again:
                waits.append((again.after, again.counted, len(transport.calls)))
                now[0] += 0.75

    for texts in (("first", "second"), ("third", "fourth")):
        queue = open_queue(f"sqlite:///{tmp_path}/queue.db", lambda work: None, bots=(bot.id,))
        queue.serve(QUEUE, Crew(send))
        outbox = Outbox(queue, bot.id)
        queue.start()
        try:
            for text in texts:
                batch = outbox.put([Push("sendMessage", {"chat_id": FIRST, "text": text})])
                eventually(lambda: outbox.counts(batch)["sent"])  # noqa: B023 (within the turn)
        finally:
            queue.stop()
    assert transport.texts() == ["first", "second", "third", "fourth"]
    second = PER_BOT.seconds
    assert waits == [(left, False, sent) for sent in (0, 2) for left in (second, second - 0.75)]


def test_a_file_that_is_gone_by_then_is_told(tmp_path: Path):
    bot, file = Bot(TOKEN, transport=FakeTransport()), tmp_path / "list.txt"
    clock = itertools.count(100.0)  # whenever it is asked, a second later
    sender = Sender(bot, clock=lambda: next(clock))
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", lambda work: None, bots=(bot.id,))

    def send(work: Work) -> None:
        with suppress(Again):  # the second that it lets pass
            return sender.send(work)
        return sender.send(work)

    queue.serve(QUEUE, Crew(send, on_dead=sender.give_up))
    outbox = Outbox(queue, bot.id)
    file.write_text("1")
    queue.start()
    try:
        queue.pause(bot.id, "until the file is gone")
        batch = outbox.put([Push("sendDocument", {"chat_id": FIRST, "document": file})])
        file.unlink()
        queue.resume(bot.id)
        eventually(lambda: outbox.counts(batch)["failed"])
        assert [one.reason for one in outbox.failures(batch)] == [f"refused: {file} is gone"]
    finally:
        queue.stop()
