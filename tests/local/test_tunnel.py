"""`python tunnel.py 8000` as a process, with ngrok's agent and edge played."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from anzol.local.tunnel import main
from tests.fake_ngrok import TOKEN, Edge, install_agent, make_certificates, tell
from tests.processes import ROOT, clean_environ, free_port, running

DEV_URL = "https://zookeeper-pronto-ship.ngrok-free.dev"
PROGRAM = str(ROOT / "tunnel.py")


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    """A port with a server behind it."""
    with HTTPServer(("127.0.0.1", 0), Hello) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with Edge(make_certificates(tmp_path)) as edge:
        yield edge
        assert edge.urls == []


@pytest.fixture
def environ(edge: Edge, tmp_path: Path) -> dict[str, str]:
    agent = tell(install_agent(tmp_path / "agent"), FAKE_NGROK_EDGE=edge.address)
    return {"HOME": str(tmp_path), "NGROK_AUTHTOKEN": TOKEN, "PYNGROK_NGROK_PATH": agent}


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        env=clean_environ(**environ),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_address_leads_to_the_port_until_the_end(
    edge: Edge, environ: dict[str, str], port: int, ending: int
):
    with running(PROGRAM, str(port), **environ) as process:
        process.expect(r"✓ The tunnel is open  \d+\.\d s")
        assert process.expect(r"Public\s+(\S+)\n")[1] == DEV_URL
        process.expect(rf"Leads to\s+http://127\.0\.0\.1:{port}\n")
        status, _, body = edge.request("GET", DEV_URL)
        assert (status, body) == (200, b"hello")
        assert process.end(ending) == 0
    assert "Nothing listens" not in process.output
    assert "Traceback" not in process.output
    assert TOKEN not in process.output


@pytest.mark.slow
def test_a_port_that_nobody_listens_on_is_told(environ: dict[str, str]):
    with running(PROGRAM, str(free_port()), **environ) as process:
        process.expect("Nothing listens on port")
        process.expect(DEV_URL)


def test_without_an_authtoken_one_line_says_where_to_get_it(tmp_path: Path):
    ended = run("8000", HOME=str(tmp_path))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "NGROK_AUTHTOKEN is not set" in line
    assert "dashboard.ngrok.com" in line


def test_wrong_settings_are_told_in_a_line_each(tmp_path: Path):
    ended = run("8000", NGROK_URL="http://x", PORT="eighty", HOME=str(tmp_path))
    assert ended.returncode == 2
    assert [line.split()[0] for line in ended.stderr.splitlines()] == ["PORT", "NGROK_URL"]


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80.5"])
def test_what_is_no_port_is_refused(text: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--", text])
    assert ended.value.code == 2
    assert "is not a port: a whole number from 1 to 65535" in capsys.readouterr().err
