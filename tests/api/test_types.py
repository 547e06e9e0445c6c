"""Objects of the Bot API, read by attribute."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from anzol.api import types
from anzol.api.types import Message, Update, wrap
from anzol.api.updates import kind_of, lane_of
from tests.fakes import message, press


def test_fields_by_attribute_and_by_key():
    update = Update(message("hi"))
    assert update.message.chat.id == update["message"]["chat"]["id"] == 7
    assert update.message.from_user.first_name == "Ann"
    assert update.message.photo is None
    assert update.callback_query is None


def test_a_misspelt_field_is_explained():
    with pytest.raises(AttributeError, match="Message has no field 'foto'; did you mean 'photo'"):
        _ = Message(text="x").foto


def test_a_field_newer_than_the_table_is_there():
    thing = Message({"shiny": {"new": [{"deep": 1}]}})
    assert thing.shiny.new[0].deep == 1


def test_nested_objects_are_wrapped_once_and_the_original_is_left_alone():
    original = message(photo=[{"file_id": "a", "width": 1}, {"file_id": "b", "width": 2}])
    before = copy.deepcopy(original)
    update = Update(original)
    assert update.message is update.message
    assert update.message.photo is update.message.photo
    assert update.message.photo[-1].width == 2
    assert original == before
    assert type(original["message"]) is dict


def test_an_object_stays_json_and_can_be_copied_and_pickled():
    one = Message(message()["message"])
    assert one.chat.id == 7
    assert json.loads(json.dumps(one)) == one
    for other in (copy.deepcopy(one), copy.copy(one), pickle.loads(pickle.dumps(one))):
        assert other == one
        assert type(other) is type(one)


def test_a_union_knows_the_fields_of_all_its_members():
    member = wrap("ChatMember", {"status": "kicked", "user": {"id": 1}})
    assert member.until_date is None
    assert member.user.id == 1


def test_there_is_no_such_type():
    with pytest.raises(AttributeError, match="no type 'Mesage'; did you mean 'Message'"):
        _ = types.Mesage


@pytest.mark.parametrize(
    ("update", "kind", "lane"),
    [
        (message(), "message", "chat:7"),
        (press("x"), "callback_query", "chat:7"),
        ({"inline_query": {"id": "1", "from": {"id": 9}}}, "inline_query", "user:9"),
        ({"poll": {"id": "77"}}, "poll", "poll:77"),
        ({"poll_answer": {"poll_id": "77", "user": {"id": 9}}}, "poll_answer", "poll:77"),
        ({"pre_checkout_query": {"id": "1", "from": {"id": 9}}}, "pre_checkout_query", "chat:9"),
        ({"shipping_query": {"id": "1", "from": {"id": 9}}}, "shipping_query", "chat:9"),
        ({"message": {"chat": {"id": -5}, "from": {"id": 9}, "successful_payment": {"currency": "XTR"}}}, "message", "chat:9"),
        ({"message": {"chat": {"id": -5}, "business_connection_id": "B"}}, "message", "business:B:-5"),
        ({"message": {"chat": {}, "message": {"chat": {"id": 8}}}}, "message", "chat:8"),
        ({"chat_join_request": {"chat": {"id": -5}, "from": {"id": 9}, "user_chat_id": 9}}, "chat_join_request", "chat:9"),
        ({"message_reaction": {"chat": {"id": -5}, "user": {"id": 9}}}, "message_reaction", "chat:-5"),
        ({"business_connection": {"id": "B", "user": {"id": 9}}}, "business_connection", "user:9"),
        ({"brand_new": {"id": "Ж" * 300}}, "brand_new", "brand_new:" + "\\u0416" * 31 + "\\u04"),
        ({"update_id": 3, "odd": "text"}, "", "update:3"),
        ({"update_id": 3}, "", "update:3"),
    ],
)  # fmt: skip
def test_what_an_update_is_about(update: dict, kind: str, lane: str):
    assert kind_of(update) == kind
    assert lane_of(update) == lane
    lane_of(update).encode("ascii")
