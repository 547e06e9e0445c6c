"""Groups and channels: made, joined, left, migrated."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from ..world.membership import member_of, set_member
from ..world.migration import migrate_group
from ..world.posting import post_service
from .routes import UserRequest, route

Json = dict[str, Any]


@route("/chat")
def chat(req: UserRequest) -> Json:
    world = req.world
    if req.get("chat_id"):
        found = req.chat
        found.info = {**found.info, "title": str(req.get("title"))}
        post_service(world, found, req.person, {"new_chat_title": found.info["title"]})
        return found.info
    kind = req.get("type", "group")
    if kind not in ("group", "supergroup", "channel"):
        raise bad("type is group, supergroup or channel")
    given = req.value("bots", "[String]") or [req.get("bot")] * ("bot" in req.fields)
    bots = [world.bot(str(reference)) for reference in given]
    info = {"title": str(req.get("title") or "Group"), "type": kind}
    info |= {k: req.get(k) for k in ("username", "is_forum") if req.get(k)}
    owner = req.person
    made = world.add_chat(info)
    made.set_member(owner["id"], {"status": "creator", "is_anonymous": False})
    for number in req.value("members", "[Integer]") or []:
        if int(number) != owner["id"]:
            made.set_member(world.user(int(number))["id"], {"status": "member"})
    if kind == "group":
        post_service(world, made, owner, {"group_chat_created": True})
    for bot in bots:
        status = "administrator" if kind == "channel" else "member"
        set_member(world, made, bot.id, status, owner)
    return made.info


@route("/join")
def join(req: UserRequest) -> Json:
    world, place = req.world, req.chat
    number = req.bot.id if "user_id" not in req.fields else req.number("user_id")
    who = world.user(number)
    actor = req.person if req.get("from") else who
    if who["is_bot"] and actor is who:
        actor = owner_of(req, place)
    if req.get("request"):
        return ask_to_join(req, place, who)
    status = req.get("status", "member")
    if status not in ("member", "administrator", "creator", "restricted"):
        raise bad("status is member, administrator, creator or restricted")
    set_member(world, place, number, status, actor)
    return member_of(world, place, number)


def owner_of(req: UserRequest, place: Any) -> Json:
    """Return the creator of a chat, who adds bots to it."""
    owner = next((n for n, m in place.members.items() if m["status"] == "creator"), None)
    return req.world.person(owner) if owner else req.person


def ask_to_join(req: UserRequest, place: Any, who: Json) -> Json:
    """Make a join request that a bot with the right may approve."""
    request = {
        "chat": place.info,
        "from": who,
        "user_chat_id": who["id"],
        "date": req.world.clock.date(),
    }
    place.requests = {**place.requests, who["id"]: request}
    for number in place.members:
        bot = req.world.bots.get(number)
        if bot and place.is_admin(number) and place.can(number, "can_invite_users"):
            req.world.push(bot, "chat_join_request", request)
    return request


@route("/leave")
def leave(req: UserRequest) -> Json:
    world, place = req.world, req.chat
    number = req.bot.id if "user_id" not in req.fields else req.number("user_id")
    actor = world.person(req.number("by")) if req.get("by") else world.user(number)
    set_member(world, place, number, "kicked" if req.get("banned") else "left", actor)
    return member_of(world, place, number)


@route("/migrate")
def migrate(req: UserRequest) -> Json:
    group = req.chat
    if group.type != "group":
        raise bad("only a basic group migrates")
    return migrate_group(req.world, group).info
