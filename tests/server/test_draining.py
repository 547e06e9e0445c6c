"""SIGTERM under load: every request is answered, and every acknowledged update once."""

from __future__ import annotations

import itertools
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from anzol.server.draining import Drain
from anzol.settings import Settings
from tests.deliveries import SECRET_HEADER, Chat
from tests.fakes import message
from tests.processes import PATIENCE, Person, Process, eventually, free_port, running
from tests.servers import create_app, listening

pytestmark = pytest.mark.slow

numbers = itertools.count(7001)
CHATS, EACH = 12, 60
DRAIN_SECONDS = 5

HANDLERS = """
import time
from anzol import Router

router = Router()

@router.text("long")
def long(ctx):
    time.sleep(2)
    return "long done"

@router.text("endless")
def endless(ctx):
    time.sleep(300)

@router.on("message:text")
def slow_echo(ctx):
    time.sleep(0.01)
    return ctx.text
"""

QUICK = """
from anzol import Router

router = Router()

@router.on("message:text")
def quick(ctx):
    pass
"""

SERVERS = {
    "waitress-serve": ("-m", "waitress", "--call", "app:serve"),
    "app.py": ("app.py",),
    "gunicorn threads": ("-m", "gunicorn", "--threads=44", "app:serve()"),
    "gunicorn prefork": ("-m", "gunicorn", "--workers=3", "app:serve()"),
    "gunicorn preload": (
        *("-m", "gunicorn", "--preload", "--workers=2"),
        *("--threads=22", "app:serve()"),
    ),
}


@pytest.fixture(scope="module")
def telegram() -> Iterator[str]:
    with running("-m", "anzol.simulator", "--port", "0", "--no-flood") as process:
        yield process.expect(r"http://127\.0\.0\.1:\d+")[0]


class Server:
    """One of the servers at one port and database, started as often as needed."""

    def __init__(self, kind: str, telegram: str, folder: Path) -> None:
        (folder / "slow_bot.py").write_text(HANDLERS)
        (folder / "quick_bot.py").write_text(QUICK)
        self.token = f"{next(numbers)}:drain-test_token_0123456789"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/webhook"
        self.secret = Settings(telegram_bot_token=self.token).secret
        self.kind = kind
        self.is_gunicorn = "gunicorn" in kind
        self.database = folder / "inbox.db"
        self._command = [*SERVERS[kind]]
        if "waitress" in self._command:
            self._command.insert(2, f"--listen=127.0.0.1:{self.port}")
        elif "gunicorn" in self._command:
            self._command.insert(2, f"--bind=127.0.0.1:{self.port}")
        self._environ = {
            "TELEGRAM_BOT_TOKEN": self.token,
            "TELEGRAM_API_URL": telegram,
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{folder}/inbox.db",
            "DRAIN_SECONDS": str(DRAIN_SECONDS),
            "HANDLERS": "slow_bot",
            "PYTHONPATH": str(folder),
            "HOME": str(folder),
        }

    def start(self, **environ: str) -> Process:
        return Process(*self._command, **{**self._environ, **environ})

    def post(self, text: str, number: int, timeout: float = 10) -> requests.Response:
        """Deliver one message of chat 1001."""
        update = message(text, update_id=number, chat_id=1001)
        headers = {SECRET_HEADER: self.secret}
        return requests.post(self.url, json=update, headers=headers, timeout=timeout)

    def is_up(self) -> bool:
        with suppress(requests.ConnectionError):
            return requests.get(self.url.replace("/webhook", "/healthz"), timeout=60).ok
        return False


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, telegram: str, tmp_path: Path) -> Server:
    return Server(request.param, telegram, tmp_path)


def test_a_restart_under_load_loses_and_repeats_nothing(server: Server, telegram: str):
    with Person(telegram, server.token) as ana:
        ana.do("person", id=2000)
        chats = [Chat(server.url, server.secret, 2000 + n, EACH) for n in range(CHATS)]
        for chat in chats:
            ana.get("messages", chat_id=chat.chat_id)
        first = server.start()
        for chat in chats:
            chat.start()
        enough = CHATS * EACH // 4
        eventually(lambda: sum(len(chat.acknowledged) for chat in chats) > enough)
        started = time.monotonic()
        assert first.end() == 0, first.output
        assert time.monotonic() - started < DRAIN_SECONDS + 2
        assert sum(len(chat.acknowledged) for chat in chats) < CHATS * EACH
        second = server.start()
        try:
            for chat in chats:
                chat.join()
            if (
                not server.is_gunicorn
            ):  # it resets what connects while it stops; Telegram comes again
                assert [chat.unanswered for chat in chats] == [[]] * CHATS
            for chat in chats:
                eventually(lambda chat=chat: len(ana.texts(chat.chat_id)) >= EACH)
            assert [ana.texts(chat.chat_id) for chat in chats] == [chat.texts for chat in chats]
        finally:
            assert second.end() == 0, second.output
        assert "Traceback" not in first.output + second.output
        assert ("sync worker" in first.output) is (server.kind == "gunicorn prefork")


@pytest.fixture
def waitress(telegram: str, tmp_path: Path) -> Server:
    return Server("waitress-serve", telegram, tmp_path)


def test_a_running_handler_finishes_while_deliveries_are_sent_back(waitress: Server, telegram: str):
    with Person(telegram, waitress.token) as ana:
        ana.get("messages", chat_id=1001)
        process = waitress.start()
        eventually(waitress.is_up)
        assert waitress.post("long", 1).status_code == 200
        process.child.terminate()
        refused = eventually(lambda: sent_back(waitress))
        assert refused["Retry-After"] == "2"
        assert refused["Connection"] == "close"
        assert process.child.wait(DRAIN_SECONDS + 15) == 0
        process.end()
        assert ana.texts() == ["long done"]


def sent_back(server: Server) -> dict[str, str] | None:
    """The headers of a 503."""
    with suppress(requests.ConnectionError):
        response = server.post("late", 2)
        return dict(response.headers) if response.status_code == 503 else None
    return None


def test_a_handler_that_does_not_end_is_left_and_run_again(waitress: Server, telegram: str):
    process = waitress.start(DRAIN_SECONDS="1")
    eventually(waitress.is_up)
    assert waitress.post("endless", 1).status_code == 200
    started = time.monotonic()
    assert process.end() == 0, process.output
    assert time.monotonic() - started < 1 + 2
    again = waitress.start(DRAIN_SECONDS="0", HANDLERS="quick_bot")
    try:
        again.expect("quick_bot.*update=1")
    finally:
        assert again.end() == 0, again.output


def test_a_second_signal_ends_at_once(waitress: Server):
    process = waitress.start(DRAIN_SECONDS="300")
    eventually(waitress.is_up)
    assert waitress.post("endless", 1).status_code == 200
    process.child.terminate()
    eventually(lambda: sent_back(waitress))
    assert process.end(seconds=20) == 0


def test_forked_workers_run_what_was_left_without_waiting_for_a_request(
    telegram: str, tmp_path: Path
):
    server = Server("gunicorn preload", telegram, tmp_path)
    first = server.start(DRAIN_SECONDS="1")
    eventually(server.is_up)
    assert server.post("endless", 1).status_code == 200
    first.end(signal.SIGKILL)
    again = server.start(HANDLERS="quick_bot")
    try:
        again.expect("quick_bot.*update=1")
    finally:
        assert again.end() == 0, again.output


def test_the_end_is_not_lost_in_a_callback_of_the_loop(settings: Settings, monkeypatch):
    """waitress swallows what is raised while it runs what another thread has handed to its loop."""
    left = threading.Event()
    with listening(app := create_app(settings), settings) as (server, _):
        drain = Drain(app, server.door, lambda: None, server=server)
        drain._thread = threading.current_thread()  # the drain is over: the next signal is the end

        def interrupted() -> None:
            drain._on_signal(signal.SIGTERM, sys._getframe())
            left.set()  # nothing was raised here

        server.trigger.pull_trigger(interrupted)
        assert left.wait(PATIENCE)
        assert not drain._has_left
        with pytest.raises(SystemExit):
            drain._on_signal(signal.SIGTERM, sys._getframe())
        assert drain._has_left
