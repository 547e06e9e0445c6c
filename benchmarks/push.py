"""Measure the outbox: how fast a broadcast is stored and sent, and whether replies wait for it.

python -m benchmarks.push [SECONDS]     against the simulator with its limits, in a process of its own
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from anzol import Anzol, Context, Router, Settings
from anzol.api.limits import BULK, PER_BOT
from anzol.push.push import Push
from anzol.simulator.running import start

TOKEN = "4242:benchmark-of-the-outbox"
FIRST = 1001
PEOPLE = 5000
MANY = 100_000
EVERY = 0.2  # seconds between two messages that are answered


def telegram() -> None:
    """Be a Telegram with its limits and some people, until standard input ends."""
    running = start(port=0, flood=True, keep=50_000)
    running.world.bot(TOKEN)
    with running.world:
        for number in range(PEOPLE):
            running.world.person(FIRST + number)
    print(running.url, flush=True)
    sys.stdin.read()
    overruns = sum(1 for entry in running.world.log._entries if entry.get("flood"))
    print(overruns, flush=True)
    running.stop()


@contextmanager
def simulated() -> Iterator[tuple[str, list[int]]]:
    """Yield the address of a Telegram, and a list that has the number of calls over its limits afterwards."""
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.push", "telegram"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None and child.stdout is not None
    overruns: list[int] = []
    try:
        yield child.stdout.readline().strip(), overruns
    finally:
        child.stdin.close()
        overruns.append(int(child.stdout.readline() or -1))
        child.wait(30)


class Server:
    """A bot that answers, and how long each answer took."""

    def __init__(self, url: str, folder: str) -> None:
        router = Router()
        self.took: list[float] = []
        self._asked: dict[int, float] = {}
        self._next = 0

        @router.on("message")
        def answer(ctx: Context) -> None:
            ctx.reply("answer")
            self.took.append(time.perf_counter() - self._asked.pop(ctx.update["update_id"]))

        settings = Settings(
            telegram_bot_token=TOKEN,
            telegram_api_url=url,
            database_url=f"sqlite:///{folder}/push.db",
        )
        self.anzol = Anzol(Flask("benchmark"), router, settings)
        self.anzol.start()

    def ask(self) -> None:
        """Have one message come from somebody."""
        self._next += 1
        number = self._next
        person = FIRST + PEOPLE - 1 - number % 1000
        message = {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": person, "type": "private"},
            "from": {"id": person, "is_bot": False, "first_name": "Ann"},
            "text": "ask",
        }
        update = {"update_id": number, "message": message}
        self._asked[number] = time.perf_counter()
        self.anzol.store(update, json.dumps(update).encode())

    def answers(self, seconds: float) -> list[float]:
        """Return how long answers took, asked for one after the other."""
        self.took.clear()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.ask()
            time.sleep(EVERY)
        time.sleep(1.0)
        return sorted(self.took)

    def broadcast(self, number: int) -> str:
        """Store a broadcast."""
        people = range(FIRST, FIRST + number)
        push = Push("sendMessage", {"text": "A message of some length. " * 8}, priority=BULK)
        return self.anzol.outbox.broadcast(push, people)


def main(seconds: float) -> None:
    """Measure, and print what was found."""
    with simulated() as (url, overruns), tempfile.TemporaryDirectory() as folder:
        server = Server(url, folder)
        outbox = server.anzol.outbox
        server.answers(2.0)
        alone = server.answers(seconds)
        batch = server.broadcast(PEOPLE - 1000)
        beside = server.answers(seconds)
        for name, took in (("without a broadcast", alone), ("during a broadcast", beside)):
            found = statistics.quantiles(took, n=100)
            print(
                f"reply {name}: p50 {found[49] * 1000:.2f} ms, p90 {found[89] * 1000:.2f} ms,"
                f" p99 {found[98] * 1000:.2f} ms ({len(took)} replies)"
            )
        time.sleep(12.0)  # until the last reply makes no room any more
        before, started = outbox.counts(batch)["sent"], time.monotonic()
        time.sleep(seconds)
        sent, took_all = outbox.counts(batch)["sent"] - before, time.monotonic() - started
        print(f"sent {sent / took_all:.2f} a second of Telegram's {PER_BOT.most}")
        outbox.cancel(batch)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        batch = server.broadcast(MANY)
        stored = time.monotonic() - started
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
        print(f"stored for {MANY:,} chats in {stored:.2f} s, with {grown:.0f} MB more of memory")
        outbox.cancel(batch)
        size = sum(path.stat().st_size for path in Path(folder).glob("push.db*")) / 2**20
        print(f"the database has {size:.0f} MB")
        server.anzol.queue.stop()
    print(f"calls over Telegram's limits: {overruns[0]}")


if __name__ == "__main__":
    if sys.argv[1:] == ["telegram"]:
        telegram()
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else 20.0)
