"""`python app.py` as a process: through a tunnel, by polling, with take-over and reload."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from anzol import Bot
from anzol.local import reload, tunnel, ways
from anzol.local.reload import Reloader
from anzol.server import ownership
from anzol.server.waitress import bind
from anzol.settings import Settings
from tests.fake_ngrok import install_agent, tell
from tests.fake_ngrok.edge import TOKEN as AUTHTOKEN
from tests.fake_ngrok.edge import Edge, make_certificates
from tests.fakes import message
from tests.processes import PATIENCE, Person, Process, eventually, running

pytestmark = pytest.mark.slow

numbers = itertools.count(5001)
OTHER = "http://127.0.0.9:9/somebody-else"


@pytest.fixture
def token() -> str:
    """A bot of this test's own."""
    return f"{next(numbers)}:local-test_token_0123456789"


@pytest.fixture
def bot(telegram_url: str, token: str) -> Bot:
    return Bot(token, api_url=telegram_url)


@pytest.fixture
def ana(telegram_url: str, token: str, bot: Bot) -> Iterator[Person]:
    assert bot.me
    with Person(telegram_url, token) as person:
        yield person


@pytest.fixture
def environ(telegram_url: str, token: str, tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": telegram_url,
        "PORT": "0",
        "DATABASE_URL": f"sqlite:///{tmp_path}/inbox.db",
    }


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def edge(certificates: Path, environ: dict[str, str], tmp_path: Path) -> Iterator[Edge]:
    """ngrok's side, which gives out the one name that resolves without a network."""
    with Edge(certificates) as edge:
        edge.domain = "localhost"
        edge.reserved = {"localhost"}
        environ |= {
            "NGROK_AUTHTOKEN": AUTHTOKEN,
            "PYNGROK_NGROK_PATH": tell(
                install_agent(tmp_path / "agent"), FAKE_NGROK_EDGE=edge.address
            ),
        }
        yield edge


def secret_of(token: str) -> str:
    return Settings(telegram_bot_token=token).secret


def test_an_update_comes_through_the_tunnel_by_verified_tls(edge, environ, ana, bot, token):
    with running("app.py", **environ) as process:
        process.expect(r"✓ The tunnel is open  \d+\.\d s")
        process.expect(r"✓ localhost resolves")
        process.expect(r"✓ Telegram knows the webhook")
        process.expect(r"Chat with it\s+https://t\.me/\w+")
        assert bot.get_webhook_info().url == "https://localhost/webhook"
        update = json.dumps(message("through the tunnel", chat_id=1001)).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret_of(token)}
        status, _, body = edge.request("POST", "https://localhost/webhook", update, headers)
        assert (status, body) == (200, b"")
        ana.hears("through the tunnel")
        for path in ("/healthz", "/readyz", "/metrics", "/admin", "/nothing"):
            assert edge.request("GET", f"https://localhost{path}")[0] == 404, path
        assert process.end(signal.SIGTERM) == 0
    # The name was given for this run only, so it is deleted at Telegram.
    assert bot.get_webhook_info().url == ""
    assert edge.urls == []
    for secret in (token, AUTHTOKEN, secret_of(token)):
        assert secret not in process.output


def test_a_reserved_address_stays_registered(edge, environ, bot):
    with running("app.py", NGROK_URL="https://localhost", **environ) as process:
        process.expect("Chat with it")
        assert process.end(signal.SIGINT) == 0
    assert bot.get_webhook_info().url == "https://localhost/webhook"
    with running("app.py", NGROK_URL="https://localhost", **environ) as again:
        again.expect(r"webhook \S+: known")


def test_what_a_killed_run_left_is_ours_to_replace(edge, environ, bot):
    process = Process("app.py", **environ)
    process.expect("Chat with it")
    assert process.end(signal.SIGKILL) == -signal.SIGKILL
    assert bot.get_webhook_info().url == "https://localhost/webhook"
    eventually(lambda: not edge.urls)
    with running("app.py", **environ) as again:
        again.expect("Chat with it")


@pytest.mark.parametrize("way", ["tunnel", "polling", "public"])
def test_another_webhook_is_not_taken_away(edge, environ, bot, way):
    bot.set_webhook(url=OTHER)
    environ |= {"PUBLIC_URL": "https://localhost"} if way == "public" else {}
    arguments = ["--polling"] if way == "polling" else []
    process = Process("app.py", *arguments, **environ)
    eventually(lambda: process.child.poll() is not None)
    assert process.end() == 1
    assert "127.0.0.9" in process.output
    assert "--take-over" in process.output
    assert bot.get_webhook_info().url == OTHER


@pytest.mark.parametrize("way", ["tunnel", "polling"])
def test_a_borrowed_bot_is_given_back(edge, environ, bot, way):
    bot.set_webhook(url=OTHER, allowed_updates=["message", "poll"], max_connections=7)
    arguments = ["--polling"] if way == "polling" else []
    with running("app.py", "--take-over", *arguments, **environ) as process:
        process.expect("Chat with it")
        assert bot.get_webhook_info().url != OTHER
        assert process.end(signal.SIGTERM) == 0
    info = bot.get_webhook_info()
    assert (info.url, info.max_connections) == (OTHER, 7)
    assert info.allowed_updates == ["message", "poll"]


def test_polling_needs_no_public_address(environ, ana):
    with running("app.py", "--polling", **environ) as process:
        process.expect(r"Updates\s+by polling")
        ana.do("send", text="one")
        ana.do("send", text="two")
        ana.hears("two")
        assert ana.texts() == ["one", "two"]
        assert process.end(signal.SIGTERM) == 0
    with running("app.py", "--polling", **environ):
        ana.do("send", text="three")
        ana.hears("three")
        assert ana.texts() == ["one", "two", "three"]


HANDLERS = """
from anzol import Router
router = Router()
@router.on("message:text")
def answer(ctx): return f"{VERSION} {ctx.text}"
VERSION = 1
"""


@pytest.fixture
def bot_file(environ: dict[str, str], tmp_path: Path) -> Path:
    """A bot whose code is edited while it runs."""
    file = tmp_path / "edited_bot.py"
    file.write_text(HANDLERS)
    environ |= {"HANDLERS": "edited_bot", "PYTHONPATH": str(tmp_path)}
    return file


def reloading(environ: dict[str, str], bot_file: Path) -> tuple[Process, str]:
    """The edited bot in the simulator, registered, and the address of its page."""
    del environ["TELEGRAM_BOT_TOKEN"], environ["TELEGRAM_API_URL"]
    environ["SIMULATOR_PORT"] = "0"
    process = Process("app.py", "--reload", cwd=bot_file.parent, **environ)
    page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
    process.expect(r"webhook \S+: set")
    return process, page


def test_reload_loses_nothing(environ, bot_file):
    process, page = reloading(environ, bot_file)
    try:
        with Person(page, "4242") as person:
            person.do("flood", enforced=False)  # sixty answers at once are over Telegram's limit
            sent = []
            for number in range(60):
                text = f"message {number}"
                person.do("send", text=text)
                sent.append(text)
                if number in (15, 35):
                    version = number // 10 + 1
                    bot_file.write_text(HANDLERS.replace("VERSION = 1", f"VERSION = {version}"))
                    process.expect(
                        rf"(?s)(changed: starting again.*){{{1 if number == 15 else 2}}}"
                    )
            eventually(lambda: len(person.texts()) >= 60, 60, person.texts)
            answers = [text.partition(" ") for text in person.texts()]
            assert [text for _, _, text in answers] == sent
            versions = [int(version) for version, _, _ in answers]
            assert versions == sorted(versions)
            assert versions[-1] == 4
    finally:
        assert process.end(signal.SIGTERM) == 0


def test_a_syntax_error_is_shown_and_the_messages_wait(environ, bot_file):
    process, page = reloading(environ, bot_file)
    try:
        with Person(page, "4242") as person:
            bot_file.write_text(HANDLERS + "def (")
            process.expect(r"edited_bot\.py:7: SyntaxError")
            person.do("send", text="are you there?")
            bot_file.write_text(HANDLERS.replace("VERSION = 1", "VERSION = 2"))
            person.hears("2 are you there?")
    finally:
        process.end()
    assert "Traceback" not in process.output


def test_the_child_of_a_killed_reloader_ends(environ, bot_file):
    process, _ = reloading(environ, bot_file)
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.child.pid)], capture_output=True, text=True
    )
    (child,) = [int(line) for line in found.stdout.split()]
    process.child.kill()
    eventually(lambda: not is_alive(child))
    process.end()


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


@pytest.fixture
def reloader(monkeypatch, tmp_path) -> Iterator[Reloader]:
    """A reloader in a folder of its own; the signals it listens to are put back, and end it in any case."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "child.py")])
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    late = threading.Timer(3 * PATIENCE, end)
    late.start()
    with closing(bind("127.0.0.1", 0)) as listener:
        yield Reloader(listener)
    late.cancel()
    for number, handler in handlers.items():
        signal.signal(number, handler)


def end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_child_after_the_tunnel_moved_gets_the_new_address(reloader, tmp_path):
    printed = tmp_path / "printed"
    (tmp_path / "child.py").write_text(
        f"import os; open({str(printed)!r}, 'a').write(os.environ['PUBLIC_URL'] + '\\n')"
    )

    def move() -> None:
        eventually(lambda: printed.exists() and printed.read_text())
        reloader.move("https://new.example")
        (tmp_path / "edited.py").write_text("")
        eventually(lambda: "new" in printed.read_text())
        end()

    mover = threading.Thread(target=move)
    mover.start()
    assert reloader.run(Settings(public_url="https://old.example")) == 0
    mover.join()
    assert printed.read_text().split() == ["https://old.example", "https://new.example"]


def test_what_is_edited_while_a_child_starts_is_noticed(reloader, tmp_path, monkeypatch):
    starts = []

    def spawn(*given: object) -> subprocess.Popen[bytes]:
        starts.append(given)
        if len(starts) == 1:
            (tmp_path / "edited.py").write_text("")
        else:
            end()
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(reload, "spawn", spawn)
    assert reloader.run(Settings(public_url="https://bot.example")) == 0
    assert len(starts) == 2


def test_a_name_that_only_telegram_can_resolve_is_a_warning(
    edge: Edge, environ: dict[str, str], bot: Bot, monkeypatch, tmp_path, caplog
):
    edge.domain = "nobody-knows-this.invalid"
    monkeypatch.setenv("PYNGROK_NGROK_PATH", environ["PYNGROK_NGROK_PATH"])
    monkeypatch.setattr(ways, "RESOLVE_SECONDS", 0.1)
    for module in (ways, ownership, tunnel):
        monkeypatch.setattr(module, "FILES", tmp_path)
    settings = Settings(ngrok_authtoken=AUTHTOKEN, telegram_api_url=environ["TELEGRAM_API_URL"])
    opened = ways.tunnelled(
        [(bot, settings)], settings, 8000, take_over=False, moved=lambda url: None
    )
    with opened as url:
        assert url == "https://nobody-knows-this.invalid"
    assert "does not resolve on this machine; going on" in caplog.text


SECOND = """
from anzol import Router
router = Router()
@router.on("message:text")
def answer(ctx): return f"second {ctx.text}"
"""


def test_several_handlers_without_a_token_are_several_bots_of_the_simulator(environ, tmp_path):
    del environ["TELEGRAM_BOT_TOKEN"], environ["TELEGRAM_API_URL"]
    (tmp_path / "first_bot.py").write_text(SECOND.replace("second", "first"))
    (tmp_path / "second_bot.py").write_text(SECOND)
    environ |= {"HANDLERS": "first_bot,second_bot", "PYTHONPATH": str(tmp_path)}
    with running("app.py", **environ, SIMULATOR_PORT="0") as process:
        page = process.expect(r"Chat with it\s+(\S+)/\n")[1]
        with Person(page, "4242") as ana, Person(page, "4243") as too:
            ana.do("send", text="hello")
            too.do("send", text="hello")
            ana.hears("first hello")
            too.hears("second hello")
            assert too.texts() == ["second hello"]
            assert ana.get("flood") == {"enforced": True, "exceeded": 0}


def test_one_refused_token_among_several_leaves_the_others(environ, ana, token):
    refused = "1001:the-number-of-a-person_0123456789"  # which no bot can have there
    environ["TELEGRAM_BOT_TOKEN"] = f"{refused},{token}"
    with running("app.py", "--polling", **environ) as process:
        process.expect("Telegram refuses bot 1001")
        process.expect(r"Updates\s+by polling")
        ana.do("send", text="still here")
        ana.hears("still here")
