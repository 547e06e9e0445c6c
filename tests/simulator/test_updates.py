"""getUpdates: offsets, waiting, conflicts, lifetimes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from anzol.api.updates import known_kinds
from anzol.simulator.world.updates import QUEUES
from tests.simulator.side import Side, until

Simulate = Callable[..., Side]


def later(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Run something on a thread and keep what it returns."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


def polling(sim: Side) -> Any:
    return until(lambda: any(bot["polling"] for bot in sim.read("state")["bots"]))


def test_every_kind_of_update_has_its_queue_and_can_be_asked_for(sim: Side):
    kinds = known_kinds()
    assert set(QUEUES) == set(kinds)
    sim.ok("getUpdates", allowed_updates=kinds)
    assert set(sim.ok("getWebhookInfo")["allowed_updates"]) == set(kinds)


def test_numbers_begin_at_random_and_grow_by_one(sim: Side):
    for text in "abc":
        sim.say(text)
    ids = [update["update_id"] for update in sim.ok("getUpdates")]
    assert 2_000_001 <= ids[0] <= 1_000_000_000
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]


def test_offsets_confirm(sim: Side):
    for text in "abcd":
        sim.say(text)
    first = sim.ok("getUpdates", limit="x")
    assert len(first) == 1
    number = first[0]["update_id"]
    assert len(sim.ok("getUpdates")) == 4
    rest = sim.ok("getUpdates", offset=number + 1)
    assert [update["message"]["text"] for update in rest] == ["b", "c", "d"]
    last = sim.ok("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in last] == ["d"]
    assert sim.ok("getWebhookInfo")["pending_update_count"] == 1
    assert len(sim.ok("getUpdates", offset=number + 1000)) == 1
    assert sim.log("confirmed")[0]["update_id"] == number


def test_a_long_poll_answers_when_something_comes(sim: Side):
    thread, found = later(lambda: sim.ok("getUpdates", timeout=50))
    polling(sim)
    sim.say("hello")
    thread.join(60)
    assert found[0][0]["message"]["text"] == "hello"


def test_a_long_poll_ends_with_nothing(simulate: Simulate):
    sim = simulate(speed=100)
    assert sim.ok("getUpdates", timeout=500) == []


def test_a_second_poll_ends_the_first(sim: Side):
    thread, found = later(lambda: sim.refusal("getUpdates", timeout=50))
    polling(sim)
    second, other = later(lambda: Side(sim.running).ok("getUpdates", timeout=50))
    thread.join(60)
    assert found == [
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    ]
    sim.say("hi")
    second.join(60)
    assert len(other[0]) == 1


def test_a_webhook_ends_a_poll_and_forbids_the_next(sim: Side):
    thread, found = later(lambda: sim.refusal("getUpdates", timeout=50))
    polling(sim)
    hook = Side(sim.running).hook()
    thread.join(60)
    assert found == ["Conflict: terminated by setWebhook request"]
    assert sim.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    hook.close()


def test_a_hurried_conflict_is_held_back(simulate: Simulate):
    sim = simulate(speed=100)
    sim.hook()
    sim.refusal("getUpdates")
    first = sim.log("call")[-1]["time"]
    sim.refusal("getUpdates")
    assert sim.log("call")[-1]["time"] - first >= 2.9


def test_an_old_button_press_is_gone(simulate: Simulate):
    sim = simulate(speed=1000)
    query = {"id": "1", "from": {"id": 1001}, "chat_instance": "1", "data": "x"}
    sim.act("update", update={"callback_query": query})
    sim.say("stays")
    until(lambda: [list(u)[1] for u in sim.ok("getUpdates")] == ["message"])


def test_allowed_updates_filter_what_is_made(sim: Side):
    sim.say("before")
    sim.ok("getUpdates", allowed_updates=["callback_query"])
    sim.say("unseen")
    assert [u["message"]["text"] for u in sim.ok("getUpdates")] == ["before"]


def test_any_update_can_be_given(sim: Side):
    sent = sim.act("update", update={"brand_new_kind": {"x": 1}})
    assert sim.ok("getUpdates") == [{"update_id": sent["update_id"], "brand_new_kind": {"x": 1}}]
