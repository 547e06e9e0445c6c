"""A bot under test: a process, and Telegram's deliveries to it."""

from __future__ import annotations

import http.client
import itertools
import json
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.bots import SECRET, TOKEN, Bot, Place
from benchmarks.conformance.api import Api
from benchmarks.processes import BotFailed, free_port, living, send_signal, spawn

T = TypeVar("T")
CONNECTIONS = 40  # setWebhook's default
LONGEST_START = 120.0  # seconds, on a machine that others use too
numbers = itertools.count(500_000_000)


@dataclass(frozen=True)
class Answer:
    """What a delivery was answered with, status 0 when the connection ended without one."""

    status: int
    seconds: float


class Subject:
    """One bot with its own API. Its place outlives the process, so that it can be started again."""

    def __init__(self, bot: Bot) -> None:
        self.bot, self.api = bot, Api()
        folder = Path(tempfile.mkdtemp(prefix="conformance-"))
        self.place = Place(self.api.url, free_port(), folder, TOKEN)
        self.path = bot.path.format(token=TOKEN)
        self._seats = threading.BoundedSemaphore(CONNECTIONS)
        self._closed = threading.Event()
        self.start()
        if self.ended():
            raise BotFailed(f"{bot.name} does not start.\n{self.output()[-2000:]}")

    # ------------------------------------------------------------ the process

    def start(self) -> None:
        """Start the process and wait until it accepts connections, or has ended at once."""
        self.process = spawn(
            self.bot.words(self.place),
            self.bot.cwd or self.place.folder,
            self.bot.environ(self.place),
            self.place.folder / "log",
        )
        if not self.wait(lambda: self.ended() or self.listening(), LONGEST_START):
            raise BotFailed(f"{self.bot.name} does not listen.\n{self.output()[-2000:]}")

    def ended(self) -> bool:
        return self.process.poll() is not None

    def listening(self) -> bool:
        return self.post(None, method="GET").status != 0

    def end(self, number: signal.Signals, seconds: float = 30) -> None:
        """Send a signal and wait until the process has ended."""
        send_signal(self.process, number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.end(signal.SIGKILL)
        living.discard(self.process.pid)

    def output(self) -> str:
        return (self.place.folder / "log").read_text(errors="replace")

    def close(self) -> None:
        self._closed.set()
        self.end(signal.SIGKILL)
        self.api.close()
        shutil.rmtree(self.place.folder, ignore_errors=True)

    def __enter__(self) -> Subject:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    # ------------------------------------------------------------- deliveries

    def post(
        self,
        update: Any,
        *,
        secret: str | bytes | None = SECRET,
        body: bytes | None = None,
        path: str = "",
        method: str = "POST",
        timeout: float = 60,
    ) -> Answer:
        """Deliver once; `body` instead of an update's JSON."""
        headers: dict[str, Any] = {"Content-Type": "application/json"}
        if secret is not None:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=timeout)
        try:
            data = json.dumps(update).encode() if body is None else body
            connection.request(method, path or self.path, data, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        return Answer(status, time.monotonic() - began)

    def deliver(self, *updates: dict[str, Any]) -> list[Answer]:
        """Deliver updates of one chat as Telegram does: each until it is answered 2xx, then the next."""
        answers = []
        for update in updates:
            pause = 0.0
            while not self._closed.wait(pause):
                with self._seats:
                    answer = self.post(update)
                if 200 <= answer.status < 300:
                    answers.append(answer)
                    break
                pause = min(4.0, 2 * pause or 0.5)
        return answers

    def deliver_aside(self, *updates: dict[str, Any]) -> threading.Thread:
        """The same in a thread of its own."""
        thread = threading.Thread(target=self.deliver, args=updates, daemon=True)
        thread.start()
        return thread

    def wait(self, found: Callable[[], T], seconds: float) -> T:
        """Return what `found` says as soon as it is true, and its last word after so many seconds."""
        end = time.monotonic() + seconds
        while not (value := found()) and time.monotonic() < end:
            time.sleep(0.02)
        return value

    def came(self, text: str, seconds: float = 5) -> bool:
        """Wait until a message with this text has arrived."""
        return self.wait(lambda: text in self.api.texts(), seconds)


def text(words: str, chat: int = 1) -> dict[str, Any]:
    """Return a private message."""
    number = next(numbers)
    who = {"id": chat, "first_name": "Ann"}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {**who, "type": "private"},
        "from": {**who, "is_bot": False},
        "text": words,
    }
    if words.startswith("/"):
        length = len(words.split()[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {"update_id": number, "message": message}


def press(data: str, chat: int = 1) -> dict[str, Any]:
    """Return a press of a button below a message of the bot."""
    number = next(numbers)
    who = {"id": chat, "first_name": "Ann"}
    message = {
        "message_id": 1,
        "date": int(time.time()),
        "chat": {**who, "type": "private"},
        "from": {"id": 4242, "is_bot": True, "first_name": "Probe"},
        "text": "Working",
    }
    query = {
        "id": str(number),
        "from": {**who, "is_bot": False},
        "message": message,
        "chat_instance": "1",
        "data": data,
    }
    return {"update_id": number, "callback_query": query}
