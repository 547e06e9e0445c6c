"""The one fake of the suite: Telegram's side of a call, without a network."""

from __future__ import annotations

import time
from typing import Any


class FakeTransport:
    """Takes the place of `bot.transport.Transport`: remembers calls, answers plausibly, fails on request."""

    round_trip = 0.0

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failures: list[Exception] = []
        self.answers: dict[str, Any] = {
            "getMe": {"id": 4242, "is_bot": True, "first_name": "Bot", "username": "test_bot"}
        }

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        self.calls.append((method, {**fields, **files}))
        if self.failures:
            raise self.failures.pop(0)
        if method in self.answers:
            return self.answers[method]
        if method.startswith(("send", "edit")):
            chat = {"id": fields.get("chat_id"), "type": "private"}
            number = fields.get("message_id", len(self.calls))
            return {
                "message_id": number,
                "date": int(time.time()),
                "chat": chat,
                "text": fields.get("text"),
            }
        return True

    def texts(self) -> list[str]:
        """What was sent, in order."""
        return [fields["text"] for method, fields in self.calls if method == "sendMessage"]


def message(
    text: str = "hello", *, update_id: int = 1, chat_id: int = 7, **fields: Any
) -> dict[str, Any]:
    """An update with a text message in a private chat."""
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1767225600,
            "chat": {"id": chat_id, "type": "private", "first_name": "Ann"},
            "from": {"id": chat_id, "is_bot": False, "first_name": "Ann"},
            "text": text,
            **fields,
        },
    }


def press(data: str, *, update_id: int = 1, chat_id: int = 7) -> dict[str, Any]:
    """An update with a press on a button of message 5."""
    user = {"id": chat_id, "is_bot": False, "first_name": "Ann"}
    shown = {
        "message_id": 5,
        "date": 1767225600,
        "chat": {"id": chat_id, "type": "private"},
        "text": "old",
    }
    query = {"id": "99", "from": user, "chat_instance": "1", "data": data, "message": shown}
    return {"update_id": update_id, "callback_query": query}
