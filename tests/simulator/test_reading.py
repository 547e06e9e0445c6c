"""Parameters as the server reads them: each by hand, leniently, and those of ten years ago."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from anzol.simulator.api.legacy import split_emoji
from tests.simulator.side import PIXEL, Side

Simulate = Callable[..., Side]


@pytest.mark.parametrize("entities", ["null", "5", '{"a": 1}', "no JSON", [], None])
def test_entities_that_are_no_array_are_ignored(sim: Side, entities: Any):
    sent = sim.ok("sendMessage", chat_id=1001, text="x", entities=entities)
    assert "entities" not in sent
    photo = sim.session.post(
        f"{sim.url}/bot{sim.token}/sendPhoto",
        data={"chat_id": 1001, "caption": "x", "caption_entities": "null"},
        files={"photo": ("a.png", PIXEL)},
    )
    assert photo.json()["ok"]


def test_an_entity_of_no_sense_is_refused_and_a_found_one_left_out(sim: Side):
    fields = {"chat_id": 1001, "text": "see @anna and x"}
    refusal = sim.refusal("sendMessage", **fields, entities=[{"type": "bold", "offset": 0}])
    assert refusal == "Bad Request: can't parse MessageEntity: Can't find field \"length\""
    url = {"type": "url", "offset": 0, "length": 3}
    sent = sim.ok("sendMessage", **fields, entities=[url])
    assert [entity["type"] for entity in sent["entities"]] == ["mention"]


def test_a_mention_needs_an_id_only(sim: Side):
    entity = {"type": "text_mention", "offset": 0, "length": 2, "user": {"id": 1001}}
    sent = sim.ok("sendMessage", chat_id=1001, text="hi", entities=[entity])
    assert sent["entities"][0]["user"]["first_name"] == "Ana"


@pytest.mark.parametrize("options", [["a", "b"], [{"text": "a"}, "b"]])
def test_poll_options_may_be_texts(sim: Side, options: list[Any]):
    poll = sim.ok("sendPoll", chat_id=1001, question="q", options=options)["poll"]
    assert [option["text"] for option in poll["options"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("sendPoll", {"question": "q", "options": {}}, "expected an Array of String as options"),
        ("setMyCommands", {"commands": 5}, "expected an Array of BotCommand"),
        (
            "setMyCommands",
            {"commands": [{"command": "a"}]},
            "can't parse BotCommand: Can't find field \"description\"",
        ),
        (
            "sendMessage",
            {"text": "x", "reply_parameters": 5},
            "object expected as reply parameters",
        ),
        (
            "sendMessage",
            {"text": "x", "link_preview_options": "x"},
            "can't parse link preview options JSON object",
        ),
        (
            "setMyDefaultAdministratorRights",
            {"rights": {"is_anonymous": {}}},
            'can\'t parse ChatAdministratorRights: Field "is_anonymous" must be of type Boolean',
        ),
    ],
)
def test_refusals_have_the_servers_words(sim: Side, method: str, params: dict[str, Any], text: str):
    assert sim.refusal(method, chat_id=1001, **params) == f"Bad Request: {text}"


def test_absent_rights_are_false_and_a_channel_has_its_own(sim: Side):
    sim.ok("setMyDefaultAdministratorRights", rights={"can_manage_chat": True})
    rights = sim.ok("getMyDefaultAdministratorRights")
    assert rights["can_manage_chat"] is True
    assert rights["can_pin_messages"] is False
    every = dict.fromkeys(rights, True)
    sim.ok("setMyDefaultAdministratorRights", rights=every, for_channels=True)
    rights = sim.ok("getMyDefaultAdministratorRights", for_channels=True)
    assert rights["is_anonymous"] is False
    assert "can_post_messages" in rights and "can_pin_messages" not in rights


def test_fields_that_are_null_are_absent(sim: Side):
    button = {"text": "a", "callback_data": "a", "url": None}
    markup = {"inline_keyboard": [[button]], "selective": None}
    sent = sim.ok("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    shown = {"text": "a", "callback_data": "a"}
    assert sent["reply_markup"]["inline_keyboard"] == [[shown]]


def test_methods_of_before_still_work(sim: Side):
    group = sim.group()
    sim.promote(group)
    assert sim.ok("getChatMembersCount", chat_id=group) == 3
    sim.ok("kickChatMember", chat_id=group, user_id=1002)
    assert sim.ok("getChatMember", chat_id=group, user_id=1002)["status"] == "kicked"


def test_parameters_of_before_still_work(sim: Side):
    first = sim.ok("sendMessage", chat_id=1001, text="https://example.com")
    assert first["link_preview_options"] == {"url": "https://example.com"}
    plain = {"chat_id": 1001, "text": "https://example.com", "disable_web_page_preview": True}
    second = sim.ok("sendMessage", **plain, reply_to_message_id=first["message_id"])
    assert second["link_preview_options"] == {"is_disabled": True}
    assert second["reply_to_message"]["message_id"] == first["message_id"]
    quiz = {"question": "q", "options": '["a", "b"]', "type": "quiz", "correct_option_id": 0}
    poll = sim.ok("sendPoll", chat_id=1001, **quiz)["poll"]
    assert (poll["correct_option_id"], poll["correct_option_ids"]) == (0, [0])
    markup = {"keyboard": [[{"text": "Me", "request_phone_number": True}]]}
    sim.ok("sendMessage", chat_id=1001, text="who?", reply_markup=markup)
    pressed = sim.act("press", chat_id=1001, button="Me")
    assert "contact" in pressed["message"]
    sim.ok("sendMessage", chat_id=1001, text="thanks", reply_markup={"hide_keyboard": True})
    (chat,) = sim.read("state")["chats"]
    assert chat["reply_keyboard"] is None


def test_flat_rights_restrict(sim: Side):
    group = sim.group()
    sim.promote(group)
    flat = {"can_send_messages": True, "can_send_media_messages": "true"}
    sim.ok("restrictChatMember", chat_id=group, user_id=1002, **flat)
    member = sim.ok("getChatMember", chat_id=group, user_id=1002)
    assert (member["can_send_messages"], member["can_send_photos"]) == (True, True)
    assert (member["can_send_polls"], member["can_invite_users"]) == (False, False)


def test_a_sticker_set_of_before(sim: Side):
    name = "old_by_sim4242_bot"
    fields = {"user_id": 1001, "name": name, "title": "Old", "emojis": "😀👍🏽"}
    made = sim.call("createNewStickerSet", files={"png_sticker": ("a.png", PIXEL)}, **fields)
    assert made["ok"], made
    found = sim.ok("getStickerSet", name=name)
    assert found["stickers"][0]["emoji"] == "😀"
    assert found["contains_masks"] is False


def test_a_run_of_emoji_is_split():
    assert split_emoji("😀👍🏽👨\u200d💻❤\ufe0f") == ["😀", "👍🏽", "👨\u200d💻", "❤\ufe0f"]


def test_messages_keep_the_fields_of_before(sim: Side):
    said = sim.say("hi")
    forward = {"chat_id": 1001, "from_chat_id": 1001, "message_id": said["message_id"]}
    sent = sim.ok("forwardMessage", **forward)
    assert sent["forward_from"]["id"] == 1001
    assert sent["forward_date"] == said["date"]
    group = sim.group()
    sim.act("join", chat_id=group, user_id=1003)
    sim.act("leave", chat_id=group, user_id=1003)
    came, went = (update["message"] for update in sim.updates())
    assert came["new_chat_participant"] == came["new_chat_member"]
    assert went["left_chat_participant"] == went["left_chat_member"]


def test_a_parameter_that_the_method_does_not_have_is_a_warning(sim: Side, simulate: Simulate):
    sent = sim.ok("sendMessage", chat_id=1001, text="<b>x</b>", prase_mode="HTML")
    assert sent["text"] == "<b>x</b>"
    (call,) = sim.log("call")
    expected = ["sendMessage has no parameter prase_mode; did you mean parse_mode?"]
    assert call["warnings"] == expected
    sim.ok("sendMessage", chat_id=1001, text="x", disable_web_page_preview=True)
    assert sim.log("call")[-1]["warnings"] == []
    strict = simulate(local=False)
    strict.say("hi")
    refusal = strict.refusal("sendMessage", chat_id=1001, text="x", prase_mode="HTML")
    assert refusal == f"Bad Request: {expected[0]}"


@pytest.mark.parametrize(
    "odd",
    [
        {"forward_origin": None, "text": "x"},
        {"forward_origin": {"type": "user", "date": 1}},
        {"forward_origin": 5},
        {"users_shared": 5},
        {"users_shared": {"request_id": 1, "users": []}},
        {"poll": 5},
        {"new_chat_member": 7},
    ],
)
def test_a_person_may_send_any_json_as_a_message(sim: Side, odd: dict[str, Any]):
    said = sim.act("send", chat_id=1001, message=odd)
    assert odd.items() <= said.items() or "users_shared" in odd


def test_older_fields_of_chats_and_rights(sim: Side):
    group = sim.group("group")
    sim.promote(group)
    shown = sim.ok("getChat", chat_id=group)
    assert shown["all_members_are_administrators"] is True
    assert shown["permissions"]["can_send_media_messages"] is True
    sim.ok("setChatPermissions", chat_id=group, permissions={"can_send_messages": True})
    shown = sim.ok("getChat", chat_id=group)
    assert shown["all_members_are_administrators"] is False
    assert shown["permissions"]["can_send_media_messages"] is False
    moved = sim.act("migrate", chat_id=group)
    assert "all_members_are_administrators" not in moved
    assert sim.ok("getChat", chat_id=1001)["can_send_gift"] is True


def test_the_thumbnail_of_a_set_needs_no_format(sim: Side):
    fields = {"user_id": 1001, "name": "old_by_sim4242_bot", "title": "Old", "emojis": "😀"}
    made = sim.call("createNewStickerSet", files={"png_sticker": ("a.png", PIXEL)}, **fields)
    assert made["ok"]
    thumb = {"thumb": ("t.png", PIXEL)}
    known = {"name": fields["name"], "user_id": 1001}
    assert sim.call("setStickerSetThumb", files=thumb, **known)["ok"]
