"""What one Bot API call costs: `requests.post` as people write it, one `Session`, and `Bot`.

    python -m benchmarks.bench_client [calls]

A small server on this machine, in a process of its own, answers at once. The three are measured in turns, several
rounds, and compared by the processor time of this process: the shares of a busy machine move that least.
"""

from __future__ import annotations

import multiprocessing
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import requests

from anzol import Bot, Context, Router
from anzol.testing import client

TOKEN = "4242:benchmark"
ROUNDS = 7
RESULT = b'{"ok":true,"result":{"message_id":5,"date":1767225600,"chat":{"id":1,"type":"private"}}}'
ANSWER = (
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\nConnection: keep-alive\r\n"
    b"Strict-Transport-Security: max-age=31536000\r\n\r\n%s" % (len(RESULT), RESULT)
)
TEXT = {"chat_id": 1, "text": "hello"}


def serve(ready: Connection) -> None:
    """Answer every request on every connection, one thread each."""
    listener = socket.create_server(("127.0.0.1", 0))
    ready.send(listener.getsockname()[1])
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def answer(connection: socket.socket) -> None:
    with connection, connection.makefile("rb") as stream:
        while line := stream.readline():
            length = 0
            while line not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = stream.readline()
            stream.read(length)
            connection.sendall(ANSWER)


def measure(calls: int, ways: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Microseconds of processor time for each call, by way, one figure for each round."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.process_time()
            for _ in range(calls):
                way()
            found[name].append((time.process_time() - started) / calls * 1e6)
    return found


def report(found: dict[str, list[float]]) -> None:
    base = statistics.median(next(iter(found.values())))
    for name, times in found.items():
        middle = statistics.median(times)
        print(
            f"{name:32} {middle:8.1f} µs   × {base / middle:5.2f}   ({min(times):.1f}–{max(times):.1f})"
        )


def ways_to_call(url: str) -> dict[str, Callable[[], object]]:
    path = f"{url}/bot{TOKEN}/sendMessage"
    session = requests.Session()
    bot = Bot(TOKEN, api_url=url)
    remembered: list[object] = []

    def once(method: str, digest: str, send: Callable[[], object]) -> object:
        remembered.append(digest)
        return send()

    view = bot.remembering(once)
    return {
        "requests.post(json=)": lambda: requests.post(path, json=TEXT, timeout=60).json(),
        "Session.post(json=)": lambda: session.post(path, json=TEXT, timeout=60).json(),
        "Bot.send_message": lambda: bot.send_message(1, "hello"),
        "Bot.send_message, remembered": lambda: view.send_message(1, "hello"),
    }


def ways_to_dispatch() -> dict[str, Callable[[], object]]:
    """One text update through twenty routes, the last of which takes it."""
    router = Router()
    for number in range(10):
        router.command(f"command{number}")(lambda ctx: None)
    for number in range(5):
        router.button(f"button{number}:{{id:int}}")(lambda ctx, id: None)
    for field in ("photo", "document", "voice", "location"):
        router.on(f"message:{field}")(lambda ctx: None)
    router.on("message:text")(lambda ctx: None)
    bot = client(router).runner.bot
    user = {"id": 7, "is_bot": False, "first_name": "Ann"}
    chat = {"id": 7, "type": "private", "first_name": "Ann"}
    message = {"message_id": 1, "date": 1, "from": user, "chat": chat, "text": "hello"}
    update = {"update_id": 1, "message": message}
    return {"match a text among 20 routes": lambda: router.match(Context(update, bot))}


def main(calls: int) -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    try:
        report(measure(calls, ways_to_call(f"http://127.0.0.1:{here.recv()}")))
        report(measure(calls * 10, ways_to_dispatch()))
    finally:
        server.kill()
        server.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
