"""The user's side of a test: write, press, look at what came back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from anzol.api.downloads import file_in
from anzol.api.types import Message, wrap
from anzol.bot.router import Router

from .entities import written
from .telegram import ME
from .world import World


def client(router: Router) -> Client:
    """A user, Ann, in a private chat with the bot that `router` is."""
    world = World(router)
    return Client(world, world.user("Ann", {}))


class Client:
    """One user in one chat. Every action returns the bot's new messages in this chat."""

    def __init__(
        self, world: World, user: dict[str, Any], chat: dict[str, Any] | None = None
    ) -> None:
        self.world = world
        self.user = user
        private = {"id": user["id"], "type": "private", "first_name": user["first_name"]}
        self.chat = world.telegram.chats.open(chat or private)

    def as_user(self, name: str, **fields: Any) -> Client:
        """Another user, in a private chat; the same name is the same user."""
        return Client(self.world, self.world.user(name, fields))

    def in_group(self, title: str = "Group", type: str = "supergroup") -> Client:
        """This user in a group; the same title is the same group."""
        chats = self.world.telegram.chats
        known = chats.titled(title)
        chat = {"id": -1001000 - len(chats.messages), "type": type, "title": title}
        return Client(self.world, self.user, known or chat)

    def send(self, text: str, **fields: Any) -> list[Message]:
        """Write a text or a /command, with the entities that Telegram finds; further `fields` as they are."""
        return self.send_message(**{**written("text", text), **fields})

    def send_message(self, **fields: Any) -> list[Message]:
        """Send a message of any sort: `send_message(location={...})`."""
        return self._deliver("message", self._post(fields))

    def send_photo(
        self, caption: str = "", *, width: int = 800, height: int = 600, content: bytes = b"photo"
    ) -> list[Message]:
        """Send a picture."""
        return self.send_message(**self._photo(caption, width, height, content))

    def send_document(
        self, name: str = "file.txt", content: bytes = b"content", caption: str = "", **fields: Any
    ) -> list[Message]:
        """Send a file; the bot can download its content."""
        files = self.world.telegram.files
        document = files.add("Document", content, file_name=name, **fields)
        return self.send_message(document=document, **written("caption", caption))

    def send_album(self, count: int = 3, caption: str = "") -> list[Message]:
        """Send pictures as one album; its first one has the caption."""
        group = f"album{self.world.updates}"
        parts = [
            self._post(
                {**self._photo("" if at else caption, 800, 600, b"photo"), "media_group_id": group}
            )
            for at in range(count)
        ]
        before = self._numbers()
        for at, part in enumerate(parts):
            if self.world.deliver("message", part, parts[at:]):
                break
        return self._since(before)

    def edit(self, text: str) -> list[Message]:
        """Change the last text this user wrote here."""
        own = [m for m in self._here() if m["from"]["id"] == self.user["id"] and "text" in m]
        if not own:
            raise AssertionError(f"{self.user['first_name']} has not written a text here.")
        own[-1].pop("entities", None)
        own[-1].update(written("text", text), edit_date=int(self.world.clock()))
        return self._deliver("edited_message", own[-1])

    def click(self, button: str) -> list[Message]:
        """Press a button by its label or data: the newest one, or else one of the menu."""
        for message in reversed(self._here()):
            for found in _buttons(message):
                if button in (found["text"], found.get("callback_data")):
                    return self._press(message, found)
        menu = self.world.telegram.chats.menus.get(self.chat["id"], {})
        labels = [label["text"] for row in menu.get("keyboard", ()) for label in row]
        if button in labels:
            return self.send(button)
        shown = [f["text"] for message in self._here() for f in _buttons(message)]
        raise AssertionError(f"There is no button {button!r}; there are {shown + labels}.")

    def inline(self, query: str, offset: str = "") -> list[dict[str, Any]]:
        """Type `@bot query` somewhere; return the results that the bot offers."""
        number = self._query()
        asked = {"id": number, "from": self.user, "query": query, "offset": offset}
        self._deliver("inline_query", asked)
        answer = self.world.telegram.answers.get(number)
        results: list[dict[str, Any]] = answer["results"] if answer else []
        return results

    def update(self, kind: str, **fields: Any) -> list[Message]:
        """Deliver an update of any kind with these fields."""
        return self._deliver(kind, fields)

    def join(self) -> list[Message]:
        """Come into the group: the bot hears of it as a change of membership, and as a message."""
        then, now = ({"status": status, "user": self.user} for status in ("left", "member"))
        event = {"chat": self.chat, "from": self.user, "date": int(self.world.clock())}
        changed = {**event, "old_chat_member": then, "new_chat_member": now}
        return [
            *self._deliver("chat_member", changed),
            *self.send_message(new_chat_members=[self.user]),
        ]

    def promote(self) -> None:
        """Become an administrator of this chat."""
        statuses = self.world.telegram.statuses
        statuses[self.chat["id"], self.user["id"]] = "administrator"

    def migrate(self) -> Client:
        """Make this group a supergroup, a chat with another number; return this user in it."""
        telegram = self.world.telegram
        chat = {**self.chat, "id": -1002000 - len(telegram.migrated), "type": "supergroup"}
        new = Client(self.world, self.user, chat)
        told = self._post({"migrate_to_chat_id": chat["id"]})
        telegram.migrated[self.chat["id"]] = chat["id"]
        self._deliver("message", told)
        new.send_message(migrate_from_chat_id=self.chat["id"])
        return new

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in this chat as they stand now: edited, without the deleted ones."""
        return [Message(deepcopy(m)) for m in self._here() if m["from"]["id"] == ME["id"]]

    def last_of(self, name: str) -> dict[str, Any]:
        """The last message of a user in this chat, for `send(..., reply_to_message=...)`."""
        return [deepcopy(m) for m in self._here() if m["from"]["first_name"] == name][-1]

    @property
    def texts(self) -> list[str]:
        """Their texts and captions."""
        shown = (message.get("text") or message.get("caption") for message in self.messages)
        return [text for text in shown if text]

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message that has buttons."""
        rows = [_buttons(message) for message in self._here()]
        return [found["text"] for found in next(filter(None, reversed(rows)), [])]

    @property
    def popups(self) -> list[str]:
        """What button presses were answered with."""
        answers = self.world.telegram.answers.values()
        return [answer["text"] for answer in answers if "text" in answer]

    @property
    def session(self) -> dict[str, Any]:
        """This chat's session."""
        return self.world.states.get(f"chat:{self.chat['id']}", {})

    def calls(self, method: str) -> list[Any]:
        """The parameters of each call of a method, also of those that failed."""
        return [
            wrap("", dict(params)) for name, params in self.world.telegram.calls if name == method
        ]

    def content(self, message: dict[str, Any]) -> bytes:
        """What is in the file of a message."""
        return self.world.telegram.files.content(file_in(message)["file_id"])

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.sleep(seconds)

    def fail_next(
        self, code: int, description: str = "", *, retry_after: int = 1, method: str | None = None
    ) -> None:
        """Let Telegram refuse the next call, or the next of one method; code 0 is an answer that gets lost."""
        self.world.telegram.plan_failure(method, code, description, retry_after)

    def block(self) -> None:
        """Block the bot."""
        self.world.telegram.blocked.add(self.chat["id"])

    def unblock(self) -> None:
        """Let it write again."""
        self.world.telegram.blocked.discard(self.chat["id"])

    def _here(self) -> list[dict[str, Any]]:
        return list(self.world.telegram.chats.messages[self.chat["id"]].values())

    def _post(self, fields: dict[str, Any]) -> dict[str, Any]:
        return self.world.telegram.chats.post(self.chat, self.user, fields)

    def _photo(self, caption: str, width: int, height: int, content: bytes) -> dict[str, Any]:
        files = self.world.telegram.files
        photo = files.add("[PhotoSize]", content, width=width, height=height)
        return {"photo": photo, **written("caption", caption)}

    def _query(self) -> str:
        number = f"query{self.world.updates}"
        self.world.telegram.queries.add(number)
        return number

    def _press(self, message: dict[str, Any], button: dict[str, Any]) -> list[Message]:
        if "callback_data" not in button:
            raise AssertionError(f"{button['text']!r} is a link: nothing is sent to the bot.")
        query = {
            "id": self._query(),
            "from": self.user,
            "message": message,
            "chat_instance": "1",
            "data": button["callback_data"],
        }
        return self._deliver("callback_query", query)

    def _deliver(self, kind: str, payload: dict[str, Any]) -> list[Message]:
        before = self._numbers()
        self.world.deliver(kind, payload)
        return self._since(before)

    def _numbers(self) -> set[int]:
        return {message["message_id"] for message in self._here()}

    def _since(self, before: set[int]) -> list[Message]:
        return [message for message in self.messages if message["message_id"] not in before]


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return [button for row in rows for button in row]
