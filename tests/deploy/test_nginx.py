"""deploy/nginx.conf itself, in front of waitress-serve: TLS, a thousand deliveries, a reload, an outage."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from anzol.settings import Settings
from tests.deliveries import SECRET_HEADER
from tests.fake_ngrok.edge import make_certificates
from tests.fakes import message
from tests.processes import Person, Process, eventually, free_port, running

NGINX = shutil.which("nginx", path=os.defpath + ":/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="no nginx: apt install nginx-light"),
]

ROOT = Path(__file__).parent.parent.parent
TOKEN = "8001:nginx-test_token_0123456789"
SECRET = Settings(telegram_bot_token=TOKEN).secret
CHATS, EACH = 40, 25

MAIN = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/anzol.conf;
}}
"""


class Nginx:
    """nginx with our configuration, on ports of its own."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder, self.port = folder, free_port()
        make_certificates(folder)
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for ours, here in {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "server_name bot.example.org;": "server_name localhost;",
            "/etc/letsencrypt/live/bot.example.org/fullchain.pem": f"{folder}/edge.pem",
            "/etc/letsencrypt/live/bot.example.org/privkey.pem": f"{folder}/edge.key",
        }.items():
            assert ours in text, ours
            text = text.replace(ours, here)
        (folder / "anzol.conf").write_text(text)
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "main.conf").write_text(MAIN.format(folder=folder, user=user))
        self._command = [str(NGINX), "-p", str(folder), "-c", f"{folder}/main.conf"]
        subprocess.run([*self._command, "-t"], check=True, capture_output=True, text=True)
        self.process = subprocess.Popen([*self._command, "-g", "daemon off;"])
        self.url = f"https://localhost:{self.port}"
        self.ca = str(folder / "ca.pem")
        eventually(lambda: (folder / "nginx.pid").exists())

    def post(self, **options: object) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.post(f"{self.url}/webhook", verify=self.ca, timeout=10, **options)

    def is_up(self) -> bool:
        """Whether somebody else than nginx answers."""
        return self.post(headers={SECRET_HEADER: "wrong"}).status_code in (403, 429)

    def reload(self) -> None:
        """Read the configuration again, as `systemctl reload nginx` does."""
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def nginx(tmp_path: Path, port: int) -> Iterator[Nginx]:
    (tmp_path / "nginx").mkdir()
    nginx = Nginx(tmp_path / "nginx", port)
    yield nginx
    nginx.stop()


@pytest.fixture
def telegram(nginx: Nginx) -> Iterator[str]:
    with running(
        "-m", "anzol.simulator", "--port", "0", "--no-flood", SSL_CERT_FILE=nginx.ca
    ) as process:
        yield process.expect(r"http://127\.0\.0\.1:\d+")[0]


def serve(port: int, nginx: Nginx, telegram: str, folder: Path, **environ: str) -> Process:
    """The command of deploy/anzol.service."""
    unit = (ROOT / "deploy" / "anzol.service").read_text()
    _, _, options = unit.partition("/bin/python -m waitress ")
    options = options.partition("\n")[0].replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    return Process(
        *("-m", "waitress", *options.split()),
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram,
        PUBLIC_URL=nginx.url,
        TRUSTED_PROXIES="127.0.0.1",
        DATABASE_URL=f"sqlite:///{folder}/inbox.db",
        DRAIN_SECONDS="2",
        **environ,
    )


def test_a_thousand_deliveries_with_a_reload_in_the_middle(
    nginx: Nginx, port: int, telegram: str, tmp_path: Path
):
    server = serve(port, nginx, telegram, tmp_path)
    try:
        server.expect("webhook https://localhost")
        with Person(telegram, TOKEN) as ana:

            def talk(person: int) -> None:
                with Person(telegram, TOKEN, person) as someone:
                    for number in range(EACH):
                        someone.do("send", text=f"{person}-{number}")

            people = range(3000, 3000 + CHATS)
            with ThreadPoolExecutor(8) as pool:
                talks = [pool.submit(talk, person) for person in people]
                eventually(lambda: sum(talk.done() for talk in talks) >= CHATS // 4, 60)
                nginx.reload()
                for talk_ in talks:
                    talk_.result()
            for person in people:
                eventually(lambda person=person: len(ana.texts(person)) >= EACH, 60)
                assert ana.texts(person) == [f"{person}-{number}" for number in range(EACH)]
        assert "WARNING" not in server.output
    finally:
        assert server.end() == 0, server.output
    # One connection to the server carries many updates.
    assert (nginx.folder / "access.log").read_text().count('"POST /webhook') >= CHATS * EACH


def test_what_nginx_itself_answers(nginx: Nginx, port: int, telegram: str, tmp_path: Path):
    update = message("hello", chat_id=1001)
    headers = {SECRET_HEADER: SECRET}
    away = nginx.post(json=update, headers=headers)
    assert (away.status_code, away.headers["Retry-After"]) == (503, "2")
    assert nginx.post(data=b"x" * (1024 * 1024 + 1), headers=headers).status_code == 413
    assert nginx.post(data=b"x" * 500_000).status_code == 403  # nobody is asked: the server is away
    server = serve(port, nginx, telegram, tmp_path, TELEGRAM_IPS_ONLY="on")
    try:
        eventually(nginx.is_up)
        # The client is this machine, whatever it says of itself.
        spoofed = {**headers, "X-Forwarded-For": "149.154.160.1", "X-Real-IP": "149.154.160.1"}
        refused = nginx.post(json=update, headers=spoofed)
        assert refused.status_code == 403
        assert "Telegram's own addresses" in refused.text
        assert refused.headers["Strict-Transport-Security"]
        assert "TRUSTED_PROXIES has no effect" not in server.output
    finally:
        assert server.end() == 0, server.output


def test_large_updates_pass(nginx: Nginx, port: int, telegram: str, tmp_path: Path):
    server = serve(port, nginx, telegram, tmp_path)
    try:
        eventually(nginx.is_up)
        update = {"update_id": 5, "brand_new": {"id": 1, "text": "x" * 512 * 1024}}
        assert nginx.post(json=update, headers={SECRET_HEADER: SECRET}).status_code == 200
    finally:
        assert server.end() == 0, server.output
