"""Inline mode: answering a query that a person types after the bot's name."""

from __future__ import annotations

import secrets
from typing import Any

from ...world.bots import Bot
from ...world.chats import Chat
from ...world.posting import post_from_person
from ...world.views import bot_user
from ...world.world import World
from ..calls import Call, method
from ..errors import bad
from ..inline import read_result
from .buttons import finish, open_query

Json = dict[str, Any]

MAX_RESULTS = 50


@method("answerInlineQuery")
def answer_inline_query(call: Call) -> bool:
    """Hand the results of an inline query to who asked."""
    query = open_query(call, "inline_query", "inline_query_id")
    results: list[Json] = call.get("results") or []
    if len(results) > MAX_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(number.encode()) <= 64 for number in ids):
        raise bad("RESULT_ID_INVALID")
    if len(set(ids)) != len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    if len(call.get("next_offset", "").encode()) > 64:
        raise bad("NEXT_OFFSET_INVALID")
    for result in results:
        read_result(call.world, call.bot, result)
    answer = {
        "inline_query_id": query["id"],
        "results": results,
        "next_offset": call.get("next_offset", ""),
    }
    if call.get("button"):
        answer["button"] = call.get("button")
    finish(call, query, answer)
    return True


@method("answerWebAppQuery")
def answer_web_app_query(call: Call) -> Json:
    """Send a Mini App's result in the name of its user."""
    query = open_query(call, "web_app_query", "web_app_query_id")
    chat = call.world.chats[query["chat"]]
    content = read_result(call.world, call.bot, call.get("result", {}))
    sender = call.world.person(query["user_id"])
    sent = post_from_person(
        call.world, chat, sender, {**content, "via_bot": bot_user(call.bot.user)}
    )
    finish(call, query, True)
    if "reply_markup" not in content:
        return {}
    return {"inline_message_id": name_inline_message(call.world, call.bot, chat, sent)}


def name_inline_message(world: World, bot: Bot, chat: Chat, message: Json) -> str:
    """Give a message with buttons, sent through inline mode, the id by which its bot edits it."""
    inline_id = secrets.token_urlsafe(20)
    chat.extra(message["message_id"]).update(inline_message_id=inline_id, bot=bot.id)
    place = {"chat": chat.key, "message_id": message["message_id"], "bot": bot.id}
    world.queries[inline_id] = place
    return inline_id
