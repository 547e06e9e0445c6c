"""Plain calls: answered by the loop, and exactly as a thread answers the same call with something unusual about it."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from anzol.simulator import running as running_module
from anzol.simulator.api import calls
from tests.processes import PATIENCE
from tests.simulator.side import Side, until

Simulate = Callable[..., Side]
Connect = Callable[[Side], "Wire"]
ODD = "Upgrade: h2c"  # changes nothing but who answers
HELLO = b'{"chat_id":1001,"text":"hello"}'


class Wire:
    """A bot's connection, byte for byte."""

    def __init__(self, side: Side) -> None:
        self.socket = socket.create_connection(("127.0.0.1", side.running.port), PATIENCE)
        self._read = b""

    def answer(self) -> bytes:
        """Read one answer."""
        while True:
            head, gap, rest = self._read.partition(b"\r\n\r\n")
            length = int(re.findall(rb"Content-Length: (\d+)", head)[0]) if gap else 0
            if gap and len(rest) >= length:
                self._read = rest[length:]
                return head + gap + rest[:length]
            data = self.socket.recv(65_536)
            assert data, "the connection was closed"
            self._read += data

    def ask(self, request: bytes) -> bytes:
        """Send a request and read its answer."""
        self.socket.sendall(request)
        return self.answer()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open connections to simulators; all are closed afterwards."""
    opened: list[Wire] = []

    def connect(side: Side) -> Wire:
        opened.append(Wire(side))
        return opened[-1]

    yield connect
    for wire in opened:
        wire.socket.close()


@pytest.fixture
def wire(sim: Side, connect: Connect) -> Wire:
    """A connection to a simulator with the usual options."""
    return connect(sim)


def request(
    body: bytes = HELLO, method: str = "sendMessage", *fields: str, token: str = "4242:test"
) -> bytes:
    """Return a call as a library writes it."""
    lines = [f"POST /bot{token}/{method} HTTP/1.1", "Host: 127.0.0.1", *fields]
    if not any(field.startswith("Content-Type") for field in fields):
        lines.append("Content-Type: application/json")
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def undated(answer: bytes) -> bytes:
    """Return an answer without the times in it."""
    return re.sub(rb'Date: [^\r]+|"date":\d+', b"", answer)


CALLS = {
    "a text": (HELLO, "sendMessage"),
    "another case": (HELLO, "sendmessage"),
    "the test environment": (HELLO, "test/sendMessage"),
    "no method": (b'{"method":"getMe"}', ""),
    "an unknown method": (b"{}", "getNothing"),
    "a poll": (b'{"timeout":0}', "getUpdates"),
    "a webhook": (b'{"url":""}', "setWebhook"),
    "a chat of nobody": (b'{"chat_id":7,"text":"x"}', "sendMessage"),
    "no text": (b'{"chat_id":1001}', "sendMessage"),
    "null": (b'{"chat_id":1001,"text":null}', "sendMessage"),
    "no object": (b"[1]", "sendMessage"),
    "broken JSON": (b'{"chat_id":1001,"text":"x","parse_mode"', "sendMessage"),
    "no UTF-8": (b'{"chat_id":1001,"text":"\xff"}', "sendMessage"),
    "deep JSON": (b"[" * 30_000, "sendMessage"),
    "an unknown parameter": (b'{"chat_id":1001,"text":"x","txt":1}', "sendMessage"),
    "a long text": (b'{"chat_id":1001,"text":"%s"}' % (b"x" * 20_000), "sendMessage"),
    "too large": (b'{"text":"%s"}' % (b"x" * 70_000), "sendMessage"),
    "no content": (b"", "getMe"),
    "a form": (b"chat_id=1001&text=x", "sendMessage", "Content-Type: application/x-www-form-urlencoded"),
    "a charset": (HELLO, "sendMessage", "Content-Type: application/json; charset=utf-8"),
    "a foreign page": (HELLO, "sendMessage", "Origin: http://evil.example"),
    "a query": (HELLO, "sendMessage?text=query"),
}  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"local": False}], ids=["", "strict"])
def test_who_answers_makes_no_difference(
    simulate: Simulate, options: dict[str, Any], connect: Connect
):
    loops, threads = simulate(**options), simulate(**options)
    for side in (loops, threads):
        side.say("hi")
        side.updates()
    plain, odd = connect(loops), connect(threads)
    for name, (body, method, *fields) in CALLS.items():
        first = plain.ask(request(body, method, *fields))
        second = odd.ask(request(body, method, *fields, ODD))
        assert undated(first) == undated(second), name
    shown = [[(e["method"], e["params"], e["status"], e["via"], e["warnings"]) for e in side.log("call")]
             for side in (loops, threads)]  # fmt: skip
    assert shown[0] == shown[1]
    assert loops.messages()[1]["text"] == "hello"


def test_a_wrong_token_is_refused_alike(wire: Wire):
    for token in ("nonsense", "0:x", "4242:test", "4242:other"):
        plain, odd = (
            wire.ask(request(b"{}", "getMe", *more, token=token)) for more in ((), (ODD,))
        )
        assert undated(plain) == undated(odd)
    assert b"401 UNAUTHORIZED" in plain.upper()


def test_a_call_over_the_limits_hears_when_to_come_back(simulate: Simulate, connect: Connect):
    wire = connect(simulate(flood=True))
    answers = [wire.ask(request()) for _ in range(10)]
    assert answers[-1].startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
    (seconds,) = re.findall(rb"Retry-After: (\d+)\r\n", answers[-1])
    assert json.loads(answers[-1].partition(b"\r\n\r\n")[2])["parameters"] == {
        "retry_after": int(seconds)
    }


def test_a_bug_of_ours_is_a_500_and_the_loop_lives(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def crash(call: calls.Call) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setitem(calls.WORK, "getMe", crash)
    plain, odd = wire.ask(request(b"{}", "getMe")), wire.ask(request(b"{}", "getMe", ODD))
    assert undated(plain) == undated(odd)
    assert plain.startswith(b"HTTP/1.1 500 ")
    assert [record.message for record in caplog.records] == ["a call failed"] * 2
    assert b'"ok":true' in wire.ask(request())


def test_a_call_may_come_in_pieces(wire: Wire):
    sent = request()
    for at in (3, 40, len(sent) - len(HELLO), len(sent) - 5):
        wire.socket.sendall(sent[:at])
        time.sleep(0.02)  # so that the loop has read it, most of the time
        assert b'"ok":true' in wire.ask(sent[at:])


def test_calls_that_come_together_are_answered_in_order(wire: Wire):
    bodies = [b'{"chat_id":1001,"text":"%d"}' % number for number in range(30)]
    wire.socket.sendall(b"".join(request(body, "sendMessage", *[ODD][number % 2 :]) for number, body in enumerate(bodies)))  # fmt: skip
    for number in range(30):
        assert b'"text":"%d"' % number in wire.answer()


def test_a_connection_ends_when_the_bot_asks_for_it(wire: Wire):
    answer = wire.ask(request(HELLO, "sendMessage", "Connection: close"))
    assert b"Connection: close\r\n" in answer
    assert wire.socket.recv(1) == b""


@pytest.fixture
def single(simulate: Simulate, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Side:
    """A simulator whose one thread is taken by a long poll."""
    monkeypatch.setattr(running_module, "THREADS", 1)
    side = simulate()
    poll = connect(side)
    poll.socket.sendall(request(b'{"timeout":50}', "getUpdates"))
    return side


def test_a_plain_call_needs_no_thread(single: Side, connect: Connect):
    assert b'"ok":true' in connect(single).ask(request())


def test_a_fault_that_waits_keeps_nobody_else_waiting(
    sim: Side, connect: Connect, monkeypatch: pytest.MonkeyPatch
):
    done = threading.Event()
    woken: list[bool] = []
    watch = SimpleNamespace(
        sleep=lambda seconds: woken.append(done.wait(seconds / 2)), perf_counter=time.perf_counter
    )
    monkeypatch.setattr(calls, "time", watch)
    sim.act("faults", method="sendMessage", latency=PATIENCE, times=1)
    slow = connect(sim)
    slow.socket.sendall(request())
    until(lambda: not sim.read("faults"))
    assert b'"ok":true' in connect(sim).ask(request(b"{}", "getMe"))
    done.set()
    assert b'"ok":true' in slow.answer()
    assert woken == [True]


def test_a_world_that_is_busy_keeps_the_page_served(sim: Side, connect: Connect):
    wire, begun, done = connect(sim), threading.Event(), threading.Event()

    def hold() -> None:
        with sim.running.world:
            begun.set()
            done.wait(PATIENCE)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert begun.wait(PATIENCE)
        wire.socket.sendall(request())
        page = sim.session.get(f"{sim.url}/static/icon.svg", timeout=PATIENCE)
        assert not done.is_set()
    finally:
        done.set()
        holder.join()
    assert page.status_code == 200
    assert b'"ok":true' in wire.answer()


def test_long_answers_are_not_kept(simulate: Simulate, connect: Connect):
    wire = connect(simulate(keep=10))
    commands = [{"command": f"c{n}", "description": "x" * 250} for n in range(100)]
    wire.ask(request(json.dumps({"commands": commands}).encode(), "setMyCommands"))
    wire.ask(request(b"{}", "getMyCommands"))
    tracemalloc.start()
    try:
        for _ in range(200):
            assert len(wire.ask(request(b"{}", "getMyCommands"))) > 25_000
        assert tracemalloc.get_traced_memory()[0] < 2_000_000
    finally:
        tracemalloc.stop()
