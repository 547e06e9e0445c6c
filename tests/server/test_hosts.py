"""What is told about the server that runs us; the servers themselves run in test_draining.py and here."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from anzol.server import hosts
from anzol.settings import Settings
from tests.deliveries import SECRET_HEADER
from tests.fakes import message
from tests.processes import PATIENCE, Person, eventually, free_port, running

SETTINGS = Settings(telegram_bot_token="123456:abcdefghijklmnop")
WAITRESS = "/venv/bin/waitress-serve"


def test_nothing_to_complain_about():
    assert hosts.complaints(SETTINGS, ["/venv/bin/gunicorn"], {}) == []


@pytest.mark.parametrize("program", [WAITRESS, "/site-packages/waitress/__main__.py"])
@pytest.mark.parametrize(
    ("options", "wanted", "complains"),
    [
        ([], 100, False),
        (["--threads=8"], 40, True),
        (["--threads", "44"], 40, False),
        (["--threads=44"], 100, True),
        (["--threads=8"], 4, False),
    ],
)
def test_too_few_threads_are_told(program: str, options: list[str], wanted: int, complains: bool):
    settings = Settings(webhook_max_connections=wanted)
    told = hosts.complaints(settings, [program, *options, "--call", "app:serve"], {})
    assert bool(told) is complains
    if complains:
        assert f"there are {wanted + 4}" in told[0]


@pytest.mark.parametrize(
    ("options", "complains"),
    [
        ([], False),
        (["--clear-untrusted-proxy-headers"], True),
        (["--no-clear-untrusted-proxy-headers"], False),
        (["--trusted-proxy=127.0.0.1", "--trusted-proxy-headers=x-forwarded-for"], False),
    ],
)
def test_a_proxys_headers_that_waitress_removes_are_told(options: list[str], complains: bool):
    settings = Settings(trusted_proxies="127.0.0.1")
    told = hosts.complaints(settings, [WAITRESS, *options, "app:app"], {})
    assert bool(told) is complains


@pytest.mark.parametrize("name", hosts.FREEZING)
def test_a_host_that_freezes_processes_is_told(name: str):
    (told,) = hosts.complaints(SETTINGS, [], {name: "x"})
    assert "PROCESSING=inline" in told
    assert hosts.complaints(Settings(processing="inline"), [], {name: "x"}) == []


def test_a_reply_that_no_response_will_carry_is_told():
    settings = Settings(webhook_reply=("answerCallbackQuery",))
    (told,) = hosts.complaints(settings, [], {})
    assert "PROCESSING=inline" in told
    inline = Settings(webhook_reply=("answerCallbackQuery",), processing="inline")
    assert hosts.complaints(inline, [], {}) == []


@pytest.mark.parametrize(
    ("argv", "changes", "complains"),
    [
        ([WAITRESS, "--listen=127.0.0.1:8000"], {}, True),
        ([WAITRESS, "--host=localhost"], {}, True),
        ([WAITRESS, "--port=8443"], {}, False),  # on every address
        ([], {}, True),  # python app.py, on HOST
        ([], {"host": "0.0.0.0"}, False),
        ([], {"trusted_proxies": "127.0.0.1"}, False),
    ],
)
def test_telegrams_addresses_that_a_proxy_hides_are_told(
    argv: list[str], changes: dict[str, str], complains: bool
):
    settings = Settings(telegram_ips_only=True, **changes)
    told = hosts.complaints(settings, argv, {})
    assert any("TELEGRAM_IPS_ONLY" in line for line in told) is complains


def test_gevent_that_comes_too_late_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "gunicorn/27.0.0")
    assert hosts.complaints(SETTINGS, [], {}) == []
    monkeypatch.setitem(sys.modules, "gunicorn.workers.ggevent", sys)
    (told,) = hosts.complaints(SETTINGS, [], {})
    assert "Leave --preload out" in told


@pytest.mark.parametrize(
    ("options", "complains"),
    [({}, True), ({"enable-threads": True}, False), ({"threads": b"8"}, False)],
)
def test_uwsgi_without_threads_is_told(options: dict[str, Any], complains: bool):
    uwsgi = SimpleNamespace(opt=options)
    assert bool(hosts.complaints(SETTINGS, [], {}, uwsgi)) is complains


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "complains"), [((), True), (("--timeout=75",), False), (("--threads=4",), False)]
)
def test_gunicorn_that_kills_an_inline_handler_is_told(
    tmp_path: Path, options: tuple[str, ...], complains: bool
):
    with running(
        *("-m", "gunicorn", f"--bind=127.0.0.1:{free_port()}", *options, "app:serve()"),
        TELEGRAM_BOT_TOKEN="6004:gunicorn-test_token_0123456789",
        DATABASE_URL=f"sqlite:///{tmp_path}/inbox.db",
        PROCESSING="inline",
    ) as server:
        server.expect("PUBLIC_URL is not set")  # the last line of the start
        assert ("gunicorn kills" in server.output) is complains


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--preload",)], ids=["alone", "preload"])
def test_gunicorns_gevent_itself(tmp_path: Path, options: tuple[str, ...]):
    """Its worker turns threads into greenlets before it loads the app; with --preload the app was there first."""
    pytest.importorskip("gevent", reason="no gevent: pip install gevent")
    token = "6005:gevent-test_token_0123456789"
    url = f"http://127.0.0.1:{(port := free_port())}"
    with running("-m", "anzol.simulator", "--port", "0", "--no-flood") as simulator:
        telegram = simulator.expect(r"http://127\.0\.0\.1:\d+")[0]
        with running(
            *("-m", "gunicorn", "--worker-class=gevent", f"--bind=127.0.0.1:{port}"),
            *("--graceful-timeout=2", *options, "app:serve()"),
            TELEGRAM_BOT_TOKEN=token,
            TELEGRAM_API_URL=telegram,
            PUBLIC_URL=url,
            DATABASE_URL=f"sqlite:///{tmp_path}/inbox.db",
            DRAIN_SECONDS="1",
        ) as server:
            if options:
                server.expect("Leave --preload out, or use --threads=44 instead of gevent")
                return
            eventually(lambda: is_up(url), explain=lambda: server.output)
            with Person(telegram, token) as ana:
                for number in range(20):
                    ana.do("send", text=f"hello {number}")
                eventually(lambda: len(ana.texts()) >= 20, explain=lambda: server.output)
                assert "preload" not in server.output
                assert ana.texts()[:2] == ["hello 0", "hello 1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [(), ("--workers=3",), ("--workers=2", "--threads=4"), ("--preload",)]
)
@pytest.mark.parametrize("app", ["app:serve()", "app:create_app()"])
def test_gunicorn_ends_when_its_workers_can_never_start(options: tuple[str, ...], app: str):
    wrong = {"TELEGRAM_BOT_TOKEN": ""} if "serve" in app else {"PORT": "eighty"}
    line = "TELEGRAM_BOT_TOKEN is not set" if "serve" in app else "PORT is 'eighty'"
    with running(
        *("-m", "gunicorn", f"--bind=127.0.0.1:{free_port()}", *options, app), **wrong
    ) as server:
        assert server.child.wait(PATIENCE) == 4, server.output
    assert line in server.output and "Traceback" not in server.output


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--lazy-apps", "--processes=2")])
def test_uwsgi_ends_when_its_workers_can_never_start(options: tuple[str, ...]):
    command = uwsgi_command(free_port(), "--module", "app:serve()", "--enable-threads", *options)
    with running(*command, TELEGRAM_BOT_TOKEN="") as server:
        assert server.child.wait(PATIENCE) == (22 if options else 2), server.output
    assert "TELEGRAM_BOT_TOKEN is not set" in server.output
    assert "Traceback" not in server.output and "Respawned" not in server.output


@pytest.mark.slow
def test_a_uwsgi_worker_that_can_never_start_lets_a_slower_one_come_as_far(tmp_path: Path):
    """Ended in the middle of an import, that one would show a traceback below the line that says what to type."""
    (tmp_path / "late.py").write_text(
        "import time, uwsgi\ntime.sleep(uwsgi.worker_id() == 1)\nfrom app import serve\n"
    )
    workers = "--enable-threads", "--lazy-apps", "--processes=2"
    late = "--module", "late:serve()", f"--pythonpath={tmp_path}"
    with running(*uwsgi_command(free_port(), *late, *workers), TELEGRAM_BOT_TOKEN="") as server:
        assert server.child.wait(PATIENCE) == 22, server.output
    assert server.output.count("TELEGRAM_BOT_TOKEN is not set") == 2
    assert "Traceback" not in server.output


@pytest.mark.slow
def test_uwsgi_ends_for_an_app_that_can_never_start_beside_another_one(tmp_path: Path):
    """That one has an interpreter of its own, in which no signal can be set."""
    (tmp_path / "other.py").write_text("def application(environ, start_response): return []\n")
    (tmp_path / "ours.py").write_text("from app import serve\napplication = serve()\n")
    mounts = [f"--mount=/{name}={tmp_path / name}.py" for name in ("other", "ours")]
    workers = "--enable-threads", "--lazy-apps", "--processes=2"
    with running(*uwsgi_command(free_port(), *mounts, *workers), TELEGRAM_BOT_TOKEN="") as server:
        assert server.child.wait(PATIENCE) == 22, server.output
    assert "TELEGRAM_BOT_TOKEN is not set" in server.output
    assert "ValueError" not in server.output


def uwsgi_command(port: int, *options: str) -> list[str]:
    """Return what Python is called with to become uWSGI; the test is skipped where there is none."""
    uwsgi = shutil.which("uwsgi", path=str(Path(sys.executable).parent)) or shutil.which("uwsgi")
    if uwsgi is None:
        pytest.skip("no uwsgi: pip install pyuwsgi")
    become = f"import os; os.execv({uwsgi!r}, ['uwsgi', *os.sys.argv[1:]])"
    listen = f"--http-socket=127.0.0.1:{port}", f"--virtualenv={sys.prefix}"
    return ["-c", become, *listen, "--master", "--die-on-term", "--need-app", *options]


UWSGI = {
    "threads": ("--enable-threads",),
    "no threads": (),
    "inline": (),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UWSGI)
def test_uwsgi_itself(tmp_path: Path, kind: str):
    """It loads the app in one process and serves it in another, and forbids threads unless told otherwise."""
    token = "6001:uwsgi-test_token_0123456789"
    url = f"http://127.0.0.1:{(port := free_port())}"
    with running("-m", "anzol.simulator", "--port", "0", "--no-flood") as simulator:
        telegram = simulator.expect(r"http://127\.0\.0\.1:\d+")[0]
        with running(
            *uwsgi_command(port, "--module", "app:serve()", *UWSGI[kind]),
            TELEGRAM_BOT_TOKEN=token,
            TELEGRAM_API_URL=telegram,
            PUBLIC_URL=url,
            PROCESSING="inline" if kind == "inline" else "threads",
            DATABASE_URL=f"sqlite:///{tmp_path}/inbox.db",
            DRAIN_SECONDS="1",
        ) as server:
            eventually(lambda: is_up(url), explain=lambda: server.output)
            answer = requests.post(
                url + "/webhook",
                json=message("hello", chat_id=1001),
                headers={SECRET_HEADER: Settings(telegram_bot_token=token).secret},
                timeout=20,
            )
            assert answer.status_code == 200, server.output
            told = "uWSGI runs without threads" in server.output
            assert told is (kind == "no threads")
            if kind != "no threads":
                server.expect("update=1 ")


def is_up(url: str) -> bool:
    try:
        return requests.get(url + "/healthz", timeout=60).ok
    except requests.ConnectionError:
        return False
