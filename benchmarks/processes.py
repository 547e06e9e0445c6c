"""A bot as a running process: started on a core of its own, frozen while others are measured."""

from __future__ import annotations

import os
import random
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
ports = iter(random.sample(range(20_000, 30_000), 10_000))
living: set[int] = set()  # the bots' processes, to be ended when this program is


def spawn(
    words: list[str], cwd: Path, environ: dict[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a bot with a clean environment and a group of processes of its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    with log.open("ab") as output:
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env={**kept, "PYTHONUNBUFFERED": "1", **environ},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    living.add(process.pid)
    return process


def send_signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to a bot and its children; nothing when they have ended."""
    for pid in family(process.pid):
        with suppress(ProcessLookupError):
            os.killpg(pid, number)


def family(pid: int) -> list[int]:
    """Return a process and its children that have a group of their own, as the servers of --processes do."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in children.read_text().split()]
    return [each for each in found if each == pid or is_leader(each)]


def is_leader(pid: int) -> bool:
    """Return whether a process leads its group."""
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def end_with_bots() -> None:
    """Let SIGINT and SIGTERM end the bots as well, which are in groups of their own."""

    def end(number: int, frame: object) -> None:
        for leader in living:
            for pid in family(leader):
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
        os._exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


class BotFailed(Exception):
    """A bot did not start, or answered nothing; the text ends with its output."""


class Running:
    """One process of a bot, with a folder of its own for its files."""

    def __init__(self, bot: Bot, telegram: Telegram, place: Place | None = None) -> None:
        self.bot, self.telegram = bot, telegram
        self.place = place or new_place(telegram)
        self.folder = self.place.folder
        self.ready = 0.0
        self._started = time.monotonic()
        words = [*(pinned(CORE) if bot.one_core else []), *bot.words(self.place)]
        environ = bot.environ(self.place)
        self.process = spawn(words, bot.cwd or self.folder, environ, self.folder / "log")

    def greet(self) -> None:
        """Wait until it has answered its first update; `ready` is the seconds since its start."""
        waited = time.monotonic() - self._started
        figures = self.measure(mode="burst", updates=1, patience=60, reconnect=5)
        if not figures["answered"]:
            raise BotFailed(f"{self.bot.name} answered nothing.\n{self.output()}")
        self.ready = waited + figures["reply_max"] / 1000

    def measure(self, **options: object) -> dict[str, float]:
        """Have Telegram deliver updates to it."""
        reached = self.bot.options(self.place)
        return self.telegram.measure(**{**options, **reached, "pid": self.process.pid})

    def output(self) -> str:
        """Return the end of what it has written."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def freeze(self) -> None:
        """Let it take no time of the processor until `thaw`."""
        send_signal(self.process, signal.SIGSTOP)

    def thaw(self) -> None:
        send_signal(self.process, signal.SIGCONT)

    def kill(self) -> None:
        """End it as a crash of the machine does; its files stay."""
        send_signal(self.process, signal.SIGKILL)
        self.process.wait()
        living.discard(self.process.pid)

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
    """Return a port that nothing listens on, and never the same again.

    It lies below the ports that systems give out by themselves, so that nothing takes it before the
    bot does: what listens on it would be measured in its place.
    """
    for port in ports:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)):
                return port
    raise BotFailed("There is no free port left.")
