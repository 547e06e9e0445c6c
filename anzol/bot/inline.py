"""Results of inline queries."""

from __future__ import annotations

from typing import Any

from anzol.api.formatting import place_formatting
from anzol.api.text import Text, plain
from anzol.api.uploads import digest


def article(
    title: Text, text: Text, *, keyboard: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """One result of an inline query that sends a text, https://core.telegram.org/bots/api#inlinequeryresultarticle

    Further fields go into it as they are (`description=`, `thumbnail_url=`). Its id is made from the rest.
    """
    result: dict[str, Any] = {
        "type": "article",
        "title": plain(title)[:256],
        "input_message_content": {"message_text": text},
        **fields,
    }
    if keyboard is not None:
        result["reply_markup"] = keyboard
    result = place_formatting("answerGuestQuery", {"result": result})["result"]
    return {"id": digest(result), **result}
