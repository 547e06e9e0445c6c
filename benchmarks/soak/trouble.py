"""The server under test, and what happens to it and to its Telegram."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import requests

from anzol.simulator.people import Telegram
from benchmarks.machine import ROOT
from benchmarks.processes import free_port, spawn

OUTAGE = (2.0, 8.0)  # seconds without Telegram


class Server:
    """`python app.py --processes 2`, and its memory."""

    def __init__(self, telegram: Telegram, folder: Path) -> None:
        self.log = folder / "log"
        self._port = free_port()
        self._folder = folder
        self._environ = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "PUBLIC_URL": f"http://127.0.0.1:{self._port}",
            "PORT": str(self._port),
            "DATABASE_URL": f"sqlite:///{folder}/soak.db",
            "HANDLERS": "benchmarks.handlers.soaked",
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "WARNING",
        }
        self.start()

    def start(self) -> None:
        words = [sys.executable, str(ROOT / "app.py"), "--processes", "2"]
        self._process = spawn(words, self._folder, self._environ, self.log)
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Return when it accepts updates. Raises TimeoutError with its log."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(requests.RequestException), requests.Session() as session:
                session.trust_env = False
                if session.get(f"{self._environ['PUBLIC_URL']}/readyz", timeout=2).ok:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"The server is not ready.\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """End it as a process manager does."""
        self._process.terminate()
        self._process.wait(60)

    def restart(self) -> None:
        self.stop()
        self.start()

    def roll(self) -> None:
        """Have all processes replaced, one after another."""
        self._process.send_signal(signal.SIGHUP)

    def kill_one(self, chance: random.Random) -> None:
        """End one of its processes with kill -9."""
        if children := self.children():
            with suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)

    def children(self) -> list[int]:
        """Return the processes that serve."""
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def dead(self) -> list[str]:
        """Return the updates that it has put away after their last attempt, each with its error."""
        with closing(sqlite3.connect(self._folder / "soak.db")) as db:
            rows = db.execute("select key, error from task where state = 2").fetchall()
        return [f"update {key} is dead: {(error or '').strip()[-300:]}" for key, error in rows]

    def memory(self) -> dict[int, float]:
        """Return the resident memory of each serving process, in MB."""
        found = {}
        for pid in self.children():
            with suppress(OSError):
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                found[pid] = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return found


class Trouble:
    """One trouble after another, with time between them for the server to run as usual.

    Once `is_calm` is set, Telegram makes all the trouble, and no process is ended any more.
    """

    def __init__(self, server: Server, telegram: Telegram, pause: float, seed: int = 1) -> None:
        self.happened: list[tuple[float, str]] = []
        self.is_calm = False
        self._server, self._telegram, self._pause = server, telegram, pause
        self._random = random.Random(seed)
        self._done = threading.Event()
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._run)
        self._ends: dict[str, Callable[[], None]] = {
            "kill -9": lambda: server.kill_one(self._random),
            "rolling restart": server.roll,
            "restart": server.restart,
        }
        self._fails: dict[str, Callable[[], None]] = {
            "outage": self._outage,
            "429": lambda: self._refuse(429, retry_after=2),
            "500": lambda: self._refuse(500),
        }

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        kinds: list[str] = []
        while not self._done.wait(self._pause):
            possible = self._fails if self.is_calm else self._ends | self._fails
            kinds = [kind for kind in kinds if kind in possible]
            kinds = kinds or self._random.sample(list(possible), len(possible))
            kind = kinds.pop()
            self.happened.append((time.monotonic() - self._started, kind))
            possible[kind]()

    def _refuse(self, code: int, **more: int) -> None:
        self._telegram.fail_next(code, method="sendMessage", times=5, **more)

    def _outage(self) -> None:
        """Let every call fail for a while, as a gateway does that finds no Telegram behind it."""
        self._telegram.fail_next(502, times=0)
        self._done.wait(self._random.uniform(*OUTAGE))
        self._telegram.post("faults", self._telegram.token, clear=True)
