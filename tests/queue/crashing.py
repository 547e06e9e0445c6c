"""The crash test's parts: a server to kill, senders that retry like Telegram, and a check of what was run."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import PATIENCE, ROOT, SERVED, free_port, is_listening
from tests.queue.support import wait_until

SECRET = "crash-test-secret"
SENDERS, CHATS = 40, 5
GIVE_UP = 60.0


class Server:
    """The server on waitress as in production, killed and started again on the same port."""

    def __init__(self, folder: Path, factory: str = "app:serve", **environ: str) -> None:
        self.port, self.log = free_port(), folder / "log"
        self.log.touch()
        self._factory, self._errors = factory, folder / "errors"
        self.keeper = threading.Event()
        self.is_kept = False
        self.environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": "42:" + "abcdefg" * 5,
            "WEBHOOK_SECRET": SECRET,
            "DATABASE_URL": f"sqlite:///{folder}/crash.db",
            "HANDLERS": "tests.queue.crash_handlers",
            "HANDLER_ATTEMPTS": "50",  # kills come so quickly that an innocent may meet five of them
            "LOG_LEVEL": "ERROR",
            "CRASH_LOG": str(self.log),
            "PYTHONPATH": str(ROOT),
            **environ,
        }
        self.start()

    def start(self) -> None:
        where = f"--listen=127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "waitress", where, "--threads=44", "--call", self._factory]
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                command, cwd=SERVED, env=self.environment, stdout=errors, stderr=errors
            )

    def is_listening(self) -> bool:
        assert self._process.poll() is None, self.errors()
        return is_listening(self.port)

    def kill(self) -> None:
        # Before the signal: from this line on the process's death explains an update that runs twice.
        with self.log.open("a") as log:
            log.write(f"K {self._process.pid} - 0 1\n")
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        """Stop the server as a process manager does, with the time that it asks for."""
        self._process.terminate()
        self._process.wait(60)

    def keep(self) -> None:
        """Start the server again whenever it dies by itself, as a process manager does; until `keeper` is set."""

        def revive() -> None:
            while not self.keeper.wait(0.05):
                if self._process.poll() is not None:
                    with self.log.open("a") as log:
                        log.write(f"K {self._process.pid} - 0 1\n")
                    self.start()

        self.is_kept = True
        threading.Thread(target=revive, daemon=True).start()

    def hold(self, seconds: float) -> None:
        """Stop the process as a debugger or a sleeping machine does, and let it go on."""
        with self.log.open("a") as log:
            log.write(f"K {self._process.pid} - 0 1\n")
        self._process.send_signal(signal.SIGSTOP)
        threading.Event().wait(seconds)
        self._process.send_signal(signal.SIGCONT)

    def starve(self, seconds: float) -> None:
        """Let the disk refuse whatever is written beyond the first few kilobytes of a file."""
        import resource

        # The handlers' own notes still fit.
        size = self.log.stat().st_size + 32 * 1024
        limits = resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)
        resource.prlimit(self._process.pid, *limits)
        threading.Event().wait(seconds)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    def errors(self) -> str:
        return self._errors.read_text()[-2000:]


class Senders:
    """Each sender has some chats and one update under way, sent until it is answered with 200."""

    def __init__(self, port: int, text: str = "x", senders: int = SENDERS) -> None:
        self._text = text
        self.acknowledged: dict[str, list[int]] = defaultdict(list)
        self._port, self._stopping = port, threading.Event()
        self._ids = itertools.count(1)
        self._threads = [
            threading.Thread(target=self._send, args=(number,)) for number in range(senders)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        chat = 1 + number * CHATS
        while not self._stopping.is_set():
            if chance.random() < 0.5:
                chat = 1 + number * CHATS + chance.randrange(CHATS)
            update_id = next(self._ids)
            message = {
                "message_id": 1,
                "date": 1,
                "chat": {"id": chat, "type": "private"},
                "text": self._text,
            }
            body = json.dumps({"update_id": update_id, "message": message}).encode()
            self._deliver(connection, body)
            if chance.random() < 0.1:
                self._deliver(connection, body)  # as after an answer that got lost
            self.acknowledged[str(chat)].append(update_id)
            self._stopping.wait(chance.uniform(0, 0.03))
        connection.close()

    def _deliver(self, connection: http.client.HTTPConnection, body: bytes) -> None:
        give_up = time.monotonic() + GIVE_UP
        pause = (
            0.0  # Telegram's first retry is immediate, the others here are quicker than its seconds
        )
        while self._status(connection, body) != 200:
            assert time.monotonic() < give_up, "the server did not come back"
            threading.Event().wait(pause)
            pause = 0.05

    def _status(self, connection: http.client.HTTPConnection, body: bytes) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
        try:
            connection.request("POST", "/webhook", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return 0
        return answer.status


@dataclass
class Verdict:
    """What the log says against the promise; all lists are empty when it was kept."""

    acknowledged: int = 0
    started_twice: int = 0
    lost: list[int] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    overlapping: list[str] = field(default_factory=list)
    unexplained: list[int] = field(default_factory=list)

    @property
    def broken(self) -> dict[str, int]:
        names = ("lost", "disordered", "overlapping", "unexplained")
        return {name: len(getattr(self, name)) for name in names if getattr(self, name)}


def judge(log: str, acknowledged: dict[str, list[int]]) -> Verdict:
    events = [line.split() for line in log.splitlines(keepends=True) if line.endswith("\n")]
    verdict = Verdict()
    started: dict[str, list[int]] = defaultdict(list)
    last: dict[int, str] = {}
    running: dict[str, str] = {}
    attempts: dict[int, int] = defaultdict(int)
    ended: set[int] = set()
    killed: set[str] = set()
    for mark, pid, lane, number, attempt in events:
        update_id = int(number)
        if mark == "K":
            killed.add(pid)
            continue
        if mark == "E":
            ended.add(update_id)
            if running.get(lane) == pid:
                del running[lane]
            continue
        if int(attempt) < attempts[update_id]:
            continue  # stopped between its claim and its note, and taken over before it wrote this
        attempts[update_id] = int(attempt)
        if lane in running and running[lane] not in killed:
            verdict.overlapping.append(lane)
        if update_id in last and last[update_id] not in killed:
            verdict.unexplained.append(update_id)
        running[lane] = last[update_id] = pid
        started[lane].append(update_id)
    for lane, expected in acknowledged.items():
        verdict.acknowledged += len(expected)
        verdict.lost += [update_id for update_id in expected if update_id not in ended]
        # A repeat comes right after its first run, before anything else of the lane.
        if [update_id for update_id, _ in itertools.groupby(started[lane])] != expected:
            verdict.disordered.append(lane)
    counted = Counter(itertools.chain.from_iterable(started.values()))
    verdict.started_twice = sum(1 for times in counted.values() if times > 1)
    return verdict


def kill(server: Server) -> None:
    """Kill the server and start it again."""
    server.kill()
    server.start()
    wait_until(server.is_listening)


def crash(
    server: Server,
    times: int,
    patience: float = PATIENCE,
    trouble: Callable[[Server], None] = kill,
    text: str = "x",
    senders: int = SENDERS,
) -> Verdict:
    """Make `trouble` for the server at random moments under load and return what its handlers made of that.

    Updates not run `patience` seconds after the load count as lost.
    """
    if not server.is_kept:
        wait_until(server.is_listening)
    load = Senders(server.port, text, senders)
    try:
        for _ in range(times):
            threading.Event().wait(random.uniform(0.05, 0.8))
            trouble(server)
        threading.Event().wait(0.3)
    finally:
        load.stop()
    server.keeper.set()
    wanted = set(itertools.chain.from_iterable(load.acknowledged.values()))

    def all_ran() -> bool:
        ended = (line.split() for line in server.log.read_text().splitlines() if line[0] == "E")
        return wanted <= {int(event[3]) for event in ended}

    deadline = time.monotonic() + patience
    while not all_ran() and time.monotonic() < deadline:
        threading.Event().wait(0.1)
    server.kill()
    return judge(server.log.read_text(), load.acknowledged)


def post(port: int, update_id: int, chat: int, text: str) -> int:
    """Send one message; return the status of the answer."""
    chat_of = {"id": chat, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat_of, "text": text}
    body = json.dumps({"update_id": update_id, "message": message}).encode()
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/webhook", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
