"""The user's side of a test: write, press, pay, look at what came back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from flask import Flask

from anzol.api.downloads import file_in
from anzol.api.types import Message, wrap
from anzol.bot.router import Router
from anzol.settings import Settings
from anzol.simulator.api.errors import Refused
from anzol.simulator.user import accounts, acting, asking, groups, sending
from anzol.simulator.user.routes import UserRequest, perform
from anzol.simulator.world.chats import Chat
from anzol.simulator.world.membership import admin_rights, set_member

from .conformance import check_fields, check_value
from .contents import document, photo, written
from .impossible import Impossible
from .places import OWNER, find_group, join_quietly, new_person, new_topic
from .runner import Runner
from .view import View, buttons_of


def client(router: Router, *, app: Flask | None = None, settings: Settings | None = None) -> Client:
    """Return a user, Ann, in a private chat with the bot that `router` is.

    Handlers run in the context of `app`, if you give one, else of an app that has your `settings` alone.
    """
    runner = Runner(router, app, settings)
    return Client(runner, new_person(runner.world, "Ann", {}))


class Client:
    """One user in one chat. Every action returns the bot's new messages in this chat.

    `runner` has the bot, its states and its clock; `world` is the Telegram that the simulator shows on its page.
    """

    def __init__(
        self,
        runner: Runner,
        user: dict[str, Any],
        place: Chat | None = None,
        *,
        topic: int = 0,
        connection: str = "",
    ) -> None:
        self.runner = runner
        self.world = runner.world
        self.user = user
        self._place = place or self.world.private_chat(runner.account, user["id"])
        self._topic = topic
        self._connection = connection
        self._view = View(self.world, self._place, runner.account.id, topic)

    @property
    def chat(self) -> dict[str, Any]:
        """Return the chat, as the bot sees it."""
        return self._place.info

    def as_user(self, name: str, **fields: Any) -> Client:
        """Return another user in a private chat; the same name is the same user."""
        return Client(self.runner, new_person(self.world, name, fields))

    def in_group(self, title: str = "Group", type: str = "supergroup", **fields: Any) -> Client:
        """Return this user as a member of a group in which the bot is, too; the same title is the same group.

        `fields` are those of a Chat, such as `is_forum=True`. The bot has no rights before `promote_bot()`.
        """
        place = find_group(self.world, self.runner.account, title, type, fields)
        join_quietly(place, self.user["id"])
        return Client(self.runner, self.user, place)

    def in_channel(self, title: str = "Channel") -> Client:
        """Return this user as an administrator of a channel, as the bot is one; what is sent there is posted."""
        place = find_group(self.world, self.runner.account, title, "channel", {})
        join_quietly(place, self.user["id"], "administrator")
        return Client(self.runner, self.user, place)

    def in_topic(self, name: str) -> Client:
        """Return this user in a topic of this forum; the same name is the same topic."""
        return Client(self.runner, self.user, self._place, topic=new_topic(self._place, name))

    def connect_business(self, **rights: bool) -> list[Message]:
        """Let the bot act for this user's business account, with all rights unless you name some."""
        return self._do(accounts.business, rights=rights or None)

    def writes_to(self, owner: Client) -> Client:
        """Return this user in a chat with another one for whose business account the bot acts."""
        for connection in self.world.connections.values():
            if connection.user == owner.user["id"]:
                place = self.world.business_chat(connection, self.user["id"])
                return Client(self.runner, self.user, place, connection=connection.id)
        raise AssertionError(
            f"The bot does not act for {owner.user['first_name']}: connect_business()."
        )

    def send(self, text: str, **fields: Any) -> list[Message]:
        """Write a text or a /command, with the entities that Telegram finds; further `fields` as they are."""
        return self.send_message(**{**written("text", text.strip()), **fields})

    def send_message(self, **fields: Any) -> list[Message]:
        """Send a message of any sort: `send_message(location={...})`."""
        return self._act(lambda: self._post(fields))

    def send_photo(
        self, caption: str = "", *, width: int = 800, height: int = 600, content: bytes = b""
    ) -> list[Message]:
        """Send a picture: `content`, or a black one."""
        return self.send_message(**photo(self.world, caption, (width, height), content))

    def send_document(
        self, name: str = "file.txt", content: bytes = b"content", caption: str = "", **fields: Any
    ) -> list[Message]:
        """Send a file; the bot can download its content."""
        return self.send_message(**document(self.world, name, content, caption, fields))

    def send_album(self, count: int = 3, caption: str = "") -> list[Message]:
        """Send pictures as one album; its first one has the caption."""
        group = str(self.world.random.randint(10**16, 10**17 - 1))
        parts = [photo(self.world, "" if at else caption, (800, 600)) for at in range(count)]

        def post() -> None:
            for part in parts:
                self._post({**part, "media_group_id": group})

        return self._act(post)

    def edit(self, text: str) -> list[Message]:
        """Change the last text this user wrote here."""
        texts = (m for m in self._view.all() if "text" in m)
        own = [m for m in texts if m.get("from", {}).get("id") == self.user["id"]]
        if not own:
            raise AssertionError(f"{self.user['first_name']} has not written a text here.")
        return self._do(sending.edit, message_id=own[-1]["message_id"], text=text)

    def click(self, button: str) -> list[Message]:
        """Press a button by its label or data: the newest one, or else one of the menu."""
        self.wait_for(lambda: self._view.find_button(button), quiet=True)
        found = self._view.find_button(button)
        if found is None:
            shown = [one["text"] for message in self._view.all() for one in buttons_of(message)]
            raise AssertionError(f"There is no button {button!r}; there are {shown + self.menu}.")
        message, pressed = found
        if "pay" in pressed:
            return self.pay()
        if message is not None and not pressed.keys() & {"callback_data", "callback_game"}:
            kind = "opens an app" if "web_app" in pressed else "is a link"
            raise AssertionError(f"{pressed['text']!r} {kind}: nothing is sent to the bot.")
        place = {"message_id": message["message_id"]} if message else {}
        return self._do(acting.press, button=pressed.get("callback_data", pressed["text"]), **place)

    def inline(self, query: str, offset: str = "") -> list[dict[str, Any]]:
        """Type `@bot query` somewhere; return the results that the bot offers."""
        fields = {"query": query, "offset": offset}
        with self.runner.acting():
            try:
                answer = self._run(asking.inline, fields)
            except Impossible as refused:
                if refused.code != 504:
                    raise
                return []
        self._offered = answer
        results: list[dict[str, Any]] = answer["results"]
        return results

    def choose(self, result: str) -> list[Message]:
        """Choose one of the last inline results by its id or title: it becomes a message of this chat."""
        offered = self._offered or {"results": []}
        for one in offered["results"]:
            if result in (one["id"], one.get("title")):
                return self._do(
                    asking.choose,
                    inline_query_id=offered["inline_query_id"],
                    result_id=one["id"],
                )
        names = [one.get("title", one["id"]) for one in offered["results"]]
        raise AssertionError(f"There is no result {result!r}; there are {names}.")

    def pay(self, **fields: Any) -> list[Message]:
        """Pay the newest invoice here: shipping, checkout and payment, as far as the bot goes along.

        `fields`: `tip_amount`, `shipping_option_id`, `shipping_address`, `order_info`. What the bot refuses is shown to the
        user, in `popups`.
        """
        invoice = self._view.newest("invoice")["message_id"]
        try:
            return self._do(asking.pay, message_id=invoice, wait=10, **fields)
        except Impossible as refused:
            if refused.code == 504:
                raise AssertionError(
                    "The bot did not answer the checkout; write @router.on('pre_checkout_query')."
                ) from None
            return []  # the bot's reason is among the popups

    def vote(self, *options: str | int) -> list[Message]:
        """Vote in the newest poll here, by the options' texts or their numbers from 0; none takes the vote back."""
        poll = self._view.newest("poll")
        texts = [option["text"] for option in poll["poll"]["options"]]
        for option in options:
            if option not in texts and option not in range(len(texts)):
                raise AssertionError(f"There is no option {option!r}; there are {texts}.")
        chosen = [texts.index(o) if isinstance(o, str) else o for o in options]
        return self._do(asking.vote, message_id=poll["message_id"], options=chosen)

    def react(self, *emoji: str, to: dict[str, Any] | None = None) -> list[Message]:
        """React to a message, the bot's last one unless you give another; without emoji the reaction is taken away."""
        target = to or next(iter(reversed(self.messages)), None)
        if target is None:
            raise AssertionError("The bot has written nothing here that one could react to.")
        return self._do(acting.react, message_id=target["message_id"], reaction=list(emoji))

    def update(self, kind: str, **fields: Any) -> list[Message]:
        """Deliver an update of any kind with these fields, as far as some handler wants its kind."""
        number = self.runner.account.updates.next_id
        check_value("Update", {"update_id": number, kind: fields}, "the update")
        if kind not in self.runner.router.allowed_updates():
            return []
        return self._do(acting.update, update={kind: fields})

    def join(self) -> list[Message]:
        """Join the group: the bot gets a service message and, as an administrator, a change of membership."""
        self._place.set_member(self.user["id"], {"status": "left"})
        return self._do(groups.join, user_id=self.user["id"])

    def ask_to_join(self) -> list[Message]:
        """Ask to join the group: a bot that is an administrator may decide."""
        self._place.set_member(self.user["id"], {"status": "left"})
        return self._do(groups.join, user_id=self.user["id"], request=True)

    def leave(self) -> list[Message]:
        """Leave the group."""
        return self._do(groups.leave, user_id=self.user["id"])

    def promote(self, **rights: bool) -> None:
        """Become an administrator of this chat, with all rights unless you name some."""
        self._set_member(self.user["id"], "administrator", rights)

    def promote_bot(self, **rights: bool) -> None:
        """Make the bot an administrator of this chat, with all rights unless you name some."""
        self._set_member(self.runner.account.id, "administrator", rights)

    def migrate(self) -> Client:
        """Make this group a supergroup, a chat with another number; return this user in it."""
        with self.runner.acting():
            info = self._run(groups.migrate, {})
        return Client(self.runner, self.user, self.world.chats[0, info["id"]])

    def block(self) -> None:
        """Block the bot; what this user still sends counts as sent before."""
        self._do(acting.block, blocked=True)

    def unblock(self) -> None:
        """Let the bot write again."""
        self._do(acting.block, blocked=False)

    def advance(self, seconds: float) -> list[Message]:
        """Let time pass; whatever is due meanwhile happens at its time: polls close, conversations end."""
        before = self._view.last()
        self.runner.advance(seconds)
        return self._view.bots_since(before)

    @contextmanager
    def side_by_side(self) -> Iterator[None]:
        """Run handlers on threads of their own inside the block: nobody waits for anybody but their own lane.

        Actions return immediately, so wait for what they bring: with `wait_for`, or by the `click` on a button. At
        the end everything is waited for, and what a handler raised comes out.
        """
        lanes = self.runner.lanes
        lanes.side_by_side = True
        try:
            yield
        except BaseException:
            lanes.side_by_side = False
            raise
        lanes.finish()

    def wait_for(self, condition: Callable[[], Any], *, quiet: bool = False) -> None:
        """Wait side by side until a condition holds, at most five real seconds.

        Raises AssertionError when it does not come, unless `quiet`.
        """
        if not self.runner.wait_until(condition) and not quiet:
            raise AssertionError(
                f"It did not come; there are {self.texts}, buttons {self.buttons}."
            )

    @property
    def messages(self) -> list[Message]:
        """Return the bot's messages in this chat as they stand now: edited, without the deleted ones."""
        return self._view.bots()

    def last_of(self, name: str) -> dict[str, Any]:
        """Return the last message of a user in this chat, for `send(..., reply_to_message=...)`."""
        found = [m for m in self._view.all() if m.get("from", {}).get("first_name") == name]
        if not found:
            raise AssertionError(f"{name} has not written here.")
        return deepcopy(found[-1])

    @property
    def texts(self) -> list[str]:
        """Return the texts and captions of the bot's messages."""
        shown = (message.get("text") or message.get("caption") for message in self.messages)
        return [text for text in shown if text]

    @property
    def buttons(self) -> list[str]:
        """Return the labels under the newest message that has buttons."""
        shown = self._view.buttons()
        return [button["text"] for message, button in shown if message is shown[0][0]]

    @property
    def menu(self) -> list[str]:
        """Return the labels of the keyboard shown in place of the user's own."""
        return self._view.menu()

    @property
    def popups(self) -> list[str]:
        """Return the answers to this user's button presses and payments."""
        return self.runner.popups(self.user["id"])

    @property
    def session(self) -> dict[str, Any]:
        """Return this chat's session."""
        lane = f"business:{self._connection}" if self._connection else "chat"
        return self.runner.states.get(f"{lane}:{self.chat['id']}", {})

    def calls(self, method: str) -> list[Any]:
        """Return the parameters of each call of a method, also of those that failed."""
        return [wrap("", dict(params)) for name, params in self.runner.calls if name == method]

    def content(self, message: dict[str, Any]) -> bytes:
        """Return what is in the file of a message."""
        file = self.world.files.get(file_in(message)["file_id"])
        if file is None or not file.path:
            raise AssertionError("Nobody has uploaded the content of this file.")
        return (self.world.files.root / file.path).read_bytes()

    def fail_next(
        self, code: int, description: str = "", *, retry_after: int = 1, method: str | None = None
    ) -> None:
        """Make Telegram refuse the next call, or the next of one method; code 0 is an answer that gets lost."""
        trouble = {"error_code": code, "description": description} if code else {"lose": True}
        self.world.faults.change({"method": method or "*", "retry_after": retry_after, **trouble})

    _offered: dict[str, Any] | None = None

    def _request(self, fields: dict[str, Any]) -> UserRequest:
        bot = str(self.runner.account.id)
        return UserRequest(self.world, {"bot": bot, **fields})

    def _run(self, work: Callable[[UserRequest], Any], fields: dict[str, Any]) -> Any:
        place: dict[str, Any] = {"chat_id": self._place.id, "from": self.user["id"]}
        if self._connection:
            place["business_connection_id"] = self._connection
        request = self._request({**place, **fields})
        try:
            return perform(work, request)
        except Refused as refused:
            raise Impossible(self.user["first_name"], refused) from None

    def _do(self, work: Callable[[UserRequest], Any], **fields: Any) -> list[Message]:
        return self._act(lambda: self._run(work, fields))

    def _act(self, work: Callable[[], Any]) -> list[Message]:
        """Do something, let the bot answer, return its new messages here."""
        before = self._view.last()
        with self.runner.acting():
            work()
        return self._view.bots_since(before)

    def _post(self, fields: dict[str, Any]) -> None:
        check_fields("Message", fields, "the message")
        topic = {"message_thread_id": self._topic} if self._topic else {}
        bot, blockers = self.runner.account, self.runner.account.blocked_by
        try:
            if self._place.bot:  # what a user sends after blocking the bot counts as sent before
                bot.blocked_by = blockers - {self.user["id"]}
            self._run(sending.send, {"message": fields, **topic})
        finally:
            bot.blocked_by = blockers

    def _set_member(self, number: int, status: str, rights: dict[str, bool]) -> None:
        if rights:  # those that are not named are not given
            rights = {**dict.fromkeys(admin_rights(self._place), False), **rights}
        with self.runner.acting(), self.world:
            set_member(self.world, self._place, number, status, self.world.person(OWNER), **rights)
