"""Membership, invite links, polls, forum icons and games as the server answers them."""

from __future__ import annotations

import time

import pytest

from tests.simulator.side import PIXEL, Side


@pytest.fixture
def group(sim: Side) -> int:
    """A supergroup in which the bot is an administrator."""
    group = sim.group()
    sim.promote(group)
    return group


@pytest.mark.parametrize(("seconds", "kept"), [(10, False), (60, True), (367 * 86_400, False)])
def test_a_ban_that_ends_too_soon_or_late_never_ends(
    sim: Side, group: int, seconds: int, kept: bool
):
    until = int(time.time()) + seconds
    sim.ok("banChatMember", chat_id=group, user_id=1002, until_date=until)
    member = sim.ok("getChatMember", chat_id=group, user_id=1002)
    assert member["until_date"] == (until if kept else 0)


def test_who_is_not_banned_is_unbanned_in_vain(sim: Side, group: int):
    for user in (1001, 1002):  # the owner among them
        assert sim.ok("unbanChatMember", chat_id=group, user_id=user, only_if_banned=True) is True
        status = sim.ok("getChatMember", chat_id=group, user_id=user)["status"]
        assert status in ("creator", "member")


def test_an_administrator_of_the_bots_own_making_may_be_restricted(sim: Side, group: int):
    sim.ok("promoteChatMember", chat_id=group, user_id=1002, can_pin_messages=True)
    sim.ok("restrictChatMember", chat_id=group, user_id=1002, permissions={})
    sim.act("join", chat_id=group, user_id=1003, status="administrator", **{"from": 1001})
    refusal = sim.refusal("banChatMember", chat_id=group, user_id=1003)
    assert refusal == "Bad Request: user is an administrator of the chat"


def test_a_member_does_not_ask_to_join(sim: Side, group: int):
    refusal = sim.refusal("approveChatJoinRequest", chat_id=group, user_id=1002)
    assert refusal == "Bad Request: USER_ALREADY_PARTICIPANT"
    sim.act("person", id=1003)
    refusal = sim.refusal("approveChatJoinRequest", chat_id=group, user_id=1003)
    assert refusal == "Bad Request: HIDE_REQUESTER_MISSING"


def test_the_same_title_and_a_pin_that_is_none(sim: Side, group: int):
    assert sim.ok("setChatTitle", chat_id=group, title="Team") is True
    sent = sim.ok("sendMessage", chat_id=group, text="x")
    assert sim.ok("unpinChatMessage", chat_id=group, message_id=sent["message_id"]) is True
    assert "not found" in sim.refusal("unpinChatMessage", chat_id=group, message_id=999)


def test_a_link_keeps_only_what_is_given_again(sim: Side, group: int):
    fields = {"expire_date": int(time.time()) + 600, "member_limit": 5, "name": "x"}
    link = sim.ok("createChatInviteLink", chat_id=group, **fields)
    assert link["member_limit"] == 5
    place = {"chat_id": group, "invite_link": link["invite_link"]}
    edited = sim.ok("editChatInviteLink", **place, creates_join_request=True)
    assert edited.keys().isdisjoint(fields)
    assert edited["creates_join_request"] is True
    both = {"member_limit": 5, "creates_join_request": True}
    for method in ("createChatInviteLink", "editChatInviteLink"):
        refusal = sim.refusal(method, **place, **both)
        assert "member limit can't be specified" in refusal


def test_a_stopped_poll_keeps_its_keyboard(sim: Side):
    sent = sim.ok("sendPoll", chat_id=1001, question="q", options=["a", "b"])
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    place = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert sim.ok("stopPoll", **place, reply_markup=markup)["is_closed"] is True
    assert sim.messages()[0]["reply_markup"] == markup
    assert sim.messages()[0]["poll"]["is_closed"] is True


def test_a_poll_with_pictures(sim: Side):
    options = (
        '[{"text": "here", "media": {"type": "location", "latitude": 1, "longitude": 2}}, "b"]'
    )
    fields = {"chat_id": 1001, "question": "q", "options": options}
    media = '{"type": "photo", "media": "attach://one"}'
    sent = sim.call("sendPoll", files={"one": ("a.png", PIXEL)}, **fields, media=media)
    poll = sent["result"]["poll"]
    assert poll["media"]["photo"][-1]["width"] == 640
    assert poll["options"][0]["media"]["location"] == {"latitude": 1, "longitude": 2}
    wrong = sim.refusal("sendPoll", **fields, media={"type": "sticker", "media": "x"})
    assert "Bad Request" in wrong


def test_topics_have_telegrams_icons(sim: Side):
    first = sim.ok("getForumTopicIconStickers")[0]
    assert (first["emoji"], first["set_name"]) == ("📰", "Topics")
    forum = sim.group(is_forum=True)
    sim.promote(forum)
    icon = {"icon_custom_emoji_id": first["custom_emoji_id"]}
    assert sim.ok("createForumTopic", chat_id=forum, name="News", **icon)
    other = {"icon_custom_emoji_id": "1"}
    assert "INVALID" in sim.refusal("createForumTopic", chat_id=forum, name="News", **other)


def test_a_bot_has_the_games_that_were_registered(sim: Side):
    unknown = "Bad Request: wrong game short name specified"
    assert sim.refusal("sendGame", chat_id=1001, game_short_name="chess") == unknown
    assert "POST /user/bot names them" in sim.log("call")[-1]["warnings"][0]
    sim.act("bot", games=[{"short_name": "chess", "title": "Chess", "description": "Old"}])
    game = sim.ok("sendGame", chat_id=1001, game_short_name="chess")["game"]
    assert game["title"] == "Chess"
    assert game["photo"] and game["animation"]
    refusal = sim.refusal("sendGame", chat_id=1001, game_short_name="go")
    assert refusal == unknown


def test_scores_are_one_list_for_all_messages_of_a_game(sim: Side):
    sim.act("bot", games=[{"short_name": "chess"}])
    first, second = (
        sim.ok("sendGame", chat_id=1001, game_short_name="chess")["message_id"] for _ in range(2)
    )
    sim.ok("setGameScore", chat_id=1001, message_id=first, user_id=1001, score=5)
    again = {"chat_id": 1001, "message_id": second, "user_id": 1001}
    assert "NOT_MODIFIED" in sim.refusal("setGameScore", **again, score=5)
    assert sim.ok("getGameHighScores", **again)[0]["score"] == 5
    third = sim.ok("sendGame", chat_id=1001, game_short_name="chess")
    assert third["game"]["text"] == "1. Ana: 5"


def test_people_have_profile_photos(sim: Side):
    sim.act("photo", files={"photo": ("me.png", PIXEL)}, **{"from": 1001})
    photos = sim.ok("getUserProfilePhotos", user_id=1001)
    shapes = [(size["width"], size["height"]) for size in photos["photos"][0]]
    assert (photos["total_count"], shapes) == (1, [(160, 160), (320, 320), (480, 480)])
    sim.act("photo", **{"from": 1001})
    assert sim.ok("getUserProfilePhotos", user_id=1001)["total_count"] == 0


def test_a_chats_photo_is_uploaded(sim: Side, group: int):
    sent = sim.call("sendPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=1001)["result"]
    for known in (sent["photo"][-1]["file_id"], "https://files.test/a.png"):
        refusal = sim.refusal("setChatPhoto", chat_id=group, photo=known)
        assert refusal == "Bad Request: photo must be uploaded as an InputFile"
    done = sim.call("setChatPhoto", files={"photo": ("a.png", PIXEL)}, chat_id=group)
    assert done["result"] is True


def test_a_subscription_is_sold_for_a_channel_by_the_month(sim: Side, group: int):
    channel = sim.act("chat", type="channel", title="News", bots=[sim.token])["id"]
    month = {"subscription_period": 30 * 86_400, "subscription_price": 5}
    link = sim.ok("createChatSubscriptionInviteLink", chat_id=channel, **month)
    assert link["subscription_price"] == 5
    for wrong in ({"subscription_period": 60}, {"subscription_price": 0}):
        given = {**month, **wrong}
        refusal = sim.refusal("createChatSubscriptionInviteLink", chat_id=channel, **given)
        assert refusal == "Bad Request: invalid subscription pricing specified"
    refusal = sim.refusal("createChatSubscriptionInviteLink", chat_id=group, **month)
    assert refusal == "Bad Request: method is available only for channel chats"


def test_a_draft_is_for_private_chats(sim: Side, group: int):
    assert sim.ok("sendMessageDraft", chat_id=1001, draft_id=1, text="so far") is True
    refusal = sim.refusal("sendMessageDraft", chat_id=group, draft_id=1, text="so far")
    assert refusal == "Bad Request: TEXTDRAFT_PEER_INVALID"
