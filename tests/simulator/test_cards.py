"""Checklists that people mark, paid media that people buy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.side import Side

Simulate = Callable[..., Side]
SEA = [{"type": "photo", "media": "http://example.com/sea.jpg"}]


def send_list(sim: Side, **flags: Any) -> dict[str, Any]:
    tasks = [{"id": number, "text": f"task {number}"} for number in (1, 2, 3)]
    checklist = {"title": "Trip", "tasks": tasks, **flags}
    connection = sim.act("business", **{"from": 1002})["id"]
    sim.act("send", business_connection_id=connection, chat_id=1001, text="hi", **{"from": 1001})
    sim.updates()
    place = {"business_connection_id": connection, "chat_id": 1001}
    return {
        **place,
        "message_id": sim.ok("sendChecklist", **place, checklist=checklist)["message_id"],
    }


def test_a_person_marks_tasks(sim: Side):
    place = send_list(sim, others_can_mark_tasks_as_done=True)
    who = {"from": 1001}
    sim.act("mark", **place, **who, done=[1, 3])
    sim.act("mark", **place, **who, done=[2], undone=[1])
    connection = place["business_connection_id"]
    sent = sim.messages(business_connection_id=connection)[1]
    tasks = sent["checklist"]["tasks"]
    assert ["completed_by_user" in task for task in tasks] == [False, True, True]
    assert tasks[1]["completed_by_user"]["first_name"] == "Ana"
    told = [update["business_message"]["checklist_tasks_done"] for update in sim.updates()]
    assert told[0]["marked_as_done_task_ids"] == [1, 3]
    assert told[0]["checklist_message"]["message_id"] == place["message_id"]
    assert (told[1]["marked_as_done_task_ids"], told[1]["marked_as_not_done_task_ids"]) == (
        [2],
        [1],
    )


def test_only_tasks_that_others_may_mark_are_marked(sim: Side):
    closed = send_list(sim)
    with pytest.raises(AssertionError, match="not a checklist whose tasks others can mark"):
        sim.act("mark", **closed, **{"from": 1001}, done=[1])
    opened = send_list(sim, others_can_mark_tasks_as_done=True)
    for fields in ({"done": [9]}, {}):
        with pytest.raises(AssertionError, match="lists of the tasks' ids"):
            sim.act("mark", **opened, **{"from": 1001}, **fields)


def test_a_person_buys_paid_media(sim: Side):
    sent = sim.ok("sendPaidMedia", chat_id=1001, star_count=7, media=SEA, payload="sea-1")
    assert sent["paid_media"]["star_count"] == 7
    place = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert sim.messages()[0]["bought_by"] == []
    assert sim.act("buy", **place)["bought_by"] == [1001]
    purchase = sim.updates()[0]["purchased_paid_media"]
    assert (purchase["from"]["id"], purchase["paid_media_payload"]) == (1001, "sea-1")
    with pytest.raises(AssertionError, match="bought it already"):
        sim.act("buy", **place)


@pytest.mark.parametrize(
    ("stars", "count", "text"),
    [
        (0, 1, "invalid media price specified"),
        (5, 0, "paid media must include 1-10 photos or videos"),
        (5, 11, "paid media must include 1-10 photos or videos"),
    ],
)
def test_paid_media_without_a_price_or_media(sim: Side, stars: int, count: int, text: str):
    fields = {"chat_id": 1001, "star_count": stars, "media": SEA * count}
    assert sim.refusal("sendPaidMedia", **fields) == f"Bad Request: {text}"


@pytest.mark.parametrize(
    "host", ["localhost:1", "127.0.0.1", "10.1.2.3", "[::1]", "box", "[", "192.168.1.7:8000"]
)
def test_strict_refuses_a_file_at_a_private_address(simulate: Simulate, host: str):
    url = f"http://{host}/x.jpg"
    strict = simulate(local=False)
    strict.say("hi")
    refusal = strict.refusal("sendPhoto", chat_id=1001, photo=url)
    assert refusal == "Bad Request: wrong HTTP URL specified"
    assert strict.ok("sendPhoto", chat_id=1001, photo="http://example.com/x.jpg")["photo"]
    if host != "[":
        assert simulate().ok("sendPhoto", chat_id=1001, photo=url)["photo"]
