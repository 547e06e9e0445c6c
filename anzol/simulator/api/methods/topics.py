"""Topics of a forum, the general one among them."""

from __future__ import annotations

from typing import Any

from ...world.chats import GENERAL_THREAD, Chat
from ...world.posting import post_service, remove_messages
from ...world.views import bot_user
from ..calls import Call, method
from ..errors import bad
from .chats import unpin
from .icons import check_icon

Json = dict[str, Any]

LONGEST_NAME = 128
GENERAL = {"name": "General", "is_closed": False, "is_hidden": False}


@method("createForumTopic")
def create_forum_topic(call: Call) -> Json:
    """Make a topic and return it."""
    chat, name = forum(call), read_name(call)
    check_icon(call.get("icon_custom_emoji_id", ""))
    topic: Json = {"name": name, "icon_color": call.get("icon_color") or 0x6FB9F0}
    if call.get("icon_custom_emoji_id"):
        topic["icon_custom_emoji_id"] = call.get("icon_custom_emoji_id")
    thread = chat.next_message_id  # a topic is called by its first message
    set_topic(chat, thread, topic)
    announce(call, chat, {"forum_topic_created": topic}, thread)
    return {"message_thread_id": thread, **topic}


def set_topic(chat: Chat, thread: int, topic: Json) -> None:
    """Add or change a topic."""
    chat.set(topics={**chat.details.get("topics", {}), str(thread): topic})


@method("editForumTopic")
def edit_forum_topic(call: Call) -> bool:
    """Change a topic's name or icon; of the general topic, its name."""
    given: Json = {"name": read_name(call)} if call.get("name") else {}
    if is_general(call):
        chat = forum(call)
        if given:
            change_general(call, chat, given, {"forum_topic_edited": given})
        return True
    chat, thread, topic = find_topic(call)
    icon = call.get("icon_custom_emoji_id")
    if icon is not None:
        check_icon(icon)
        given["icon_custom_emoji_id"] = icon
    if not given:
        return True
    changed = {field: value for field, value in given.items() if topic.get(field, "") != value}
    if not changed:
        raise bad("TOPIC_NOT_MODIFIED")
    set_topic(chat, thread, {**topic, **changed})
    announce(call, chat, {"forum_topic_edited": changed}, thread)
    return True


@method("closeForumTopic", "reopenForumTopic")
def close_forum_topic(call: Call) -> bool:
    """Close or reopen a topic, which may be the general one."""
    closes = call.method == "closeForumTopic"
    if is_general(call):
        changed, said = GENERAL_CHANGES[f"{'close' if closes else 'reopen'}GeneralForumTopic"]
        change_general(call, forum(call), changed, {said: {}})
        return True
    chat, thread, topic = find_topic(call)
    if bool(topic.get("is_closed")) == closes:
        raise bad("TOPIC_NOT_MODIFIED")
    set_topic(chat, thread, {**topic, "is_closed": closes})
    announce(call, chat, {"forum_topic_closed" if closes else "forum_topic_reopened": {}}, thread)
    return True


@method("deleteForumTopic")
def delete_forum_topic(call: Call) -> bool:
    """Delete a topic with its messages."""
    chat, thread, _ = find_topic(call, right="can_delete_messages")
    topics = chat.details["topics"]
    chat.set(topics={n: topic for n, topic in topics.items() if n != str(thread)})
    inside = [n for n, m in chat.messages.items() if m.get("message_thread_id") == thread]
    remove_messages(call.world, chat, inside)
    return True


@method("editGeneralForumTopic")
def edit_general_topic(call: Call) -> bool:
    """Rename the general topic."""
    chat, given = forum(call), {"name": read_name(call)}
    change_general(call, chat, given, {"forum_topic_edited": given})
    return True


# method: (what becomes of the general topic, the service message that says so)
GENERAL_CHANGES: dict[str, tuple[Json, str]] = {
    "closeGeneralForumTopic": ({"is_closed": True}, "forum_topic_closed"),
    "reopenGeneralForumTopic": ({"is_closed": False, "is_hidden": False}, "forum_topic_reopened"),
    "hideGeneralForumTopic": ({"is_hidden": True, "is_closed": True}, "general_forum_topic_hidden"),
    "unhideGeneralForumTopic": ({"is_hidden": False}, "general_forum_topic_unhidden"),
}


@method(*GENERAL_CHANGES)
def change_general_topic(call: Call) -> bool:
    """Close, reopen, hide or show the general topic."""
    changed, said = GENERAL_CHANGES[call.method]
    change_general(call, forum(call), changed, {said: {}})
    return True


@method("unpinAllForumTopicMessages", "unpinAllGeneralForumTopicMessages")
def unpin_all_topic_messages(call: Call) -> bool:
    """Remove the pins of one topic."""
    chat = call.chat()
    call.require(chat, "can_pin_messages")
    general = call.method == "unpinAllGeneralForumTopicMessages"
    thread = GENERAL_THREAD if general else call.get("message_thread_id", 0)
    if thread <= 0:
        raise bad("invalid forum topic identifier specified")
    if not chat.info.get("is_forum"):
        raise bad("chat doesn't have topics")
    if thread != GENERAL_THREAD and not chat.topic(thread):
        raise bad("TOPIC_ID_INVALID")
    pinned = {n: chat.messages.get(n, {}).get("message_thread_id") for n in chat.pinned}
    unpin(call, chat, [n for n, where in pinned.items() if (where or GENERAL_THREAD) == thread])
    return True


def change_general(call: Call, chat: Chat, changed: Json, content: Json) -> None:
    """Change the general topic and say so. Raises Refused when nothing would change."""
    topic = {**GENERAL, **chat.details.get("general_topic", {})}
    if {**topic, **changed} == topic:
        raise bad("TOPIC_NOT_MODIFIED")
    chat.set(general_topic={**topic, **changed})
    announce(call, chat, content)


def announce(call: Call, chat: Chat, content: Json, thread: int = 0) -> None:
    """Post a topic's service message."""
    place = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    post_service(call.world, chat, bot_user(call.bot.user), {**place, **content})


def is_general(call: Call) -> bool:
    """Return whether a call is about the general topic by its number."""
    return bool(call.get("message_thread_id", 0) == GENERAL_THREAD)


def read_name(call: Call) -> str:
    """Return the name a topic is given, cut to its length. Raises Refused 400 for an empty one."""
    name = str(call.get("name", "")).strip()[:LONGEST_NAME].strip()
    if not name:
        raise bad("name must be non-empty")
    return name


def find_topic(call: Call, right: str = "can_manage_topics") -> tuple[Chat, int, Json]:
    """Return the forum, the topic's id and the topic a call is about. Raises Refused."""
    chat, thread = forum(call, right), call.get("message_thread_id", 0)
    topic = chat.details.get("topics", {}).get(str(thread))
    if topic is None:
        raise bad("TOPIC_ID_INVALID")
    return chat, thread, topic


def forum(call: Call, right: str = "can_manage_topics") -> Chat:
    """Return the chat when it is a forum the bot may manage. Raises Refused."""
    chat = call.chat()
    if not chat.info.get("is_forum"):
        raise bad("the chat is not a forum")
    call.require(chat, right)
    return chat
