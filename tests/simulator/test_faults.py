"""Trouble on demand."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from tests.simulator.side import Side


def test_the_next_calls_are_refused(sim: Side):
    fault = {"method": "sendmessage", "times": 2, "error_code": 429, "retry_after": 7}
    assert sim.act("faults", **fault)[0]["times"] == 2
    for _ in range(2):
        answer = sim.call("sendMessage", chat_id=1001, text="x")
        assert answer["parameters"] == {"retry_after": 7}
    assert sim.ok("sendMessage", chat_id=1001, text="x")
    assert sim.read("faults") == []
    assert [entry["fault"] for entry in sim.log("call")] == [1, 1, None]


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (400, "Bad Request: chat not found"),
        (403, "Forbidden: bot was blocked by the user"),
        (500, "Internal Server Error: restart"),
        (418, "Error: tea"),
    ],
)
def test_codes(sim: Side, code: int, description: str):
    text = {"description": "tea"} if code == 418 else {}
    sim.act("faults", method="*", error_code=code, **text)
    answer = sim.call("getMe")
    assert (answer["error_code"], answer["description"]) == (code, description)


def test_a_cut_connection_does_nothing(sim: Side):
    sim.act("faults", method="sendMessage", cut=True)
    with pytest.raises(requests.ConnectionError):
        sim.call("sendMessage", chat_id=1001, text="x")
    assert sim.call("getChat", chat_id=1001)["ok"]
    assert sim.messages() == []


def test_a_lost_answer_did_the_work(sim: Side):
    sim.act("faults", method="sendMessage", lose=True)
    with pytest.raises(requests.ConnectionError):
        sim.call("sendMessage", chat_id=1001, text="x")
    assert [message["text"] for message in sim.messages()] == ["x"]


def test_latency_comes_first(sim: Side):
    sim.act("faults", method="getMe", latency=0.2)
    started = time.monotonic()
    sim.ok("getMe")
    assert time.monotonic() - started >= 0.2


def test_faults_are_removed(sim: Side):
    fault = sim.act("faults", method="getMe", times=0, error_code=500)[0]
    sim.refusal("getMe")
    sim.refusal("getMe")
    assert sim.act("faults", remove=fault["id"]) == []
    sim.ok("getMe")
    sim.act("faults", error_code=500, times=0)
    assert sim.act("faults", clear=True) == []
    with pytest.raises(AssertionError, match="a fault needs"):
        sim.act("faults", method="getMe")


def test_another_bot_is_spared(sim: Side):
    sim.act("faults", bot="99:x", error_code=500)
    sim.ok("getMe")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"method": "nosuch", "error_code": 500}, "method is one of the Bot API's or *"),
        ({"method": 7, "error_code": 500}, "method is one of the Bot API's or *"),
        ({"latency": -1}, "latency is 0 to 600 seconds"),
        ({"latency": 601}, "latency is 0 to 600 seconds"),
        ({"latency": "nan"}, "latency is 0 to 600 seconds"),
        ({"error_code": 200}, "error_code is 400 to 599, not 200"),
        ({"error_code": 600}, "error_code is 400 to 599, not 600"),
        ({"error_code": 400, "times": -1}, "times is how many calls it meets"),
        ({"error_code": 429, "retry_after": -1}, "retry_after is 0 to 86400 seconds"),
        ({"error_code": 400, "description": ["x"]}, "description is a text"),
        ({"error_code": 0}, "a fault needs error_code, latency, cut or lose"),
        ({"cut": False}, "a fault needs error_code, latency, cut or lose"),
    ],
)
def test_odd_faults_are_refused(sim: Side, fault: dict[str, Any], text: str):
    answer = sim.session.post(f"{sim.url}/user/faults", json=fault)
    assert answer.status_code == 400
    assert answer.json()["description"].startswith(f"Bad Request: {text}")
    assert sim.read("faults") == []
    sim.ok("getMe")
