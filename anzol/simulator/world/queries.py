"""Queries whose answer a person waits for: button presses, inline queries, checkouts."""

from __future__ import annotations

from typing import Any

from .bots import Bot
from .world import World

Json = dict[str, Any]

KEPT = 10_000


def ask_bot(
    world: World, bot: Bot, kind: str, person: Json, payload: Json, seconds: float, place: Json
) -> Json:
    """Push a query to a bot, record who asked, and return it. The caller holds the world's lock."""
    number = str(world.random.randint(10**17, 10**18 - 1))
    query = {"id": number, **payload}
    world.queries[number] = {
        "id": number,
        "kind": kind,
        "bot": bot.id,
        "user_id": person["id"],
        "expires": world.clock.now() + seconds,
        **place,
    }
    while len(world.queries) > KEPT:
        del world.queries[next(iter(world.queries))]
    world.push(bot, kind, query)
    return query


def wait_for_answer(world: World, number: str, seconds: float) -> Any:
    """Wait for the bot's answer for at most `seconds` of wall time; return `None` if it stays silent."""
    world.wait(
        lambda: "answer" in world.queries.get(number, {"answer": None}) or world.feed.closed,
        seconds,
    )
    with world.lock:
        return world.queries.get(number, {}).get("answer")
