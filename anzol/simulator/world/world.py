"""Everything that exists: bots, people, chats. One lock guards it, held for short moments only."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..api.errors import Refused, bad
from .bots import Bot, new_user, number_of
from .chats import Chat, Key
from .clock import Clock
from .events import Feed, Log
from .faults import Faults
from .files import Files
from .flood import Flood
from .stickers import StickerSets
from .updates import OPT_IN, Update
from .views import bot_entry, bot_user, chat_entry, private_info

Json = dict[str, Any]
FIRST_PERSON = 1001


@dataclass(frozen=True)
class Options:
    """How the simulator behaves; see the command line's help."""

    strict: bool = False
    flood: bool = False
    keep: int = 5000
    data: str | None = None


class World:
    """The state, and the doors through which it changes."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self.options = options
        self.clock = clock
        self.lock = threading.RLock()
        self.feed = Feed(self.lock, options.keep)
        self.log = Log(self.feed, clock, options.keep)
        self.faults = Faults(self.feed)
        self.files = Files(options.data, options.keep)
        self.flood = Flood(clock)
        self.stickers = StickerSets()
        self.bots: dict[int, Bot] = {}
        self.people: dict[int, Json] = {}
        self.chats: dict[Key, Chat] = {}
        self.queries: dict[str, Json] = {}
        self.dirty: set[tuple[Any, ...]] = set()
        self.on_update: Callable[[Bot], None] = lambda bot: None
        self.answered = threading.Condition(self.lock)
        self._alarms: list[tuple[float, int, Callable[[], object]]] = []

    def bot(self, reference: str | int) -> Bot:
        """Return a bot by its token, which creates it, or by its number.

        Raises Refused 401 for what is neither, 400 for a number that is not known.
        """
        text = str(reference)
        with self.lock:
            if text.isdigit():
                if int(text) in self.bots:
                    return self.bots[int(text)]
                raise bad(f"no bot {text} yet: give its whole token, {text}:anything, once")
            number = number_of(text)
            bot = self.bots.get(number)
            if bot is None and number in self.people:
                raise Refused(401, f"{number} is a person here: give a token with another number")
            if bot is None:
                user = new_user(number, privacy=self.options.strict)
                bot = self.bots[number] = Bot(text, user, threading.Condition(self.lock))
                self.save("bot", number)
                self.tell_bot(bot)
            return bot

    def person(self, user_id: int) -> Json:
        """Return a person, made up when nobody has this id yet."""
        with self.lock:
            person = self.people.get(user_id)
            if person is None:
                person = {
                    "id": user_id,
                    "is_bot": False,
                    "first_name": "Ana" if user_id == FIRST_PERSON else f"Person {user_id}",
                    "username": "ana" if user_id == FIRST_PERSON else f"person{user_id}",
                    "language_code": "en",
                }
                self.change_person(person)
            return person

    def change_person(self, person: Json) -> None:
        """Store a person and bring the names of their private chats up to date."""
        self.people[person["id"]] = person
        self.save("person", person["id"])
        self.feed.publish("person", person=person)
        for chat in self.chats.values():
            if chat.bot and chat.id == person["id"]:
                chat.info = private_info(person)
                self.tell_chat(chat)

    def user(self, user_id: int) -> Json:
        """Return a User, a person or a bot; made up when unknown."""
        bot = self.bots.get(user_id)
        return bot_user(bot.user) if bot else self.person(user_id)

    def private_chat(self, bot: Bot, user_id: int) -> Chat:
        """Return the chat of a bot with a person, opened when there is none."""
        key = (bot.id, user_id)
        chat = self.chats.get(key)
        if chat is None:
            chat = Chat(key, private_info(self.person(user_id)))
            self.chats[key] = chat
            self.tell_chat(chat)
        return chat

    def add_chat(self, info: Json) -> Chat:
        """Store a new group or channel; its id is given out here."""
        while True:
            low, high = (1, 9_999_999) if info["type"] == "group" else (1, 999_999_999)
            number = random.randint(low, high)
            chat_id = -number if info["type"] == "group" else -1_000_000_000_000 - number
            if (0, chat_id) not in self.chats:
                break
        chat = Chat((0, chat_id), {"id": chat_id, **info})
        self.chats[chat.key] = chat
        return chat

    def find_chat(self, bot: Bot | None, chat_id: int | str) -> Chat | None:
        """Return the chat that a bot calls `chat_id`; `None` when there is none."""
        if isinstance(chat_id, str):
            name = chat_id.lstrip("@").lower()
            named = (c for c in self.chats.values() if not c.bot and c.info.get("username"))
            return next((c for c in named if c.info["username"].lower() == name), None)
        if chat_id > 0:
            return self.chats.get((bot.id, chat_id)) if bot else None
        return self.chats.get((0, chat_id))

    def message_id(self, chat: Chat) -> int:
        """Give out the next message number: a bot's private chats share one count, a group has its own."""
        owner: Any = self.bots[chat.bot] if chat.bot else chat
        number: int = owner.next_message_id
        owner.next_message_id += 1
        return number

    def push(self, bot: Bot, kind: str, payload: Any, forced: bool = False) -> Update | None:
        """Store an update for a bot and wake whoever delivers it; `None` when the bot did not ask for its kind."""
        with self.lock:
            wanted = bot.allowed_updates
            if not forced and (kind not in wanted if wanted else kind in OPT_IN):
                return None
            update = bot.updates.push(kind, payload, self.clock.now())
            if update:
                self._announce(bot, update, payload)
            return update

    def _announce(self, bot: Bot, update: Update, payload: Any) -> None:
        self.save("update", bot.id, update.id)
        self.save("bot", bot.id)
        self.log.add(
            "update",
            bot.id,
            update_id=update.id,
            type=update.kind,
            queue=update.queue,
            update=update.body,
            expires=update.expires,
        )
        remember(bot, update, payload)
        bot.arrived.notify_all()
        self.on_update(bot)

    def drop_updates(self, bot: Bot) -> None:
        """Forget a bot's pending updates."""
        for update_id in bot.updates.clear():
            self.save("update", bot.id, update_id)

    def schedule(self, when: float, work: Callable[[], object]) -> None:
        """Do something at a time of the clock, to the second. The caller holds the lock."""
        heapq.heappush(self._alarms, (when, random.getrandbits(60), work))

    def run_due(self) -> None:
        """Do what is due."""
        with self.lock:
            while self._alarms and self._alarms[0][0] <= self.clock.now():
                heapq.heappop(self._alarms)[2]()

    def save(self, *what: Any) -> None:
        """Note that something changed; the journal writes it when there is one."""
        if self.options.data:
            self.dirty.add(what)

    def tell_chat(self, chat: Chat) -> None:
        """Publish a new or changed chat."""
        self.save("chat", *chat.key)
        self.feed.publish("chat", bot=chat.bot, chat_id=chat.id, chat=chat_entry(self, chat))

    def tell_bot(self, bot: Bot) -> None:
        """Publish a new or changed bot."""
        self.save("bot", bot.id)
        self.feed.publish("bot", bot=bot.id, entry=bot_entry(bot))


def remember(bot: Bot, update: Update, payload: Any) -> None:
    """Note which update a later call about the same chat or query most likely answers."""
    if not isinstance(payload, dict):
        return
    message = payload.get("message")
    chat = payload.get("chat") or (message.get("chat") if isinstance(message, dict) else None)
    subject = chat or payload.get("from") or payload.get("user")
    if isinstance(subject, dict) and isinstance(subject.get("id"), int | str):
        bot.last_update[subject["id"]] = update.id
    if isinstance(payload.get("id"), str):
        bot.last_update[payload["id"]] = update.id
    while len(bot.last_update) > 10_000:
        del bot.last_update[next(iter(bot.last_update))]
