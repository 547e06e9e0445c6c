"""Telegram, the server and a person: real processes, real HTTP, real waitress."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from anzol.settings import Settings
from tests.deliveries import SECRET_HEADER
from tests.fakes import message
from tests.processes import ROOT, Person, Process, eventually, free_port, running

pytestmark = pytest.mark.slow

TOKEN = "4242:end-to-end_token_0123456789"


@pytest.fixture
def environ(telegram_url: str, tmp_path: Path) -> dict[str, str]:
    port = free_port()
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{tmp_path}/inbox.db",
    }


@pytest.fixture
def server(environ: dict[str, str]) -> Iterator[Process]:
    """The server under waitress' own command, as in production."""
    port = environ["PORT"]
    with running("-m", "waitress", f"--port={port}", "--call", "app:serve", **environ) as process:
        process.expect(r"webhook \S+: (set|known)")
        yield process


@pytest.fixture
def ana(telegram_url: str) -> Iterator[Person]:
    with Person(telegram_url, TOKEN) as person:
        yield person


def test_a_person_talks_with_the_bot(server: Process, ana: Person):
    ana.do("send", text="/start")
    ana.hears("Hi Ana!")
    message = ana.get("messages", chat_id=1001)[-1]
    pressed = ana.do("press", message_id=message["message_id"], button="like:1", wait=10)
    assert pressed["answer"]["text"] == "Thank you!"
    ana.hears("Liked 1 times.")
    ana.do("send", text="/help")
    ana.hears("/start – Say hello.\n/help – List the commands.")
    ana.do("send", text="ünïcödé 👋 <b>&")
    ana.hears("ünïcödé 👋 <b>&")


def test_the_webhook_is_registered_once_and_asks_for_what_handlers_take(
    environ: dict[str, str], ana: Person
):
    command = ("-m", "waitress", f"--port={environ['PORT']}", "--call", "app:serve")
    with running(*command, **environ) as first:
        first.expect(r"webhook \S+: set")
    with running(*command, **environ) as second:
        second.expect(r"webhook \S+: known")
    (bot,) = [b for b in ana.get("state")["bots"] if b["id"] == 4242]
    assert bot["webhook"]["url"] == environ["PUBLIC_URL"] + "/webhook"
    assert bot["webhook"]["allowed_updates"] == ["message", "callback_query"]
    assert bot["webhook"]["max_connections"] == 40


def test_what_was_not_handled_before_the_end_is_handled_after_the_next_start(
    environ: dict[str, str], ana: Person
):
    command = ("-m", "waitress", f"--port={environ['PORT']}", "--call", "app:serve")
    with running(*command, **environ) as first:
        first.expect(r"webhook \S+:")
        assert first.end(signal.SIGTERM) == 0
    ana.do("send", text="while you were away")
    with running(*command, **environ):
        ana.hears("while you were away")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_python_app_py_needs_no_account(tmp_path: Path, ending: int):
    database = f"sqlite:///{tmp_path}/x.db"
    with running("app.py", PORT="0", SIMULATOR_PORT="0", DATABASE_URL=database) as process:
        page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
        curl = process.expect(r"curl http://.*")[0]
        assert "<title>" in requests.get(page, timeout=60).text
        # The printed line, pasted into another terminal.
        subprocess.run(curl, shell=True, check=True, timeout=30, capture_output=True)
        post = process.expect(r"curl -X POST .*")[0]
        subprocess.run(post, shell=True, check=True, timeout=30, capture_output=True, cwd=ROOT)
        with Person(page, "4242") as ana:
            ana.hears("Hello")
            ana.hears("Hello from curl")
            # The first line's message stands in the chat, and what both of them say is answered there, once each.
            chat = [(m["outgoing"], m.get("text")) for m in ana.get("messages", chat_id=1001)]
            assert chat.count((False, "Hello from curl")) == 1
            assert chat.count((True, "Hello from curl")) == chat.count((True, "Hello")) == 1
            ana.do("send", text="and by hand")
            ana.hears("and by hand")
        assert process.end(ending) == 0
    log = process.output.replace(post, "")
    secret = re.search(r"Token: (\w+)", post)
    assert secret
    assert secret[1] not in log
    assert "Traceback" not in log


def test_the_author_sees_what_a_handler_failed_of(tmp_path: Path):
    (tmp_path / "failing_bot.py").write_text(
        "from anzol import Router\nrouter = Router()\n@router.on('message:text')\ndef fail(ctx):\n"
        "    return int(ctx.text)\n"
    )
    with running(
        "app.py",
        PORT="0",
        SIMULATOR_PORT="0",
        HANDLERS="failing_bot",
        PYTHONPATH=str(tmp_path),
        DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    ) as process:
        page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
        with Person(page, "4242") as ana:
            ana.do("send", text="no number")
            process.expect(
                r"failing_bot.py\", line 5(.|\n)*ValueError: invalid literal.*'no number'"
            )

            def told() -> bool:
                log = ana.get("log")
                return any(entry.get("outcome") == "dead" for entry in log)

            eventually(told, explain=lambda: ana.get("log"))


def test_the_author_sees_which_calls_belong_to_a_push(tmp_path: Path):
    (tmp_path / "telling_bot.py").write_text(
        "from anzol import Router\nrouter = Router()\n@router.on('message:text')\ndef tell(ctx):\n"
        "    ctx.bot.broadcast('news', chats=[ctx.user.id, 99])\n    return 'told'\n"
    )
    with running(
        "app.py",
        PORT="0",
        SIMULATOR_PORT="0",
        HANDLERS="telling_bot",
        PYTHONPATH=str(tmp_path),
        DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    ) as process:
        page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
        with Person(page, "4242") as ana:
            ana.do("send", text="go")

            def pushed() -> list[str]:
                log = ana.get("log")
                calls = [entry for entry in log if entry.get("method") == "sendMessage"]
                return sorted(entry["push"] or "" for entry in calls)

            eventually(lambda: len(pushed()) == 3, explain=lambda: ana.get("log"))
            reply, first, second = pushed()
            assert reply == "" and first and first == second


def test_people_and_what_the_bot_noted_of_them_are_forgotten_together(tmp_path: Path):
    (tmp_path / "counting_bot.py").write_text(
        "from anzol import Router\nrouter = Router()\n@router.on('message:text')\ndef count(ctx):\n"
        "    ctx.session['n'] = ctx.session.get('n', 0) + 1\n    return f\"number {ctx.session['n']}\"\n"
    )
    for _ in range(2):
        with running(
            "app.py",
            PORT="0",
            SIMULATOR_PORT="0",
            HANDLERS="counting_bot",
            PYTHONPATH=str(tmp_path),
            DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
        ) as process:
            page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
            with Person(page, "4242") as ana:
                assert ana.texts() == []
                ana.do("send", text="hello")
                ana.hears("number 1")


@pytest.mark.parametrize("way", ["app.py", "waitress"])
def test_a_server_that_starts_in_an_outage_stores_and_registers_when_it_is_over(
    environ: dict[str, str], way: str
):
    telegram = free_port()
    environ["TELEGRAM_API_URL"] = f"http://127.0.0.1:{telegram}"
    port = environ["PORT"]
    command = ("app.py",) if way == "app.py" else ("-m", "waitress", f"--port={port}")
    more = () if way == "app.py" else ("--call", "app:serve")
    with running(*command, *more, **environ) as server:
        server.expect("Telegram is away .*the webhook is registered when it is back")
        update = message("stored", update_id=7, chat_id=1001)
        headers = {SECRET_HEADER: Settings(telegram_bot_token=TOKEN).secret}
        url = f"http://127.0.0.1:{port}/webhook"

        def stored() -> bool:
            try:
                return requests.post(url, json=update, headers=headers, timeout=60).ok
            except requests.ConnectionError:
                return False

        eventually(stored, explain=lambda: server.output)
        with running("-m", "anzol.simulator", "--port", str(telegram), "--no-flood"):
            server.expect(r"webhook \S+: set", 60)
            with Person(environ["TELEGRAM_API_URL"], TOKEN) as ana:
                ana.hears("stored", 60)
    assert "Traceback" not in server.output


def test_a_refused_token_is_told_and_updates_are_stored(telegram_url: str, tmp_path: Path):
    fault = {"method": "getWebhookInfo", "error_code": 401, "bot": TOKEN, "times": 100}
    requests.post(f"{telegram_url}/user/faults", json=fault, timeout=60).raise_for_status()
    port = free_port()
    with running(
        "app.py",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram_url,
        PUBLIC_URL="https://bot.example.org",
        PORT=str(port),
        DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    ) as process:
        process.expect("Telegram refuses the token .*Set TELEGRAM_BOT_TOKEN")
        ask = f"http://127.0.0.1:{port}/healthz"
        eventually(lambda: requests.get(ask, timeout=60).ok, explain=lambda: process.output)
    assert "Traceback" not in process.output
