"""What every route of the user side shares: reading the request, finding bot, chat and person."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, request

from ..api.calls import envelope
from ..api.errors import bad
from ..api.params import Upload, upload
from ..api.schema import parse_object
from ..world.bots import Bot
from ..world.chats import Chat
from ..world.world import FIRST_PERSON, World

Json = dict[str, Any]

user = Blueprint("user", __name__, url_prefix="/user")


@dataclass
class UserRequest:
    """A person's request: its fields, its files by their kind, and the world it is about."""

    world: World
    fields: Json
    files: dict[str, list[Upload]] = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field."""
        return self.fields.get(name, default)

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number. Raises Refused 400."""
        value: Any = self.fields.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"{name} is a whole number, not {value!r}") from None

    def object(self, name: str) -> Json:
        """Return a field that is a JSON object. Raises Refused 400."""
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise bad(f"{name} is a JSON object")
        return value

    def value(self, name: str, spec: str) -> Any:
        """Return a field of a Bot API type, `None` when it is absent. Raises Refused 400."""
        value = self.fields.get(name)
        return None if value is None else parse_object(name, spec, value)

    def seconds(self, name: str, default: float) -> float:
        """Return a number of seconds between 0 and 600. Raises Refused 400."""
        try:
            return min(max(float(self.fields.get(name, default)), 0.0), 600.0)
        except (TypeError, ValueError):
            raise bad(f"{name} is a number of seconds") from None

    @property
    def bot(self) -> Bot:
        """Return the bot that the request is about. Raises Refused 400."""
        reference = self.fields.get("bot")
        if reference in (None, ""):
            raise bad("bot is empty: give its token or its number")
        return self.world.bot(str(reference))

    @property
    def person(self) -> Json:
        """Return who acts: `from`, else the person of the private chat, else the first person."""
        number, chat_id = self.number("from", 0), self.number("chat_id", 0)
        if self.fields.get("business_connection_id") and number:
            return self.world.person(number)
        if chat_id > 0 and number not in (0, chat_id):
            raise bad(f"in the private chat {chat_id} only person {chat_id} does something")
        if not number:
            number = chat_id if chat_id > 0 else FIRST_PERSON
        if number < 0 or number in self.world.bots:
            raise bad("from is the id of a person")
        return self.world.person(number)

    @property
    def chat(self) -> Chat:
        """Return the chat it happens in; a private one is opened when needed. Raises Refused 400."""
        chat_id = self.number("chat_id", self.number("from", FIRST_PERSON))
        if self.fields.get("business_connection_id"):
            return self.business_chat(chat_id)
        if chat_id in self.world.bots:
            raise bad(f"{chat_id} is a bot: the chat_id of a private chat is its person's id")
        if chat_id > 0:
            return self.world.private_chat(self.bot, chat_id)
        chat = self.world.chats.get((0, chat_id))
        if chat is None:
            raise bad("chat not found: POST /user/chat makes one")
        return chat

    def business_chat(self, user_id: int) -> Chat:
        """Return the chat of a business account with a person. Raises Refused 400."""
        connection = self.world.connections.get(str(self.get("business_connection_id")))
        if connection is None:
            raise bad("no such business connection: POST /user/business makes one")
        return self.world.business_chat(connection, user_id)

    def message(self, chat: Chat) -> Json:
        """Return the message that the request is about. Raises Refused 400."""
        message = chat.messages.get(self.number("message_id"))
        if message is None:
            raise bad("message not found")
        return message


View = Callable[[UserRequest], Any]

WAITING: set[View] = set()  # what waits for a bot's answer, and takes the world's lock itself


def perform(work: View, req: UserRequest) -> Any:
    """Do what a person does. Raises Refused."""
    if work in WAITING:
        return work(req)
    with req.world:
        return work(req)


def route(
    path: str, waits: bool = False, methods: tuple[str, ...] = ("POST",)
) -> Callable[[View], View]:
    """Register a function as a route; it runs under the world's lock unless it waits."""

    def register(work: View) -> View:
        if waits:
            WAITING.add(work)

        @user.route(path, methods=list(methods), endpoint=work.__name__)
        @wraps(work)
        def view(**path_fields: Any) -> Response:
            world: World = current_app.extensions["world"]
            req = UserRequest(world, {**read_fields(), **path_fields}, read_files())
            result = perform(work, req)
            if isinstance(result, Response):
                return result
            return Response(envelope(result), content_type="application/json")

        return work

    return register


def read_fields() -> Json:
    """Return the request's fields: query string, form fields that hold text or JSON, or a JSON object."""
    if request.method == "GET":
        return dict(request.args.items())
    if request.mimetype == "application/json" or not request.mimetype:
        body = request.get_json(force=True, silent=True) if request.get_data() else {}
        if not isinstance(body, dict):
            raise bad("the body is a JSON object")
        return body
    if is_json_by_look():
        raise bad("the body is JSON: send the header Content-Type: application/json")
    return {name: json_or_text(name, value) for name, value in request.form.items()}


def read_files() -> dict[str, list[Upload]]:
    """Return the request's files by the names of their fields."""
    if request.mimetype != "multipart/form-data":
        return {}
    return {name: [upload(part) for part in parts] for name, parts in request.files.lists()}


def is_json_by_look() -> bool:
    """Return whether a body that came as something else, as curl sends what -d gives, is a JSON object."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return any(name.lstrip().startswith("{") for name in request.form)
    return request.mimetype != "multipart/form-data" and request.get_data()[:1] == b"{"


TEXTS = {
    "text",
    "caption",
    "bot",
    "button",
    "query",
    "title",
    "first_name",
    "last_name",
    "username",
    "error",
    "handler",
}


def json_or_text(name: str, value: str) -> Any:
    """Return a form field's JSON value, or its text."""
    if name in TEXTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
