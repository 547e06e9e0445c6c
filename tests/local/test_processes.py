"""`python app.py --processes N`: several servers on one socket, kept alive and replaced without a refused delivery."""

from __future__ import annotations

import itertools
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from anzol import Bot
from anzol.local.children import cores_of
from anzol.local.processes import LONGEST_PAUSE, Child, Place
from anzol.server.webhook import SECRET_HEADER
from anzol.settings import Settings
from tests.fakes import message
from tests.processes import Process, eventually, free_port, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows hands no socket to a child"),
    pytest.mark.timeout(300),
]

KEY = "operator-key-0123456789"
numbers = itertools.count(5501)


class Server:
    """Several processes behind one port, registered by the first of them."""

    def __init__(self, process: Process, url: str, token: str) -> None:
        self.process, self.url, self.token = process, url, token
        self._secret = Settings(telegram_bot_token=token).secret
        self._ids = itertools.count(1)

    def deliver(self, session: requests.Session) -> int:
        number = next(self._ids)
        answer = session.post(
            f"{self.url}/webhook",
            json=message("hi", update_id=number, chat_id=number % 7 + 2001),
            headers={SECRET_HEADER: self._secret},
            timeout=60,
        )
        return answer.status_code

    def get(self, path: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {KEY}"}
        return requests.get(f"{self.url}{path}", headers=headers, timeout=60)

    def processes(self) -> dict[str, int]:
        """The number of each process, by its name."""
        return {each["process"]: each["pid"] for each in self.get("/readyz").json()["processes"]}


@pytest.fixture
def environ(telegram_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "TELEGRAM_BOT_TOKEN": f"{next(numbers)}:processes-test_token_0123456789",
        "TELEGRAM_API_URL": telegram_url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/inbox.db",
        "API_KEY": KEY,
        "DRAIN_SECONDS": "2",
        "HANDLERS": "quiet",
        "PYTHONPATH": str(tmp_path),
    }


@pytest.fixture
def bot(environ: dict[str, str]) -> Bot:
    return Bot(environ["TELEGRAM_BOT_TOKEN"], api_url=environ["TELEGRAM_API_URL"])


@pytest.fixture
def start(environ: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Server]]:
    (tmp_path / "quiet.py").write_text(
        "from anzol import Router\nrouter = Router()\nrouter.on('message')(lambda ctx: None)\n"
    )
    servers: list[Process] = []

    def start(count: int = 2) -> Server:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        more = {"PORT": str(port), "PUBLIC_URL": url}
        process = Process("app.py", f"--processes={count}", **environ, **more)
        servers.append(process)
        process.expect("Your bot is running", 120)
        return Server(process, url, environ["TELEGRAM_BOT_TOKEN"])

    yield start
    for process in servers:
        process.end(seconds=60)


def sample(page: str, name: str) -> float:
    return sum(
        float(line.rpartition(" ")[2])
        for line in page.splitlines()
        if line.startswith((f"{name}{{", f"{name} "))
    )


def test_they_share_one_port_one_registration_and_one_page_of_metrics(start, bot, telegram_url):
    server = start(3)
    assert set(server.processes()) == {"0a", "1a", "2a"}
    with requests.Session() as session:
        for _ in range(30):
            session.close()  # a new connection each time: any process may take it
            assert server.deliver(session) == 200
    eventually(lambda: server.get("/readyz").json()["inbox"]["done"] == 30, 60)
    pages = [server.get("/metrics").text for _ in range(10)]
    assert {sample(page, "anzol_received_total") for page in pages} == {30}
    # More than one process can have.
    assert sample(pages[0], "process_resident_memory_bytes") > 90e6
    assert server.process.output.count("webhook http") == 1
    assert bot.get_webhook_info().url == f"{server.url}/webhook"

    def threads() -> int:
        workers = server.get("/readyz").json()["workers"]
        return workers["busy"] + workers["idle"]

    eventually(threads, 60)  # each process tells the others once a second
    pids = server.processes().values()
    assert server.process.end(seconds=60) == 0
    assert not [pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists()]


def test_a_signal_to_the_whole_service_drains_as_well(start):
    """systemd and some hosts tell each process of it, and so does the parent."""
    server = start(2)
    for pid in [*server.processes().values(), server.process.child.pid]:
        os.kill(pid, signal.SIGTERM)
    eventually(lambda: server.process.child.poll() is not None)
    assert server.process.end() == 0
    assert "another takes its place" not in server.process.output


def test_a_killed_process_is_replaced_and_told_in_one_line(start):
    server = start(2)
    with requests.Session() as session:
        assert server.deliver(session) == 200
        before = server.processes()
        os.kill(before["1a"], signal.SIGKILL)
        server.process.expect(
            rf"Process 1a \(pid {before['1a']}\) ended unexpectedly, with SIGKILL; another takes its place"
        )
        eventually(lambda: len(server.processes()) == 2 and before != server.processes(), 60)
        for _ in range(20):
            session.close()
            assert server.deliver(session) == 200
    assert server.processes()["0a"] == before["0a"]
    page = server.get("/metrics").text
    assert sample(page, "anzol_received_total") == 21
    assert "Traceback" not in server.process.output


def test_a_rolling_restart_refuses_no_delivery(start):
    server = start(2)
    before = set(server.processes().values())
    answers: list[int] = []
    done = threading.Event()

    def deliver_all_the_time(keeps: bool) -> None:
        with requests.Session() as session:
            while not done.is_set():
                answers.append(server.deliver(session))
                if not keeps:
                    session.close()

    threads = [
        threading.Thread(target=deliver_all_the_time, args=(number % 2 == 0,))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    try:
        eventually(lambda: len(answers) > 50, 60)
        server.process.child.send_signal(signal.SIGHUP)
        server.process.expect("All processes have been replaced", 120)
        new = eventually(
            lambda: (found := set(server.processes().values())) and not found & before and found, 60
        )
        more = len(answers) + 50
        eventually(lambda: len(answers) > more, 60)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert len(new) == 2
    assert set(answers) == {200}
    found = server.get("/metrics").text
    assert sample(found, "anzol_received_total") == len(answers)
    # Twice is no worse: names are used again, and with them their counts.
    server.process.child.send_signal(signal.SIGHUP)
    eventually(lambda: server.process.output.count("All processes have been replaced") == 2, 120)
    assert sample(server.get("/metrics").text, "anzol_received_total") == len(answers)


def test_a_mistake_in_new_handlers_leaves_the_old_processes(start, tmp_path):
    server = start(2)
    before = server.processes()
    (tmp_path / "quiet.py").write_text("def (")
    server.process.child.send_signal(signal.SIGHUP)
    server.process.expect("The new process did not start: the old ones stay", 120)
    assert re.search(r"quiet\.py:1: SyntaxError", server.process.output)
    assert server.processes() == before
    with requests.Session() as session:
        assert server.deliver(session) == 200


def test_what_none_can_do_is_told_once_and_ends_the_start(environ, tmp_path):
    (tmp_path / "quiet.py").write_text("import nothing_of_that_name")
    process = Process("app.py", "--processes=4", **environ, PORT="0", PUBLIC_URL="https://x.org")
    eventually(lambda: process.child.poll() is not None, 120)
    assert process.end() == 1
    assert process.output.count("nothing_of_that_name") == 1
    assert "another takes its place" not in process.output


@pytest.mark.parametrize("count", ["0", "65", "many"])
def test_a_number_that_is_none_is_refused(environ, count):
    with running("app.py", f"--processes={count}", **environ) as process:
        process.expect(f"'{count}' is not a number of processes, from 1 to 64")
        eventually(lambda: process.child.poll() is not None)
    assert process.child.returncode == 2


def test_the_simulator_serves_several_processes_too(environ, tmp_path):
    del environ["TELEGRAM_BOT_TOKEN"], environ["TELEGRAM_API_URL"], environ["HANDLERS"]
    with running("app.py", "--processes=2", **environ, PORT="0", SIMULATOR_PORT="0") as process:
        page = process.expect(r"Chat with it\s+(\S+)/\n", 120)[1]
        sent = {"bot": 4242, "from": 1001, "chat_id": 1001, "text": "hello"}
        assert requests.post(f"{page}/user/send", json=sent, timeout=60).ok
        query = {"bot": 4242, "chat_id": 1001}

        def texts() -> list[str]:
            found = requests.get(f"{page}/user/messages", params=query, timeout=60).json()
            return [each.get("text") for each in found["result"] if each["outgoing"]]

        eventually(lambda: texts() == ["hello"], 60)


class Ended:
    """A process that has ended."""

    pid = 7
    returncode = 1

    def poll(self) -> int:
        return 1


def test_who_ends_young_again_and_again_is_replaced_more_and_more_rarely(tmp_path):
    place = Place(0)
    pauses = [place.lost(Child("0a", tmp_path, Ended())) for _ in range(9)]
    assert pauses == [0, 0.5, 1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    old = Child("0a", tmp_path, Ended())
    old.since -= 60
    assert place.lost(old) == 0


def test_each_process_has_an_equal_part_of_the_cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {4, 5, 6, 7}, raising=False)
    assert [cores_of(place, 2) for place in range(2)] == [[4, 6], [5, 7]]
    assert [cores_of(place, 4) for place in range(4)] == [[4], [5], [6], [7]]
    assert [cores_of(place, 6) for place in range(6)] == [[4], [5], [6], [7], [4], [5]]
