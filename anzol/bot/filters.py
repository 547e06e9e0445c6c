"""Conditions on an update: `private & ~forwarded`, and the queries of `@router.on("message:photo")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from anzol.api.errors import HandlerError
from anzol.api.methods import did_you_mean, schema
from anzol.api.types import class_of
from anzol.api.updates import known_kinds

from .context import Context
from .texts import NUMBER_PLEASE

Test = Callable[[Context], Any]
# Answers with the handler's arguments, or with None when the update is not for it.
Match = Callable[[Context], dict[str, Any] | None]

# https://core.telegram.org/bots/api#messageentity
ENTITIES = [
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold"),
    *("italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"),
    *("code", "pre", "text_link", "text_mention", "custom_emoji"),
]


class Filter:
    """A condition on the context, made from any function: combine them with `&`, `|` and `~`.

    In a `@router.state`, `again` is the reply to a message that is not an answer: `Filter(is_a_day, again="A day, please.")`.
    `needs` are kinds of update that the bot must get for the test to be right.
    """

    def __init__(
        self, test: Test, name: str = "", *, again: str = "", needs: Iterable[str] = ()
    ) -> None:
        self.test = test
        self.again = again
        self.needs = frozenset(needs)
        self.name = name or getattr(test, "__name__", "filter")

    def __call__(self, ctx: Context) -> bool:
        return bool(self.test(ctx))

    def __and__(self, other: Test) -> Filter:
        _check_callable(other)
        again = self.again or getattr(other, "again", "")
        name = f"{self.name} & {_name(other)}"
        needs = self.needs | needs_of(other)
        return Filter(lambda ctx: self(ctx) and bool(other(ctx)), name, again=again, needs=needs)

    def __or__(self, other: Test) -> Filter:
        _check_callable(other)
        name = f"({self.name} | {_name(other)})"
        needs = self.needs | needs_of(other)
        return Filter(lambda ctx: self(ctx) or bool(other(ctx)), name, needs=needs)

    def __invert__(self) -> Filter:
        return Filter(lambda ctx: not self(ctx), f"~{self.name}", needs=self.needs)

    def __repr__(self) -> str:
        return f"<Filter {self.name}>"


def _check_callable(test: Any) -> None:
    if not callable(test):
        raise HandlerError(f"{test!r} is not a filter; combine functions of ctx with & and |.")


def needs_of(test: Test) -> frozenset[str]:
    """Return the kinds of update that a filter or a hook needs."""
    return getattr(test, "needs", frozenset())


def _name(test: Test) -> str:
    return str(getattr(test, "name", getattr(test, "__name__", "filter")))


def chat_type(*types: str) -> Filter:
    """Return a filter of chats of these types: private, group, supergroup, channel."""
    return Filter(
        lambda ctx: ctx.chat is not None and ctx.chat.get("type") in types, "|".join(types)
    )


private = chat_type("private")
group = chat_type("group", "supergroup")
supergroup = chat_type("supergroup")
channel = chat_type("channel")
forwarded = Filter(lambda ctx: bool(ctx.message and ctx.message.get("forward_origin")), "forwarded")
reply = Filter(lambda ctx: bool(ctx.message and ctx.message.get("reply_to_message")), "reply")

number = Filter(
    lambda ctx: re.fullmatch(r"\s*[-+]?\d{1,18}\s*", ctx.text), "number", again=NUMBER_PLEASE
)


def has(*fields: str) -> Filter:
    """Return a filter of messages that have one of these fields: `@router.state("picture", has("photo", "document"))`."""
    known = schema()["types"]["Message"]
    for field in fields:
        if field not in known:
            raise HandlerError(f"A message has no field {field!r}{did_you_mean(field, known)}")

    def test(ctx: Context) -> bool:
        message: dict[str, Any] = ctx.message or {}
        return any(message.get(field) is not None for field in fields)

    return Filter(test, f"has({', '.join(fields)})")


def parse_query(query: str) -> tuple[frozenset[str], Match]:
    """Return the kinds of update that a query names, and what finds `{}` in updates of these kinds, or None.

    `message` · `message:photo` (the field is there) · `message::mention` (an entity of that type in text or caption) ·
    `:photo` (a message or a channel post). Several are joined by blanks: `"message:photo message:video"`.
    """
    parts = [_parse_one(part) for part in query.split()]
    if not parts:
        raise HandlerError("on() needs a query such as 'message:photo'")
    if len(parts) == 1:  # the usual case, without a loop for each update
        return parts[0]
    kinds = frozenset(kind for names, _ in parts for kind in names)
    return kinds, _match(
        lambda ctx: any(ctx.kind in names and match(ctx) is not None for names, match in parts)
    )


def _parse_one(query: str) -> tuple[frozenset[str], Match]:
    names, fields, entity = read_query(query)
    if not query.startswith(":"):
        _check_kind(query)
    if entity:
        _check_known(entity, ENTITIES, "entity")
        return names, _match(_has_entity(entity))
    _check_path(min(names), fields)
    if len(fields) == 1:  # most are such as message:text, and take one function
        field = fields[0]
        return names, lambda ctx: None if ctx.event.get(field) is None else {}
    return names, _match(lambda ctx: _has(ctx.event, fields))


def _match(test: Test) -> Match:
    return lambda ctx: {} if test(ctx) else None


def read_query(query: str) -> tuple[frozenset[str], list[str], str]:
    """Return the kinds, the path of fields and the entity that one part of a query names."""
    kind, _, rest = query.partition(":")
    names = frozenset([kind] if kind else ["message", "channel_post"])
    if rest.startswith(":"):
        return names, [], rest[1:]
    return names, rest.split(":") if rest else [], ""


def newer_names(query: str) -> list[str]:
    """Return the names in a query that the table lacks: newer than the table, or mistakes."""
    newer = []
    for part in query.split():
        names, fields, entity = read_query(part)
        kind = min(names)
        if kind not in known_kinds():
            newer.append(f"update kind {kind!r}")
        elif entity and entity not in ENTITIES:
            newer.append(f"entity {entity!r}")
        known = class_of(schema()["types"]["Update"].get(kind, ""))._fields
        for field in fields:
            if known and field not in known:
                newer.append(f"field {field!r} of {kind}")
            known = class_of(known.get(field, "").strip("![]"))._fields
    return newer


def _check_kind(query: str) -> None:
    kind = query.partition(":")[0]
    if kind not in known_kinds() and kind in schema()["types"]["Message"]:
        raise HandlerError(f"{kind!r} is not an update kind; did you mean 'message:{query}'?")
    _check_known(kind, known_kinds(), "update kind")


def _check_path(kind: str, fields: list[str]) -> None:
    """Raise `HandlerError` for a misspelt field; one like no other is taken to be newer than the table."""
    spec = schema()["types"]["Update"].get(kind, "")
    above = kind
    for field in fields:
        known = class_of(spec.strip("![]"))._fields
        if not known:
            if spec:
                raise HandlerError(
                    f"{above!r} of a {kind} has no fields; {field!r} cannot be in it."
                )
            return
        _check_known(field, list(known), f"field of {kind}")
        spec, above = known.get(field, ""), field


def _check_known(name: str, known: list[str], what: str) -> None:
    # `live_photo` resembles `photo` and was once newer than it, not a misspelling of it.
    if name in known or set(name.split("_")) & set(known):
        return
    close = get_close_matches(name, known, n=1, cutoff=0.65)
    if close:
        raise HandlerError(f"{name!r} is not a known {what}; did you mean {close[0]!r}?")


def _has(payload: Any, fields: list[str]) -> bool:
    for field in fields:
        if not isinstance(payload, dict) or payload.get(field) is None:
            return False
        payload = payload[field]
    return True


def _has_entity(entity: str) -> Test:
    def test(ctx: Context) -> bool:
        message: dict[str, Any] = ctx.message or {}
        entities = [*(message.get("entities") or ()), *(message.get("caption_entities") or ())]
        return any(item.get("type") == entity for item in entities)

    return test
