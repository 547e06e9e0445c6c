"""People and bots as accounts: what BotFather and a profile page set."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from ..world.bots import number_of
from .routes import UserRequest, route

Json = dict[str, Any]

PERSON = ("first_name", "last_name", "username", "language_code", "is_premium")
BOT = (
    "first_name",
    "username",
    "can_read_all_group_messages",
    "supports_inline_queries",
    "can_join_groups",
)


@route("/person")
def person(req: UserRequest) -> Json:
    world = req.world
    number = req.number("id", 0) or max([*world.people, 1000]) + 1
    if number <= 0 or number in world.bots:
        raise bad("id is a positive number that no bot has")
    known = world.person(number)
    changed = {field: req.get(field) for field in PERSON if field in req.fields}
    world.change_person({**known, **changed})
    return world.people[number]


@route("/bot")
def bot(req: UserRequest) -> Json:
    account = req.bot
    changed = {field: req.get(field) for field in BOT if field in req.fields}
    account.user = {**account.user, **changed}
    if "token" in req.fields:
        token = str(req.get("token"))
        if number_of(token) != account.id:
            raise bad(f"token begins with the bot's number, {account.id}:")
        account.token = token
    if "stars" in req.fields:
        account.set(stars=req.number("stars"))
    if "games" in req.fields:
        games = req.get("games")
        if not isinstance(games, list) or not all("short_name" in game for game in games):
            raise bad("games is a list of {short_name, title?, description?}")
        account.set(games={str(game["short_name"]): game for game in games})
    if "inline_feedback" in req.fields:
        account.inline_feedback = bool(req.get("inline_feedback"))
    return account.user
