"""The conformance probes: what they take for good and for bad, and the page."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
import requests

from benchmarks.bots import Bot
from benchmarks.conformance.__main__ import ask_all, main, run
from benchmarks.conformance.api import Api, parameters
from benchmarks.conformance.page import Cell, Results, load, render, save
from benchmarks.conformance.probes import PROBES, Outcome, Probe
from benchmarks.conformance.setups import NOTES, setups
from benchmarks.conformance.subject import Subject

FACTS: dict[str, Any] = {"date": "2026-01-02", "commit": "abc1234", "versions": {"Python": "3.11"}}
CELLS = [
    Cell("duplicate", "anzol", True, "ran once"),
    Cell("duplicate", "other", False, "ran twice"),
    Cell("order", "anzol", True, "in order"),
]
# A bot that answers each delivery once more than it should, accepts anything, and shows its token.
CARELESS = """
import json, os, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CALL = os.environ["API"] + "/bot" + os.environ["TOKEN"] + "/sendMessage"

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(405)
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        text = json.loads(body)["message"]["text"]
        for _ in range(2):
            data = json.dumps({"chat_id": 1, "text": "echo " + text}).encode()
            headers = {"Content-Type": "application/json"}
            try:
                urllib.request.urlopen(urllib.request.Request(CALL, data, headers))
            except OSError:
                print("cannot call", CALL)

ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def careless():
    def environ(place: Any) -> dict[str, str]:
        return {"API": place.api, "TOKEN": place.token, "PORT": str(place.port)}

    bot = Bot("careless", lambda place: [sys.executable, "-c", CARELESS], environ)
    with Subject(bot) as subject:
        yield subject


@pytest.mark.slow
@pytest.mark.parametrize("name", ["duplicate", "wrong-secret", "malformed", "token-in-log"])
def test_a_careless_bot_is_red(careless, name):
    outcome = PROBES[name].run(careless)
    assert not outcome.good, outcome.seen


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is read from /proc")
@pytest.mark.parametrize("name", PROBES)
def test_ours_keeps_what_a_probe_asks_for(name, monkeypatch):
    monkeypatch.setattr(
        "benchmarks.conformance.probes.OUTAGE", 10.0
    )  # the command waits for longer
    assert run(PROBES[name], setups()[0]) == Outcome(True, ANY)


def test_the_api_remembers_calls_of_every_kind():
    api = Api()
    try:
        url = f"{api.url}/bot1:x/sendMessage"
        requests.post(url, json={"chat_id": 1, "text": "json"}, timeout=60)
        requests.post(url, data={"chat_id": 1, "text": "form"}, timeout=60)
        requests.post(url, files={"chat_id": (None, "1"), "text": (None, "parts")}, timeout=60)
        requests.get(url, params={"chat_id": 1, "text": "query"}, timeout=60)
        assert api.texts() == ["json", "form", "parts", "query"]
    finally:
        api.close()


def test_a_refused_call_is_not_a_message_that_arrived():
    api = Api()
    try:
        api.fault = lambda method, params: (
            429,
            {"ok": False, "error_code": 429, "description": ""},
        )
        answer = requests.post(
            f"{api.url}/bot1:x/sendMessage", json={"chat_id": 1, "text": "x"}, timeout=5
        )
        assert (answer.status_code, api.texts(), len(api.called("sendmessage"))) == (429, [], 1)
    finally:
        api.close()


def test_an_api_that_is_away_refuses_connections_and_comes_back_on_its_port():
    api = Api()
    port = api.port
    api.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/bot1:x/getMe", timeout=60)
    api.open()
    try:
        assert requests.get(f"http://127.0.0.1:{port}/bot1:x/getMe", timeout=60).json()["ok"]
    finally:
        api.close()


def test_parameters_without_a_body_are_none():
    assert parameters(b"", "application/json") == {}
    assert parameters(b"", "") == {}


def test_the_page_has_a_row_for_each_probe_and_counts_what_is_kept():
    lines = render(Results(FACTS, CELLS)).splitlines()
    assert "| The same update twice | 🟢 ran once | 🔴 ran twice |" in lines
    assert "| Two messages of one chat, the first one slow | 🟢 in order | – |" in lines
    assert "| **kept** | **2 of 2** | **0 of 2** |" in lines
    assert "Probed on 2026-01-02, commit abc1234: Python 3.11." in lines


def test_every_cell_has_its_command():
    page = render(Results(FACTS, CELLS))
    assert "`python -m benchmarks.conformance duplicate`" in page


def test_what_was_saved_is_read_again(tmp_path):
    save(Results(FACTS, CELLS), tmp_path)
    assert load(tmp_path) == Results(FACTS, CELLS)


def test_every_set_up_says_how_it_is_set_up():
    assert [bot.name for bot in setups()] == list(NOTES)


def test_bots_are_asked_a_few_at_a_time_and_all_at_once_where_a_probe_only_waits(monkeypatch):
    most: dict[bool, int] = {False: 0, True: 0}
    inside: list[str] = []
    lock = threading.Lock()

    def asked(probe: Probe, bot: Bot) -> Outcome:
        with lock:
            inside.append(bot.name)
            most[probe.waits] = max(most[probe.waits], len(inside))
        if probe.waits:
            together.wait(60)  # breaks unless all are here
        with lock:
            inside.remove(bot.name)
        return Outcome(True, bot.name)

    monkeypatch.setattr("benchmarks.conformance.__main__.run", asked)
    bots = [Bot(f"bot {number}", lambda place: [], lambda place: {}) for number in range(5)]
    together = threading.Barrier(len(bots))
    cells = ask_all(bots, [PROBES["order"], PROBES["outage"]], jobs=2)
    assert most == {False: ANY, True: 5}
    assert most[False] <= 2
    assert {(cell.probe, cell.setup) for cell in cells} == {
        (name, bot.name) for name in ("order", "outage") for bot in bots
    }


def test_a_bot_that_was_late_once_is_green_and_one_that_fails_twice_is_red(monkeypatch):
    seen = {"order": iter([False, True]), "stop": iter([False, False]), "flood": iter([True])}

    def asked(probe: Probe, bot: Bot) -> Outcome:
        return Outcome(next(seen[probe.name]), "")

    monkeypatch.setattr("benchmarks.conformance.__main__.run", asked)
    bot = Bot("bot", lambda place: [], lambda place: {})
    cells = ask_all([bot], [PROBES[name] for name in seen], jobs=1)
    assert {cell.probe: cell.good for cell in cells} == {
        "order": True,
        "stop": False,
        "flood": True,
    }


def test_a_bot_that_does_not_start_is_not_red_and_nothing_is_stored(monkeypatch, tmp_path, capsys):
    def asked(probe: Probe, bot: Bot) -> Outcome | None:
        return Outcome(True, "well") if bot.name == "anzol" else None

    bots = [Bot(name, lambda place: [], lambda place: {}) for name in ("anzol", "broken")]
    monkeypatch.setattr("benchmarks.conformance.__main__.run", asked)
    monkeypatch.setattr("benchmarks.conformance.__main__.setups", lambda: bots)
    monkeypatch.setattr("benchmarks.conformance.__main__.end_with_bots", lambda: None)
    assert main(["--out", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "these did not start: broken" in told.err
    assert "🔴" not in told.out
    assert not list(tmp_path.iterdir())
