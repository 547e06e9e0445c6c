"""flask doctor against the simulator and a real server, healthy and in each kind of trouble."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from anzol import simulator
from anzol.server import doctor, probe
from anzol.server.waitress import bind, create_server, door_of
from anzol.settings import Settings
from tests.conftest import TOKEN
from tests.fake_ngrok.edge import make_certificates
from tests.server.test_cli import run
from tests.servers import create_app, end

SECRET = "right"


@pytest.fixture
def healthy(settings: Settings, simulated: simulator.Running) -> Iterator[Settings]:
    """A server that runs and is registered; the settings of its operator."""
    settings = replace(settings, telegram_api_url=simulated.url)
    app = create_app(settings)
    server = create_server(
        app, settings, bind("127.0.0.1", 0), door_of(app, app.extensions["anzol"])
    )
    settings = replace(settings, public_url=f"http://127.0.0.1:{server.effective_port}")
    app.extensions["anzol"].queue.start()
    thread = threading.Thread(target=server.run)
    thread.start()
    run(create_app(settings), "webhook", "set")
    yield settings
    app.extensions["anzol"].queue.stop()
    end(server, thread)


def examined(settings: Settings) -> dict[str, doctor.Finding]:
    anzol = create_app(settings).extensions["anzol"]
    anzol.first.bot.sleep = lambda seconds: None
    findings = doctor.examine(anzol.settings, [anzol.first], anzol.queue)
    return {finding.what: finding for finding in findings}


def test_a_healthy_bot_has_nothing_to_mend(healthy):
    findings = examined(healthy)
    assert {finding.status for finding in findings.values()} == {"ok"}
    assert list(findings) == [
        "database", "inbox", "token", "clock", "webhook", "updates", "pending", "last error",
        "secret", "keep-alive", "body limit",
    ]  # fmt: skip
    assert "journal mode wal" in findings["database"].text


def test_the_probe_stores_nothing(healthy):
    examined(healthy)
    assert create_app(healthy).extensions["anzol"].queue.counts()["done"] == 0


def test_the_command_prints_a_line_each_and_exits_by_the_worst(healthy):
    printed = run(create_app(healthy), "doctor")
    assert len(printed.splitlines()) == 11
    assert all(line.startswith("ok") for line in printed.splitlines())
    other = create_app(replace(healthy, webhook_secret="another"))
    printed = run(other, "doctor", status=1)
    assert "fail  secret" in printed
    assert TOKEN not in printed
    assert healthy.secret not in printed


def test_json_is_for_programs(healthy):
    found = json.loads(run(create_app(healthy), "doctor", "--json"))
    assert {entry["status"] for entry in found} == {"ok"}
    assert set(found[0]) == {"status", "what", "text", "remedy"}


def change_path(settings: Settings) -> Settings:
    return replace(settings, webhook_path="/elsewhere")


def no_server(settings: Settings) -> Settings:
    return replace(settings, public_url="http://127.0.0.1:9")


def no_token(settings: Settings) -> Settings:
    return replace(settings, telegram_bot_token="")


def no_api(settings: Settings) -> Settings:
    return replace(settings, telegram_api_url="http://127.0.0.1:9")


def no_database(settings: Settings) -> Settings:
    return replace(settings, database_url="sqlite:////nowhere/at/all.db")


@pytest.mark.parametrize(
    ("trouble", "what", "status", "remedy"),
    [
        (change_path, "webhook", "fail", "flask webhook set"),
        (change_path, "secret", "fail", "PUBLIC_URL"),
        (no_server, "address", "fail", "Is the server running"),
        (no_token, "token", "warn", "@BotFather"),
        (no_api, "api", "fail", "TELEGRAM_API_URL"),
        (no_database, "database", "fail", "DATABASE_URL"),
    ],
)
def test_each_trouble_has_its_remedy(
    healthy, trouble: Callable[[Settings], Settings], what: str, status: str, remedy: str
):
    finding = examined(trouble(healthy))[what]
    assert finding.status == status
    assert remedy in finding.remedy


def test_a_rejected_token(healthy, simulated):
    fault = {"method": "getMe", "error_code": 401}
    requests.post(f"{simulated.url}/user/faults", json=fault, timeout=60).raise_for_status()
    assert examined(healthy)["token"].status == "fail"


def test_no_webhook(healthy):
    run(create_app(healthy), "webhook", "delete")
    finding = examined(healthy)["webhook"]
    assert (finding.status, finding.remedy) == ("warn", "flask webhook set")


def info(**fields: Any) -> Any:
    from anzol.api import types

    return types.WebhookInfo(
        {"url": "http://127.0.0.1:1/webhook", "pending_update_count": 0, **fields}
    )


def one(findings: Iterator[doctor.Finding], what: str) -> doctor.Finding:
    return next(finding for finding in findings if finding.what == what)


def test_a_difference_in_updates_is_spelt_out():
    found = doctor.webhook(
        info(allowed_updates=["message", "poll"]), Settings(), ["message", "chat_member"]
    )
    finding = one(found, "updates")
    assert finding.text == "not sent: chat_member; sent for nothing: poll"
    assert finding.status == "warn"


def test_many_pending_updates_want_a_kick():
    finding = one(doctor.webhook(info(pending_update_count=500), Settings(), []), "pending")
    assert (finding.status, finding.remedy) == ("warn", "flask webhook kick")


@pytest.mark.parametrize("mark", doctor.MEANINGS)
def test_a_fresh_error_is_explained(mark):
    told = info(last_error_message=f"Wrong response: {mark} x", last_error_date=time.time() - 90)
    (finding,) = doctor.errors(told)
    assert finding.status == "warn"
    assert finding.remedy == doctor.MEANINGS[mark]
    assert "2 minutes ago" in finding.text


def test_an_old_error_is_only_history():
    told = info(last_error_message="502 Bad Gateway", last_error_date=time.time() - 86400)
    (finding,) = doctor.errors(told)
    assert finding.status == "ok"


class Poor(BaseHTTPRequestHandler):
    """A server in trouble: what it does is set on its class."""

    status, keeps, limit = 400, True, 10**9

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.rfile.read(size)
        self.protocol_version = "HTTP/1.1" if self.keeps else "HTTP/1.0"
        self.send_response(413 if size > self.limit else self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.close_connection = not self.keeps

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def poor() -> Iterator[Callable[..., str]]:
    servers = []

    def start(context: ssl.SSLContext | None = None, **trouble: Any) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Poor", (Poor,), trouble))
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        scheme, host = ("https", "localhost") if context else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{server.server_port}/webhook"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("trouble", "what", "remedy"),
    [
        ({"status": 301}, "secret", "final address"),
        ({"status": 502}, "secret", "PUBLIC_URL"),
        ({"status": 403}, "secret", "WEBHOOK_SECRET"),
        ({"keeps": False}, "keep-alive", "keep-alive"),
        ({"limit": 500_000}, "body limit", "client_max_body_size"),
    ],
)
def test_a_proxy_in_trouble(poor, trouble, what, remedy):
    finding = one(probe.address(poor(**trouble), SECRET), what)
    assert finding.status != "ok"
    assert remedy in finding.remedy


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def context(certificates: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "edge.pem", certificates / "edge.key")
    return context


def test_a_chain_that_nobody_trusts(poor, context):
    findings = list(probe.address(poor(context), SECRET))
    assert [(f.what, f.status) for f in findings] == [("tls", "fail"), ("address", "fail")]


def test_a_certificate_that_ends_soon(poor, context, certificates, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    finding = one(probe.address(poor(context), SECRET), "tls")
    assert finding.status == "warn"
    assert "expires in 2 days" in finding.text


def test_the_default_set_is_told_apart_from_what_handlers_want():
    finding = one(doctor.webhook(info(), Settings(), ["message", "message_reaction"]), "updates")
    assert finding.text.startswith("not sent: message_reaction;")


def test_a_tunnel_of_this_machine_is_asked_too(healthy):
    findings = examined(replace(healthy, public_url=""))
    assert findings["secret"].status == "ok"


def test_a_strangers_address_does_not_get_the_secret(healthy, simulated):
    simulated.world.clock.advance(1)  # Telegram takes one setWebhook a second
    run(create_app(healthy), "webhook", "set", "http://127.0.0.9:9/other")
    findings = examined(replace(healthy, public_url=""))
    assert "secret" not in findings
    assert "PUBLIC_URL" in findings["address"].remedy


def test_an_address_filter_is_no_failure():
    finding = probe.secret_finding(403, "Only Telegram's own addresses may send updates here.")
    assert finding.status == "ok"


@pytest.mark.skipif(os.name == "nt", reason="files there have other permissions")
def test_files_that_others_can_read_are_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    database, env = tmp_path / "test.db", tmp_path / ".env"
    for path in (database, env):
        path.touch(0o600)
    assert list(doctor.files(settings)) == []
    database.chmod(0o644)
    env.chmod(0o604)
    told = [(finding.status, finding.remedy) for finding in doctor.files(settings)]
    assert told == [("warn", "chmod o= .env"), ("warn", f"chmod o= {database}")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"telegram_ips_only": True}, ["warn"]),
        ({"telegram_ips_only": True, "trusted_proxies": "127.0.0.1"}, []),
    ],
)
def test_addresses_that_a_proxy_hides_are_told(
    settings: Settings, changes: dict[str, Any], told: list[str]
):
    asked = replace(settings, public_url="https://bot.example.org", **changes)
    assert [finding.status for finding in doctor.proxies(asked)] == told


def test_a_certificate_of_ones_own_is_trusted_as_telegram_trusts_it(tmp_path: Path):
    folder = make_certificates(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "edge.pem", folder / "edge.key")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                with suppress(OSError), tls.wrap_socket(connection, server_side=True) as secured:
                    secured.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        (strange,) = probe.certificate("localhost", port, None)
        (own,) = probe.certificate("localhost", port, folder / "ca.pem")
        thread.join()
    assert (strange.status, own.status) == ("fail", "warn")  # it ends within two days
