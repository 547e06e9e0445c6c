"""A bot as a running process: started on a core of its own, frozen while others are measured."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from benchmarks.bots import TOKEN, Bot, Place
from benchmarks.machine import pinned
from benchmarks.telegram import Telegram

CORE = 0  # the load generator has core 1
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
numbers = count(1)


class BotFailed(Exception):
    """A bot did not start, or answered nothing; the text ends with its output."""


class Running:
    """One process of a bot, with a folder of its own for its files."""

    def __init__(self, bot: Bot, telegram: Telegram, place: Place | None = None) -> None:
        self.bot, self.telegram = bot, telegram
        self.place = place or new_place(telegram)
        self.folder = self.place.folder
        self.ready = 0.0
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        with (self.folder / "log").open("wb") as log:
            started = time.monotonic()
            self.process = subprocess.Popen(
                [*pinned(CORE), *bot.words(self.place)],
                cwd=bot.cwd or self.folder,
                env={**kept, "PYTHONUNBUFFERED": "1", **bot.environ(self.place)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started = started

    def greet(self) -> None:
        """Wait until it has answered its first update; `ready` is the seconds since its start."""
        waited = time.monotonic() - self._started
        figures = self.measure(mode="burst", updates=1, patience=20, reconnect=5)
        if not figures["answered"]:
            raise BotFailed(f"{self.bot.name} answered nothing.\n{self.output()}")
        self.ready = waited + figures["reply_max"] / 1000

    def measure(self, **options: object) -> dict[str, float]:
        """Have Telegram deliver updates to it."""
        reached = self.bot.options(self.place)
        return self.telegram.measure(pid=self.process.pid, **reached, **options)

    def output(self) -> str:
        """Return the end of what it has written."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def freeze(self) -> None:
        """Let it take no time of the processor until `thaw`."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash of the machine does; its files stay."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()


def new_place(telegram: Telegram) -> Place:
    """Return a place with a token of its own, so that Telegram can tell several bots apart."""
    token = f"{next(numbers)}{TOKEN[4:]}"
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    return Place(telegram.url, free_port(), folder, token)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])
