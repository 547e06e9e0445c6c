"""People and bots as accounts: what BotFather and a profile page set."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from ..world.bots import Bot, number_of
from ..world.views import bot_user
from ..world.world import World
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
    if "personal_chat_id" in req.fields:
        show_channel(world, number, req.number("personal_chat_id"))
    if "emoji_status_access" in req.fields:
        world.account(number).set(emoji_status_access=bool(req.get("emoji_status_access")))
    world.change_person({**known, **changed})
    return world.people[number]


def show_channel(world: World, number: int, channel: int) -> None:
    """Put a channel of theirs on a person's profile; 0 takes it away. Raises Refused 400."""
    found = world.chats.get((0, channel))
    owned = found and found.type == "channel" and found.status(number) == "creator"
    if channel and not owned:
        raise bad("personal_chat_id is a channel that this person made, or 0")
    world.account(number).set(personal_chat_id=channel)


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
    if "manager" in req.fields:
        let_manage(req, account)
    if "stars" in req.fields:
        account.set(stars=req.number("stars"))
    if "games" in req.fields:
        games = req.get("games")
        if not isinstance(games, list) or not all(
            isinstance(game, dict) and "short_name" in game for game in games
        ):
            raise bad("games is a list of {short_name, title?, description?}")
        account.set(games={str(game["short_name"]): game for game in games})
    if "inline_feedback" in req.fields:
        account.inline_feedback = bool(req.get("inline_feedback"))
    return account.user


def let_manage(req: UserRequest, managed: Bot) -> None:
    """Put a bot into the care of another one, which is told. Raises Refused 400."""
    manager = req.world.bot(str(req.get("manager")))
    if manager is managed:
        raise bad("manager is another bot: its token or its number")
    managed.set(manager=manager.id)
    manager.user = {**manager.user, "can_manage_bots": True}
    told = {"user": req.person, "bot": bot_user(managed.user)}
    req.world.push(manager, "managed_bot", told)
