"""No Telegram for a while, in every way that networks know: nothing is lost, reordered, doubled or anybody's attempt."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from anzol import Anzol, Router
from anzol.api import reach as reaching
from anzol.settings import Settings
from tests.fakes import message
from tests.processes import eventually

pytestmark = pytest.mark.slow  # the whole matrix takes seconds for each of its outages

KEY = "operator-key-0123456789"
CHATS, EACH = 6, 5
DEEP = b"[" * 1000 + b"]" * 1000


def answer(status: int, body: Any, kind: str = "application/json") -> tuple[int, bytes, str]:
    return status, body if isinstance(body, bytes) else json.dumps(body).encode(), kind


def refusal(code: Any, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": "no", **more}


PAGE = b"<html><title>Sign in to the network</title></html>"
FAULTS = {
    "502": answer(502, b"Bad Gateway", "text/plain"),
    "502 of Telegram": answer(502, refusal(502)),
    "500": answer(500, refusal(500)),
    "a page with 200": answer(200, PAGE, "text/html"),
    "a page with 302": answer(302, PAGE, "text/html"),
    "a page with 429": answer(429, PAGE, "text/html"),
    "garbage": answer(200, b"<\x00\xff}{", "application/octet-stream"),
    "nothing but no": answer(200, {"ok": False}),
    "a negative wait": answer(429, refusal(429, parameters={"retry_after": -5})),
    "a wait in words": answer(429, refusal(429, parameters={"retry_after": "abc"})),
    "a list of waits": answer(429, refusal(429, parameters={"retry_after": [1]})),
    "a list of parameters": answer(429, refusal(429, parameters=[])),
    "a code in words": answer(400, refusal("x")),
    "a thousand levels": answer(502, DEEP),
    "an unknown token": answer(401, refusal(401, description="Unauthorized")),
    "hanging": None,
}


class Telegram(ThreadingHTTPServer):
    """A Bot API server that can be made to answer in any way, to hang, and to be gone."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Answering)
        self.fault: Any = ()
        self.back = threading.Event()
        self.sent: list[tuple[int, str]] = []
        self.times: list[float] = []
        self.probes = 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Telegram

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        fault = self.server.fault
        if fault is None:  # it hangs, and then breaks
            self.server.back.wait(60)
            self.close_connection = True
            return
        if fault:
            self.respond(*fault)
            return
        method = self.path.rpartition("/")[2]
        if method == "sendMessage":
            with self.server.lock:
                self.server.sent.append((body["chat_id"], body["text"]))
                self.server.times.append(time.monotonic())
            chat = {"id": body["chat_id"], "type": "private"}
            result: Any = {"message_id": len(self.server.sent), "date": 1, "chat": chat}
        else:
            self.server.probes += method == "getMe"
            result = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}
        self.respond(*answer(200, {"ok": True, "result": result}))

    def respond(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/login")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    telegram = Telegram()
    yield telegram
    telegram.back.set()
    telegram.shutdown()
    telegram.server_close()


@pytest.fixture
def router() -> Router:
    router = Router()
    router.on("message:text")(lambda ctx: ctx.text)
    return router


@pytest.fixture
def app(settings: Settings, telegram: Telegram, router: Router, monkeypatch) -> Iterator[Flask]:
    monkeypatch.setattr(reaching, "LONGEST_PAUSE", 0.5)
    monkeypatch.setattr(reaching, "REFUSED_PAUSE", 0.3)
    monkeypatch.setattr(reaching, "LONGEST_REFUSED", 0.3)
    monkeypatch.setattr("anzol.api.client.PROBE_SECONDS", 0.5)
    monkeypatch.setattr("anzol.queue.workers.SLOW_CALL", 0.3)
    settings = replace(
        settings,
        telegram_api_url=f"http://127.0.0.1:{telegram.server_port}",
        api_key=KEY,
        workers=4,
        drain_seconds=2,
    )
    app = build(settings, router)
    yield app
    app.extensions["anzol"].queue.stop()


def build(settings: Settings, router: Router) -> Flask:
    app = Flask("anzol", static_folder=None)
    Anzol(app, router, settings)
    return app


def store(app: Flask, chat: int, number: int) -> None:
    update_id = 1000 * chat + number
    update = message(f"{number}", update_id=update_id, chat_id=chat)
    app.extensions["anzol"].store(update, json.dumps(update).encode())


def answers(telegram: Telegram) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chat, text in telegram.sent:
        found[chat].append(text)
    return found


def whole() -> dict[int, list[str]]:
    return {chat: [f"{number}" for number in range(EACH)] for chat in range(1, CHATS + 1)}


@pytest.mark.attack
@pytest.mark.parametrize("fault", FAULTS)
def test_an_outage_is_waited_out(app: Flask, telegram: Telegram, fault: str, caplog):
    caplog.set_level(logging.INFO)
    queue, reach = app.extensions["anzol"].queue, app.extensions["anzol"].bot.reach
    telegram.fault = FAULTS[fault]
    for number in range(EACH):
        for chat in range(1, CHATS + 1):
            store(app, chat, number)
    eventually(lambda: reach.state != "well")
    found = app.test_client().get("/readyz", headers={"Authorization": f"Bearer {KEY}"})
    (bot,) = found.json["bots"]
    assert (found.status_code, bot["telegram"]["state"]) == (200, reach.state)
    metrics = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {KEY}"}).text
    assert f'anzol_telegram_state{{bot="{bot["bot"]}",state="{reach.state}"}} 1.0' in metrics
    eventually(lambda: queue.paused())
    telegram.back.wait(0.7)
    assert (queue.counts()["dead"], queue.counts()["done"]) == (0, 0)

    telegram.fault = ()
    telegram.back.set()
    back = time.monotonic()

    eventually(lambda: queue.counts()["done"] == CHATS * EACH)
    assert answers(telegram) == whole()
    assert {entry.attempts for entry in queue.list(limit=100)} == {1}
    print(f"{fault}: the first answer came {telegram.times[0] - back:.2f} s after the end")
    states = [
        record.getMessage()
        for record in caplog.records
        if record.getMessage().startswith("Telegram ") and "webhook" not in record.getMessage()
    ]
    assert len(states) == 2
    assert states[1].startswith("Telegram is back: ")
    word = "refuses the token" if fault == "an unknown token" else "is away"
    assert word in states[0]


@pytest.mark.attack
def test_a_closed_port_is_waited_out(app: Flask, telegram: Telegram):
    queue = app.extensions["anzol"].queue
    port = telegram.server_port
    telegram.shutdown()
    telegram.server_close()
    for number in range(EACH):
        for chat in range(1, CHATS + 1):
            store(app, chat, number)
    eventually(lambda: queue.paused())
    again = Telegram(port)
    eventually(lambda: queue.counts()["done"] == CHATS * EACH)
    assert answers(again) == whole()
    again.shutdown()
    again.server_close()


@pytest.mark.attack
def test_a_silent_network_is_waited_out(
    settings: Settings, telegram: Telegram, router: Router, monkeypatch
):
    """Connections are not even refused, as by a resolver or a firewall that drops everything."""
    monkeypatch.setattr("anzol.api.transport.CONNECT_TIMEOUT", 0.2)
    monkeypatch.setattr(reaching, "LONGEST_PAUSE", 0.3)
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        port = silent.getsockname()[1]
        fill = [socket.socket() for _ in range(8)]
        for one in fill:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        app = build(replace(settings, telegram_api_url=f"http://127.0.0.1:{port}"), router)
        queue = app.extensions["anzol"].queue
        store(app, 1, 0)
        eventually(lambda: queue.paused())
        assert queue.counts()["open"] == 1
        for one in fill:
            one.close()
    silent_port = Telegram(port)
    eventually(lambda: queue.counts()["done"] == 1)
    assert silent_port.sent == [(1, "0")]
    queue.stop()
    silent_port.shutdown()
    silent_port.server_close()


def test_a_restart_with_a_wrong_token_keeps_everything(
    settings: Settings, telegram: Telegram, router: Router, monkeypatch
):
    monkeypatch.setattr(reaching, "REFUSED_PAUSE", 60.0)
    settings = replace(
        settings, telegram_api_url=f"http://127.0.0.1:{telegram.server_port}", drain_seconds=1
    )
    telegram.fault = FAULTS["an unknown token"]
    for _ in range(2):
        app = build(settings, router)
        queue = app.extensions["anzol"].queue
        store(app, 1, 0)
        store(app, 2, 0)
        eventually(lambda queue=queue: queue.paused())
        queue.stop()
        assert queue.counts() | {"open": 2, "dead": 0} == queue.counts()
    telegram.fault = ()
    app = build(settings, router)
    queue = app.extensions["anzol"].queue
    queue.start()
    eventually(lambda: queue.counts()["done"] == 2)
    assert sorted(telegram.sent) == [(1, "0"), (2, "0")]
    queue.stop()


def test_an_expensive_handler_is_not_run_twice_for_a_short_outage(
    app: Flask, telegram: Telegram, router: Router
):
    runs = []

    @router.on("edited_message")
    def think(ctx):
        runs.append(1)
        telegram.fault = FAULTS["502"]
        return "thought"

    update = {"update_id": 1, "edited_message": message(chat_id=1)["message"]}
    app.extensions["anzol"].store(update, json.dumps(update).encode())
    eventually(lambda: app.extensions["anzol"].queue.paused())
    telegram.fault = ()

    eventually(lambda: telegram.sent)
    assert (telegram.sent, runs) == ([(1, "thought")], [1])


@pytest.mark.attack
def test_a_hundred_chats_at_429_delay_nobody(app: Flask, telegram: Telegram, router: Router):
    """The first version's workers slept for each of them; the next chat waited with them."""

    def flood(self: Answering) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.sent.append((body.get("chat_id", 0), body.get("text", "")))
        if body.get("chat_id", 0) < 200:
            self.respond(*answer(429, refusal(429, parameters={"retry_after": 30})))
        else:
            result = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
            self.respond(*answer(200, {"ok": True, "result": result}))

    Answering.do_POST, answering = flood, Answering.do_POST
    try:
        for chat in range(1, 111):
            store(app, chat, 0)
        eventually(lambda: len(telegram.sent) >= 110)
        started = time.monotonic()
        store(app, 500, 0)
        eventually(lambda: (500, "0") in telegram.sent)
        assert time.monotonic() - started < 5
        assert app.extensions["anzol"].queue.counts()["dead"] == 0
    finally:
        Answering.do_POST = answering
