"""The real pyngrok, driven by tunnel.py, against a stand-in for ngrok's agent and edge."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from anzol import tunnel as tunnel_module
from anzol.tunnel import Tunnel, TunnelError, open_tunnel, wait_until_resolves
from tests.fake_ngrok import install_agent, tell
from tests.fake_ngrok.edge import TOKEN, Edge, make_certificates
from tests.processes import eventually

pytestmark = pytest.mark.slow

DEV_URL = "https://zookeeper-pronto-ship.ngrok-free.dev"
ROOT = Path(__file__).parent.parent
REAL_AUTHTOKEN = os.environ.get("NGROK_AUTHTOKEN", "")  # read before tests lose the environment


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def edge(certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edge]:
    with Edge(certificates) as edge:
        agent = tell(install_agent(tmp_path / "agent"), FAKE_NGROK_EDGE=edge.address)
        monkeypatch.setenv("PYNGROK_NGROK_PATH", agent)
        monkeypatch.setenv("NGROK_AUTHTOKEN", TOKEN)  # as pyngrok finds it in a real environment
        yield edge


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


class Upstream(BaseHTTPRequestHandler):
    """Answer with what arrived."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = json.dumps({"path": self.path, "headers": dict(self.headers), "body": body})
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def start(edge: Edge, port: int, tmp_path: Path) -> Iterator[Callable[..., Tunnel]]:
    opened = []

    def start(**options: object) -> Tunnel:
        lines: list[str] = []
        defaults = {"authtoken": TOKEN, "config_dir": tmp_path / "ngrok", "say": lines.append}
        defaults |= {"deadline": 10, "check_every": 0.05}
        tunnel = open_tunnel(port, **{**defaults, **options})
        tunnel.lines = lines
        opened.append(tunnel)
        return tunnel

    yield start
    for tunnel in opened:
        tunnel.close()


def processes(text: str) -> list[int]:
    """Return the ids of all processes with `text` in their command line, as `ps` shows it."""
    listing = subprocess.run(["ps", "axww", "-o", "pid=,stat=,args="], capture_output=True)
    rows = [line.split(None, 2) for line in listing.stdout.decode().splitlines()]
    return [int(row[0]) for row in rows if text in row[-1] and not row[1].startswith("Z")]


def agents(directory: Path) -> list[int]:
    return processes(str(directory / "ngrok-"))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_request_to_the_public_url_arrives_whole(edge: Edge, start: Callable) -> None:
    tunnel = start()
    assert (tunnel.public_url, tunnel.is_stable) == (DEV_URL, True)
    claimed = {"X-Telegram-Bot-Api-Secret-Token": "s3cret", "X-Forwarded-For": "149.154.167.220"}
    status, headers, body = edge.request("POST", f"{DEV_URL}/webhook?a=1", b"{}", claimed)
    assert status == 200 and "ngrok-error-code" not in headers
    seen = json.loads(body)
    assert (seen["path"], seen["body"]) == ("/webhook?a=1", "{}")
    assert seen["headers"]["Host"] == "zookeeper-pronto-ship.ngrok-free.dev"
    assert seen["headers"]["X-Forwarded-Proto"] == "https"
    assert seen["headers"]["X-Forwarded-For"] == "149.154.167.220, 127.0.0.1"
    assert seen["headers"]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"


def test_the_authtoken_is_in_a_private_file_only(
    start: Callable, port: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    config = tmp_path / "ngrok" / f"ngrok-{port}.yml"
    config.parent.mkdir()
    config.touch(0o644)
    tunnel = start()
    assert stat.S_IMODE(config.stat().st_mode) == 0o600 and TOKEN in config.read_text()
    assert len(agents(config.parent)) == 1 and processes(TOKEN) == []
    assert TOKEN not in caplog.text and TOKEN not in repr(tunnel)


def test_close_leaves_nothing_behind(
    edge: Edge, start: Callable, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tunnel = start()
    (agent,) = agents(tmp_path / "ngrok")
    (guard,) = processes(f"sys.argv[1]), signal.SIGTERM) {agent}")
    tunnel.close()
    assert not is_alive(agent) and not is_alive(guard)
    assert list((tmp_path / "ngrok").iterdir()) == []
    assert eventually(lambda: "received stop request" in caplog.text)  # it was not just killed
    assert eventually(lambda: edge.urls == [])
    assert edge.request("POST", DEV_URL)[1]["ngrok-error-code"] == "ERR_NGROK_3200"
    tunnel.close()


def test_close_kills_an_agent_that_ignores_it(
    start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(os.environ["PYNGROK_NGROK_PATH"], FAKE_NGROK_SCENARIO="deaf")
    tunnel = start()
    (agent,) = agents(tmp_path / "ngrok")
    tunnel.close()
    assert not is_alive(agent)


@pytest.mark.parametrize(
    "url", ["my-own-name.ngrok-free.app", "https://my-own-name.ngrok-free.app/"]
)
def test_a_domain_of_the_account_can_be_asked_for(start: Callable, url: str) -> None:
    tunnel = start(url=url)
    assert tunnel.public_url == "https://my-own-name.ngrok-free.app" and tunnel.is_stable


@pytest.mark.parametrize(
    ("domain", "is_stable"),
    [
        ("abc123xyz.ngrok-free.dev", True),
        ("gladly-fun-bat.ngrok-free.app", True),
        ("a1b2-203-0-113-7.ngrok-free.app", False),
        ("9490551445c1.ngrok.app", False),
    ],
)
def test_a_name_made_up_for_one_run_is_not_stable(
    edge: Edge, start: Callable, domain: str, is_stable: bool
) -> None:
    edge.domain = domain
    assert start().is_stable == is_stable


def test_without_authtoken_no_agent_is_started(start: Callable, tmp_path: Path) -> None:
    with pytest.raises(TunnelError, match=r"^NGROK_AUTHTOKEN is not set: copy yours.*4018\)$"):
        start(authtoken="")
    assert not (tmp_path / "ngrok").exists()


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (105, "NGROK_AUTHTOKEN is not an authtoken"),
        (107, "NGROK_AUTHTOKEN was reset or revoked: copy yours from https://"),
        (108, "stop one at https://dashboard.ngrok.com/agents"),
        (121, "ngrok update`"),
        (9999, "ngrok refused the tunnel: authentication failed: Something new about ...."),
    ],
)
def test_a_refused_session_says_what_to_do(
    edge: Edge,
    start: Callable,
    tmp_path: Path,
    code: int,
    remedy: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    edge.refusals = {TOKEN: code}
    with pytest.raises(TunnelError) as caught:
        start()
    assert remedy in str(caught.value) and str(caught.value).endswith(f"(ERR_NGROK_{code})")
    assert caught.value.code == str(code) and "\n" not in str(caught.value)
    assert TOKEN not in f"{caught.value!r} {caplog.text} {''.join(capfd.readouterr())}"
    assert agents(tmp_path / "ngrok") == []


def test_another_accounts_url_is_explained(start: Callable, tmp_path: Path) -> None:
    with pytest.raises(TunnelError, match="NGROK_URL=https://theirs.ngrok-free.dev is not reserv"):
        start(url="theirs.ngrok-free.dev")
    assert agents(tmp_path / "ngrok") == []


def test_a_url_still_online_is_tried_again(
    edge: Edge, start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, lines = start(), []

    def say(line: str) -> None:
        lines.append(line)
        first.close()

    monkeypatch.setenv(
        "PYNGROK_NGROK_PATH",
        tell(install_agent(tmp_path / "second"), FAKE_NGROK_EDGE=edge.address),
    )
    tunnel = start(config_dir=tmp_path / "second", say=say)
    assert tunnel.public_url == DEV_URL
    assert lines == ["The URL is still online from an earlier run: trying again for a minute"]


def test_a_url_that_stays_online_is_explained(
    edge: Edge, start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    monkeypatch.setenv(
        "PYNGROK_NGROK_PATH",
        tell(install_agent(tmp_path / "second"), FAKE_NGROK_EDGE=edge.address),
    )
    with pytest.raises(TunnelError, match="^Another process serves this URL.*ERR_NGROK_334"):
        start(config_dir=tmp_path / "second", conflict_wait=0)
    assert agents(tmp_path / "second") == [] and len(agents(tmp_path / "ngrok")) == 1


def test_a_machine_without_internet_is_told_so(
    start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(os.environ["PYNGROK_NGROK_PATH"], FAKE_NGROK_EDGE="")
    with pytest.raises(TunnelError, match="check the internet connection"):
        start(deadline=2)
    assert agents(tmp_path / "ngrok") == []


@pytest.mark.parametrize(("scenario", "deadline"), [("silent", 1), ("exit", 30)])
def test_an_agent_that_does_not_get_ready_is_given_up(
    start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: str, deadline: int
) -> None:
    tell(os.environ["PYNGROK_NGROK_PATH"], FAKE_NGROK_SCENARIO=scenario)
    with pytest.raises(TunnelError, match="type `.*ngrok diagnose` .* set NO_PROXY=127.0.0.1$"):
        start(deadline=deadline)
    assert agents(tmp_path / "ngrok") == []


def test_an_old_agent_is_to_be_updated(start: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(os.environ["PYNGROK_NGROK_PATH"], FAKE_NGROK_VERSION="3.29.9")
    with pytest.raises(TunnelError, match="agent has to be 3.30 or newer: type `.*ngrok update"):
        start()


def test_something_else_called_ngrok_is_not_run(
    start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\necho hello\n")
    other.chmod(0o755)
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(other))
    with pytest.raises(TunnelError, match="is not an ngrok agent: delete it"):
        start()


def test_no_agent_and_no_internet_to_get_it(
    start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(tmp_path / "nowhere" / "ngrok"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")  # nobody listens there
    with pytest.raises(TunnelError, match="no ngrok agent at .*nowhere/ngrok.*PYNGROK_NGROK_PATH"):
        start()


def test_a_dead_agent_is_replaced_under_the_same_url(
    edge: Edge, start: Callable, tmp_path: Path
) -> None:
    tunnel, changes = start(), []
    tunnel.watch(changes.append)
    os.kill(*agents(tmp_path / "ngrok"), signal.SIGKILL)
    assert eventually(lambda: f"The tunnel is open again: {DEV_URL}" in tunnel.lines)
    assert edge.request("POST", DEV_URL)[0] == 200
    tunnel.close()
    assert changes == [] and agents(tmp_path / "ngrok") == []


def test_a_new_url_is_reported_until_that_works(
    edge: Edge, start: Callable, tmp_path: Path
) -> None:
    tunnel, changes = start(), []

    def on_change(url: str) -> None:
        changes.append(url)
        if len(changes) == 1:
            raise RuntimeError("Telegram is down")

    edge.domain = "other-name.ngrok-free.dev"
    tunnel.watch(on_change)
    os.kill(*agents(tmp_path / "ngrok"), signal.SIGKILL)
    assert eventually(lambda: len(changes) == 2)
    assert changes == ["https://other-name.ngrok-free.dev"] * 2
    os.kill(*agents(tmp_path / "ngrok"), signal.SIGKILL)
    assert eventually(lambda: tunnel.lines.count("The tunnel is gone: opening it again") == 2)
    assert eventually(lambda: tunnel._state() == "online")
    assert len(changes) == 2
    assert tunnel.public_url == changes[0]


def test_a_lost_session_is_left_to_the_agent(edge: Edge, start: Callable, tmp_path: Path) -> None:
    tunnel = start()
    before = agents(tmp_path / "ngrok")
    edge.is_down = True
    tunnel.watch(pytest.fail)
    edge.drop_sessions()
    assert eventually(lambda: tunnel._state() == "reconnecting")
    edge.is_down = False
    assert eventually(lambda: tunnel._state() == "online")
    assert agents(tmp_path / "ngrok") == before and tunnel.lines == []
    assert edge.hits == []  # a plan pays for requests: the watch makes none


def test_a_session_that_stays_lost_gets_a_new_agent(
    edge: Edge, start: Callable, tmp_path: Path
) -> None:
    tunnel = start(patience=0.2, deadline=2)
    before = agents(tmp_path / "ngrok")
    edge.is_down = True
    tunnel.watch(pytest.fail)
    edge.drop_sessions()
    assert eventually(lambda: "The tunnel is gone: opening it again" in tunnel.lines)
    edge.is_down = False
    assert eventually(lambda: f"The tunnel is open again: {DEV_URL}" in tunnel.lines)
    assert agents(tmp_path / "ngrok") != before


def test_an_endpoint_that_was_removed_is_opened_again(edge: Edge, start: Callable) -> None:
    tunnel = start()
    tunnel.watch(pytest.fail)
    tunnel_module.ngrok.api_request(f"{tunnel._api}/api/endpoints/anzol", method="DELETE")
    assert eventually(lambda: f"The tunnel is open again: {DEV_URL}" in tunnel.lines)


PROGRAM = """
import signal, sys, threading
from anzol.tunnel import open_tunnel
if "handled" in sys.argv:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
tunnel = open_tunnel(9, authtoken=sys.argv[1], config_dir=sys.argv[2])
try:
    tunnel.watch(print)
    print(tunnel.public_url, flush=True)
    threading.Event().wait()
finally:
    tunnel.close()
"""


@pytest.mark.parametrize(
    ("how", "handled"),
    [
        (signal.SIGINT, ""),
        (signal.SIGTERM, "handled"),
        (signal.SIGTERM, ""),
        (signal.SIGKILL, ""),
    ],
)
def test_no_end_of_ours_leaves_an_agent(
    edge: Edge, tmp_path: Path, how: signal.Signals, handled: str
) -> None:
    command = [sys.executable, "-c", PROGRAM, TOKEN, tmp_path, handled]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as program:
        assert program.stdout.readline().decode().strip() == DEV_URL
        (agent,) = agents(tmp_path)
        os.killpg(program.pid, how)  # the whole group, as a terminal does
    assert eventually(lambda: not agents(tmp_path)) and eventually(lambda: edge.urls == [])
    assert eventually(lambda: processes(f"SIGTERM) {agent}") == [])


def test_ctrl_c_while_opening_leaves_no_agent(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(os.environ["PYNGROK_NGROK_PATH"], FAKE_NGROK_SCENARIO="silent")
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, TOKEN, tmp_path], cwd=ROOT, stderr=subprocess.DEVNULL
    ) as program:
        assert eventually(lambda: agents(tmp_path))
        program.send_signal(signal.SIGINT)
    assert agents(tmp_path) == []


def test_a_name_is_waited_for() -> None:
    answers = [socket.gaierror("no such host"), "203.0.113.7"]

    def resolve(host: str) -> str:
        assert host == "bot.example"
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert wait_until_resolves("bot.example", 10, resolve) == "203.0.113.7"


def test_a_name_that_never_resolves_is_given_up() -> None:
    def resolve(host: str) -> str:
        raise socket.gaierror("no such host")

    assert wait_until_resolves("bot.example", 0.1, resolve) is None


@pytest.mark.skipif(
    not REAL_AUTHTOKEN,
    reason="asks the real ngrok: set NGROK_AUTHTOKEN to run it",
)
def test_the_real_ngrok(port: int, tmp_path: Path) -> None:
    import requests

    tunnel = open_tunnel(port, authtoken=REAL_AUTHTOKEN, config_dir=tmp_path)
    try:
        host = tunnel.public_url.removeprefix("https://")
        assert wait_until_resolves(host, 30)
        answer = requests.post(f"{tunnel.public_url}/webhook", data="{}", timeout=10)
        assert answer.json()["path"] == "/webhook"
        assert tunnel._state() == "online"
    finally:
        tunnel.close()


def test_the_agent_inherits_no_secret(
    start: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:a-bots-token")
    monkeypatch.setenv("WEATHER_KEY", "an author's own")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    start()
    (agent,) = agents(tmp_path / "ngrok")
    environ = Path(f"/proc/{agent}/environ")
    if not environ.exists():
        pytest.skip("only Linux shows a process' environment")
    names = {line.partition(b"=")[0] for line in environ.read_bytes().split(b"\0")}
    assert b"HTTPS_PROXY" in names
    assert not names & {b"TELEGRAM_BOT_TOKEN", b"WEATHER_KEY", b"NGROK_AUTHTOKEN"}
