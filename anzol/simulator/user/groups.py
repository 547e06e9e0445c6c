"""Groups and channels: made, joined, left, migrated."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from ..world.membership import member_of, set_member
from ..world.migration import migrate_group
from ..world.posting import service
from .routes import Deed, deed

Json = dict[str, Any]


@deed("/chat")
def chat(done: Deed) -> Json:
    world = done.world
    if done.get("chat_id"):
        found = done.chat
        found.info = {**found.info, "title": str(done.get("title"))}
        service(world, found, done.person, {"new_chat_title": found.info["title"]})
        world.tell_chat(found)
        return found.info
    kind = done.get("type", "group")
    if kind not in ("group", "supergroup", "channel"):
        raise bad("type is group, supergroup or channel")
    given = done.value("bots", "[String]") or [done.get("bot")] * ("bot" in done.fields)
    bots = [world.bot(str(reference)) for reference in given]
    info = {"title": str(done.get("title") or "Group"), "type": kind}
    info |= {k: done.get(k) for k in ("username", "is_forum") if done.get(k)}
    owner = done.person
    made = world.add_chat(info)
    made.members[owner["id"]] = {"status": "creator", "is_anonymous": False}
    for number in done.value("members", "[Integer]") or []:
        made.members.setdefault(world.user(int(number))["id"], {"status": "member"})
    world.tell_chat(made)
    if kind == "group":
        service(world, made, owner, {"group_chat_created": True})
    for bot in bots:
        status = "administrator" if kind == "channel" else "member"
        set_member(world, made, bot.id, status, owner)
    world.tell_chat(made)
    return made.info


@deed("/join")
def join(done: Deed) -> Json:
    world, place = done.world, done.chat
    number = done.bot.id if "user_id" not in done.fields else done.number("user_id")
    who = world.user(number)
    actor = done.person if done.get("from") else who
    if who["is_bot"] and actor is who:
        actor = owner_of(done, place)
    if done.get("request"):
        return ask_to_join(done, place, who)
    status = done.get("status", "member")
    if status not in ("member", "administrator", "creator", "restricted"):
        raise bad("status is member, administrator, creator or restricted")
    set_member(world, place, number, status, actor)
    return member_of(world, place, number)


def owner_of(done: Deed, place: Any) -> Json:
    """Return the creator of a chat, who adds bots to it."""
    owner = next((n for n, m in place.members.items() if m["status"] == "creator"), None)
    return done.world.person(owner) if owner else done.person


def ask_to_join(done: Deed, place: Any, who: Json) -> Json:
    """Leave a request that a bot with the right may approve."""
    request = {
        "chat": place.info,
        "from": who,
        "user_chat_id": who["id"],
        "date": done.world.clock.date(),
    }
    place.requests[who["id"]] = request
    for number in place.members:
        bot = done.world.bots.get(number)
        if bot and place.is_admin(number) and place.can(number, "can_invite_users"):
            done.world.push(bot, "chat_join_request", request)
    return request


@deed("/leave")
def leave(done: Deed) -> Json:
    world, place = done.world, done.chat
    number = done.bot.id if "user_id" not in done.fields else done.number("user_id")
    actor = world.person(done.number("by")) if done.get("by") else world.user(number)
    set_member(world, place, number, "kicked" if done.get("banned") else "left", actor)
    return member_of(world, place, number)


@deed("/migrate")
def migrate(done: Deed) -> Json:
    group = done.chat
    if group.type != "group":
        raise bad("only a basic group migrates")
    return migrate_group(done.world, group).info
