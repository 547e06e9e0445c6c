"""One address: what tells a message from all others, and which method takes which part of it."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import Bot, ChatMigrated
from anzol.api.address import CHAT_PARTS, Address, follow, names_a_message
from anzol.api.methods import schema
from tests.fakes import FakeTransport, message, press

ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
GROUP = {"id": -5, "type": "supergroup", "title": "Team"}
BASE = {"chat": GROUP, "from": ANN, "date": 1}


@pytest.mark.parametrize(
    ("event", "address"),
    [
        (message()["message"], Address(chat=7, message=1, sender=7)),
        (press("x")["callback_query"], Address(chat=7, message=5, sender=7)),
        ({**BASE, "message_id": 1, "is_topic_message": True, "message_thread_id": 9}, Address(-5, topic=9, message=1, sender=7)),
        ({**BASE, "message_id": 1, "message_thread_id": 9}, Address(-5, message=1, sender=7)),
        ({**BASE, "message_id": 1, "direct_messages_topic": {"topic_id": 4}}, Address(-5, direct_topic=4, message=1, sender=7)),
        ({**BASE, "message_id": 1, "business_connection_id": "B"}, Address(-5, "B", message=1, sender=7)),
        ({**BASE, "message_id": 1, "sender_chat": {"id": -9}}, Address(-5, message=1, sender=-9)),
        ({"chat": GROUP, "message_id": 3, "actor_chat": {"id": -9}}, Address(-5, message=3, sender=-9)),
        ({"chat": GROUP, "message_id": 3, "user": ANN}, Address(-5, message=3, sender=7)),
        ({"poll_id": "1", "voter_chat": {"id": -9}}, Address(sender=-9)),
        ({"chat": GROUP, "from": ANN, "user_chat_id": 77}, Address(77, sender=7)),
        ({"id": "B", "user": ANN, "user_chat_id": 77}, Address(77, sender=7)),
        ({"from": ANN, "inline_message_id": "I", "data": "x"}, Address(inline="I", sender=7)),
        ({"chat": GROUP, "business_connection_id": "B", "message_ids": [1]}, Address(-5, "B")),
        ({"chat": 5, "from": "x", "message": []}, Address()),
        (None, Address()),
    ],
)  # fmt: skip
def test_where_an_update_happened_and_who_did_it(event: Any, address: Address):
    assert Address.of(event) == address


FULL = Address(chat=-5, topic=9, direct_topic=4, message=3, sender=7)


@pytest.mark.parametrize("method", [m for m in schema()["methods"] if m.startswith("send")])
def test_each_method_gets_the_parts_that_it_takes(method: str):
    takes = schema()["methods"][method]["params"]
    if "chat_id" in takes:
        parts = FULL.params(method)
        assert parts.keys() == {"chat_id", *CHAT_PARTS[2:]} & takes.keys()


def test_the_parts_of_single_methods():
    assert FULL.params("sendMessage") == {
        "chat_id": -5,
        "message_thread_id": 9,
        "direct_messages_topic_id": 4,
    }
    assert FULL.params("sendChatAction") == {"chat_id": -5, "message_thread_id": 9}
    assert FULL.message_params("deleteMessage") == {"chat_id": -5, "message_id": 3}
    business = Address(chat=7, business="B", message=3)
    assert business.message_params("editMessageText") == {
        "business_connection_id": "B",
        "chat_id": 7,
        "message_id": 3,
    }
    assert Address(inline="I").message_params("editMessageText") == {"inline_message_id": "I"}
    assert Address(chat=7).params("brandNewMethod") == {"chat_id": 7}


@pytest.mark.parametrize(
    ("address", "method", "explained"),
    [
        (Address(chat=7, business="B", message=3), "setMessageReaction", "through a business connection"),
        (Address(chat=7, business="B", message=3), "deleteMessage", "through a business connection"),
        (Address(inline="I"), "deleteMessage", "sent by inline mode"),
        (Address(chat=7), "deleteMessage", "no message for deleteMessage"),
        (Address(message=7), "deleteMessage", "no chat for deleteMessage"),
    ],
)  # fmt: skip
def test_what_a_method_cannot_reach_is_an_error(address: Address, method: str, explained: str):
    with pytest.raises(TypeError, match=explained):
        address.message_params(method)


MOVED = {-5: -1005}


@pytest.mark.parametrize(
    ("method", "fields", "sent"),
    [
        ("sendMessage", {"chat_id": -5, "text": "x"}, {"chat_id": -1005, "text": "x"}),
        ("sendMessage", {"chat_id": 7, "text": "x"}, {"chat_id": 7, "text": "x"}),
        ("sendMessage", {"chat_id": -5, "reply_parameters": {"message_id": 3}}, {"chat_id": -1005}),
        (
            "sendMessage",
            {"chat_id": -5, "reply_parameters": {"message_id": 3, "chat_id": -5}},
            {"chat_id": -1005, "reply_parameters": {"message_id": 3, "chat_id": -5}},
        ),
        ("editMessageText", {"chat_id": -5, "message_id": 3}, {"chat_id": -5, "message_id": 3}),
        ("deleteMessages", {"chat_id": -5, "message_ids": [3]}, {"chat_id": -5, "message_ids": [3]}),
        ("pinChatMessage", {"chat_id": -5, "message_id": 3}, {"chat_id": -5, "message_id": 3}),
        ("unpinChatMessage", {"chat_id": -5}, {"chat_id": -1005}),
        (
            "copyMessage",
            {"chat_id": -5, "from_chat_id": -5, "message_id": 3},
            {"chat_id": -1005, "from_chat_id": -5, "message_id": 3},
        ),
        ("sendMessage", {"chat_id": [5]}, {"chat_id": [5]}),
    ],
)  # fmt: skip
def test_a_message_number_stays_in_its_own_chat(
    method: str, fields: dict[str, Any], sent: dict[str, Any]
):
    given = dict(fields)
    assert follow(method, given, MOVED) == sent
    assert given == fields


NAMING = [
    method
    for method, spec in schema()["methods"].items()
    if "chat_id" in spec["params"]
    and "from_chat_id" not in spec["params"]
    and {"message_id", "message_ids"} & spec["params"].keys()
]


@pytest.mark.parametrize("method", NAMING)
def test_no_call_that_names_a_message_leaves_its_chat(method: str):
    name = "message_ids" if "message_ids" in schema()["methods"][method]["params"] else "message_id"
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    bot.moved[-5] = -1005
    bot.call(method, chat_id=-5, **{name: 3})
    assert telegram.calls[0][1]["chat_id"] == -5
    assert names_a_message(method, telegram.calls[0][1])


def test_that_the_group_has_moved_is_an_error_for_who_names_a_message_and_followed_else():
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    moved = ChatMigrated("x", 400, "upgraded", {"migrate_to_chat_id": -1005})
    telegram.failures = [moved]
    with pytest.raises(ChatMigrated):
        bot.pin_chat_message(-5, 3)
    bot.send_message(-5, "x")
    assert [fields["chat_id"] for _, fields in telegram.calls] == [-5, -1005]
