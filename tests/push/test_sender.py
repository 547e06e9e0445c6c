"""One sender: what it does before its first message, and after."""

from __future__ import annotations

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


def test_a_new_sender_lets_a_second_pass_before_its_first_message(tmp_path: Path):
    """A sender that was killed may have sent as many as Telegram takes in its last second."""
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

    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", lambda work: None, bots=(bot.id,))
    queue.serve(QUEUE, Crew(send))
    outbox = Outbox(queue, bot.id)
    queue.start()
    try:
        for text in ("first", "second"):
            batch = outbox.put([Push("sendMessage", {"chat_id": FIRST, "text": text})])
            eventually(lambda batch=batch: outbox.counts(batch)["sent"])
    finally:
        queue.stop()
    assert transport.texts() == ["first", "second"]
    assert waits == [(PER_BOT.seconds, False, 0), (PER_BOT.seconds - 0.75, False, 0)]
