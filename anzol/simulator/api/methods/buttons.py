"""Answers to queries: pressed buttons."""

from __future__ import annotations

from typing import Any

from ..calls import Call, method
from ..errors import bad

Json = dict[str, Any]

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    """Show the answer to a press of a button."""
    query = open_query(call, "callback_query", "callback_query_id")
    text = call.get("text", "")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    answer = {
        "callback_query_id": query["id"],
        "user_id": query["user_id"],
        "chat_id": query.get("chat_id"),
        "message_id": query.get("message_id"),
        "text": text,
        "show_alert": call.get("show_alert", False),
        "url": call.get("url", ""),
    }
    finish(call, query, answer)
    call.world.feed.publish("answer", bot=call.bot.id, **answer)
    return True


def open_query(call: Call, kind: str, field: str) -> Json:
    """Return the query an answer is for. Raises Refused when it is unknown, expired or answered."""
    query = call.world.queries.get(str(call.get(field)))
    known = query and query.get("kind") == kind and query["bot"] == call.bot.id
    if not query or not known or "answer" in query or query["expires"] < call.world.clock.now():
        raise bad(TOO_OLD)
    return query


def finish(call: Call, query: Json, answer: Any) -> None:
    """Keep the answer and wake the person who waits for it."""
    query["answer"] = answer
    call.world.answered.notify_all()
