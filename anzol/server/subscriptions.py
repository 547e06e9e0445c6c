"""An includable router: /subscribe, /unsubscribe, /topics with buttons, deep links, groups and channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from anzol.api.errors import Forbidden, HandlerError, Next
from anzol.api.text import html
from anzol.bot import texts
from anzol.bot.context import Context
from anzol.bot.reply import Reply, keyboard
from anzol.bot.router import Router
from anzol.push.topics import Topic, by_name

START = "sub_"  # begins a deep link's payload: t.me/bot?start=sub_news
COMMANDS = ("subscribe", "unsubscribe", "topics")
ADMINS = ("creator", "administrator")
GONE = ("kicked", "left")
MARK = "\0"


class TopicRouter(Router):
    """A router whose users subscribe to topics. `subscriptions()` makes one."""

    def __init__(self, topics: Iterable[Topic], admins: Iterable[int]) -> None:
        super().__init__()
        self.topics = tuple(topics)
        self.admins = frozenset(admins)
        # In front of a /start of the author's own, which takes every other payload.
        self.command("start", filters=(_is_link,))(self.follow_link)
        self.command("subscribe")(self.subscribe)
        self.command("unsubscribe")(self.unsubscribe)
        self.command("topics")(self.choose)
        self.on("channel_post:text", _is_ours)(self.post)
        self.button("anzol-topic:{name}")(self.toggle)
        self.on("my_chat_member", _is_gone)(self.leave)
        self.on("message:migrate_to_chat_id")(self.migrate)

    def choose(self, ctx: Context) -> Any:
        """Choose topics"""
        here = Place(ctx, self)
        known = here.known()
        if not known:
            return ctx.t(texts.NO_TOPICS)
        return Reply(ctx.t(texts.CHOOSE_TOPICS), here.buttons(known))

    def subscribe(self, ctx: Context) -> Any:
        """Subscribe to a topic"""
        here = Place(ctx, self)
        name = ctx.payload
        if not name:
            return self.choose(ctx)
        return here.subscribe(name)

    def unsubscribe(self, ctx: Context) -> Any:
        """Unsubscribe from a topic"""
        here = Place(ctx, self)
        mine = here.topics()
        name = ctx.payload or (mine[0] if len(mine) == 1 else "")
        if not name:
            return self.choose(ctx)
        return here.unsubscribe(name)

    def follow_link(self, ctx: Context) -> Any:
        """Subscribe to the topic that a deep link names."""
        return Place(ctx, self).subscribe(ctx.payload.removeprefix(START))

    def post(self, ctx: Context) -> Any:
        """Do what an administrator of a channel has posted there."""
        take = {"subscribe": self.subscribe, "unsubscribe": self.unsubscribe, "topics": self.choose}
        return take[ctx.command](ctx)

    def toggle(self, ctx: Context, name: str) -> Any:
        """Turn a topic on or off by its button."""
        here = Place(ctx, self)
        if here.find(name) is None:
            return ctx.answer(ctx.t(texts.NO_SUCH_TOPIC, topic=name[:50]))
        if not here.may_change():
            return ctx.answer(ctx.t(texts.ADMINISTRATORS_ONLY), show_alert=True)
        title = here.title(name)
        if name in here.topics():
            here.store.unsubscribe(name, here.chat, here.thread)
            ctx.answer(ctx.t(texts.UNSUBSCRIBED, topic=title))
        else:
            here.store.subscribe(name, here.chat, here.thread, here.language)
            ctx.answer(ctx.t(texts.SUBSCRIBED, topic=title).partition(" /")[0])
        return ctx.edit("", here.buttons(here.known()))

    def leave(self, ctx: Context) -> None:
        """Drop a user who has blocked the bot, or a group that has removed it."""
        if ctx.chat is not None:
            ctx.subscribing.drop(ctx.chat["id"])
        raise Next

    def migrate(self, ctx: Context) -> None:
        """Follow a group that has become a supergroup."""
        ctx.subscribing.move(ctx.event["chat"]["id"], ctx.event["migrate_to_chat_id"])
        raise Next


def subscriptions(*topics: Topic, admins: Iterable[int] = ()) -> TopicRouter:
    """Return a router with which people subscribe to topics: `router.include(subscriptions(Topic("news", "News")))`.

    Topics of rules.toml are added to them. `admins` are the numbers of users who may choose `admin_only` topics, as may
    ADMIN_CHAT. Only its administrators may subscribe a group. Include the router before your own /start, so that
    t.me/bot?start=sub_news comes here.
    """
    for topic in topics:
        if not isinstance(topic, Topic):
            raise HandlerError(
                f'subscriptions() takes topics, not {topic!r}; write Topic("news", "News").'
            )
    return TopicRouter(topics, admins)


def topics_of(router: Router) -> Iterator[Topic]:
    """Yield the topics that a router and those in it offer."""
    for one in (router, *router.routers()):
        if isinstance(one, TopicRouter):
            yield from one.topics


def admins_of(router: Router) -> frozenset[int]:
    """Return the administrators that a router and those in it name."""
    found: frozenset[int] = frozenset()
    for one in (router, *router.routers()):
        if isinstance(one, TopicRouter):
            found |= one.admins
    return found


@dataclass(slots=True)
class Place:
    """The chat that an update came from, as somebody who subscribes."""

    ctx: Context
    router: TopicRouter
    language: str = field(init=False)

    def __post_init__(self) -> None:
        user: dict[str, Any] = self.ctx.user or {}
        self.language = str(user.get("language_code") or "")

    @property
    def store(self) -> Any:
        """Return where subscriptions are kept."""
        return self.ctx.subscribing

    @property
    def chat(self) -> int:
        """Return the chat's number."""
        chat = self.ctx.address.chat
        assert chat is not None  # commands and buttons under messages have one
        return chat

    @property
    def thread(self) -> int:
        """Return the forum topic's number, 0 for none."""
        return self.ctx.address.topic or 0

    def topics(self) -> list[str]:
        """Return the names of the topics that this chat is subscribed to."""
        return [name for name in self.store.topics_of(self.chat, self.thread) if self.find(name)]

    def known(self) -> list[Topic]:
        """Return the topics that are offered here."""
        everything = by_name([*self.router.topics, *self.store.titles.values()])
        return [topic for topic in everything.values() if self._is_for_me(topic)]

    def find(self, name: str) -> Topic | None:
        """Return a topic by its name or title, in any case."""
        wanted = name.strip().casefold()
        for topic in self.known():
            if wanted in (topic.name.casefold(), topic.title_in(self.language).casefold()):
                return topic
        return None

    def title(self, name: str) -> str:
        """Return a topic's title as this user reads it."""
        topic = self.find(name)
        return topic.title_in(self.language) if topic else name

    def buttons(self, topics: Iterable[Topic]) -> dict[str, Any]:
        """Return a button for each topic, marked where this chat is subscribed to it."""
        mine = self.topics()
        return keyboard(
            *(
                [
                    (
                        f"{'✅' if topic.name in mine else '▫️'} {topic.title_in(self.language)}",
                        f"anzol-topic:{topic.name}",
                    )
                ]
                for topic in topics
            )
        )

    def subscribe(self, name: str) -> Any:
        """Subscribe this chat; return the reply."""
        topic = self.find(name)
        if topic is None:
            return self._refuse(name)
        if not self.may_change():
            return self.ctx.t(texts.ADMINISTRATORS_ONLY)
        self.store.subscribe(topic.name, self.chat, self.thread, self.language)
        is_mine = self.ctx.chat is not None and self.ctx.chat.get("type") == "private"
        return self._say(texts.SUBSCRIBED if is_mine else texts.SUBSCRIBED_HERE, topic)

    def unsubscribe(self, name: str) -> Any:
        """End a subscription, or all of them; return the reply."""
        if not self.may_change():
            return self.ctx.t(texts.ADMINISTRATORS_ONLY)
        if name.casefold() == "all":
            for each in self.topics():
                self.store.unsubscribe(each, self.chat, self.thread)
            return self.ctx.t(texts.NOTHING_ANY_MORE)
        topic = self.find(name)
        if topic is None:
            return self._refuse(name)
        ended = self.store.unsubscribe(topic.name, self.chat, self.thread)
        return self._say(texts.UNSUBSCRIBED if ended else texts.NOT_SUBSCRIBED, topic)

    def may_change(self) -> bool:
        """Return whether this user decides for this chat: their own, or one that they administrate."""
        ctx, chat = self.ctx, self.ctx.chat
        if chat is None or chat.get("type") in ("private", "channel"):
            return True
        sender = ctx.address.sender
        if (
            sender is None or sender == chat["id"]
        ):  # an anonymous administrator speaks for the group
            return sender is not None
        try:
            member: Any = ctx.bot.get_chat_member(chat["id"], sender)
        except Forbidden:
            return False
        return member.get("status") in ADMINS

    def _is_for_me(self, topic: Topic) -> bool:
        if not topic.admin_only:
            return True
        admins = self.store.admins | self.router.admins
        user: dict[str, Any] = self.ctx.user or {}
        return user.get("id") in admins or self.chat in admins

    def _refuse(self, name: str) -> Any:
        known = self.known()
        text = self.ctx.t(texts.NO_SUCH_TOPIC, topic=name[:50])
        return Reply(text, self.buttons(known)) if known else text

    def _say(self, text: str, topic: Topic) -> Any:
        found = html("<b>{}</b>", topic.title_in(self.language))
        # Translated as plain text, then made HTML: a catalogue's author need not know about tags.
        before, _, after = self.ctx.t(text, topic=MARK).partition(MARK)
        return html("{}{}{}", before, found, after)


def _is_link(ctx: Context) -> bool:
    return ctx.payload.startswith(START)


def _is_ours(ctx: Context) -> bool:
    return ctx.command in COMMANDS


def _is_gone(ctx: Context) -> bool:
    return ctx.event["new_chat_member"].get("status") in GONE
