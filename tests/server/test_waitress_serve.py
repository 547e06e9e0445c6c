"""The short command of the README, with nothing but a port: what a hostile client meets there."""

from __future__ import annotations

import os
import re
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import requests
import waitress
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.server import BaseWSGIServer

from anzol.server.waitress import bind, create_server, door_of, options, set_defaults
from anzol.settings import Settings
from tests.processes import ROOT, eventually, free_port, running
from tests.servers import create_app

TOKEN = "6003:waitress-test_token_0123456789"
HEAD = b"POST /webhook HTTP/1.1\r\nHost: x\r\n"
MORE_THAN_WAITRESS_TAKES = 130  # its own limit is a hundred connections


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The port and the process of a server that was started as the README says."""
    port, folder = free_port(), tmp_path_factory.mktemp("inbox")
    line = re.search(r"python -m waitress (--port=8000 [^`]*)`", (ROOT / "README.md").read_text())[
        1
    ]
    arguments = shlex.split(line.replace("8000", str(port)))
    assert arguments == [f"--port={port}", "--call", "app:serve"]
    with running(
        *("-m", "waitress", *arguments),
        TELEGRAM_BOT_TOKEN=TOKEN,
        DATABASE_URL=f"sqlite:///{folder}/inbox.db",
    ) as server:

        def is_up() -> bool:
            try:
                return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=60).ok
            except requests.ConnectionError:
                return False

        eventually(is_up, explain=lambda: server.output)
        yield port, server.child.pid


@pytest.fixture
def port(served: tuple[int, int]) -> int:
    return served[0]


@pytest.mark.attack
@pytest.mark.slow
def test_slow_clients_leave_room(port: int):
    with ExitStack() as stack:
        for _ in range(MORE_THAN_WAITRESS_TAKES):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            slow.sendall(HEAD)
        assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=60).text == "ok\n"


@pytest.mark.attack
@pytest.mark.slow
def test_a_huge_body_is_refused_before_it_is_sent(port: int):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(HEAD + b"Content-Length: 200000000\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 403 ")


@pytest.mark.slow
def test_no_banner(port: int):
    assert "Server" not in requests.get(f"http://127.0.0.1:{port}/healthz", timeout=60).headers


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="there is such a policy on Linux")
def test_no_thread_preempts_the_one_that_wakes_it(served: tuple[int, int]):
    threads = [int(path.name) for path in Path(f"/proc/{served[1]}/task").iterdir()]
    assert len(threads) > 2  # the loop, the writer, waitress' own
    assert {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_BATCH}


@pytest.fixture
def unspoilt(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Puts waitress' own defaults back afterwards."""
    for name in options(settings):
        monkeypatch.setattr(Adjustments, name, getattr(Adjustments, name))
    monkeypatch.setattr(BaseWSGIServer, "channel_class", BaseWSGIServer.channel_class)
    monkeypatch.setattr(BaseWSGIServer, "door", None, raising=False)


@pytest.mark.usefixtures("unspoilt")
def test_a_server_that_is_told_nothing_is_as_ours_and_what_it_is_told_wins(settings: Settings):
    with closing(bind("127.0.0.1", 0)) as listener:
        app = create_app(settings)
        door = door_of(app, app.extensions["anzol"])
        ours = create_server(app, settings, listener, door)
        plain = waitress.create_server(Flask("test"), sockets=[listener])
        assert plain.channel_class is BaseWSGIServer.channel_class
        assert vars(plain.adj) != vars(ours.adj)
        set_defaults(settings, door)
        bare = waitress.create_server(Flask("test"), sockets=[listener])
        told = waitress.create_server(Flask("test"), sockets=[listener], connection_limit=7)
        for name in options(settings):
            assert getattr(bare.adj, name) == getattr(ours.adj, name), name
        assert bare.channel_class is ours.channel_class
        assert told.adj.connection_limit == 7
        for server in (ours, plain, bare, told):
            server.task_dispatcher.shutdown()
            server.trigger.close()
