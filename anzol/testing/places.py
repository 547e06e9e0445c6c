"""The people, groups, channels and topics of a test, made without an update to the bot."""

from __future__ import annotations

from typing import Any

from anzol.simulator.world.bots import Bot as Account
from anzol.simulator.world.chats import Chat
from anzol.simulator.world.world import World

FIRST_USER = 1001
OWNER = 1000  # the owner of every group, and nobody whom a test plays


def new_person(world: World, name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the person of that first name, made when there is none yet."""
    with world:
        for person in world.people.values():
            if person["first_name"] == name and person["id"] != OWNER:
                return person
        number = max([FIRST_USER - 1, *world.people]) + 1
        person = {"id": number, "is_bot": False, "first_name": name, **fields}
        world.change_person(person)
        return person


def find_group(world: World, bot: Account, title: str, kind: str, fields: dict[str, Any]) -> Chat:
    """Return the group or channel of that title, made when there is none yet, with the bot in it."""
    with world:
        for chat in world.chats.values():
            if chat.info.get("title") == title and "migrate_to_chat_id" not in chat.details:
                return chat
        if OWNER not in world.people:
            world.change_person({"id": OWNER, "is_bot": False, "first_name": "Owner"})
        chat = world.add_chat({"title": title, "type": kind, **fields})
        chat.set_member(OWNER, {"status": "creator", "is_anonymous": False})
        status = "administrator" if kind == "channel" else "member"
        chat.set_member(bot.id, {"status": status})
        return chat


def join_quietly(chat: Chat, number: int, status: str = "member") -> None:
    """Add a person to a chat, unless they are in it, without an update."""
    if not chat.has(number):
        chat.set_member(number, {"status": status})


def new_topic(chat: Chat, name: str) -> int:
    """Return the number of a forum's topic of that name, made when there is none yet."""
    if not chat.info.get("is_forum"):
        raise AssertionError(
            f"{chat.info.get('title')} has no topics: in_group(..., is_forum=True)."
        )
    topics = chat.details.get("topics", {})
    for thread, topic in topics.items():
        if topic["name"] == name:
            return int(thread)
    thread = chat.next_message_id  # a topic is called by its first message
    chat.next_message_id += 1
    chat.set(topics={**topics, str(thread): {"name": name, "icon_color": 0x6FB9F0}})
    return thread
