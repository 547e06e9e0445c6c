"""Starting, by each way, as a person sees it: processes, their output and exit status."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from anzol.settings import Settings
from tests.processes import SERVED, Process, clean_environ, running
from tests.servers import create_app

TOKEN = "123456:abcdefghijklmnop"


def run(*command: str, cwd: Path = SERVED, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in an environment of its own."""
    return subprocess.run(
        command, cwd=cwd, env=clean_environ(**environ), capture_output=True, text=True, timeout=60
    )


def python(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, *arguments, **environ)


def test_create_app_has_no_effects(settings: Settings, tmp_path: Path):
    create_app(settings)
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_told_at_once_in_a_line_each():
    ended = python("app.py", PORT="eighty", WORKERS="0", TELEGRAM_BOT_TOKEN="abc")
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["TELEGRAM_BOT_TOKEN", "PORT", "WORKERS"]


def test_methods_that_cannot_travel_in_a_response_are_told_at_once():
    ended = python("app.py", WEBHOOK_REPLY="answercallbackquery,answerCalbackQuery,setWebhook")
    assert ended.returncode == 2
    unknown, refused = ended.stderr.splitlines()
    assert "did you mean 'answerCallbackQuery'?" in unknown
    assert refused.startswith("WEBHOOK_REPLY: ")
    assert "setWebhook" in refused


def test_an_occupied_port_says_which_and_what_to_type(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = python(
            "app.py",
            PORT=port,
            TELEGRAM_BOT_TOKEN=TOKEN,
            PUBLIC_URL="https://bot.example.org",
            DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"127.0.0.1:{port}" in line
    assert f"PORT={int(port) + 1}" in line


@pytest.mark.slow
def test_an_occupied_port_is_told_by_waitress_before_a_stored_update_runs(tmp_path: Path):
    database = tmp_path / "x.db"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = python(
            *("-m", "waitress", f"--listen=127.0.0.1:{port}", "--call", "app:serve"),
            TELEGRAM_BOT_TOKEN=TOKEN,
            DATABASE_URL=f"sqlite:///{database}",
        )
    assert ended.returncode == 1
    assert (ended.stdout, ended.stderr) == (
        "",
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. Is the server running already?\n",
    )
    assert not database.exists()


@pytest.mark.slow
def test_an_occupied_port_is_told_by_the_simulator_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = python("-m", "anzol.simulator", "--port", port)
    assert ended.returncode == 1
    (line,) = (ended.stdout + ended.stderr).splitlines()
    assert f"127.0.0.1:{port}" in line


@pytest.mark.slow
def test_polling_an_unreachable_api_is_one_line_without_the_token(tmp_path: Path):
    ended = python(
        *("app.py", "--polling"),
        PORT="0",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL="http://127.0.0.1:9",
        DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    )
    assert ended.returncode == 1
    assert "cannot be reached" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert TOKEN not in ended.stderr + ended.stdout


def test_without_authtoken_the_tunnel_says_what_to_do(tmp_path: Path):
    ended = python(
        "app.py",
        PORT="0",
        TELEGRAM_BOT_TOKEN=TOKEN,
        DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    )
    assert ended.returncode == 1
    assert "NGROK_AUTHTOKEN" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_database_that_is_none_is_one_line(tmp_path: Path, what: str):
    database = tmp_path / "x.db"
    if what == "folder":
        database.mkdir()
    else:
        database.write_bytes(b"no database at all " * 99)
    ended = python("app.py", PORT="0", SIMULATOR_PORT="0", DATABASE_URL=f"sqlite:///{database}")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"Cannot use the queue at {database}: the ")


def test_serve_without_a_token_says_where_to_get_one():
    ended = python("-m", "waitress", "--port=0", "--call", "app:serve")
    assert ended.returncode == 2
    assert "@BotFather" in ended.stderr
    assert "Traceback" not in ended.stderr


BROKEN = {
    "syntax": ("def x(:\n", "broken.py:1: SyntaxError"),
    "name": ("from anzol import Router\nrouter = Rooter()\n", "broken.py:2: NameError"),
    "module": ("import nothing_like_it\n", "broken.py:1: ModuleNotFoundError"),
    "no router": ("x = 1\n", "has no `router`"),
    "pattern": (
        "from anzol import Router\nrouter = Router()\n@router.button('x:{id:number}')\n"
        "def f(ctx, id): ...\n",
        "broken.py:3",
    ),
    "arguments": (
        "from anzol import Router\nrouter = Router()\n@router.button('x:{id:int}')\ndef f(ctx): ...\n",
        "broken.py:3 f()",
    ),
    "twice": (
        "from anzol import Router\nrouter = Router()\n@router.command('a')\ndef f(ctx): ...\n"
        "@router.command('a')\ndef g(ctx): ...\n",
        "broken.py:5 g() handles /a, and so does broken.py:3 f()",
    ),
    "deep in a library": (
        "import json\nfrom anzol import Router\nrouter = Router()\njson.loads('')\n",
        "broken.py:4: JSONDecodeError",
    ),
    "filter": (
        "from anzol import Router\nrouter = Router()\n@router.on('mesage:photo')\ndef f(ctx): ...\n",
        "did you mean 'message'?",
    ),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_mistake_in_handlers_is_one_line_with_its_place(tmp_path: Path, mistake: str):
    code, expected = BROKEN[mistake]
    (tmp_path / "broken.py").write_text(code)
    ended = run(
        sys.executable,
        str(SERVED / "app.py"),
        cwd=tmp_path,
        HANDLERS="broken",
        PYTHONPATH=str(tmp_path),
        TELEGRAM_BOT_TOKEN=TOKEN,
        PUBLIC_URL="https://bot.example.org",
        PORT="0",
    )
    assert ended.returncode == 1
    line, *caret = ended.stderr.splitlines()
    assert expected in line
    assert bool(caret) is (mistake == "syntax")


def test_a_flask_command_tells_a_wrong_setting_in_one_line():
    ended = python("-m", "flask", "inbox", "list", PORT="eighty")
    assert ended.returncode == 2
    assert ended.stderr.startswith("PORT")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_end_before_the_server_runs_is_quiet(tmp_path: Path, ending: int):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = Process(
            "app.py",
            "--polling",
            PORT="0",
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=f"http://127.0.0.1:{silent.getsockname()[1]}",
            DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
        )
        asked, _ = silent.accept()  # and waits for an answer
        with asked:
            assert process.end(ending) == 130
    assert "Traceback" not in process.output


def test_an_address_that_is_not_this_machines_is_told_apart_from_a_taken_port(tmp_path: Path):
    ended = python("app.py", HOST="192.0.2.1", PORT="0", SIMULATOR_PORT="0")
    assert ended.returncode == 1
    assert "HOST=127.0.0.1" in ended.stderr


@pytest.mark.slow
def test_a_setting_without_effect_is_told_at_the_start(tmp_path: Path):
    with running(
        "app.py",
        PORT="0",
        SIMULATOR_PORT="0",
        WEBHOOK_REPLY="answerCallbackQuery",
        DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    ) as process:
        process.expect("WEBHOOK_REPLY has no effect: set PROCESSING=inline")
