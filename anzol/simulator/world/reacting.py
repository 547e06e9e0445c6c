"""Reactions: stored, counted, shown, sent to the bots that asked for them."""

from __future__ import annotations

from typing import Any

from .chats import Chat, tally
from .posting import bots_in
from .world import World

Json = dict[str, Any]


def set_reaction(world: World, chat: Chat, message: Json, who: Json, new: list[Json]) -> None:
    """Change somebody's reactions to a message. The caller holds the world's lock."""
    number = message["message_id"]
    reactions = chat.extra(number).setdefault("reactions", {})
    old = reactions.pop(str(who["id"]), [])
    if new:
        reactions[str(who["id"])] = new
    counted = tally(reactions)
    world.feed.publish(
        "reaction", bot=chat.bot, chat_id=chat.id, message_id=number, reactions=counted
    )
    place = {"chat": chat.info, "message_id": number, "date": world.clock.date()}
    for bot in bots_in(world, chat):
        if bot.id == who["id"] or (not chat.bot and not chat.is_admin(bot.id)):
            continue
        if chat.type == "channel":
            counts = [{"type": r["type"], "total_count": r["total_count"]} for r in counted]
            world.push(bot, "message_reaction_count", {**place, "reactions": counts})
        elif not who["is_bot"]:
            change = {**place, "user": who, "old_reaction": old, "new_reaction": new}
            world.push(bot, "message_reaction", change)
