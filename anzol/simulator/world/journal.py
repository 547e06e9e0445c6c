"""Keeping everything in a folder: what changed is written a moment later, all of it is read at start."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import asdict
from errno import EIO
from pathlib import Path
from typing import Any

from .accounts import Account, Connection
from .bots import Bot, Webhook
from .chats import Chat
from .files import File, Preview
from .stickers import StickerSet
from .updates import Update
from .world import World

Json = dict[str, Any]
Row = tuple[str, str, str | None]

PAUSE_SECONDS = 0.2  # real; what a kill -9 may cost
TABLE = (
    "create table if not exists entity "
    "(kind text, key text, value text, primary key (kind, key)) without rowid"
)
PUT = "insert or replace into entity (kind, key, value) values (?, ?, ?)"
DELETE = "delete from entity where kind = ? and key = ?"
SELECT = "select key, value from entity where kind = ?"


class Journal:
    """A thread that writes the world's changes to `DIR/simulator.db`, which only its owner reads."""

    def __init__(self, world: World, folder: str) -> None:
        self._world = world
        self._file = str(Path(folder, "simulator.db"))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="simulator-journal", daemon=True)

    def start(self) -> None:
        """Read what is there, then begin to write. Raises OSError that says what is in the way."""
        open_folder(Path(self._file))
        with closing(sqlite3.connect(self._file)) as database:
            try:
                database.execute(TABLE)
            except sqlite3.Error as error:
                message = (
                    f"{self._file} cannot be used ({error}): choose another folder with --data"
                )
                raise OSError(EIO, message) from None
            for kind, read in READERS.items():
                for key, value in sorted(database.execute(SELECT, (kind,)), key=order):
                    read(self._world, json.loads(key), json.loads(value))
        with self._world:
            self._world.dirty.clear()
        self._thread.start()

    def stop(self) -> None:
        """Write the last changes."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        database = sqlite3.connect(self._file)
        while not self._stopping.wait(PAUSE_SECONDS):
            self._write(database)
        self._write(database)
        database.close()

    def _write(self, database: sqlite3.Connection) -> None:
        with self._world.lock:
            changed, self._world.dirty = self._world.dirty, set()
            rows = [row(self._world, what) for what in changed]
        with database:
            for kind, key, value in rows:
                if value is None:
                    database.execute(DELETE, (kind, key))
                else:
                    database.execute(PUT, (kind, key, value))


def open_folder(file: Path) -> None:
    """Make the database's folder and file for their owner alone. Raises OSError."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)  # one of an earlier version
    except OSError as error:
        message = f"--data must be a folder that can be written: {file.parent} ({error.strerror})"
        raise OSError(error.errno, message) from None


def order(entry: tuple[str, str]) -> Any:
    """Sort rows as they were made."""
    return json.loads(entry[0])


def row(world: World, what: tuple[Any, ...]) -> Row:
    """Return the row of something that changed; without a value when it is gone."""
    kind, *key = what
    value = DUMPERS[kind](world, *key)
    return kind, json.dumps(key), None if value is None else json.dumps(value)


def dump_bot(world: World, number: int) -> Json:
    """Return a bot as JSON."""
    bot = world.bots[number]
    return {
        "token": bot.token,
        "user": bot.user,
        "webhook": asdict(bot.webhook) if bot.webhook else None,
        "allowed_updates": bot.allowed_updates,
        "next_message_id": bot.next_message_id,
        "next_update_id": bot.updates.next_id,
        "settings": bot.settings,
        "blocked_by": sorted(bot.blocked_by),
        "inline_feedback": bot.inline_feedback,
    }


def read_bot(world: World, key: list[Any], value: Json) -> None:
    """Restore a bot."""
    bot = Bot(value["token"], value["user"], threading.Condition(world.lock))
    bot.webhook = Webhook(**value["webhook"]) if value["webhook"] else None
    bot.updates.next_id = value["next_update_id"]
    bot.blocked_by = frozenset(value["blocked_by"])
    for field in ("allowed_updates", "next_message_id", "settings", "inline_feedback"):
        setattr(bot, field, value[field])
    world.adopt_bot(bot)


def dump_person(world: World, number: int) -> Json:
    """Return a person as JSON."""
    return world.people[number]


def read_person(world: World, key: list[Any], value: Json) -> None:
    """Restore a person."""
    world.change_person(value)


CHAT_FIELDS = ("info", "next_message_id", "unread", "pinned", "keyboard", "details")


def dump_chat(world: World, bot: int, number: int) -> Json:
    """Return a chat as JSON; its messages have rows of their own."""
    chat = world.chats[bot, number]
    simple = {field: getattr(chat, field) for field in CHAT_FIELDS}
    return {
        **simple,
        "members": list(chat.members.items()),
        "requests": list(chat.requests.items()),
    }


def read_chat(world: World, key: list[Any], value: Json) -> None:
    """Restore a chat."""
    members, requests = dict(value.pop("members")), dict(value.pop("requests"))
    chat = Chat((key[0], key[1]), members=members, requests=requests, **value)
    world.adopt_chat(chat)


def dump_message(world: World, bot: int, chat_id: int, number: int) -> Json | None:
    """Return a message and its notes as JSON; None when it is gone."""
    chat = world.chats[bot, chat_id]
    message = chat.messages.get(number)
    return {"message": message, "extra": chat.extras.get(number, {})} if message else None


def read_message(world: World, key: list[Any], value: Json) -> None:
    """Restore a message and, for one sent through inline mode, its id."""
    chat = world.chats[key[0], key[1]]
    chat.put(value["message"])
    extra = chat.extra(key[2])
    extra.update(value["extra"])
    world.keep_message(chat, key[2])
    if "inline_message_id" in extra:
        place = {"chat": chat.key, "message_id": key[2], "bot": extra["bot"]}
        world.queries[extra["inline_message_id"]] = place


def dump_update(world: World, bot: int, number: int) -> Json | None:
    """Return a pending update as JSON; None when it is gone."""
    update = world.bots[bot].updates.stored.get(number)
    return {**asdict(update), "body": update.body.decode()} if update else None


def read_update(world: World, key: list[Any], value: Json) -> None:
    """Restore an update; its attempts start over."""
    fresh = {"attempts": 0, "delay": 1}
    update = Update(**{**value, **fresh, "body": value["body"].encode()})
    world.bots[key[0]].updates.put(update)


def dump_file(world: World, file_id: str) -> Json | None:
    """Return what is known of a file as JSON; None when it is gone."""
    file = world.files.get(file_id)
    return asdict(file) if file else None


def read_file(world: World, key: list[Any], value: Json) -> None:
    """Restore a file whose bytes are still in the folder."""
    previews = tuple(Preview(*each) for each in value.get("previews", ()))
    file = File(**{**value, "previews": previews})
    if not file.path or (world.files.root / file.path).exists():
        world.files.put(file)


def dump_sticker_set(world: World, name: str) -> Json | None:
    """Return a sticker set as JSON; None when it is gone."""
    found = world.stickers.find_set(name)
    return asdict(found) if found else None


def read_sticker_set(world: World, key: list[Any], value: Json) -> None:
    """Restore a sticker set."""
    world.stickers.add(StickerSet(**value))


def dump_account(world: World, number: int) -> Json:
    """Return a person's account as JSON."""
    return asdict(world.accounts[number])


def read_account(world: World, key: list[Any], value: Json) -> None:
    """Restore a person's account."""
    world.adopt_account(Account(**value))


def dump_connection(world: World, number: str) -> Json:
    """Return a business connection as JSON."""
    return asdict(world.connections[number])


def read_connection(world: World, key: list[Any], value: Json) -> None:
    """Restore a business connection."""
    world.adopt_connection(Connection(**value))


DUMPERS: dict[str, Any] = {
    "person": dump_person,
    "bot": dump_bot,
    "chat": dump_chat,
    "message": dump_message,
    "update": dump_update,
    "file": dump_file,
    "sticker_set": dump_sticker_set,
    "account": dump_account,
    "connection": dump_connection,
}
READERS: dict[str, Any] = {
    "person": read_person,
    "bot": read_bot,
    "chat": read_chat,
    "message": read_message,
    "update": read_update,
    "file": read_file,
    "sticker_set": read_sticker_set,
    "account": read_account,
    "connection": read_connection,
}
