"""People, their private chats, what they may not do; the words they are told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator.side import Side


def refused(sim: Side, deed: str, **fields: Any) -> str:
    answer = sim.session.post(f"{sim.url}/user/{deed}", json={"bot": sim.token, **fields}).json()
    assert not answer["ok"], answer
    return str(answer["description"])


def test_people_appear_when_they_are_named(sim: Side):
    sim.say("hi", chat_id=1005)
    ana, other = sim.read("state")["people"]
    assert (ana["id"], ana["first_name"], other["id"]) == (1001, "Ana", 1005)


def test_a_person_can_be_renamed(sim: Side):
    sim.say("hi")
    sim.act("person", id=1001, first_name="Anna", last_name="B")
    assert sim.messages()[0]["from"]["first_name"] == "Ana"
    assert sim.say("again")["chat"]["first_name"] == "Anna"
    assert sim.act("person", first_name="New")["id"] == 1002


def test_a_bot_is_known_by_its_number_after_its_first_call(sim: Side):
    answer = sim.session.get(f"{sim.url}/user/messages", params={"bot": 9, "chat_id": 1001}).json()
    assert answer["description"].startswith("Bad Request: no bot 9 yet")
    sim.ok("getMe")
    assert sim.act("send", bot=4242, text="hi")["chat"]["id"] == 1001


def test_numbers_are_a_persons_or_a_bots(sim: Side):
    sim.ok("getMe")
    assert "4242 is a bot" in refused(sim, "send", chat_id=4242, text="x")
    other = Side(sim.running, "1001:x")
    assert other.refusal("getMe").startswith("Unauthorized: 1001 is a person here")
    other.session.close()


@pytest.mark.parametrize(
    ("deed", "fields", "text"),
    [
        ("send", {"chat_id": 1001}, "nothing to send"),
        ("send", {"chat_id": 1001, "from": 1002, "text": "x"}, "only person 1001"),
        ("send", {"chat_id": -5, "text": "x"}, "chat not found"),
        ("send", {"chat_id": "x", "text": "x"}, "chat_id is a whole number, not 'x'"),
        ("send", {"chat_id": 1001, "location": {"latitude": 1}}, "can't parse location"),
        ("send", {"chat_id": 1001, "text": "x", "reply_to_message_id": 9}, "to be replied"),
        ("edit", {"chat_id": 1001, "message_id": 9, "text": "x"}, "message not found"),
        ("delete", {"chat_id": 1001, "message_id": 9}, "message to delete not found"),
        ("update", {"update": {"a": 1, "b": 2}}, "exactly one field"),
        ("resend", {"update_id": 5}, "no longer in the log"),
        ("join", {"chat_id": 1001, "status": "king"}, "status is member"),
        ("chat", {"type": "private"}, "type is group, supergroup or channel"),
        ("migrate", {"chat_id": 1001}, "only a basic group migrates"),
    ],
)
def test_mistakes_are_explained(sim: Side, deed: str, fields: dict[str, Any], text: str):
    assert text in refused(sim, deed, **fields)


def test_a_reply_keyboard_is_pressed_and_goes(sim: Side):
    keyboard = {"keyboard": [["Yes", {"text": "Me", "request_contact": True}]]}
    markup = {**keyboard, "one_time_keyboard": True}
    sent = sim.ok("sendMessage", chat_id=1001, text="?", reply_markup=markup)
    assert "reply_markup" not in sent
    chat = sim.read("state")["chats"][0]
    assert chat["reply_keyboard"]["keyboard"][0][0] == {"text": "Yes"}
    pressed = sim.act("press", chat_id=1001, button="Yes")
    assert pressed["message"]["text"] == "Yes"
    sim.ok("sendMessage", chat_id=1001, text="?", reply_markup=markup)
    contact = sim.act("press", chat_id=1001, button="Me")["message"]["contact"]
    assert contact["user_id"] == 1001
    assert sim.read("state")["chats"][0]["reply_keyboard"] is None


def test_people_edit_and_delete_what_they_said(sim: Side):
    said = sim.say("one")
    sim.act("edit", chat_id=1001, message_id=said["message_id"], text="two /go")
    message, edited = [list(update.items())[1] for update in sim.updates()]
    assert (message[0], edited[0]) == ("message", "edited_message")
    assert edited[1]["entities"][0]["type"] == "bot_command"
    sim.act("delete", chat_id=1001, message_id=said["message_id"])
    assert sim.messages() == []
    assert sim.updates() == []


def test_unread_counts_what_the_bot_said(sim: Side):
    for _ in range(2):
        sim.ok("sendMessage", chat_id=1001, text="x")
    assert sim.read("state")["chats"][0]["unread"] == 2
    sim.act("read", chat_id=1001)
    assert sim.read("state")["chats"][0]["unread"] == 0


def test_content_of_every_kind(sim: Side):
    place = {"latitude": 1.5, "longitude": 2}
    assert sim.act("send", location=place)["location"] == place
    venue = {"location": place, "title": "T", "address": "A"}
    assert sim.act("send", venue=venue)["location"] == place
    contact = {"phone_number": "+1", "first_name": "B"}
    assert sim.act("send", contact=contact)["contact"]["user_id"] == 1001
    assert sim.act("send", dice="🎲")["dice"]["value"] in range(1, 7)
    poll = sim.act("send", poll={"question": "q", "options": ["a", "b"]})["poll"]
    assert [option["text"] for option in poll["options"]] == ["a", "b"]
    said = sim.say("carry me")
    forward = sim.act("send", forward={"chat_id": 1001, "message_id": said["message_id"]})
    assert forward["forward_origin"]["sender_user"]["id"] == 1001
    assert sim.act("send", message={"giveaway": {"x": 1}})["giveaway"] == {"x": 1}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain"])
def test_json_without_its_header_is_named(sim: Side, kind: str):
    body = json.dumps({"bot": sim.token, "text": "a=b&c"})
    answer = sim.session.post(f"{sim.url}/user/send", data=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    said = "Bad Request: the body is JSON: send the header Content-Type: application/json"
    assert answer.json()["description"] == said


def test_odd_updates_are_stored_or_refused(sim: Side):
    for content in (None, "x", {"chat": {"id": [1]}}, {"message": "x"}, {"from": {"id": {}}}):
        for kind in ("message", "callback_query", "not_known_yet"):
            assert sim.act("update", update={kind: content})[kind] == content
    fields = {"bot": sim.token, "update": {'quote"': 1}}
    answer = sim.session.post(f"{sim.url}/user/update", json=fields)
    assert (answer.status_code, answer.json()["error_code"]) == (400, 400)
    assert len(sim.ok("getUpdates")) == 15


def test_a_channel_on_somebodys_profile_is_read_newest_first(sim: Side):
    channel = sim.act("chat", type="channel", title="Diary", **{"from": 1001})["id"]
    for text in ("one", "two", "three"):
        sim.act("send", chat_id=channel, text=text, **{"from": 1001})
    words = "Bad Request: the user has no personal chat"
    assert sim.refusal("getUserPersonalChatMessages", user_id=1001, limit=2) == words
    sim.act("person", id=1001, personal_chat_id=channel)
    newest = sim.ok("getUserPersonalChatMessages", user_id=1001, limit=2)
    assert [message["text"] for message in newest] == ["three", "two"]
    assert sim.ok("getChat", chat_id=1001)["personal_chat"]["title"] == "Diary"
    refusal = sim.refusal("getUserPersonalChatMessages", user_id=1001, limit=0)
    assert refusal == "Bad Request: limit must be positive"
    sim.act("person", id=1001, personal_chat_id=0)
    assert "personal_chat" not in sim.ok("getChat", chat_id=1001)


def test_only_a_channel_of_ones_own_is_on_the_profile(sim: Side):
    channel = sim.act("chat", type="channel", title="Diary", **{"from": 1001})["id"]
    words = "Bad Request: personal_chat_id is a channel that this person made, or 0"
    assert refused(sim, "person", id=1002, personal_chat_id=channel) == words
    group = sim.act("chat", type="supergroup", title="Team", **{"from": 1001})["id"]
    assert refused(sim, "person", id=1001, personal_chat_id=group) == words


def test_a_bot_sets_the_emoji_status_of_who_allows_it(sim: Side):
    sim.say("hi")
    wish = {"user_id": 1001, "emoji_status_custom_emoji_id": "5368324170671202286"}
    assert sim.refusal("setUserEmojiStatus", **wish) == "Forbidden: USER_PERMISSION_DENIED"
    sim.act("person", id=1001, emoji_status_access=True)
    sim.ok("setUserEmojiStatus", **wish)
    shown = sim.ok("getChat", chat_id=1001)
    assert shown["emoji_status_custom_emoji_id"] == "5368324170671202286"
    sim.ok("setUserEmojiStatus", user_id=1001)
    assert "emoji_status_custom_emoji_id" not in sim.ok("getChat", chat_id=1001)


def test_a_bot_is_told_of_the_bots_that_it_manages_and_gives_them_tokens(sim: Side):
    other = "77:the-managed-bot"
    sim.act("bot", bot=other, manager=sim.token, first_name="Managed")
    (update,) = sim.ok("getUpdates")
    told = update["managed_bot"]
    assert (told["user"]["id"], told["bot"]["id"]) == (1001, 77)
    assert sim.ok("getMe")["can_manage_bots"] is True
    assert sim.ok("getManagedBotToken", user_id=77) == other
    new = sim.ok("replaceManagedBotToken", user_id=77)
    assert sim.session.get(f"{sim.url}/bot{other}/getMe").status_code == 401
    assert sim.session.get(f"{sim.url}/bot{new}/getMe").json()["result"]["first_name"] == "Managed"
    sim.ok("setManagedBotAccessSettings", user_id=77, is_access_restricted=True)
    assert sim.ok("getManagedBotAccessSettings", user_id=77) == {"is_access_restricted": True}
    words = "Bad Request: manager is another bot: its token or its number"
    assert refused(sim, "bot", manager=sim.token) == words
