"""What people do with accounts: connect a business bot, boost, open Mini Apps, set a photo, get Stars."""

from __future__ import annotations

import secrets
from typing import Any

from ..api.errors import bad
from ..api.methods.business import shown
from ..api.methods.media import check_shape
from ..probe import look
from ..probe.scaling import SQUARE, Broken
from ..world.accounts import RIGHTS, Connection, new_connection_id
from .routes import UserRequest, route

Json = dict[str, Any]


@route("/business")
def business(req: UserRequest) -> Json:
    world, bot, person = req.world, req.bot, req.person
    rights = req.value("rights", "BusinessBotRights")
    known = [c for c in world.connections.values() if (c.bot, c.user) == (bot.id, person["id"])]
    if known:
        connection = known[0]
    else:
        connection = world.adopt_connection(
            Connection(
                new_connection_id(),
                len(world.connections) + 1,
                bot.id,
                person["id"],
                world.clock.date(),
                dict.fromkeys(RIGHTS, True),
            )
        )
        world.private_chat(bot, person["id"])
    if rights is not None:
        connection.rights = {right: bool(rights.get(right)) for right in RIGHTS}
    connection.is_enabled = bool(req.get("enabled", True))
    entry = shown(world, connection)
    world.push(bot, "business_connection", entry)
    return entry


@route("/webapp")
def web_app(req: UserRequest) -> Json:
    number = secrets.token_urlsafe(16)
    req.world.queries[number] = {
        "id": number,
        "kind": "web_app_query",
        "bot": req.bot.id,
        "user_id": req.person["id"],
        "chat": req.chat.key,
        "expires": req.world.clock.now() + 3600,
    }
    return {"web_app_query_id": number}


@route("/boost")
def boost(req: UserRequest) -> Json:
    world, chat, person = req.world, req.chat, req.person
    if chat.type not in ("channel", "supergroup"):
        raise bad("only channels and supergroups are boosted")
    source = {"source": "premium", "user": person}
    boosts = chat.details.get("boosts", [])
    if req.get("removed"):
        mine = next((b for b in boosts if b["source"]["user"]["id"] == person["id"]), None)
        if mine is None:
            raise bad("this person has not boosted the chat")
        chat.set(boosts=[one for one in boosts if one is not mine])
        gone = {"boost_id": mine["boost_id"], "remove_date": world.clock.date(), "source": source}
        tell_bots(req, "removed_chat_boost", {"chat": chat.info, **gone})
        return gone
    made = {
        "boost_id": secrets.token_hex(8),
        "add_date": world.clock.date(),
        "expiration_date": world.clock.date() + 30 * 86_400,
        "source": source,
    }
    chat.set(boosts=[*boosts, made])
    tell_bots(req, "chat_boost", {"chat": chat.info, "boost": made})
    return made


def tell_bots(req: UserRequest, kind: str, payload: Json) -> None:
    """Push an update to the bots that are administrators of the chat."""
    for number, bot in req.world.bots.items():
        if req.chat.is_admin(number):
            req.world.push(bot, kind, payload)


@route("/photo")
def photo(req: UserRequest) -> list[str]:
    """Set a person's profile photo; without a file, remove the newest."""
    account = req.world.account(req.person["id"])
    given = req.files.get("photo")
    if given:
        found = look(given[0].stream)
        if not found.is_image:
            raise bad("photo is not a picture")
        check_shape(found)
        try:
            file = req.world.files.add_photo(given[0].name, given[0].stream, SQUARE)
        except Broken as error:
            raise bad(f"photo is not a picture: {error}") from None
        account.photos = [file.id, *account.photos]
    else:
        account.photos = [*account.photos][1:]
    return list(account.photos)
