"""Replies in other chats, quotes, previews, and groups that have moved."""

from __future__ import annotations

from tests.simulator.side import Side


def test_a_reply_to_a_message_of_another_chat_shows_where_it_comes_from(sim: Side):
    group = sim.group()
    original = sim.say("the brown fox", group)
    reply = {"chat_id": group, "message_id": original["message_id"], "quote": "fox"}
    sent = sim.ok("sendMessage", chat_id=1001, text="which?", reply_parameters=reply)
    assert "reply_to_message" not in sent
    external = sent["external_reply"]
    assert external["chat"]["id"] == group
    assert external["message_id"] == original["message_id"]
    assert external["origin"]["sender_user"]["id"] == 1001
    assert sent["quote"] == {"text": "fox", "position": 10, "is_manual": True}


def test_a_reply_to_a_chat_that_the_bot_does_not_know_is_refused(sim: Side):
    reply = {"chat_id": -5, "message_id": 1}
    refusal = sim.refusal("sendMessage", chat_id=1001, text="x", reply_parameters=reply)
    assert refusal == "Bad Request: chat not found"


def test_the_quote_nearest_to_its_position_counts(sim: Side):
    said = sim.say("one 😀 one one")
    reply = {"message_id": said["message_id"], "quote": "<b>one</b>", "quote_parse_mode": "HTML"}
    for wanted, position in ((0, 0), (6, 7), (99, 11)):
        fields = {**reply, "quote_position": wanted}
        sent = sim.ok("sendMessage", chat_id=1001, text="x", reply_parameters=fields)
        assert sent["quote"]["position"] == position
        assert sent["quote"]["entities"] == [{"type": "bold", "offset": 0, "length": 3}]


def test_link_previews_follow_their_options(sim: Side):
    text = "see https://a.example/x and https://b.example"
    sent = sim.ok("sendMessage", chat_id=1001, text=text)
    assert sent["link_preview_options"] == {"url": "https://a.example/x"}
    options = {"url": "https://b.example", "show_above_text": True, "prefer_large_media": False}
    edited = sim.ok(
        "editMessageText",
        chat_id=1001,
        message_id=sent["message_id"],
        text=text,
        link_preview_options=options,
    )
    shown = {"url": "https://b.example", "show_above_text": True}
    assert edited["link_preview_options"] == shown
    assert "link_preview_options" not in sim.ok("sendMessage", chat_id=1001, text="no link")
    assert sim.say("https://a.example")["link_preview_options"] == {"url": "https://a.example"}


def test_an_old_group_answers_edits_and_reactions(sim: Side):
    group = sim.group("group")
    sent = sim.ok("sendMessage", chat_id=group, text="before")
    place = {"chat_id": group, "message_id": sent["message_id"]}
    moved = sim.act("migrate", chat_id=group)["id"]
    assert sim.ok("editMessageText", **place, text="after")["text"] == "after"
    sim.ok("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    forwarded = {"chat_id": moved, "from_chat_id": group, "message_id": sent["message_id"]}
    assert sim.ok("copyMessage", **forwarded)
    answer = sim.call("sendMessage", chat_id=group, text="new")
    assert answer["parameters"] == {"migrate_to_chat_id": moved}


def test_buttons_for_private_chats_are_refused_elsewhere(sim: Side):
    group = sim.group()
    app = {"text": "App", "web_app": {"url": "https://app.example"}}
    markup = {"inline_keyboard": [[app]]}
    assert sim.ok("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    refusal = sim.refusal("sendMessage", chat_id=group, text="x", reply_markup=markup)
    assert refusal == "Bad Request: BUTTON_TYPE_INVALID"
    app["web_app"] = {"url": "http://app.example"}
    refusal = sim.refusal("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    assert "Only HTTPS links are allowed" in refusal
    contact = {"keyboard": [[{"text": "Me", "request_contact": True}]]}
    assert "private chats only" in sim.refusal(
        "sendMessage", chat_id=group, text="x", reply_markup=contact
    )


def test_a_login_button_comes_back_as_a_link(sim: Side):
    login = {"text": "In", "login_url": {"url": "https://in.example"}}
    markup = {"inline_keyboard": [[login]]}
    sent = sim.ok("sendMessage", chat_id=1001, text="x", reply_markup=markup)
    shown = {"text": "In", "url": "https://in.example"}
    assert sent["reply_markup"]["inline_keyboard"] == [[shown]]
