"""A bot's tests are many and run often: what one text and its reply may cost."""

from __future__ import annotations

import time

from anzol import Router
from anzol.testing import client

ROUNDS, TEXTS = 5, 40
MOST = 0.003  # seconds of processor time


def test_a_text_and_its_reply_take_at_most_three_milliseconds():
    router = Router()
    router.on("message")(lambda ctx: f"{ctx.user.first_name}: {ctx.text}")
    ann = client(router)
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for number in range(TEXTS):
            ann.send(f"hello {number}")
        rounds.append((time.process_time() - started) / TEXTS)
    assert len(ann.texts) == ROUNDS * TEXTS
    assert min(rounds) <= MOST, f"{min(rounds) * 1000:.2f} ms"
