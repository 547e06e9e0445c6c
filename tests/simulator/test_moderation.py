"""What a bot sets on members and on itself: tags, bans of channels, reactions, profile photos."""

from __future__ import annotations

import json

import pytest

from tests.simulator.side import PIXEL, Side


def test_a_tag_stands_beside_what_the_member_says(sim: Side):
    group = sim.group()
    sim.promote(group)
    sim.ok("setChatMemberTag", chat_id=group, user_id=1002, tag="poet")
    assert sim.ok("getChatMember", chat_id=group, user_id=1002)["tag"] == "poet"
    assert sim.say("hi", group, **{"from": 1002})["sender_tag"] == "poet"
    assert "sender_tag" not in sim.say("hi", group)
    rights = {"can_send_messages": True}
    sim.ok("restrictChatMember", chat_id=group, user_id=1002, permissions=rights)
    assert sim.ok("getChatMember", chat_id=group, user_id=1002)["tag"] == "poet"
    sim.ok("setChatMemberTag", chat_id=group, user_id=1002, tag="")
    assert "tag" not in sim.ok("getChatMember", chat_id=group, user_id=1002)
    refusal = sim.refusal("setChatMemberTag", chat_id=group, user_id=1002, tag="x" * 17)
    assert refusal == "Bad Request: ADMIN_RANK_INVALID"


def test_a_banned_channel_does_not_write_in_the_group(sim: Side):
    group, channel = sim.group(), sim.group("channel")
    sim.promote(group)
    message = {"text": "buy", "sender_chat": {"id": channel, "type": "channel", "title": "Ads"}}
    sim.ok("banChatSenderChat", chat_id=group, sender_chat_id=channel)
    with pytest.raises(AssertionError, match="this channel is banned"):
        sim.act("send", chat_id=group, message=message)
    sim.ok("unbanChatSenderChat", chat_id=group, sender_chat_id=channel)
    assert sim.act("send", chat_id=group, message=message)["sender_chat"]["id"] == channel
    refusal = sim.refusal("banChatSenderChat", chat_id=group, sender_chat_id=-77)
    assert refusal == "Bad Request: chat not found"


def test_reactions_of_one_person_are_taken_away(sim: Side):
    group = sim.group()
    sim.promote(group)
    numbers = [sim.say(text, group)["message_id"] for text in "ab"]
    for number in numbers:
        for who in (1001, 1002):
            fields = {"chat_id": group, "message_id": number, "reaction": ["👍"], "from": who}
            sim.act("react", **fields)
    sim.ok("deleteMessageReaction", chat_id=group, message_id=numbers[0], user_id=1001)
    shown = [message["reactions"] for message in sim.messages(group)[-2:]]
    assert [[r["users"] for r in reactions] for reactions in shown] == [[[1002]], [[1001, 1002]]]
    sim.ok("deleteAllMessageReactions", chat_id=group, user_id=1002)
    shown = [message["reactions"] for message in sim.messages(group)[-2:]]
    assert [[r["users"] for r in reactions] for reactions in shown] == [[], [[1001]]]
    refusal = sim.refusal("deleteAllMessageReactions", chat_id=group, user_id=77)
    assert refusal == "Bad Request: user not found"


def test_a_bots_own_photo(sim: Side):
    def photos() -> int:
        return int(sim.ok("getUserProfilePhotos", user_id=4242)["total_count"])

    def shown() -> str | None:
        found: str | None = sim.read("state")["bots"][0]["photo"]
        return found

    assert (photos(), shown()) == (0, None)
    static = json.dumps({"type": "static", "photo": "attach://me"})
    for _ in range(2):
        assert sim.call("setMyProfilePhoto", files={"me": ("a.png", PIXEL)}, photo=static)["ok"]
    assert photos() == 2
    found = sim.ok("getUserProfilePhotos", user_id=4242, limit=1)["photos"]
    assert [size["width"] for size in found[0]] == [160, 320, 480]
    assert shown() == found[0][-1]["file_id"]
    sim.ok("removeMyProfilePhoto")
    sim.ok("removeMyProfilePhoto")
    assert (photos(), shown()) == (0, None)
    refusal = sim.refusal("setMyProfilePhoto", photo={"type": "static", "photo": "some_file_id"})
    assert refusal == "Bad Request: profile photo must be uploaded as a file"
