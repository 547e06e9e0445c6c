"""Matchers: which updates a decorator takes, as a test and as keys for the index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from anzol.api.errors import HandlerError
from anzol.api.updates import ALBUM_KINDS

from . import jobs, samples
from .context import Context
from .filters import Match, Test, parse_query
from .patterns import FIELD, PAYLOAD, Pattern

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
# Characters that are common in a regular expression and rare in a text.
EXPRESSION = re.compile(r"\(\?|\\[wWdDsSb]|\.[*+]")
MESSAGE = frozenset({"message"})
PRESS = frozenset({"callback_query"})
INLINE = frozenset({"inline_query"})
JOB = frozenset({jobs.KIND})
EVENT = frozenset({"event"})
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,48}")


@dataclass(frozen=True)
class Matcher:
    """The kinds of update that a handler takes, a test, and the names of the arguments that the test finds.

    `claims` are what no other handler may take as well (`"/start"`). Updates that it takes can be found by `keys`:
    `("command", "start")`, `("text", "Yes")`, `("button", "like:")`, `("event", "shop")`, `("job", "remind")`; without any
    it is asked about each. `query` is that of `on()`; `samples()` are updates that it takes.
    """

    kinds: frozenset[str]
    test: Match
    claims: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    query: str = ""
    samples: Callable[[], list[dict[str, Any]]] = list


def of_query(query: str) -> Matcher:
    """Return the matcher of `on(query)`."""
    kinds, match = parse_query(query)
    return Matcher(
        kinds,
        match,
        claims=tuple(f'"{part}"' for part in query.split()),
        query=query,
        samples=lambda: samples.of_query(query),
    )


def of_commands(names: Iterable[str]) -> Matcher:
    """Return the matcher of messages that begin with one of these commands."""
    wanted = tuple(command_name(name) for name in names)
    return Matcher(
        MESSAGE,
        lambda ctx: {} if ctx.command in wanted else None,
        claims=tuple(f"/{name}" for name in wanted),
        keys=tuple(("command", name) for name in wanted),
        samples=lambda: [samples.message(text=f"/{name}") for name in wanted],
    )


def of_deep_link(pattern: Pattern) -> Matcher:
    """Return the matcher of /start with a payload of this pattern. Raises `HandlerError` for one that no link can carry."""
    if not PAYLOAD.fullmatch(FIELD.sub("", pattern.text)):
        raise HandlerError(
            f"No deep link can carry {pattern.text!r}: A-Z a-z 0-9 _ and - are all that it may have."
        )
    return Matcher(
        MESSAGE,
        lambda ctx: pattern.match(ctx.payload) if ctx.command == "start" else None,
        claims=(f"deep link {pattern.text}",),
        arguments=tuple(pattern.converters),
        keys=(("command", "start"),),
        samples=lambda: [samples.message(text=f"/start {data}") for data in pattern.samples()],
    )


def command_name(name: str) -> str:
    """Return a command as it is compared: without slash, in lower case."""
    plain = name.removeprefix("/").lower()
    if not COMMAND.fullmatch(plain):
        raise HandlerError(
            f"{name!r} is not a command: 1 to 32 letters, digits or _, as in 'start'"
        )
    return plain


def of_button(pattern: Pattern, state: str | None = None, *, signed: bool = False) -> Matcher:
    """Return the matcher of presses whose data has a pattern, and a signature."""

    def test(ctx: Context) -> dict[str, Any] | None:
        data: str | None = ctx.event.get("data") or ""
        if signed:
            data = ctx.verify(data or "")
        return None if data is None else pattern.match(data)

    return Matcher(
        PRESS,
        test,
        claims=(f"button {pattern.text}" + (f" in state {state}" if state else ""),),
        arguments=tuple(pattern.converters),
        keys=(("button", pattern.beginning),),
        samples=lambda: [samples.press(data) for data in pattern.samples()],
    )


def of_texts(texts: tuple[str, ...], regex: str | None) -> Matcher:
    """Return the matcher of messages with one of these texts, or with a text that contains a regular expression."""
    return _of_texts(MESSAGE, "text", texts, regex, lambda text: samples.message(text=text))


def of_inline(texts: tuple[str, ...], regex: str | None) -> Matcher:
    """Return the matcher of inline queries: exactly these, by a regular expression, or all."""
    if not texts and regex is None:
        return Matcher(INLINE, always, claims=("inline queries",))
    return _of_texts(INLINE, "inline", texts, regex, samples.inline)


def _of_texts(
    kinds: frozenset[str],
    decorator: str,
    texts: tuple[str, ...],
    regex: str | None,
    sample: Callable[[str], dict[str, Any]],
) -> Matcher:
    test, arguments = _test_of(decorator, texts, regex)
    return Matcher(
        kinds,
        test,
        claims=tuple(f"{decorator} {text!r}" for text in texts or (regex,)),
        arguments=arguments,
        keys=tuple(("text", text) for text in texts),
        samples=lambda: [sample(text) for text in texts or (samples.ANY,)],
    )


def _test_of(
    decorator: str, texts: tuple[str, ...], regex: str | None
) -> tuple[Match, tuple[str, ...]]:
    """Return the test of a text, and the names of the expression's groups."""
    if regex is None:
        for text in texts:
            if EXPRESSION.search(text):
                raise HandlerError(
                    f"{decorator}({text!r}) takes exactly this text; "
                    f"write {decorator}(regex={text!r}) for a pattern."
                )
        return lambda ctx: {} if ctx.text in texts else None, ()
    if texts:
        raise HandlerError(f"{decorator}() takes texts or regex=, not both.")
    try:
        compiled = re.compile(regex)
    except re.error as error:
        raise HandlerError(f"{decorator}({regex!r}) is not a regular expression: {error}") from None

    def test(ctx: Context) -> dict[str, Any] | None:
        found = compiled.search(ctx.text)
        return found.groupdict() if found else None

    return test, tuple(compiled.groupindex)


def of_events(topic: str, kind: str | None) -> Matcher:
    """Return the matcher of events of a topic, all or those that their sender calls `kind`."""
    if not TOPIC.fullmatch(topic):
        raise HandlerError(
            f"{topic!r} is not a topic: 1 to 48 letters, digits, _ or -, as in 'shop'"
        )

    def test(ctx: Context) -> dict[str, Any] | None:
        event = ctx.event
        is_it = event.get("topic") == topic and kind in (None, event.get("type"))
        return {} if is_it else None

    return Matcher(
        EVENT,
        test,
        claims=(f"events {topic}" + (f" of type {kind}" if kind else ""),),
        keys=(("event", topic),),
        samples=lambda: [samples.event(topic, kind or "")],
    )


def of_albums() -> Matcher:
    """Return the matcher of the first message of an album."""
    return Matcher(
        ALBUM_KINDS,
        lambda ctx: {} if ctx.in_album else None,
        claims=("albums",),
        arguments=("messages",),
        samples=samples.albums,
    )


def of_jobs(name: str, arguments: tuple[str, ...]) -> Matcher:
    """Return the matcher of the runs of a job."""
    return Matcher(
        JOB,
        lambda ctx: dict(ctx.event["args"]) if ctx.event.get("name") == name else None,
        claims=(f"job {name}",),
        arguments=arguments,
        keys=(("job", name),),
    )


def of_answers(name: str, *, text: bool = False) -> Matcher:
    """Return the matcher of answers to a question: texts, or whatever the filters let through."""
    return Matcher(
        MESSAGE,
        lambda ctx: None if text and not ctx.text else {},
        claims=(f"state {name}",),
    )


def always(ctx: Context) -> dict[str, Any]:
    """Take every update of the kinds."""
    return {}


def split_texts(what: Iterable[Any]) -> tuple[tuple[str, ...], tuple[Test, ...]]:
    """Return the texts and the filters among a decorator's arguments."""
    given = tuple(what)
    texts = tuple(item for item in given if isinstance(item, str))
    return texts, tuple(item for item in given if not isinstance(item, str))
