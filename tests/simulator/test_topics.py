"""Topics of a forum: named, closed, hidden, deleted, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.side import Side

Json = dict[str, Any]


def forum(sim: Side) -> int:
    group = sim.group(is_forum=True)
    sim.promote(group)
    return group


def said(sim: Side, chat_id: int) -> list[tuple[str, Any, int | None]]:
    """The service messages about topics: kind, content, thread."""
    kinds = ("forum_topic_", "general_forum_")
    return [
        (kind, message[kind], message.get("message_thread_id"))
        for message in sim.messages(chat_id)
        for kind in message
        if kind.startswith(kinds)
    ]


def test_a_topic_is_made_renamed_closed_and_reopened(sim: Side):
    group = forum(sim)
    topic = sim.ok("createForumTopic", chat_id=group, name="News", icon_color=0xFFD67E)
    thread = topic["message_thread_id"]
    place = {"chat_id": group, "message_thread_id": thread}
    sim.ok("editForumTopic", **place, name="Old news")
    sim.ok("closeForumTopic", **place)
    assert sim.refusal("closeForumTopic", **place) == "Bad Request: TOPIC_NOT_MODIFIED"
    sim.ok("reopenForumTopic", **place)
    assert said(sim, group) == [
        ("forum_topic_created", {"name": "News", "icon_color": 0xFFD67E}, thread),
        ("forum_topic_edited", {"name": "Old news"}, thread),
        ("forum_topic_closed", {}, thread),
        ("forum_topic_reopened", {}, thread),
    ]
    chats = sim.read("state")["chats"]
    entry = next(chat for chat in chats if chat["chat"]["id"] == group)
    assert entry["topics"] == {str(thread): "Old news"}


def test_a_closed_topic_takes_messages_of_administrators_only(sim: Side):
    group = forum(sim)
    thread = sim.ok("createForumTopic", chat_id=group, name="News")["message_thread_id"]
    sim.ok("closeForumTopic", chat_id=group, message_thread_id=thread)
    assert sim.ok("sendMessage", chat_id=group, text="x", message_thread_id=thread)
    fields = {"bot": sim.token, "chat_id": group, "text": "x", "message_thread_id": thread}
    answer = sim.session.post(f"{sim.url}/user/send", json={**fields, "from": 1002}).json()
    assert answer["description"] == "Bad Request: TOPIC_CLOSED"
    sim.act("join", chat_id=group, status="member")
    refusal = sim.refusal("sendMessage", chat_id=group, text="x", message_thread_id=thread)
    assert refusal == "Bad Request: TOPIC_CLOSED"


def test_a_deleted_topic_takes_its_messages_with_it(sim: Side):
    group = forum(sim)
    before = len(sim.messages(group))
    thread = sim.ok("createForumTopic", chat_id=group, name="News")["message_thread_id"]
    sim.say("inside", group, message_thread_id=thread)
    sim.ok("deleteForumTopic", chat_id=group, message_thread_id=thread)
    assert len(sim.messages(group)) == before
    refusal = sim.refusal("sendMessage", chat_id=group, text="x", message_thread_id=thread)
    assert refusal == "Bad Request: message thread not found"


@pytest.mark.parametrize(
    ("method", "fields", "service"),
    [
        ("editGeneralForumTopic", {"name": "Lobby"}, ("forum_topic_edited", {"name": "Lobby"})),
        ("closeGeneralForumTopic", {}, ("forum_topic_closed", {})),
        ("hideGeneralForumTopic", {}, ("general_forum_topic_hidden", {})),
    ],
)
def test_the_general_topic_changes_once(sim: Side, method: str, fields: Json, service: Any):
    group = forum(sim)
    sim.ok(method, chat_id=group, **fields)
    assert said(sim, group) == [(*service, None)]
    assert sim.refusal(method, chat_id=group, **fields) == "Bad Request: TOPIC_NOT_MODIFIED"


def test_the_general_topic_is_shown_and_reopened(sim: Side):
    group = forum(sim)
    for method in ("hide", "unhide", "reopen"):
        sim.ok(f"{method}GeneralForumTopic", chat_id=group)
    assert [kind for kind, _, _ in said(sim, group)] == [
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "forum_topic_reopened",
    ]


def test_topics_need_a_forum_and_the_right(sim: Side):
    plain = sim.group()
    sim.promote(plain)
    refusal = sim.refusal("closeGeneralForumTopic", chat_id=plain)
    assert refusal == "Bad Request: the chat is not a forum"
    group = sim.group(is_forum=True)
    refusal = sim.refusal("createForumTopic", chat_id=group, name="x")
    assert refusal == "Bad Request: not enough rights"
    sim.promote(group)
    refusal = sim.refusal("createForumTopic", chat_id=group, name=" ")
    assert refusal == "Bad Request: name must be non-empty"
    assert len(sim.ok("createForumTopic", chat_id=group, name="x" * 129)["name"]) == 128
    refusal = sim.refusal("editForumTopic", chat_id=group, message_thread_id=9, name="x")
    assert refusal == "Bad Request: TOPIC_ID_INVALID"


def test_the_pins_of_one_topic_are_removed(sim: Side):
    group = forum(sim)
    thread = sim.ok("createForumTopic", chat_id=group, name="News")["message_thread_id"]
    place: Json = {"chat_id": group}
    inside = sim.ok("sendMessage", **place, text="in", message_thread_id=thread)["message_id"]
    outside = sim.ok("sendMessage", **place, text="out")["message_id"]

    def pin() -> None:
        sim.ok("unpinAllChatMessages", **place)
        for number in (inside, outside):
            sim.ok("pinChatMessage", **place, message_id=number)

    def pinned() -> list[int]:
        return [message["message_id"] for message in sim.messages(group) if message["is_pinned"]]

    pin()
    note = [message for message in sim.messages(group) if "pinned_message" in message][0]
    assert note["message_thread_id"] == thread
    sim.ok("unpinAllForumTopicMessages", **place, message_thread_id=thread)
    assert pinned() == [outside]
    pin()
    sim.ok("unpinAllGeneralForumTopicMessages", **place)
    assert pinned() == [inside]
    wrong = sim.refusal("unpinAllForumTopicMessages", **place, message_thread_id=-1)
    assert wrong == "Bad Request: invalid forum topic identifier specified"


def test_a_group_without_topics_has_no_pins_of_a_topic(sim: Side):
    group = sim.group()
    sim.promote(group)
    for method, more in (
        ("unpinAllForumTopicMessages", {"message_thread_id": 1}),
        ("unpinAllGeneralForumTopicMessages", {}),
    ):
        assert sim.refusal(method, chat_id=group, **more) == "Bad Request: chat doesn't have topics"


def test_the_general_topic_is_the_one_with_the_number_1(sim: Side):
    group = forum(sim)
    place: Json = {"chat_id": group, "message_thread_id": 1}
    sim.ok("editForumTopic", **place, name="Lobby")
    sim.ok("closeForumTopic", **place)
    assert sim.refusal("closeGeneralForumTopic", chat_id=group) == "Bad Request: TOPIC_NOT_MODIFIED"
    sim.ok("reopenForumTopic", **place)
    assert said(sim, group) == [
        ("forum_topic_edited", {"name": "Lobby"}, None),
        ("forum_topic_closed", {}, None),
        ("forum_topic_reopened", {}, None),
    ]


def test_an_edit_of_a_topic_that_says_nothing_changes_nothing(sim: Side):
    group = forum(sim)
    thread = sim.ok("createForumTopic", chat_id=group, name="News")["message_thread_id"]
    for number in (thread, 1):
        assert sim.ok("editForumTopic", chat_id=group, message_thread_id=number) is True
