"""Measure the simulator: how fast it delivers and is called, how long a test's message takes, what it keeps in memory.

python -m benchmarks.simulator                  updates a second with a sendMessage each, and ms of the test client
python -m benchmarks.simulator memory [COUNT]   MB while so many messages are exchanged (1,000,000)

The simulator has a core of its own, as far as the system can do that. The bot that it delivers to is as cheap as
possible, and runs on another.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import requests

from anzol import Context, Router, testing
from anzol.simulator.api.calls import execute
from anzol.simulator.user import sending
from anzol.simulator.user.routes import UserRequest
from anzol.simulator.world.clock import Clock
from anzol.simulator.world.world import FIRST_PERSON, Options, World
from benchmarks.machine import pinned

TOKEN = "4242:benchmark-of-the-simulator"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
UPDATES = 10_000
CHATS = (
    100  # more than are kept of each, and of all together, when a million messages are exchanged
)
TEXTS = 2000
COUNT = 1_000_000


class Bot:
    """A webhook that answers every update with a sendMessage, then with 200."""

    def __init__(self, port: int, expected: int) -> None:
        self.answered = threading.Event()
        self._telegram = port
        self._left = expected
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection = self._socket.accept()[0]
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        telegram = socket.create_connection(("127.0.0.1", self._telegram))
        telegram.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buffer = b""
        while data := connection.recv(65_536):
            buffer += data
            head, gap, body = buffer.partition(b"\r\n\r\n")
            if not gap or len(body) < length_of(head):
                continue
            buffer = b""
            send_message(telegram, int(body.split(b'"chat":{"id":')[1].split(b",")[0]))
            connection.sendall(OK)
            with self._lock:
                self._left -= 1
                if not self._left:
                    self.answered.set()


def length_of(head: bytes) -> int:
    """Return the length of the body that a request or response announces."""
    return int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])


def send_message(telegram: socket.socket, chat: int) -> None:
    """Call sendMessage over a kept connection and read the whole answer."""
    body = b'{"chat_id":%d,"text":"hello"}' % chat
    telegram.sendall(
        b"POST /bot%s/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        % (TOKEN.encode(), len(body), body)
    )
    answer = b""
    while b"\r\n\r\n" not in answer or len(answer.partition(b"\r\n\r\n")[2]) < length_of(answer):
        answer += telegram.recv(65_536)
    assert b'"ok":true' in answer, answer


def pace() -> None:
    """Print how many updates a second are delivered and answered by a call."""
    command = [sys.executable, "-m", "anzol.simulator", "--port", "0", "--no-flood"]
    with subprocess.Popen([*pinned(0), *command], stdout=subprocess.PIPE, text=True) as simulator:
        assert simulator.stdout
        port = int(simulator.stdout.readline().rstrip("/\n").rpartition(":")[2])
        if pinned(1):
            os.sched_setaffinity(0, {1})
        bot = Bot(port, UPDATES)
        url = f"http://127.0.0.1:{port}"
        with requests.Session() as session:
            session.trust_env = False
            for number in range(UPDATES):
                sent = {"bot": TOKEN, "chat_id": 1001 + number % CHATS, "text": "hello"}
                session.post(f"{url}/user/send", json=sent, timeout=60).raise_for_status()
            began, used = time.perf_counter(), cpu_seconds(simulator.pid)
            hook = {"url": bot.url, "max_connections": 40}
            session.post(f"{url}/bot{TOKEN}/setWebhook", json=hook, timeout=60).raise_for_status()
            if not bot.answered.wait(120):
                raise RuntimeError("not every update came")
            took, used = time.perf_counter() - began, cpu_seconds(simulator.pid) - used
        simulator.terminate()
    print(
        f"{UPDATES / took:6.0f} updates/s, each answered by a sendMessage; "
        f"{used / UPDATES * 1e6:.0f} µs of processor time each, {UPDATES / used:.0f}/s on a whole core"
    )


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_client() -> None:
    """Print how long a text and its reply take in the test client."""
    router = Router()
    router.on("message:text")(echo)
    ann = testing.client(router)
    times = []
    for number in range(TEXTS):
        began = time.perf_counter()
        (reply,) = ann.send(f"text {number}")
        times.append((time.perf_counter() - began) * 1e3)
        assert reply.text == f"text {number}"
    last = statistics.quantiles(times[-TEXTS // 2 :], n=100)
    print(f"test client, a text and its reply: p50 {last[49]:.2f} ms, p99 {last[98]:.2f} ms")


def echo(ctx: Context) -> str:
    return str(ctx.text)


def memory(count: int) -> None:
    """Print the memory in use while people write and a bot replies, `count` messages in all."""
    world = World(Options(), Clock())
    bot = world.bot(TOKEN)
    for number in range(count // 2):
        chat = FIRST_PERSON + number % CHATS
        text = f"message {number}"
        with world:
            sending.send(UserRequest(world, {"bot": TOKEN, "chat_id": chat, "text": text}))
        (update,) = list(bot.updates.stored)
        bot.updates.remove(update)
        status, answer = execute(world, bot, "sendMessage", {"chat_id": chat, "text": text}, {})
        assert status == 200, json.loads(answer)
        if number % (count // 20) == count // 20 - 1:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{2 * (number + 1):9,} messages: {peak} MB", flush=True)
    world.files.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        memory(int(sys.argv[2]) if len(sys.argv) > 2 else COUNT)
    else:
        test_client()
        pace()
