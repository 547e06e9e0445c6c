"""The chats of a test and what stands in them."""

from __future__ import annotations

from typing import Any

from .clock import Clock
from .rules import bad_request


class Chats:
    """`messages` by chat and number; `menus` are the keyboards in place of the keyboard."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[int, dict[str, Any]] = {}
        self._last = 0
        self.messages: dict[int, dict[int, dict[str, Any]]] = {}
        self.menus: dict[int, dict[str, Any]] = {}

    def open(self, chat: dict[str, Any]) -> dict[str, Any]:
        """Make a chat known to the bot, or find the known one of that id."""
        self.messages.setdefault(chat["id"], {})
        return self._known.setdefault(chat["id"], chat)

    def find(self, chat_id: Any) -> dict[str, Any] | None:
        """A chat by its number, also as text, or by @username."""
        for chat in self._known.values():
            if str(chat_id) in (str(chat["id"]), f"@{chat.get('username')}"):
                return chat
        return None

    def titled(self, title: str) -> dict[str, Any] | None:
        """A group by its title."""
        return next((c for c in self._known.values() if c.get("title") == title), None)

    def post(
        self, chat: dict[str, Any], user: dict[str, Any], content: dict[str, Any]
    ) -> dict[str, Any]:
        """Put a message into a chat and return it."""
        self._last += 1
        message = {
            "message_id": self._last,
            "from": user,
            "chat": chat,
            "date": int(self._clock()),
            **content,
        }
        self.messages[chat["id"]][self._last] = message
        return message

    def message(self, method: str, chat: dict[str, Any], number: int, doing: str) -> dict[str, Any]:
        """A message by its number; Telegram's refusal when it is not there."""
        found = self.messages.get(chat.get("id", 0), {}).get(number)
        if found is None:
            raise bad_request(method, f"message to {doing} not found")
        return found
