"""What a bot's own server says became of an update."""

from __future__ import annotations

from tests.simulator.side import Side


def test_an_outcome_is_logged_with_its_update(sim: Side):
    sim.say("hi")
    update = sim.updates()[0]["update_id"]
    error = "Traceback (most recent call last):\nKeyError: 'x'"
    sim.act("outcome", update_id=update, handler="start", seconds=0.25, outcome="dead", error=error)
    (entry,) = sim.log("outcome", update_id=update)
    told = {name: entry[name] for name in ("handler", "seconds", "outcome", "error")}
    assert told == {"handler": "start", "seconds": 0.25, "outcome": "dead", "error": error}


def test_a_long_traceback_keeps_its_end(sim: Side):
    sim.act("outcome", update_id=1, error="x" * 100_000 + "KeyError: 'x'")
    (entry,) = sim.log("outcome")
    assert len(entry["error"]) == 65_536
    assert entry["error"].endswith("KeyError: 'x'")


def test_an_outcome_needs_a_known_bot_and_an_update(sim: Side):
    for body in ({"bot": "7", "update_id": 1}, {"bot": "4242:test", "update_id": "x"}):
        answer = sim.session.post(f"{sim.url}/user/outcome", json=body)
        assert answer.status_code == 400
