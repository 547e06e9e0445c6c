"""People and bots as accounts: what BotFather and a profile page set."""

from __future__ import annotations

from typing import Any

from ..api.errors import bad
from .routes import Deed, deed

Json = dict[str, Any]

PERSON = ("first_name", "last_name", "username", "language_code", "is_premium")
BOT = (
    "first_name",
    "username",
    "can_read_all_group_messages",
    "supports_inline_queries",
    "can_join_groups",
)


@deed("/person")
def person(done: Deed) -> Json:
    world = done.world
    number = done.number("id", 0) or max([*world.people, 1000]) + 1
    if number <= 0 or number in world.bots:
        raise bad("id is a positive number that no bot has")
    known = world.person(number)
    changed = {field: done.get(field) for field in PERSON if field in done.fields}
    world.change_person({**known, **changed})
    return world.people[number]


@deed("/bot")
def bot(done: Deed) -> Json:
    account = done.bot
    changed = {field: done.get(field) for field in BOT if field in done.fields}
    account.user = {**account.user, **changed}
    if "inline_feedback" in done.fields:
        account.inline_feedback = bool(done.get("inline_feedback"))
    done.world.tell_bot(account)
    return account.user
