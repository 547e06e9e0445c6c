"""Subscriptions, and what is kept of one person, on each engine."""

from __future__ import annotations

import json
from collections.abc import Callable

from anzol.queue import Queue, Subscription, Work
from tests.queue.support import Log, task, wait_until


def test_a_chat_subscribes_once_and_ends_it(opened: Callable[..., Queue]):
    queue = opened(Log())
    queue.start()
    subscriptions = queue.subscriptions(1)
    subscriptions.add([Subscription("news", 7, 0, "en", 5.0), Subscription("ops", 7)])
    subscriptions.add([Subscription("news", 7, 0, "pt", 9.0)])
    assert subscriptions.of(7) == [
        Subscription("news", 7, 0, "pt", 5.0),
        Subscription("ops", 7, 0, "", 0.0),
    ]
    assert subscriptions.counts() == {"news": 1, "ops": 1}
    assert queue.subscriptions(2).counts() == {}
    assert subscriptions.remove("news", 7) is True
    assert subscriptions.remove("news", 7) is False
    assert subscriptions.drop([7, 8]) == 1
    assert subscriptions.of(7) == []


def test_subscribers_are_read_in_pages_without_missing_one(opened: Callable[..., Queue]):
    queue = opened(Log())
    queue.start()
    subscriptions = queue.subscriptions(1)
    wanted = [Subscription("news", chat, thread) for chat in range(-900, 900) for thread in (0, 5)]
    subscriptions.add(wanted)
    assert list(subscriptions.subscribers("news")) == wanted
    assert subscriptions.count("news") == len(wanted)


def test_a_group_that_becomes_a_supergroup_keeps_its_subscriptions(opened: Callable[..., Queue]):
    queue = opened(Log())
    queue.start()
    subscriptions = queue.subscriptions(1)
    subscriptions.add(
        [
            Subscription("news", -5, 0, "en"),
            Subscription("ops", -5),
            Subscription("ops", -100, 0, "pt"),
        ]
    )
    subscriptions.move(-5, -100)
    assert subscriptions.of(-5) == []
    assert subscriptions.of(-100) == [
        Subscription("news", -100, 0, "en"),
        Subscription("ops", -100, 0, "pt"),
    ]


def test_one_persons_data_is_shown_and_deleted(opened: Callable[..., Queue]):
    def act(work: Work) -> None:
        work.state("user:7")["name"] = "Ann"
        work.state("chat:8")["name"] = "Bob"
        raise ValueError("a bug")

    queue = opened(Log(act))
    queue.start()
    queue.put(task(1, lane="chat:7", body=b'{"text": "hello"}'))
    queue.put(task(2, lane="chat:8"))
    wait_until(lambda: queue.counts()["dead"] == 2)
    queue.put(task(3, lane="chat:7", after=3600.0))
    queue.subscriptions(1).add([Subscription("news", 7)])
    person = queue.personal(1)

    found = person.export(7)
    assert json.loads(json.dumps(found)) == found
    assert [row["state"] for row in found["updates"]] == ["dead", "scheduled"]
    assert found["updates"][0]["content"] == {"text": "hello"}
    assert [row["topic"] for row in found["subscriptions"]] == ["news"]

    assert person.forget(7) == 1
    left = person.export(7)
    assert [row["state"] for row in left["updates"]] == ["scheduled"]
    assert left["sessions"] == {} and left["subscriptions"] == []
    assert len(person.export(8)["updates"]) == 1


def test_a_session_is_shown_and_deleted(opened: Callable[..., Queue]):
    queue = opened(Log(lambda work: work.state("user:7").update(name="Ann")))
    queue.start()
    queue.put(task(1, lane="chat:7"))
    wait_until(lambda: queue.counts()["done"] == 1)
    person = queue.personal(1)
    assert person.export(7)["sessions"] == {"user:7": {"name": "Ann"}}
    person.forget(7)
    assert person.export(7)["sessions"] == {}


def test_lists_that_a_person_is_on_are_shown_and_deleted_and_nobody_elses(
    opened: Callable[..., Queue],
):
    def act(work: Work) -> None:
        for name in ("list:staff:7", "list:a:b:7", "list:staff:17", "business:c1:7", "mylist:x:7"):
            work.state(name)["since"] = 1
        work.state("gone:7").update({"7": 1.0, "8": 1.0})  # the seventh shelf, and who is on it

    queue = opened(Log(act))
    queue.start()
    queue.put(task(1, lane="chat:9"))
    wait_until(lambda: queue.counts()["done"] == 1)
    person = queue.personal(1)
    mine = {
        "business:c1:7": {"since": 1},
        "gone:7": {"7": 1.0},
        "list:a:b:7": {"since": 1},
        "list:staff:7": {"since": 1},
    }
    assert person.export(7)["sessions"] == mine
    person.forget(7)
    assert person.export(7)["sessions"] == {}
    assert person.export(17)["sessions"] == {"list:staff:17": {"since": 1}}
    assert person.export(8)["sessions"] == {"gone:7": {"8": 1.0}}
