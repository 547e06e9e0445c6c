"""`ctx`: an update, its bot and the chat's session, as handlers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any, overload

from anzol.api.address import Address
from anzol.api.client import Bot
from anzol.api.downloads import file_in, largest, open_download, save_download
from anzol.api.moments import When, due_of
from anzol.api.text import Html, Text
from anzol.api.types import CallbackQuery, Chat, Message, Update, User, class_of
from anzol.api.updates import ALBUM_KINDS, MESSAGE_KINDS, chat_of, kind_of, lane_of, user_of

from . import conversation, jobs, languages, migration, signing
from .answers import Answer
from .conversation import Question, Questions
from .invoices import invoice
from .migration import Session, Sessions
from .outlet import Outlet
from .patterns import PAYLOAD
from .reply import Reply, album_calls, article, reaction, reply_of
from .sending import (
    Sent,
    Shown,
    all_shown,
    calls_of,
    edit_keyboard,
    edit_shown,
    keep_typing,
    send_reply,
    shown,
)
from .streams import Stream
from .subscribing import Remembered, Subscribing
from .texts import TEXT_PLEASE
from .verbs import verb

KINDS = Update._fields


class Context:
    """One update, with a fresh context for each run of its handler.

    `update` is the whole of it, `kind` its kind (`"message"`), `event` the field of that name: a Message, a CallbackQuery or
    whatever else the kind holds. `params` holds what a button's pattern or a regular expression captured. `router` is the
    outermost router, as in `ctx.router.commands()`. After the run, `gone` tells that the chat no longer lets the bot in,
    and `error` is what an error handler dealt with.

    The caller supplies `state(key)`, which returns the session stored under a key, `peek(key)`, the same as other runs
    have committed it by now, `rollback()`, which undoes changes to sessions, `album()`, which returns the messages of the
    album that starts with this update, `cancelled()`, `subscribing`, where the subscriptions to topics are kept, and
    `outlet`, which takes what is done later.
    """

    # What most runs leave as it is, so that it is not set for each of them.
    router: Any = None
    gone = False
    error: Exception | None = None
    _streams = 0
    _parts: list[Message] | None = None
    _session: Session | None = None
    _sent: Sequence[Sent] = ()
    _shown: list[Shown] | None = None  # the same, once it is to be edited
    _pressed: list[Shown] | None = None

    def __init__(
        self,
        update: dict[str, Any],
        bot: Bot,
        state: Sessions | None = None,
        album: Callable[[], list[dict[str, Any]]] | None = None,
        rollback: Callable[[], None] = lambda: None,
        peek: Sessions | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        subscribing: Subscribing | None = None,
        outlet: Outlet | None = None,
    ) -> None:
        self.update: Update = Update(update)
        self.bot = bot
        self.kind = kind = kind_of(update)
        # Whatever else is made below when it is wanted, every run asks for these.
        self.event: Any = update.get(kind)
        # Where it happened and who caused it: chat, business connection, topic, message and sender.
        self.address = Address.of(self.event)
        if type(self.event) is dict:  # also for a kind newer than the table
            self.event = self.update[kind] = class_of(KINDS.get(kind, ""))(self.event)
        if kind in MESSAGE_KINDS:  # else it is looked for when it is wanted
            self.message = self.event
        self.params: dict[str, Any] = {}
        self.state: Sessions = state or _in_memory()
        self.rollback = rollback
        self.peek: Sessions = peek or self.state
        if subscribing is not None:
            self.subscribing = subscribing
        self._outlet = outlet
        self._cancelled = cancelled
        self._album = album

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kind} {self.update.get('update_id')}>"

    @cached_property
    def subscribing(self) -> Subscribing:
        """Return where the subscriptions to topics are kept: nowhere else, for an update that is run by hand."""
        return Remembered()

    # Incoming

    @cached_property
    def message(self) -> Message | None:
        """Return the message: new, edited, or the one whose button was pressed."""
        found = self.event.get("message") if self.event else None
        return self.event.message if isinstance(found, dict) else None

    @property
    def callback(self) -> CallbackQuery | None:
        """Return the button press, or `None` for other kinds."""
        return self.event if self.kind == "callback_query" else None

    @cached_property
    def chat(self) -> Chat | None:
        """Return the chat; `None` for inline queries and other updates without one."""
        found = chat_of(self.event)
        return Chat(found) if found else None

    @cached_property
    def user(self) -> User | None:
        """Return the user who caused the update; `None` in channels.

        Telegram gives all channels that write in a group the same placeholder user, and all anonymous administrators
        another one; `address.sender` tells them apart.
        """
        found = user_of(self.event)
        return User(found) if found else None

    @property
    def text(self) -> str:
        """Return the message's text or caption, or the inline query's; `""` when it has none."""
        if self.kind == "inline_query":
            return str(self.event.get("query") or "")
        message: dict[str, Any] = self.message or {}
        return str(message.get("text") or message.get("caption") or "")

    @cached_property
    def command(self) -> str:
        """Return the message's command in lower case, without the slash; `""` for none, or for another bot's."""
        if self.kind not in MESSAGE_KINDS or not self.text.lstrip().startswith("/"):
            return ""
        name, _, bot = self.text.split(None, 1)[0][1:].partition("@")
        if bot and bot.lower() != (self.bot.me.username or "").lower():
            return ""
        return str(name.lower())

    @property
    def payload(self) -> str:
        """Return the text after the command, such as a deep link's payload: `/start 42` → `"42"`."""
        if not self.text.startswith("/"):
            return ""
        return "".join(self.text.split(None, 1)[1:]).strip()

    @property
    def args(self) -> list[str]:
        """Return the words after the command."""
        return self.payload.split()

    @property
    def in_album(self) -> bool:
        """Return whether the message is part of an album."""
        return self.kind in ALBUM_KINDS and bool(self.event.get("media_group_id"))

    def album_messages(self) -> list[Message]:
        """Return the messages of the album in order; just this message when it is not in one."""
        if self._parts is None:
            parts = self._album() if self._album and self.in_album else [self.message or {}]
            parts = sorted(parts, key=lambda part: part["message_id"])
            self._parts = [Message(part) for part in parts]
        return self._parts

    @overload
    def download(self, to: None = None, *, max_size: int | None = None) -> IO[bytes]: ...
    @overload
    def download(self, to: str | Path, *, max_size: int | None = None) -> Path: ...
    def download(
        self, to: str | Path | None = None, *, max_size: int | None = None
    ) -> IO[bytes] | Path:
        """Download the message's file to an open temporary file, to a path, or into a folder under a free name.

        Raises `TooLarge` above `max_size` bytes. The default is 20 MB, the most that Telegram's cloud serves, and no limit
        with a Bot API server of your own. The sender's file name cannot lead out of the folder.
        """
        file = file_in(self.message or {})
        max_size = largest(self.bot) if max_size is None else max_size
        if to is None:
            return open_download(self.bot, file, max_size)
        return save_download(self.bot, file, Path(to), max_size)

    @overload
    def t(self, text: str, plural: str = "", /, *, n: int | None = None, **values: Any) -> str: ...
    @overload
    def t(
        self, text: Html, plural: str | Html = "", /, *, n: int | None = None, **values: Any
    ) -> Html: ...
    def t(self, text: Any, plural: Any = "", /, *, n: int | None = None, **values: Any) -> Any:
        """Return a text in this user's language: `ctx.t("One apple", "{n} apples", n=3)`, `ctx.t(Html("<b>Hi</b>"))`."""
        return languages.translate(self, text, plural, n, values)

    @property
    def language(self) -> str:
        """Return this user's language; assign one that they chose, or `None` for that of their Telegram again."""
        return languages.language_of(self)

    @language.setter
    def language(self, language: str | None) -> None:
        languages.choose_language(self, language)

    # Stored

    @property
    def session(self) -> Session:
        """Return the chat's session: a dict of JSON values, saved when the update is done."""
        if self._session is None:  # a handler asks for it once for each key
            self._session = self.state(self._own())
        return self._session

    def _own(self) -> str:
        """Return the name under which the chat's session is stored."""
        address = self.address
        if address.business:
            return f"business:{address.business}:{address.chat}"
        number = address.chat
        if type(number) is int and number > 0:
            return f"chat:{number}"  # a person's: only groups are upgraded, and their numbers are negative
        if number is not None:
            return f"chat:{self._home()}"
        return lane_of(self.update) if self.user is None else f"user:{self.user.id}"

    @property
    def user_session(self) -> Session:
        """Return the sender's session, the same in every chat."""
        if self.address.sender is None:
            raise AttributeError(f"A {self.kind} comes from no user, so it has no user_session.")
        return self.state(f"user:{self.address.sender}")

    @property
    def lane(self) -> str:
        """Return the chat's lane, or the user's: updates in a lane are handled one at a time, in order."""
        return lane_of(self.update)

    def _home(self) -> int | None:
        """Return the chat that sessions are stored under: the supergroup, once the group was upgraded."""
        return migration.moved_to(self.chat, self.state, self.bot.moved) or self.address.chat

    # Answers

    def where(self, method: str = "sendMessage") -> dict[str, Any]:
        """Return the parameters with which `method` addresses this chat: id, topic, business connection."""
        self._refuse_without_chat()
        return self.address.params(method)

    def _refuse_without_chat(self) -> None:
        if self.address.chat is None:
            raise TypeError(f"A {self.kind} belongs to no chat; use ctx.bot with a chat_id.")

    def reply(self, reply: Text | Reply = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a message to this chat and return it; the last one when a long text takes several.

        A `str` is sent verbatim, `html(...)` as HTML. Keywords are those of `Reply`.
        """
        if keyboard is not None or params:
            reply = reply_of(reply, keyboard, params)
        if self.kind == "guest_message":
            text = reply.text if isinstance(reply, Reply) else reply
            answered: Message = self.answer(article(text, text))
            return answered
        if self.address.chat is None:
            self._refuse_without_chat()
        self._sent, self._shown = send_reply(self.bot, self.address, reply), None
        message: Message = self._sent[-1][0]
        return message

    @verb("message.photo")
    def photo(self, photo: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a picture: a path, bytes, an open file, `(name, file)`, a URL or a file_id."""
        return self.reply(Reply(caption, keyboard, photo=photo, **params))

    @verb("message.document")
    def document(
        self, document: Any, caption: Text = "", keyboard: Any = None, **params: Any
    ) -> Message:
        """Send a file of any type as it is; give it as to `photo`."""
        return self.reply(Reply(caption, keyboard, document=document, **params))

    @verb("message.video")
    def video(self, video: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a video; give it as to `photo`."""
        return self.reply(Reply(caption, keyboard, video=video, **params))

    @verb("message.audio")
    def audio(self, audio: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send music; give it as to `photo`."""
        return self.reply(Reply(caption, keyboard, audio=audio, **params))

    @verb("message.voice")
    def voice(self, voice: Any, caption: Text = "", keyboard: Any = None, **params: Any) -> Message:
        """Send a voice message, OGG with OPUS; give it as to `photo`."""
        return self.reply(Reply(caption, keyboard, voice=voice, **params))

    @verb("message.sticker")
    def sticker(self, sticker: Any, keyboard: Any = None, **params: Any) -> Message:
        """Send a sticker; give it as to `photo`."""
        return self.reply(Reply("", keyboard, sticker=sticker, **params))

    def media_group(
        self,
        items: Sequence[Any],
        caption: Text | list[Any] = "",
        *,
        kind: str = "photo",
        **params: Any,
    ) -> list[Any]:
        """Send files as albums of up to ten and return the messages.

        The caption goes to the first item; a list has one for each. What does not fit into a caption follows as text.
        """
        calls, rest = album_calls(items, caption, kind)
        sent: list[Any] = []
        for method, fields in calls:
            result = getattr(self.bot, method)(**self.where(method), **fields, **params)
            sent += result if isinstance(result, list) else [result]
        return sent + [self.reply(text) for text in rest]

    def invoice(self, title: str, description: str, *, payload: str, **params: Any) -> Message:
        """Send an invoice, `stars=50` or `prices=[("Tea", 250)], currency="EUR"`, as `invoice()` makes it."""
        fields = invoice(title, description, payload=payload, **params)
        return self.bot.send_invoice(**self.where("sendInvoice"), **fields)

    def edit(self, text: Text | Reply = "", keyboard: Any = None, **params: Any) -> Any:
        """Edit the message whose button was pressed, or else the last message this handler sent.

        `Reply(..., photo=file)` and the like replace the file; with neither text nor file only the keyboard changes. The old
        keyboard goes unless one is given. "Not modified" is not an error. A text that outgrows its message continues in new ones.
        """
        reply = reply_of(text, keyboard, params)
        messages = self._edited()
        if not reply.text and not reply.media():
            result, messages[-1] = edit_keyboard(
                self.bot, messages[-1], reply.params.get("reply_markup")
            )
            return result
        result, messages[:] = edit_shown(self.bot, messages, reply)
        return result

    def answer(self, *args: Any, **params: Any) -> Any:
        """Answer a button press (`text`, `show_alert=True`), an inline query (`results`) or a checkout (`ok=True`).

        A popup's text is cut at 200 characters. More than 50 results are served page by page as the user scrolls: pass all
        of them every time. An answer that comes too late is logged, not raised.
        """
        return self.awaited.give(*args, **params)

    @cached_property
    def awaited(self) -> Answer:
        """Return the answer that this update is waiting for."""
        return Answer(self.bot, self.kind, self.event, self.t)

    def delete(self) -> Any:
        """Delete this message, or the one whose button was pressed."""
        self._refuse_without_message()
        business, number = self.address.business, self.address.message
        if business and number is not None:
            return self.bot.delete_business_messages(
                business_connection_id=business, message_ids=[number]
            )
        return self.bot.delete_message(**self.address.message_params("deleteMessage"))

    def react(self, emoji: str, *, is_big: bool | None = None) -> Any:
        """React to this message, with an emoji or the id of a custom one; `""` removes the reaction."""
        self._refuse_without_message()
        target = self.address.message_params("setMessageReaction")
        return self.bot.set_message_reaction(**target, reaction=reaction(emoji), is_big=is_big)

    def _refuse_without_message(self) -> None:
        if self.address.message is None and self.address.inline is None:
            raise TypeError(f"A {self.kind} has no message.")

    def _edited(self) -> list[Shown]:
        """Return the messages that `edit` changes, a list that it keeps up to date."""
        if not self._pressed and self.address.inline is not None:
            self._pressed = [Shown(self.address)]
        elif not self._pressed and self.callback is not None and self.message is not None:
            self._pressed = [shown(self.message, self.address)]
        if self._shown is None:
            self._shown = all_shown(self._sent, self.address)
        messages = self._pressed or self._shown
        if not messages:
            raise TypeError("Nothing to edit: ctx.edit() follows a button press or a ctx.reply().")
        return messages

    def tell(
        self,
        chat: int | str | Sequence[int | str],
        text: Text | Reply,
        keyboard: Any = None,
        *,
        ttl: float | None = None,
        **params: Any,
    ) -> str:
        """Send a message to another chat, or to several, when this update is done: `ctx.tell(admin, "New order")`.

        It is stored together with the end of the update, so nothing is sent when the handler fails, and sent at Telegram's
        pace, also after a restart; not any more after `ttl` seconds. Keywords are those of `Reply`. Return the name by which
        it can be counted and cancelled.
        """
        calls = calls_of(reply_of(text, keyboard, params))
        if not isinstance(chat, int | str):
            return self.outlet.tell_all(list(chat), {"": calls}, ttl=ttl)
        named = [(method, {"chat_id": chat, **fields}) for method, fields in calls]
        return self.outlet.send(named, ttl=ttl)

    def later(self, when: When, what: Any, /, keyboard: Any = None, **params: Any) -> str:
        """Do something in this chat later: send a reply, or run a job: `ctx.later(600, ring, text="tea")`.

        `when` is in seconds, a timedelta, or a datetime with its time zone; `what` a text, `html(...)`, a `Reply`, or a
        handler that has `@router.job` above it, which gets the keywords. It is stored together with the end of the update.
        Return the name for `ctx.cancel`.
        """
        due = due_of(when, self.outlet.now())
        if callable(what):
            return jobs.start(self, what, params, due)
        self._refuse_without_chat()
        calls = calls_of(reply_of(what, keyboard, params))
        named = [(method, {**self.address.params(method), **fields}) for method, fields in calls]
        return self.outlet.send(named, due=due)

    def cancel(self, name: str) -> None:
        """Cancel what `ctx.later` or `ctx.tell` has stored under a name, as far as it waits, when this update is done."""
        self.outlet.cancel(name)

    def tell_subscribers(
        self,
        text: Text | Reply | Mapping[str, Text],
        keyboard: Any = None,
        *,
        topic: str = "",
        **params: Any,
    ) -> str:
        """Send a message to all who have subscribed to a topic, an event's own if you name none.

        `{"en": "…", "pt": "…"}` is read by each in their language. Returns the name under which it is counted. It is stored
        together with the end of this update: nothing is sent when the handler fails.
        """
        topic = topic or (str(self.event.get("topic")) if self.kind == "event" else "")
        if not topic:
            raise TypeError('Of which topic? Write ctx.tell_subscribers(text, topic="news").')
        texts = text if isinstance(text, Mapping) else {"": text}
        calls = {
            language: calls_of(reply_of(one, keyboard, params)) for language, one in texts.items()
        }
        return self.outlet.tell_all([f"topic:{topic}"], calls)

    @property
    def outlet(self) -> Outlet:
        """Return what takes messages to others, and runs for later."""
        if self._outlet is None:
            raise TypeError("Nothing can be told to others here: this update is run by hand.")
        return self._outlet

    @contextmanager
    def typing(self, action: str = "typing") -> Iterator[None]:
        """Show "typing…" during the block, https://core.telegram.org/bots/api#sendchataction"""
        # Telegram must get it now, not in the response when the handler has ended.
        params = {**self.where("sendChatAction"), "action": action}
        with keep_typing(self.bot.forgetting(), params):
            yield

    def stream(
        self, *, stop: str = "", markdown: bool = True, keyboard: Any = None, **params: Any
    ) -> Stream:
        """Return a message that grows: `with ctx.stream(stop="⏹ Stop") as out: out.write(token)`.

        See `Stream`; `keyboard` is under the finished message, further keywords are those of `Reply`.
        """
        self._refuse_without_chat()
        self._streams += 1
        return Stream(self, self._streams, stop, Reply("", keyboard, **params), markdown=markdown)

    @property
    def cancelled(self) -> bool:
        """Return whether this run should end soon: an operator has cancelled it, or the process is stopping."""
        return self._cancelled()

    def link(self, payload: str = "", *, group: bool = False) -> str:
        """Return a deep link that starts the bot with this `ctx.payload`, or adds it to a group."""
        if not PAYLOAD.fullmatch(payload):
            raise ValueError(f"{payload!r}: a link carries up to 64 of A-Z a-z 0-9 _ and -.")
        start = f"?start{'group' * group}={payload}" if payload or group else ""
        return f"https://t.me/{self.bot.me.username}{start}"

    def sign(self, data: str, *, user: bool = False) -> str:
        """Return button data for `@router.button(..., signed=True)`, valid in this chat, or with `user` for this user only."""
        return signing.sign(data, self.bot, self.address, user=user)

    def verify(self, signed: str) -> str | None:
        """Return the data that `sign` has signed for this chat or user; `None` for any other."""
        return signing.verify(signed, self.bot, self.address)

    # Conversations

    def ask(
        self,
        question: Text | Reply,
        keyboard: Any = None,
        *,
        then: str,
        timeout: float | None = 3600.0,
        keep: bool = False,
        again: str = TEXT_PLEASE,
        late: str = "",
        **params: Any,
    ) -> None:
        """Send a question; this user's next message here goes to `@router.state(then)`.

        The bot's commands end the conversation, and so do /cancel and `timeout` seconds (`None`: never). With `keep` it
        lasts until `ctx.leave()`. A message that the state does not take is answered with `again`. One that comes too
        late is answered with `late`; without it, it is a message like any other.
        """
        reply = reply_of(question, keyboard, params)
        conversation.ask(self, reply, Question(then, None, None, keep, again, late), timeout)

    def leave(self) -> None:
        """End the conversation with this user here; a scene's exit is told."""
        conversation.leave(self)

    def question(self) -> Question | None:
        """Return the question that this user has been asked here and not answered, or `None`."""
        questions = None if migration.is_move(self.event) else self.questions()
        return None if questions is None else questions.current(self.event.get("date"))

    def questions(self, asked: Address | None = None) -> Questions | None:
        """Return the open question of this user, or of another address here; `None` where nobody can be asked.

        The bot must see the sender's next message here as a `message`.
        """
        address, chat = self.address, self.chat
        known = address.chat is not None and address.sender is not None
        channel = chat is not None and chat.get("type") == "channel" and address.chat == chat["id"]
        if not known or channel or address.business or self.kind == "guest_message":
            return None
        return Questions(self.state(f"ask:{self._home()}"), asked or address)


def _in_memory() -> Callable[[str], Session]:
    kept: dict[str, Session] = {}
    return lambda key: kept.setdefault(key, {})
