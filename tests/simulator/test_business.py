"""A bot acts for somebody's business account: chats, rights, profile, stories."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.side import PIXEL, Side

OWNER, CUSTOMER = 1001, 1002


@pytest.fixture
def shop(sim: Side) -> tuple[Side, str]:
    """A business account of Ana's, to which person 1002 has written."""
    connection = sim.act("business", **{"from": OWNER})["id"]
    place = {"business_connection_id": connection, "chat_id": CUSTOMER}
    sim.act("send", **place, text="open?", **{"from": CUSTOMER})
    return sim, connection


def test_a_customers_message_and_the_answer(shop: tuple[Side, str]):
    sim, connection = shop
    made, message = sim.updates()
    assert made["business_connection"]["id"] == connection
    assert made["business_connection"]["rights"]["can_reply"] is True
    asked = message["business_message"]
    assert (asked["business_connection_id"], asked["from"]["id"]) == (connection, CUSTOMER)
    place = {"business_connection_id": connection, "chat_id": CUSTOMER}
    sent = sim.ok("sendMessage", **place, text="until six")
    assert (sent["from"]["id"], sent["sender_business_bot"]["id"]) == (OWNER, 4242)
    edited = sim.ok("editMessageText", **place, message_id=sent["message_id"], text="until 7")
    assert edited["text"] == "until 7"
    sim.ok("readBusinessMessage", **place, message_id=asked["message_id"])
    texts = [m["text"] for m in sim.messages(CUSTOMER, business_connection_id=connection)]
    assert texts == ["open?", "until 7"]
    numbers = [sent["message_id"]]
    sim.ok("deleteBusinessMessages", business_connection_id=connection, message_ids=numbers)
    assert len(sim.messages(CUSTOMER, business_connection_id=connection)) == 1
    assert sim.messages(CUSTOMER) == []  # the bot's own chat with the customer is another


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sendMessage", {"chat_id": CUSTOMER, "text": "x"}),
        ("getBusinessConnection", {}),
        ("setBusinessAccountName", {"first_name": "x"}),
        ("getBusinessAccountGifts", {}),
        ("getBusinessAccountStarBalance", {}),
        ("postStory", {"content": {"type": "photo", "photo": "x"}, "active_period": 86400}),
        ("sendChecklist", {"chat_id": CUSTOMER, "checklist": {"title": "x", "tasks": []}}),
        ("convertGiftToStars", {"owned_gift_id": "x"}),
    ],
)
def test_an_unknown_connection_is_refused(sim: Side, method: str, params: dict[str, Any]):
    refusal = sim.refusal(method, business_connection_id="e2e", **params)
    assert refusal == "Bad Request: business connection not found"


def test_rights_are_those_that_the_owner_gave(shop: tuple[Side, str]):
    sim, connection = shop
    sim.act("business", rights={"can_edit_bio": True}, **{"from": OWNER})
    place = {"business_connection_id": connection}
    sim.ok("setBusinessAccountBio", **place, bio="We sell fish")
    refusal = sim.refusal("setBusinessAccountName", **place, first_name="Shop")
    assert refusal == "Bad Request: BOT_ACCESS_FORBIDDEN"
    assert "FORBIDDEN" in sim.refusal("sendMessage", **place, chat_id=CUSTOMER, text="x")
    sim.act("business", enabled=False, **{"from": OWNER})
    assert "disabled" in sim.refusal("getBusinessConnection", **place)


def test_a_customer_who_never_wrote_is_not_found(shop: tuple[Side, str]):
    sim, connection = shop
    sim.act("person", id=1003, first_name="Eve")
    place = {"business_connection_id": connection, "chat_id": 1003}
    assert sim.refusal("sendMessage", **place, text="buy!") == "Bad Request: chat not found"


def test_profile_and_stories(shop: tuple[Side, str]):
    sim, connection = shop
    place = {"business_connection_id": connection}
    sim.ok("setBusinessAccountName", **place, first_name="Fish", last_name="Shop")
    (person,) = [p for p in sim.read("state")["people"] if p["id"] == OWNER]
    assert (person["first_name"], person["last_name"]) == ("Fish", "Shop")
    sim.say("hi")
    content = '{"type": "photo", "photo": "attach://a"}'
    fields = {**place, "content": content, "active_period": 86_400}
    story = sim.call("postStory", files={"a": ("a.png", PIXEL)}, **fields)["result"]
    assert story == {"chat": sim.messages()[0]["chat"], "id": 1}
    assert sim.refusal("deleteStory", **place, story_id=9) == "Bad Request: STORY_ID_INVALID"
    assert sim.ok("deleteStory", **place, story_id=1) is True


def test_it_outlives_a_restart(simulate: Any, tmp_path: Any):
    first = simulate(data=str(tmp_path))
    connection = first.act("business", **{"from": OWNER})["id"]
    place = {"business_connection_id": connection, "chat_id": CUSTOMER}
    first.act("send", **place, text="open?", **{"from": CUSTOMER})
    first.running.stop()
    second = simulate(data=str(tmp_path))
    assert second.ok("sendMessage", **place, text="yes")["sender_business_bot"]["id"] == 4242
