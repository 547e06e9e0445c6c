"""Groups and channels: who gets what, who may do what, migration."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulator.side import Side

Simulate = Callable[..., Side]


def test_a_bot_is_told_when_it_is_added(sim: Side):
    made = sim.act("chat", type="group", title="Team")
    added, message = sim.updates()
    change = added["my_chat_member"]
    assert change["old_chat_member"]["status"] == "left"
    assert change["new_chat_member"]["status"] == "member"
    assert message["message"]["new_chat_members"][0]["id"] == 4242
    assert change["chat"] == made


def test_two_people_talk(sim: Side):
    group = sim.group()
    sim.say("hi", group)
    sim.say("hello", group, **{"from": 1002})
    said = [update["message"] for update in sim.updates()]
    assert [(m["from"]["id"], m["text"]) for m in said] == [(1001, "hi"), (1002, "hello")]
    answer = sim.ok("sendMessage", chat_id=group, text="both")
    assert answer["message_id"] == said[1]["message_id"] + 1
    assert sim.ok("getChatMemberCount", chat_id=group) == 3


def test_privacy_shows_commands_replies_and_mentions_only(sim: Side):
    group = sim.group()
    sim.act("bot", can_read_all_group_messages=False)
    sent = sim.ok("sendMessage", chat_id=group, text="?")
    sim.say("unseen", group)
    sim.say("/go", group)
    sim.say("/go@other_bot", group)
    sim.say("hey @sim4242_bot", group)
    sim.say("reply", group, reply_to_message_id=sent["message_id"])
    seen = [update["message"]["text"] for update in sim.updates()]
    assert seen == ["/go", "hey @sim4242_bot", "reply"]


def test_bots_do_not_see_each_other(sim: Side):
    other = Side(sim.running, "77:x")
    other.ok("getMe")
    group = sim.group(bots=["4242:test", "77:x"])
    other.updates()
    sim.ok("sendMessage", chat_id=group, text="from a bot")
    sim.say("from a person", group)
    assert [u["message"]["text"] for u in other.updates()] == ["from a person"]
    other.session.close()


def test_a_kicked_bot(sim: Side):
    group = sim.group()
    sim.act("leave", chat_id=group, banned=True, by=1001)
    assert sim.refusal("sendMessage", chat_id=group, text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )
    status = sim.updates()[-1]["my_chat_member"]["new_chat_member"]["status"]
    assert status == "kicked"


def test_a_channel_wants_an_administrator(sim: Side):
    channel = sim.group("channel")
    sim.say("news", channel)
    post = sim.updates()[0]["channel_post"]
    assert post["sender_chat"]["id"] == channel
    sent = sim.ok("sendMessage", chat_id=channel, text="from the bot")
    assert "from" not in sent
    sim.act("join", chat_id=channel, status="member")
    assert sim.refusal("sendMessage", chat_id=channel, text="x") == (
        "Bad Request: need administrator rights in the channel chat"
    )


def test_a_group_migrates(sim: Side):
    group = sim.group("group")
    sim.promote(group)
    new = sim.act("migrate", chat_id=group)
    assert new["type"] == "supergroup"
    answer = sim.call("sendMessage", chat_id=group, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": new["id"]}
    assert answer["description"] == ("Bad Request: group chat was upgraded to a supergroup chat")
    said = [update["message"] for update in sim.updates()]
    assert said[0]["migrate_to_chat_id"] == new["id"]
    assert said[1]["migrate_from_chat_id"] == group
    sim.ok("sendMessage", chat_id=new["id"], text="x")


def test_bans_limits_and_promotions(sim: Side):
    group = sim.group()
    who = {"chat_id": group, "user_id": 1002}
    assert sim.refusal("banChatMember", **who) == "Bad Request: not enough rights"
    sim.promote(group)
    sim.ok("restrictChatMember", **who, permissions={"can_send_messages": False})
    member = sim.ok("getChatMember", **who)
    assert (member["status"], member["can_send_messages"]) == ("restricted", False)
    url = f"{sim.url}/user/send"
    body = {"chat_id": group, "from": 1002, "text": "x"}
    assert sim.session.post(url, json=body).json()["description"] == (
        "Bad Request: this person may not write here"
    )
    sim.ok("promoteChatMember", **who, can_delete_messages=True)
    admins = sim.ok("getChatAdministrators", chat_id=group)
    assert {admin["user"]["id"] for admin in admins} == {1001, 1002, 4242}
    sim.ok("promoteChatMember", **who)
    sim.ok("banChatMember", **who)
    assert sim.ok("getChatMember", **who)["status"] == "kicked"
    sim.ok("unbanChatMember", **who)
    assert sim.ok("getChatMember", **who)["status"] == "left"
    assert sim.refusal("banChatMember", chat_id=group, user_id=1001) == (
        "Bad Request: can't remove chat owner"
    )


def test_member_changes_reach_an_administrator_that_asked(sim: Side):
    group = sim.group()
    sim.promote(group)
    sim.ok("getUpdates", allowed_updates=["chat_member", "chat_join_request"])
    sim.act("join", chat_id=group, user_id=1003)
    change = sim.updates()[0]["chat_member"]
    assert change["new_chat_member"]["user"]["id"] == 1003
    sim.act("join", chat_id=group, user_id=1004, request=True)
    request = sim.updates()[0]["chat_join_request"]
    assert request["from"]["id"] == 1004
    sim.ok("approveChatJoinRequest", chat_id=group, user_id=1004)
    assert sim.ok("getChatMember", chat_id=group, user_id=1004)["status"] == "member"


def test_titles_pins_and_links(sim: Side):
    group = sim.group()
    sim.promote(group)
    sim.ok("setChatTitle", chat_id=group, title="New name")
    sim.ok("setChatDescription", chat_id=group, description="About")
    said = sim.say("keep this", group)
    sim.ok("pinChatMessage", chat_id=group, message_id=said["message_id"])
    link = sim.ok("exportChatInviteLink", chat_id=group)
    full = sim.ok("getChat", chat_id=group)
    assert (full["title"], full["description"]) == ("New name", "About")
    assert (full["pinned_message"]["text"], full["invite_link"]) == ("keep this", link)
    assert full["permissions"]["can_send_messages"] is True
    assert [m["is_pinned"] for m in sim.messages(group) if m.get("text") == "keep this"] == [True]
    sim.ok("unpinAllChatMessages", chat_id=group)
    assert "pinned_message" not in sim.ok("getChat", chat_id=group)


def test_reactions_are_told_to_who_asked(sim: Side):
    said = sim.say("nice")
    sim.updates()
    sim.act("react", chat_id=1001, message_id=said["message_id"], reaction=["👍"])
    assert sim.updates() == []
    sim.ok("getUpdates", allowed_updates=["message_reaction"])
    sim.act("react", chat_id=1001, message_id=said["message_id"], reaction=["🔥"])
    change = sim.updates()[0]["message_reaction"]
    assert [r["emoji"] for r in change["old_reaction"] + change["new_reaction"]] == ["👍", "🔥"]
    place = {"chat_id": 1001, "message_id": said["message_id"]}
    sim.ok("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "🔥"}])
    assert sim.messages()[0]["reactions"][0]["total_count"] == 2
    wrong = [{"type": "emoji", "emoji": "x"}]
    assert sim.refusal("setMessageReaction", **place, reaction=wrong) == (
        "Bad Request: REACTION_INVALID"
    )


def test_topics_of_a_forum(sim: Side):
    group = sim.group(is_forum=True)
    sim.promote(group)
    topic = sim.ok("createForumTopic", chat_id=group, name="News")
    sent = sim.ok(
        "sendMessage", chat_id=group, text="x", message_thread_id=topic["message_thread_id"]
    )
    assert sent["is_topic_message"] is True
    sim.ok("deleteForumTopic", chat_id=group, message_thread_id=topic["message_thread_id"])
    assert sent["message_id"] not in [m["message_id"] for m in sim.messages(group)]
