"""Jumping ahead in time."""

from __future__ import annotations

from tests.simulator.side import Side, response, until


def test_a_retry_comes_at_once(sim: Side):
    hook = sim.hook(response("500 Oops", Retry_After="3000"), response("200 OK"))
    sim.say("hi")
    first = hook.next()
    until(lambda: sim.log("delivery"))
    sim.act("clock", advance=3000)
    assert hook.next() == first
    hook.close()


def test_a_poll_ends(sim: Side):
    options = [{"text": "a"}, {"text": "b"}]
    sent = sim.ok("sendPoll", chat_id=1001, question="q", options=options, open_period=600)
    assert sent["poll"]["close_date"] == sent["date"] + 600
    sim.act("clock", advance=600)
    until(lambda: sim.messages()[0]["poll"]["is_closed"])
    assert sim.updates()[-1]["poll"]["is_closed"] is True


def test_a_poll_ends_when_its_second_is_over_and_not_later(sim: Side):
    sim.ok("sendPoll", chat_id=1001, question="q", options=["a"], open_period=5)
    sim.act("clock", advance=4)
    assert sim.messages()[0]["poll"]["is_closed"] is False
    until(lambda: sim.messages()[0]["poll"]["is_closed"], seconds=1.5)
    refusal = sim.refusal("sendPoll", chat_id=1001, question="q", options=["a"], open_period=1)
    assert refusal == "Bad Request: POLL_OPEN_PERIOD_INVALID"


def test_an_update_expires(sim: Side):
    sim.say("hi")
    sim.act("clock", advance=86_401)
    assert sim.ok("getUpdates") == []
