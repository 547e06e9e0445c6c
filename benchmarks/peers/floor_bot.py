"""The echo bot in as little Python as keeps a promise: nothing | stored | threads | anzol.

nothing  one thread, epoll, plain sockets; the 200 comes after the reply has reached Telegram, as in the bare Go bot
stored   each update is in SQLite before its 200, its end before the next one of its chat begins; the handler must not block
threads  the same, and the handler is a plain function in a thread of its own, which may block
anzol    the same, and that function is our router with its context and the Bot API client: all of ours but the way to it

No framework, log, metrics, routing, sessions, second try after an error, or process beside it; no request but Telegram's own.
What is left is what the promise itself costs in CPython.
"""

from __future__ import annotations

import hmac
import json
import os
import queue
import re
import select
import socket
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environment import API, FOLDER, HOST, PATH, PORT, SECRET, TOKEN

THREADS = 40
LENGTH = re.compile(rb"\r\n(?i:content-length): *(\d+)")
GIVEN = re.compile(rb"\r\n(?i:x-telegram-bot-api-secret-token): *([^\r]*)")
BEGINNING = f"POST {PATH} ".encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
SEND_MESSAGE = (
    f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {urlsplit(API).netloc}\r\n"
    "Content-Type: application/json\r\nContent-Length: "
).encode()


def message_of(data: bytes) -> tuple[bytes, bytes] | None:
    """Return head and body of an HTTP message, `None` while there is more to come."""
    head, _, body = data.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return (head, body) if length and len(body) >= int(length[1]) else None


def send_message(update: dict[str, Any]) -> bytes:
    """Return the request by which an update is answered."""
    message = update["message"]
    call = {"chat_id": message["chat"]["id"], "text": "echo " + message["text"]}
    body = json.dumps(call).encode()
    return b"%b%d\r\n\r\n%b" % (SEND_MESSAGE, len(body), body)


def connect() -> socket.socket:
    """Return a new connection to the Bot API."""
    address = urlsplit(API)
    sock = socket.create_connection((address.hostname, address.port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


# ------------------------------------------------------- one thread, nothing kept


class Loop:
    """Calls a function for each descriptor that can be read."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.readers: dict[int, Callable[[], None]] = {}

    def watch(self, descriptor: int, read: Callable[[], None]) -> None:
        self.readers[descriptor] = read
        self.poll.register(descriptor, select.EPOLLIN)

    def forget(self, sock: socket.socket) -> None:
        del self.readers[sock.fileno()]
        sock.close()

    def turn(self) -> None:
        for descriptor, _ in self.poll.poll():
            self.readers[descriptor]()


class Visitor:
    """A connection that Telegram keeps: one request after another."""

    def __init__(self, sock: socket.socket, bot: Bot) -> None:
        self.sock, self.bot, self.data = sock, bot, b""
        bot.loop.watch(sock.fileno(), self.read)

    def read(self) -> None:
        received = self.sock.recv(65536)
        if not received:
            return self.bot.loop.forget(self.sock)
        self.data += received
        found = message_of(self.data)
        if not found:
            return None
        self.data = b""
        head, body = found
        given = GIVEN.search(head)
        is_telegram = given and hmac.compare_digest(given[1], SECRET.encode())
        if not is_telegram or not head.startswith(BEGINNING):
            self.sock.send(FORBIDDEN)
            return None
        return self.bot.receive(self, body)


class Line:
    """A kept connection to the Bot API, with one call at a time on it."""

    def __init__(self, bot: Bot) -> None:
        self.bot, self.data = bot, b""
        self.sock = connect()
        self.sock.setblocking(False)
        self.then: Callable[[bool], None] = lambda ok: None
        bot.loop.watch(self.sock.fileno(), self.read)

    def call(self, request: bytes, then: Callable[[bool], None]) -> None:
        """Send a request; call `then` with whether Telegram has done what it asks for."""
        self.then = then
        self.sock.send(request)

    def read(self) -> None:
        received = self.sock.recv(65536)
        self.data += received
        if received and not message_of(self.data):
            return
        is_done = self.data.startswith(b"HTTP/1.1 200")
        self.data = b""
        if received:
            self.bot.free.append(self)
        else:
            self.bot.loop.forget(self.sock)
        self.then(is_done)


class Bot:
    """Keeps nothing: what it has not answered, Telegram delivers again."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.free: list[Line] = []
        self.listener = socket.create_server((HOST, PORT), backlog=1024)
        self.loop.watch(self.listener.fileno(), self.accept)

    def accept(self) -> None:
        sock, _ = self.listener.accept()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Visitor(sock, self)

    def receive(self, visitor: Visitor, body: bytes) -> None:
        self.call(
            send_message(json.loads(body)), lambda ok: visitor.sock.send(OK if ok else FAILED)
        )

    def call(self, request: bytes, then: Callable[[bool], Any]) -> None:
        line = self.free.pop() if self.free else Line(self)
        line.call(request, then)

    def run(self) -> None:
        while True:
            self.loop.turn()


# ------------------------------------------------------------------------ stored


class Store:
    """Updates in SQLite, kept through a crash of the machine: in order, each once, and ended by whom they belong to."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(f"{FOLDER}/floor.db", isolation_level=None)
        self.owner = f"{os.getpid()}-{os.urandom(4).hex()}"
        for statement in (
            "pragma journal_mode = wal",
            "pragma synchronous = full",
            """create table if not exists task (
              seq integer primary key, key integer not null unique, body blob,
              state int not null default 0, owner text, runs int not null default 0)""",
            "create index if not exists task_open on task (seq) where state = 0",
        ):
            self.db.execute(statement)

    def take_over(self) -> list[tuple[int, int, bytes]]:
        """Return what the process before has left, in order: number, run, update."""
        return self.db.execute(
            "update task set owner = ?, runs = runs + 1 where state = 0 returning seq, runs, body",
            (self.owner,),
        ).fetchall()

    def add(self, key: int, body: bytes) -> int | None:
        """Store an update that this process runs; return its number, `None` for one that is there already."""
        found = self.db.execute(
            """insert into task (key, body, owner, runs) values (?, ?, ?, 1)
            on conflict (key) do nothing returning seq""",
            (key, body, self.owner),
        ).fetchone()
        return found and found[0]

    def finish(self, seq: int, run: int) -> None:
        """Store the end of an update, unless another process has taken it over."""
        self.db.execute(
            """update task set state = 1, owner = null, body = null
            where seq = ? and owner = ? and runs = ? and state = 0""",
            (seq, self.owner, run),
        )


class Task:
    """An update on its way."""

    __slots__ = ("chat", "run", "seq", "update")

    def __init__(self, update: dict[str, Any], seq: int, run: int) -> None:
        self.update, self.seq, self.run = update, seq, run
        self.chat: int = update["message"]["chat"]["id"]


class Stored(Bot):
    """Stores before it acknowledges: one transaction for all that has come in a turn of the loop."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.lanes: dict[int, deque[Task]] = {}
        self.received: list[tuple[Visitor, dict[str, Any], bytes]] = []
        self.ended: deque[Task] = deque()

    def receive(self, visitor: Visitor, body: bytes) -> None:
        self.received.append((visitor, json.loads(body), body))

    def end(self, task: Task) -> None:
        self.ended.append(task)

    def run(self) -> None:
        left = [Task(json.loads(body), seq, run) for seq, run, body in self.store.take_over()]
        self.begin(sorted(left, key=lambda task: task.seq))
        while True:
            self.loop.turn()
            if self.received or self.ended:
                self.commit()

    def commit(self) -> None:
        received, self.received = self.received, []
        ended = [self.ended.popleft() for _ in range(len(self.ended))]
        store = self.store
        store.db.execute("begin immediate")
        for task in ended:
            store.finish(task.seq, task.run)
        added = []
        for _, update, body in received:
            if seq := store.add(update["update_id"], body):
                added.append(Task(update, seq, 1))
        store.db.execute("commit")
        for visitor, _, _ in received:
            visitor.sock.send(OK)
        self.next(ended)
        self.begin(added)

    def begin(self, tasks: list[Task]) -> None:
        """Let tasks wait behind those of their chat, and handle those that are first."""
        for task in tasks:
            if lane := self.lanes.get(task.chat):
                lane.append(task)
            else:
                self.lanes[task.chat] = deque((task,))
                self.handle(task)

    def next(self, ended: list[Task]) -> None:
        """Handle what has waited for these tasks' end."""
        for task in ended:
            lane = self.lanes[task.chat]
            lane.popleft()
            if lane:
                self.handle(lane[0])
            else:
                del self.lanes[task.chat]

    def handle(self, task: Task) -> None:
        # What Telegram refuses stays open, and is tried again at the next start.
        self.call(send_message(task.update), lambda ok: self.end(task) if ok else None)


# ------------------------------------------------------------------------ threads


class Threads(Stored):
    """Runs handlers that may block: each in a thread, with a connection to Telegram of its own."""

    def __init__(self) -> None:
        super().__init__()
        # A thread that is woken waits until the one that woke it sleeps, as in our own server.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        self.work: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self.bell = os.eventfd(0, os.EFD_NONBLOCK)
        self.is_rung = False
        self.loop.watch(self.bell, self.hear)
        for _ in range(THREADS):
            threading.Thread(target=self.serve, daemon=True).start()

    def handle(self, task: Task) -> None:
        self.work.put(task)

    def serve(self) -> None:
        """Run handlers, one after another."""
        telegram = connect()
        while True:
            task = self.work.get()
            if self.run_handler(task.update, telegram):
                self.end(task)

    def run_handler(self, update: dict[str, Any], telegram: socket.socket) -> bool:
        """Return whether the update has been handled."""
        return echo(update, telegram) is not None

    def end(self, task: Task) -> None:
        self.ended.append(task)
        if not self.is_rung:
            self.is_rung = True
            os.eventfd_write(self.bell, 1)

    def hear(self) -> None:
        os.eventfd_read(self.bell)
        self.is_rung = False


def echo(update: dict[str, Any], telegram: socket.socket) -> dict[str, Any] | None:
    """Answer an update, and return the message that was sent."""
    telegram.sendall(send_message(update))
    data = b""
    while not (found := message_of(data)):
        data += telegram.recv(65536)
    message: dict[str, Any] = json.loads(found[1])
    return message if message["ok"] else None


# ---------------------------------------------------------- our router and client


class Anzol(Threads):
    """Runs our own echo, benchmarks/handlers/echo.py."""

    def __init__(self) -> None:
        super().__init__()
        benchmarks = Path(__file__).parents[1]
        sys.path[:0] = [str(benchmarks.parent), str(benchmarks / "handlers")]
        from anzol.api.client import Bot as Client
        from anzol.bot.loading import load_router
        from anzol.bot.run import run

        self.router, self.client, self.run_update = (
            load_router("echo"),
            Client(TOKEN, api_url=API),
            run,
        )

    def run_handler(self, update: dict[str, Any], telegram: socket.socket) -> bool:
        self.run_update(self.router, self.router.context(update, self.client))
        return True


{"nothing": Bot, "stored": Stored, "threads": Threads, "anzol": Anzol}[sys.argv[1]]().run()
