"""A process that sends what is in an outbox, until it is told to stop or killed: DATABASE_URL, API_URL."""

from __future__ import annotations

import logging
import signal
import sys
import threading

from anzol.api.client import Bot
from anzol.push.outbox import Outbox
from anzol.push.sender import Sender, crews
from anzol.queue import open_queue

TOKEN = "4242:outbox"


def main(url: str, api_url: str) -> None:
    logging.basicConfig(level=logging.WARNING)
    bot = Bot(TOKEN, api_url=api_url)
    queue = open_queue(url, lambda work: None, bots=(bot.id,), drain=5.0)
    outbox, sender = Outbox(queue, bot.id), Sender(bot)
    for name, crew in crews(lambda bot: sender, lambda bot: outbox).items():
        queue.serve(name, crew)

    def hear(reach: object) -> None:
        if bot.reach.state == "well":
            queue.resume(bot.id)
        else:
            queue.pause(bot.id, bot.reach.reason)

    bot.reach.listen(hear)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    queue.start()
    print("sending", flush=True)
    ended.wait()
    queue.stop()


if __name__ == "__main__":
    main(*sys.argv[1:3])
