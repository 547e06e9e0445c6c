"""Inline mode: answering a query that a person types after the bot's name."""

from __future__ import annotations

from typing import Any

from ..calls import Call, method
from ..errors import bad
from ..inline import read_result
from .buttons import finish, open_query

Json = dict[str, Any]

MAX_RESULTS = 50


@method("answerInlineQuery")
def answer_inline_query(call: Call) -> bool:
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
        read_result(call.world, result)
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
    read_result(call.world, call.get("result", {}))
    return {"inline_message_id": str(call.get("web_app_query_id"))}
