"""A chat, or one topic of it, as its members see it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from anzol.api.types import Message
from anzol.simulator.world.chats import Chat
from anzol.simulator.world.world import World

Json = dict[str, Any]


class View:
    """The messages of a chat as they stand now, and which of them are the bot's. `topic` 0 shows all topics."""

    def __init__(self, world: World, chat: Chat, bot: int, topic: int) -> None:
        self._world = world
        self._chat = chat
        self._bot = bot
        self._topic = topic

    def all(self) -> list[Json]:
        """Return everybody's messages, oldest first."""
        with self._world.lock:
            messages = list(self._chat.messages.values())
        return [message for message in messages if self._shows(message)]

    def bots(self) -> list[Message]:
        """Return copies of the bot's messages, oldest first."""
        return [Message(deepcopy(message)) for message in self.all() if self._is_bots(message)]

    def bots_since(self, number: int) -> list[Message]:
        """Return copies of the bot's messages that are newer than that one."""
        with self._world.lock:
            numbers = range(number + 1, self.last() + 1)
            found = [self._chat.messages.get(number) for number in numbers]
        new = [message for message in found if message and self._shows(message)]
        return [Message(deepcopy(message)) for message in new if self._is_bots(message)]

    def last(self) -> int:
        """Return the number of the newest message."""
        with self._world.lock:
            newest = self._chat.last_message
            return newest["message_id"] if newest else 0

    def newest(self, field: str) -> Json:
        """Return the newest message that has a field. Raises AssertionError when none has."""
        found = [message for message in self.all() if field in message]
        if not found:
            there = [message.get("text") or message.get("caption") for message in self.bots()]
            raise AssertionError(f"There is no {field} here; there are {there}.")
        return found[-1]

    def buttons(self) -> list[tuple[Json, Json]]:
        """Return every inline button with its message, newest message first."""
        return [(message, b) for message in reversed(self.all()) for b in buttons_of(message)]

    def menu(self) -> list[str]:
        """Return the labels of the keyboard shown in place of the user's own."""
        rows = (self._chat.keyboard or {}).get("keyboard", ())
        return [button["text"] for row in rows for button in row]

    def find_button(self, wanted: str) -> tuple[Json | None, Json] | None:
        """Return the newest button of that label or data with its message, else the menu's, which has none."""
        for message, button in self.buttons():
            if wanted in (button["text"], button.get("callback_data")):
                return message, button
        return (None, {"text": wanted}) if wanted in self.menu() else None

    def _shows(self, message: Json) -> bool:
        return not self._topic or message.get("message_thread_id") == self._topic

    def _is_bots(self, message: Json) -> bool:
        extra = self._chat.extras.get(message["message_id"], {})
        return bool(extra.get("outgoing")) and extra.get("bot") == self._bot


def buttons_of(message: Json) -> list[Json]:
    """Return the inline buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return [button for row in rows for button in row]
