"""Everything that exists: bots, people, chats. One lock guards it, held for short moments only.

`with world:` is how it is changed: what changed inside is shown to the page at the end, and written to
the data folder by the journal a moment later. Nobody has to say so: bots and chats report it themselves.
"""

from __future__ import annotations

import heapq
import hmac
import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any

from ..api.errors import Refused, bad
from .accounts import Account, Connection
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
CHATS_WORTH = 20  # of all chats together so many times the messages of one are kept


@dataclass(frozen=True)
class Options:
    """The simulator's options; see the command line's help."""

    strict: bool = False
    flood: bool = False
    keep: int = 5000
    data: str | None = None
    looks: bool = False  # into files, as Telegram does; else their bytes are believed and kept


class World:
    """The state, and the methods through which it changes."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self.options = options
        self.clock = clock
        self.lock = threading.RLock()
        self.feed = Feed(self.lock, options.keep)
        self.log = Log(self.feed, clock, options.keep)
        self.faults = Faults(self.feed)
        self.files = Files(
            options.data,
            options.keep,
            lambda number: self._save("file", number),
            options.looks,
        )
        self.flood = Flood(clock, options.flood)
        self.stickers = StickerSets(lambda name: self._save("sticker_set", name))
        self.bots: dict[int, Bot] = {}
        self._people: dict[int, Json] = {}
        self.people: Mapping[int, Json] = MappingProxyType(self._people)
        self.chats: dict[Key, Chat] = {}
        self.accounts: dict[int, Account] = {}
        self.connections: dict[str, Connection] = {}
        self.queries: dict[str, Json] = {}
        self.dirty: set[tuple[Any, ...]] = set()  # keys of rows, for the journal
        self._unshown: dict[
            Bot | Chat, None
        ] = {}  # what changed and the page does not show yet, in order
        self.on_update: Callable[[Bot], None] = lambda bot: None
        self.on_alarm: Callable[[], None] = lambda: None
        self.answered = threading.Condition(self.lock)
        self.random = random.Random()
        self._messages: deque[tuple[Chat, int]] = deque()  # of all chats, the oldest first
        self._alarms: list[tuple[float, int, Callable[[], object]]] = []

    def __enter__(self) -> World:
        self.lock.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.show_changes()
        finally:
            self.lock.release()

    def bot(self, reference: str | int) -> Bot:
        """Return a bot by its token, which creates it, or by its number.

        Raises Refused 401 for what is neither and for another token of a known bot, 400 for a number
        that is not known.
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
                bot = self.adopt_bot(Bot(text, user, threading.Condition(self.lock)))
            if not hmac.compare_digest(bot.token, text):
                raise Refused(401)
            return bot

    def person(self, user_id: int) -> Json:
        """Return the person with this id; create one if needed."""
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
        self._people[person["id"]] = person
        self._save("person", person["id"])
        self.feed.publish("person", person=person)
        for chat in self.chats.values():
            if chat.bot and chat.id == person["id"]:
                chat.info = private_info(person)

    def adopt_bot(self, bot: Bot) -> Bot:
        """Take in a bot: from now on its changes are noticed."""
        number = bot.id
        bot.watch(lambda shown: self._note(bot, ("bot", number), shown))
        bot.updates.changed = lambda update_id: self._save("update", number, update_id)
        self.bots[number] = bot
        self._note(bot, ("bot", number), True)
        return bot

    def adopt_chat(self, chat: Chat) -> Chat:
        """Take in a chat: from now on its changes are noticed."""
        key = chat.key
        chat.watch(lambda shown: self._note(chat, ("chat", *key), shown))
        chat.message_changed = lambda number: self._save("message", *key, number)
        self.chats[key] = chat
        self._note(chat, ("chat", *key), True)
        return chat

    def account(self, user_id: int) -> Account:
        """Return what a person's account has; create it if needed."""
        return self.accounts.get(user_id) or self.adopt_account(Account(user_id))

    def personal_chat(self, user_id: int) -> Chat | None:
        """Return the channel that a person shows on the profile, `None` when there is none."""
        account = self.accounts.get(user_id)
        return self.chats.get((0, account.details.get("personal_chat_id", 0))) if account else None

    def adopt_account(self, account: Account) -> Account:
        """Take in an account: from now on its changes are noticed."""
        account.watch(lambda shown: self._save("account", account.id))
        self.accounts[account.id] = account
        self._save("account", account.id)
        return account

    def adopt_connection(self, connection: Connection) -> Connection:
        """Take in a business connection: from now on its changes are noticed."""
        connection.watch(lambda shown: self._save("connection", connection.id))
        self.connections[connection.id] = connection
        self._save("connection", connection.id)
        return connection

    def business_chat(self, connection: Connection, user_id: int) -> Chat:
        """Return the chat of a business account with somebody, opened when there is none."""
        key = (-connection.number, user_id)
        chat = self.chats.get(key)
        if chat is None:
            chat = Chat(key, private_info(self.person(user_id)))
            chat.members = {n: {"status": "member"} for n in (connection.user, user_id)}
            chat.details = {"connection": connection.id}
            self.adopt_chat(chat)
        return chat

    def _note(self, what: Bot | Chat, row: tuple[Any, ...], shown: bool) -> None:
        self._save(*row)
        if shown:
            self._unshown[what] = None

    def _save(self, *row: Any) -> None:
        if self.options.data:
            self.dirty.add(row)

    def show(self, what: Bot | Chat) -> None:
        """Show a bot or chat to the page again, though nothing reported a change."""
        self._unshown[what] = None

    def show_changes(self) -> None:
        """Show the page what changed. `with world:` does it at its end; a wait inside does it before."""
        changed, self._unshown = self._unshown, {}
        for what in changed:
            if isinstance(what, Bot):
                self.feed.publish("bot", bot=what.id, entry=bot_entry(what))
            else:
                self._show_chat(what)

    def _show_chat(self, chat: Chat) -> None:
        entry = chat_entry(chat, self.user, self.clock.now())
        removed = {"removed": True} if "migrate_to_chat_id" in chat.details else {}
        self.feed.publish("chat", bot=chat.bot, chat_id=chat.id, chat=entry, **removed)

    def user(self, user_id: int) -> Json:
        """Return a User, a person or a bot; made up when unknown."""
        bot = self.bots.get(user_id)
        return bot_user(bot.user) if bot else self.person(user_id)

    def private_chat(self, bot: Bot, user_id: int) -> Chat:
        """Return the chat of a bot with a person, opened when there is none."""
        key = (bot.id, user_id)
        chat = self.chats.get(key)
        if chat is None:
            chat = self.adopt_chat(Chat(key, private_info(self.person(user_id))))
        return chat

    def add_chat(self, info: Json) -> Chat:
        """Store a new group or channel; its id is given out here."""
        while True:
            low, high = (1, 9_999_999) if info["type"] == "group" else (1, 999_999_999)
            number = self.random.randint(low, high)
            chat_id = -number if info["type"] == "group" else -1_000_000_000_000 - number
            if (0, chat_id) not in self.chats:
                break
        if info["type"] == "group":  # whose members may do everything at first
            info = {**info, "all_members_are_administrators": True}
        return self.adopt_chat(Chat((0, chat_id), {"id": chat_id, **info}))

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
        """Return the next message number: a bot's private chats share one count, a group has its own."""
        owner: Any = self.bots[chat.bot] if chat.bot else chat
        number: int = owner.next_message_id
        owner.next_message_id += 1
        return number

    def keep_message(self, chat: Chat, number: int) -> None:
        """Count a new message: the oldest of its chat go when that has too many, the oldest of all when all have."""
        chat.shrink(self.options.keep)
        self._messages.append((chat, number))
        while len(self._messages) > self.options.keep * CHATS_WORTH:
            where, oldest = self._messages.popleft()
            if oldest in where.messages:
                where.remove(oldest)

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
        self._save("bot", bot.id)  # its next update's number
        self.log.add(
            "update",
            bot.id,
            update_id=update.id,
            type=update.kind,
            queue=update.queue,
            update=update.body,
            expires=update.expires,
        )
        bot.last_update.note(update, payload)
        bot.arrived.notify_all()
        self.on_update(bot)

    def schedule(self, when: float, work: Callable[[], object]) -> None:
        """Do something at a time of the clock. The caller holds the lock."""
        heapq.heappush(self._alarms, (when, self.random.getrandbits(60), work))
        self.on_alarm()

    def next_due(self) -> float | None:
        """Return when the next thing is due; `None` when nothing is."""
        with self.lock:
            return self._alarms[0][0] if self._alarms else None

    def run_due(self) -> None:
        """Do what is due."""
        with self:
            while self._alarms and self._alarms[0][0] <= self.clock.now():
                heapq.heappop(self._alarms)[2]()

    def advance(self, seconds: float) -> None:
        """Jump ahead in time: what falls due is done, retries and long polls go on."""
        with self:
            self.clock.advance(seconds)
            for bot in self.bots.values():
                bot.arrived.notify_all()
            self.on_alarm()

    def wait(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a bot has answered a query, for at most `seconds` of wall time; without the lock."""
        with self.lock:
            self.answered.wait_for(condition, seconds)
