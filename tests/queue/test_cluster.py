"""Three servers behind nginx on one PostgreSQL, killed, stopped and cut off under load.

`CLUSTER_UPDATES=20000 CLUSTER_SENDERS=100` makes it as large as that, in 500 chats; the counts are printed with -s.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.processes import PATIENCE, free_port
from tests.queue import postgres
from tests.queue.crashing import CHATS, Senders, Server, Verdict
from tests.queue.support import wait_until

NGINX = shutil.which("nginx", path=os.defpath + ":/usr/sbin:/usr/local/sbin")
UPDATES = int(os.environ.get("CLUSTER_UPDATES", "1500"))
SENDERS = int(os.environ.get("CLUSTER_SENDERS", "30"))
HOLD = 6.0  # seconds: longer than the lease of `sabotage.clustered`
SETTLE = 3.0  # seconds in which a process that comes back may learn what it has lost

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(NGINX is None, reason="no nginx: apt install nginx-light"),
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system has no SIGSTOP"),
]

CONFIG = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream nodes {{ {nodes} keepalive 32; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://nodes;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_connect_timeout 1s;
            proxy_read_timeout 4s;
            proxy_next_upstream error timeout http_503 non_idempotent;
        }}
    }}
}}
"""


class Wire:
    """A TCP connection to the database that can be cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._door.getsockname()[1]
        self._ends: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ends.add(end)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            self._ends.discard(end)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def cut(self) -> None:
        """Reset every connection, in the middle of whatever it carries."""
        for end in list(self._ends):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._door.close()
        self.cut()


class Node(Server):
    """A server whose troubles are noted: from B on what it runs may be run elsewhere too, until R."""

    def __init__(self, folder: Path, log: Path, wire: Wire) -> None:
        self.wire = wire
        self.is_troubled = threading.Lock()
        super().__init__(
            folder,
            "tests.queue.sabotage:clustered",
            DATABASE_URL=f"postgresql://postgres@127.0.0.1:{wire.port}/postgres",
            CRASH_LOG=str(log),
        )
        self.log = log

    def note(self, mark: str) -> None:
        with self.log.open("a") as log:
            log.write(f"{mark} {self._process.pid} - 0 1\n")

    def die(self) -> None:
        self.kill()
        self.start()

    def sleep(self) -> None:
        self.note("B")
        self._process.send_signal(signal.SIGSTOP)
        threading.Event().wait(HOLD)
        self._process.send_signal(signal.SIGCONT)
        threading.Event().wait(SETTLE)
        self.note("R")

    def lose_wires(self) -> None:
        self.note("B")
        self.wire.cut()
        threading.Event().wait(SETTLE)
        self.note("R")


def judge(log: str, acknowledged: dict[str, list[int]]) -> Verdict:
    """Return what is broken. A run that is not its process's alone any more, being in trouble, explains another one."""
    verdict = Verdict()
    started: dict[str, list[int]] = {}
    running: dict[str, tuple[str, int]] = {}  # process and update, by lane
    newest: dict[str, tuple[str, int]] = {}
    runs: Counter[int] = Counter()
    last: dict[int, str] = {}
    troubled: set[str] = set()
    doubtful: set[tuple[str, int]] = set()
    ended: set[int] = set()
    for line in log.splitlines():
        mark, pid, lane, number, run = line.split()
        update = int(number)
        if mark in "KB":
            troubled.add(pid)
            # The last of each lane: its end may not be committed yet. That of any before is, or there were no next one.
            doubtful |= {each for each in newest.values() if each[0] == pid}
        elif mark == "R":
            troubled.discard(pid)
        elif mark == "E":
            ended.add(update)
            if running.get(lane) == (pid, update):
                del running[lane]
            if pid in troubled:
                doubtful.add((pid, update))  # its end may not have been written
        else:
            if pid in troubled:
                doubtful.add((pid, update))
            if int(run) <= runs[update]:
                continue  # it was stopped before it wrote this, and others have run it since
            runs[update] = int(run)
            if lane in running and running[lane] not in doubtful:
                verdict.overlapping.append(lane)
            if update in last and (last[update], update) not in doubtful:
                verdict.unexplained.append(update)
            running[lane] = newest[lane] = pid, update
            last[update] = pid
            started.setdefault(lane, []).append(update)
    for lane, expected in acknowledged.items():
        verdict.acknowledged += len(expected)
        verdict.lost += [update for update in expected if update not in ended]
        if [update for update, _ in itertools.groupby(started.get(lane, []))] != expected:
            verdict.disordered.append(lane)
    verdict.started_twice = sum(times > 1 for times in runs.values())
    return verdict


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    server = postgres.Server(port=free_port())
    yield server
    server.remove()


@pytest.fixture
def nodes(server: postgres.Server, tmp_path: Path) -> Iterator[list[Node]]:
    log = tmp_path / "runs"
    log.touch()
    wires = [Wire(server.port) for _ in range(3)]
    nodes = []
    for number, wire in enumerate(wires):
        folder = tmp_path / str(number)
        folder.mkdir()
        nodes.append(Node(folder, log, wire))
    yield nodes
    for node in nodes:
        node.kill()
    for wire in wires:
        wire.close()


@pytest.fixture
def balancer(nodes: list[Node], tmp_path: Path) -> Iterator[int]:
    port = free_port()
    named = " ".join(f"server 127.0.0.1:{node.port} max_fails=3 fail_timeout=1s;" for node in nodes)
    user = "user root;" if os.geteuid() == 0 else ""
    config = tmp_path / "nginx.conf"
    config.write_text(CONFIG.format(folder=tmp_path, nodes=named, port=port, user=user))
    process = subprocess.Popen([str(NGINX), "-p", tmp_path, "-c", config])
    yield port
    process.terminate()
    process.wait(60)


def test_a_cluster_keeps_the_promise(server: postgres.Server, nodes: list[Node], balancer: int):
    for node in nodes:
        wait_until(node.is_listening)
    chance = random.Random(7)
    made: Counter[str] = Counter()
    over = threading.Event()
    load = Senders(balancer, senders=SENDERS)
    began = time.monotonic()

    def acknowledged() -> int:
        return sum(len(updates) for updates in list(load.acknowledged.values()))

    def trouble(node: Node, kind: str) -> None:
        if node.is_troubled.acquire(blocking=False):
            made[kind] += 1
            try:
                {"kill -9": node.die, "SIGSTOP": node.sleep, "cut": node.lose_wires}[kind]()
            finally:
                node.is_troubled.release()

    def make() -> None:
        while not over.wait(chance.uniform(0.3, 1.2)):
            node, kind = chance.choice(nodes), chance.choice(["kill -9", "SIGSTOP", "cut", "cut"])
            if sum(node.is_troubled.locked() for node in nodes) < 2:
                threading.Thread(target=trouble, args=(node, kind)).start()

    maker = threading.Thread(target=make)
    maker.start()
    try:
        wait_until(lambda: acknowledged() > UPDATES / 2, 600)
        made["restart of PostgreSQL"] += 1
        for node in nodes:
            node.note("B")
        server.stop()
        server.start()
        threading.Event().wait(SETTLE)
        for node in nodes:
            if not node.is_troubled.locked():
                node.note("R")
        wait_until(lambda: acknowledged() >= UPDATES, 600)
    finally:
        over.set()
        maker.join()
        load.stop()
    took = time.monotonic() - began
    for node in nodes:
        with node.is_troubled:  # its last trouble is over
            pass
    wanted = set(itertools.chain.from_iterable(load.acknowledged.values()))
    log = nodes[0].log

    def all_ran() -> bool:
        lines = (line.split() for line in log.read_text().splitlines())
        return wanted <= {int(number) for mark, _, _, number, _ in lines if mark == "E"}

    with contextlib.suppress(AssertionError):
        wait_until(all_ran, PATIENCE)
    with contextlib.suppress(AssertionError):
        wait_until(lambda: open_tasks(server) == 0, PATIENCE)
    verdict = judge(log.read_text(), load.acknowledged)
    print(
        f"{verdict.acknowledged} updates in {len(load.acknowledged)} of {SENDERS * CHATS} chats in {took:.0f} s, "
        f"{verdict.started_twice} started twice, {dict(made)}, {verdict.broken or 'nothing broken'}"
    )
    assert verdict.broken == {}
    with psycopg.connect(server.address) as db:
        (done,) = db.execute("select count(*) from task where state = 1").fetchone() or (0,)
        assert done == verdict.acknowledged
        # What a handler has counted was committed with its update: once, however often it ran.
        counted = dict(db.execute("select name, value::int from session").fetchall())
        assert counted == {f"chat:{chat}": len(ids) for chat, ids in load.acknowledged.items()}
        assert db.execute("select count(*) from lane").fetchone() == (0,)


def open_tasks(server: postgres.Server) -> int:
    with psycopg.connect(server.address) as db:
        (count,) = db.execute("select count(*) from task where state = 0").fetchone() or (0,)
        return int(count)


def test_the_judge_on_short_logs():
    def broken(log: str) -> dict[str, int]:
        lines = [line if line.count(" ") == 4 else f"{line} 1" for line in log.split(", ")]
        return judge("".join(f"{line}\n" for line in lines), {"chat": [1, 2]}).broken

    well = "S a chat 1, E a chat 1, S a chat 2, E a chat 2"
    assert broken(well) == {}
    slept = (
        "S a chat 1, B a - 0, S b chat 1 2, E b chat 1, R a - 0, E a chat 1, S b chat 2, E b chat 2"
    )
    assert broken(slept) == {}
    awake = (
        "B a - 0, R a - 0, S a chat 1, S b chat 1 2, E b chat 1, E a chat 1, S b chat 2, E b chat 2"
    )
    assert broken(awake) == {"overlapping": 1, "unexplained": 1}
    assert broken("S a chat 1, E a chat 1") == {"lost": 1, "disordered": 1}
