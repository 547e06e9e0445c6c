"""An outbox with its sender, and the simulator's Telegram that it sends to, over HTTP and with its limits enforced."""

from __future__ import annotations

from collections import Counter
from typing import Any

from anzol.api.client import Bot
from anzol.push.outbox import Outbox
from anzol.push.sender import Sender, crews
from anzol.queue import Queue, open_queue
from anzol.simulator.running import Running

TOKEN = "4242:outbox"
FIRST = 1001


class Post:
    """A bot's outbox on a database, and the process that sends."""

    def __init__(self, telegram: Running, url: str, **options: Any) -> None:
        self.telegram, self.world = telegram, telegram.world
        self.account = self.world.bot(TOKEN)
        self.bot = Bot(TOKEN, api_url=telegram.url)
        self.queue: Queue = open_queue(url, lambda work: None, bots=(self.bot.id,), drain=5.0)
        self.outbox = Outbox(self.queue, self.bot.id)
        self.outcomes: Counter[str] = Counter()
        self.gone: list[int | str] = []
        sender = Sender(
            self.bot,
            on_end=lambda outcome: self.outcomes.update([outcome]),
            on_gone=lambda chat, work: self.gone.append(chat),
            **options,
        )
        for name, crew in crews(lambda bot: sender, lambda bot: self.outbox).items():
            self.queue.serve(name, crew)
        self.bot.reach.listen(self._hear)

    def _hear(self, reach: Any) -> None:
        if reach.state == "well":
            self.queue.resume(self.bot.id)
        else:
            self.queue.pause(self.bot.id, reach.reason)

    def people(self, number: int) -> list[int]:
        """Return so many people's chats."""
        found = [FIRST + each for each in range(number)]
        with self.world:
            for person in found:
                self.world.person(person)
        return found

    def texts(self, chat: int) -> list[str]:
        """Return what the bot has written in a chat, in its order."""
        with self.world.lock:
            place = self.world.find_chat(self.account, chat)
            found = list(place.messages.values()) if place else []
        return [message["text"] for message in found if message["from"]["id"] == self.account.id]

    def block(self, *people: int, blocked: bool = True) -> None:
        """Have people block the bot, or let it write again."""
        with self.world:
            kept = self.account.blocked_by - set(people)
            self.account.blocked_by = kept | (set(people) if blocked else set())

    def overruns(self) -> int:
        """Return how many calls were refused or marked because they were over a limit."""
        with self.world.lock:
            return sum(1 for entry in self.world.log._entries if entry.get("flood"))

    def stop(self) -> None:
        self.queue.stop()
