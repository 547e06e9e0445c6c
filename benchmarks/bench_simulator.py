"""How many updates a second the simulator delivers, and how many answers it takes.

    python -m benchmarks.bench_simulator [--updates 10000] [--chats 100]

The simulator runs in a process of its own, held to one core where the system can do that; the bot, as cheap as
possible, runs in this process. Updates are stored first; then the webhook is set and the clock starts. Three bots:
one that only says 200, one that answers in the webhook's response, one that answers with a call of sendMessage.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import requests

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Bot:
    """A webhook that answers every update, one thread for each connection."""

    def __init__(self, answer: Callable[[int], bytes]) -> None:
        self.seen = 0
        self.done = threading.Event()
        self.expected = 0
        self._answer = answer
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/hook"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the simulator is gone
            self._answer_all(connection)

    def _answer_all(self, connection: socket.socket) -> None:
        buffer = b""
        while data := connection.recv(65_536):
            buffer += data
            head, gap, body = buffer.partition(b"\r\n\r\n")
            if not gap:
                continue
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            if len(body) < length:
                continue
            buffer = body[length:]
            chat = int(body.split(b'"chat":{"id":')[1].split(b",")[0])
            connection.sendall(self._answer(chat))
            with self._lock:
                self.seen += 1
                if self.seen == self.expected:
                    self.done.set()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


def say_ok(chat: int) -> bytes:
    """Answer nothing."""
    return OK


def reply(chat: int) -> bytes:
    """Answer in the webhook's response."""
    call = {"method": "sendMessage", "chat_id": chat, "text": "hello"}
    body = json.dumps(call).encode()
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Caller:
    """Answers with a call over a kept-alive connection of the calling thread."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._local = threading.local()

    def __call__(self, chat: int) -> bytes:
        """Send the message, wait for Telegram's answer, then say 200."""
        if not hasattr(self._local, "socket"):
            self._local.socket = socket.create_connection(("127.0.0.1", self._port))
        body = b'{"chat_id":%d,"text":"hello"}' % chat
        self._local.socket.sendall(
            b"POST /bot%s/sendMessage HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (self._token.encode(), self._port, len(body), body)
        )
        answer = self._local.socket.recv(65_536)
        while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
            answer += self._local.socket.recv(65_536)
        return OK


def start_simulator() -> tuple[subprocess.Popen[str], int]:
    """Start the simulator on one core and return its process and port."""
    command = [sys.executable, "-m", "anzol.simulator", "--port", "0", "--keep", "1000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
    assert process.stdout
    line = process.stdout.readline()
    return process, int(line.rstrip("/\n").rpartition(":")[2])


def cpu_seconds(process: subprocess.Popen[str]) -> float:
    """Return the processor time a process has used; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name: str, number: int, updates: int, chats: int) -> None:
    """Store the updates, set the webhook, wait for the last answer, print the pace."""
    process, port = start_simulator()
    try:
        token = f"{number}:bench"
        url = f"http://127.0.0.1:{port}"
        bots = {"200 only": say_ok, "webhook reply": reply, "sendMessage call": Caller(port, token)}
        bot = Bot(bots[name])
        bot.expected = updates
        session = requests.Session()
        for n in range(updates):
            body = {"bot": token, "chat_id": 1001 + n % chats, "text": f"message {n}"}
            session.post(f"{url}/user/send", json=body).raise_for_status()
        used, started = cpu_seconds(process), time.perf_counter()
        session.post(f"{url}/bot{token}/setWebhook", json={"url": bot.url}).raise_for_status()
        bot.done.wait(300)
        elapsed = time.perf_counter() - started
        used = cpu_seconds(process) - used
        info = session.get(f"{url}/bot{token}/getWebhookInfo").json()["result"]
        bot.close()
        print(
            f"{name:18} {updates / elapsed:7.0f} updates/s in {elapsed:6.2f} s   "
            f"{used / updates * 1e6:5.0f} µs of processor each = {updates / (used or 1):6.0f}/s on a whole core   "
            f"pending {info['pending_update_count']}"
        )
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Run the three bots."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--chats", type=int, default=100)
    options = parser.parse_args()
    for number, name in enumerate(("200 only", "webhook reply", "sendMessage call"), 4242):
        measure(name, number, options.updates, options.chats)


if __name__ == "__main__":
    main()
