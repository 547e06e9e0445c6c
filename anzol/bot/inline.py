"""Results of inline queries."""

from __future__ import annotations

from typing import Any

from anzol.api.text import plain
from anzol.api.uploads import digest

from .reply import text_params


def article(
    title: str, text: str, *, keyboard: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """One result of an inline query that sends a text, https://core.telegram.org/bots/api#inlinequeryresultarticle

    Further fields go into it as they are (`description=`, `thumbnail_url=`). Its id is made from the rest.
    """
    result: dict[str, Any] = {
        "type": "article",
        "title": plain(title)[:256],
        "input_message_content": {"message_text": str(text), **text_params(text)},
        **fields,
    }
    if keyboard is not None:
        result["reply_markup"] = keyboard
    return {"id": digest(result), **result}
