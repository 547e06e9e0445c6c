"""One Bot API call, from its parameters to its answer: faults, checks, the method itself, the log."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anzol.api.limits import calls_of, kind_of

from ..world.accounts import Connection
from ..world.bots import Bot
from ..world.chats import Chat
from ..world.faults import Fault
from ..world.flood import Excess, Turn
from ..world.world import World
from . import legacy, schema
from .errors import Refused, bad, forbidden, too_many
from .params import Files

Json = dict[str, Any]
MethodFunction = Callable[["Call"], Any]

SECRET = {"secret_token", "provider_token"}
NO_UPDATES = b'{"ok":true,"result":[]}'
LONGEST_ANSWER = 65_536  # bytes in the log: 5,000 entries must fit a laptop's memory
# What still works in a group that has become a supergroup: edits and reads, nothing new.
IN_OLD_GROUPS = frozenset(
    {
        "editMessageCaption",
        "editMessageChecklist",
        "editMessageLiveLocation",
        "editMessageMedia",
        "editMessageReplyMarkup",
        "editMessageText",
        "getChat",
        "getGameHighScores",
        "setGameScore",
        "setMessageReaction",
        "stopMessageLiveLocation",
        "stopPoll",
    }
)
WORK: dict[str, MethodFunction] = {}
WAITING: set[str] = set()  # methods that wait for something and take the world's lock themselves


class Lost(Exception):
    """The answer is not sent, and the connection is closed."""


class Raw(bytes):
    """A result that is JSON already."""


@dataclass(frozen=True)
class Answered:
    """A result with a description, as setWebhook and deleteWebhook return."""

    result: Any
    description: str


def method(*names: str, waits: bool = False) -> Callable[[MethodFunction], MethodFunction]:
    """Register the function that carries out these methods; the world's lock is held unless it waits."""

    def register(work: MethodFunction) -> MethodFunction:
        for name in names:
            schema.find(name)
            WORK[name] = work
        if waits:
            WAITING.update(names)
        return work

    return register


@dataclass
class Call:
    """A call as a method's function gets it."""

    world: World
    bot: Bot
    method: str
    arguments: Json
    files: Files
    params: Json
    warnings: list[str] = field(default_factory=list)

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument, converted to its type."""
        return self.arguments.get(name, default)

    def chat(self, field: str = "chat_id") -> Chat:
        """Return the chat the call is about. Raises Refused with Telegram's texts."""
        if field == "chat_id" and self.get("business_connection_id"):
            return self.business_chat()
        writes = self.method not in IN_OLD_GROUPS and field == "chat_id"
        return find_chat(self.world, self.bot, self.get(field, ""), writes)

    def connection(self, right: str = "") -> Connection:
        """Return the business connection a call names. Raises Refused 400."""
        found = self.world.connections.get(str(self.get("business_connection_id", "")))
        if found is None or found.bot != self.bot.id:
            raise bad("business connection not found")
        if not found.is_enabled:
            raise forbidden("the business connection is disabled")
        if right:
            found.require(right)
        return found

    def business_chat(self) -> Chat:
        """Return the chat of the business account that a call is about. Raises Refused 400."""
        connection, number = self.connection("can_reply"), self.get("chat_id")
        if not isinstance(number, int) or (-connection.number, number) not in self.world.chats:
            raise bad("chat not found")
        return self.world.business_chat(connection, number)

    def message(self, chat: Chat, verb: str, field: str = "message_id") -> Json:
        """Return a message of a chat. Raises Refused `message to <verb> not found`."""
        message_id = self.get(field)
        if message_id is None:
            raise bad("message identifier is not specified")
        message = chat.messages.get(message_id)
        if message is None:
            raise bad(f"message to {verb} not found")
        return message

    def require(self, chat: Chat, right: str) -> None:
        """Refuse when the bot may not do this in a group or channel."""
        allowed = chat.is_admin(self.bot.id) and chat.can(self.bot.id, right)
        if not allowed and chat.type != "private":
            raise bad("not enough rights")


def find_chat(world: World, bot: Bot, chat_id: int | str, writes: bool = True) -> Chat:
    """Return a chat the bot may use, or only read. Raises Refused with Telegram's texts."""
    if chat_id in ("", 0):
        raise bad("chat_id is empty")
    if isinstance(chat_id, str) and not chat_id.startswith("@"):
        raise bad("chat not found")
    chat = world.find_chat(bot, chat_id)
    if chat is None:
        chat = open_chat(world, bot, chat_id)
    if "migrate_to_chat_id" in chat.details:
        if not writes:
            return chat
        target = chat.details["migrate_to_chat_id"]
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=target)
    if chat.type == "private":
        if chat.id in bot.blocked_by:
            raise forbidden("bot was blocked by the user")
    elif not chat.has(bot.id):
        name = f"{chat.type} chat"
        if chat.status(bot.id) == "kicked":
            raise forbidden(f"bot was kicked from the {name}")
        if chat.type != "channel" or not chat.info.get("username"):
            raise forbidden(f"bot is not a member of the {name}")
    return chat


def open_chat(world: World, bot: Bot, chat_id: int | str) -> Chat:
    """Return a private chat that nobody has started yet; strict mode refuses as the cloud does."""
    if isinstance(chat_id, str) or (chat_id not in world.people and chat_id not in world.bots):
        raise bad("chat not found")
    if chat_id in world.bots:
        raise forbidden("the bot can't send messages to the bot")
    if world.options.strict:
        raise forbidden("bot can't initiate conversation with a user")
    return world.private_chat(bot, chat_id)


def execute(
    world: World,
    bot: Bot,
    name: str,
    params: Json,
    files: Files,
    via: str = "http",
    push: str | None = None,
    *,
    meets_faults: bool = True,
) -> tuple[int, bytes]:
    """Carry out a call and return its HTTP status and JSON. Raises Lost when a fault eats the answer."""
    record = Record(world, bot, name, params, files, via, push, meets_faults)
    try:
        status, answer = 200, envelope(record.run())
    except Refused as error:
        status, answer = error.code, json.dumps(error.envelope, separators=(",", ":")).encode()
    except Lost:
        record.write(None, b"null")
        raise
    record.write(status, answer)
    if record.fault and record.fault.lose:
        raise Lost
    return status, answer


@dataclass
class Record:
    """One call from its arrival to its line in the log."""

    world: World
    bot: Bot
    method: str
    params: Json
    files: Files
    via: str
    push: str | None = None
    meets_faults: bool = True
    started: float = field(default_factory=time.perf_counter)
    fault: Fault | None = None
    warnings: list[str] = field(default_factory=list)
    excess: Excess | None = None

    def run(self) -> Any:
        """Carry out the call and return its result. Raises Refused, or Lost for a planned fault."""
        self.method = schema.find(self.method)[0]
        if self.meets_faults:
            self.fault = self.world.faults.take(self.bot.id, self.method)
            apply_fault(self.fault)
        given = {**self.params, **self.files} if self.files else self.params
        self.warnings = schema.warnings(self.method, self.params, self.files)
        if self.warnings and self.world.options.strict:
            raise bad(self.warnings[0])
        arguments = schema.read_arguments(self.method, legacy.modernize(self.method, given))
        call = Call(
            self.world, self.bot, self.method, arguments, self.files, self.params, self.warnings
        )
        work = WORK[self.method]
        if self.method in WAITING:
            return work(call)
        with self.world:
            if call.get("business_connection_id"):
                call.connection()
            turn = flood_turn(call)
            if turn is None:
                return work(call)
            self.excess = self.world.flood.refusal(turn)
            if self.excess is not None:
                raise too_many(self.excess.retry_after)
            result = work(call)
            self.world.flood.note(turn)
            self.excess = turn.excess
            return result

    def write(self, status: int | None, answer: bytes) -> None:
        """Log the call; a poll that brought nothing is not worth a line."""
        if self.method == "getUpdates" and answer == NO_UPDATES:
            return
        shown = {k: "…" if k in SECRET else readable(v) for k, v in self.params.items()}
        shown |= {k: {"file": f.name, "size": f.size} for k, f in self.files.items()}
        with self.world.lock:
            self.world.log.add(
                "call",
                self.bot.id,
                method=self.method,
                params=shown,
                status=status,
                answer=answer if len(answer) < LONGEST_ANSWER else b'"(too long to keep)"',
                ms=round((time.perf_counter() - self.started) * 1000, 2),
                via=self.via,
                update_id=None if self.push else find_cause(self.bot, self.params),
                push=self.push,
                fault=self.fault.id if self.fault else None,
                warnings=self.warnings,
                flood=self.excess._asdict() if self.excess else None,
            )


def flood_turn(call: Call) -> Turn | None:
    """Return the turn of a call that Telegram limits; None for any other."""
    kind = kind_of(call.method)
    chat_id = call.get("chat_id")
    if not kind or not chat_id:
        return None
    if isinstance(chat_id, str):
        chat = call.world.find_chat(call.bot, chat_id)
        chat_id = chat.id if chat else 0
    if not chat_id:
        return None
    calls = calls_of(call.method, call.arguments)
    paid = call.get("allow_paid_broadcast") is True
    return call.world.flood.turn(call.bot.id, chat_id, kind, calls, paid=paid)


def apply_fault(fault: Fault | None) -> None:
    """Apply a planned fault: delay, drop the connection, or refuse."""
    if fault is None:
        return
    if fault.latency:
        time.sleep(fault.latency)
    if fault.cut:
        raise Lost
    refusal = fault.refusal()
    if refusal:
        raise refusal


def envelope(result: Any) -> bytes:
    """Return the JSON of a success."""
    if isinstance(result, Raw):
        return b'{"ok":true,"result":%s}' % result
    if isinstance(result, Answered):
        body: Json = {"ok": True, "result": result.result, "description": result.description}
    else:
        body = {"ok": True, "result": result}
    return json.dumps(body, separators=(",", ":")).encode()


def readable(value: Any) -> Any:
    """Return a parameter's JSON where it travelled as text."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def find_cause(bot: Bot, params: Json) -> int | None:
    """Return the update that a call most likely answers."""
    for name in (
        "callback_query_id",
        "inline_query_id",
        "shipping_query_id",
        "pre_checkout_query_id",
    ):
        if name in params:
            return bot.last_update.find(str(params[name]))
    chat_id = params.get("chat_id")
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        chat_id = int(chat_id)
    return bot.last_update.find(chat_id) if isinstance(chat_id, int | str) else None
