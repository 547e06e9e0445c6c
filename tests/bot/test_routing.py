"""Whose turn it is: dictionaries find the same route as asking each one in order; lanes are told on arrival."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anzol import Bot, Context, Router, group, private
from anzol.bot.filters import Filter
from anzol.bot.routes import Route
from anzol.bot.run import run
from tests.fakes import FakeTransport, message, press

BOT = Bot("4242:x", transport=FakeTransport())

WORDS = [
    "a",
    "b",
    "go",
    "Yes",
    "like",
    "like:",
    "like:7",
    "like:x:7",
    "",
    "/go",
    "/b x",
    "/go@test_bot",
    "/a@other_bot",
]
PATTERNS = [
    "a",
    "go",
    "like:{id:int}",
    "like:{name}",
    "like:{rest:any}",
    "{rest:any}",
    "like:x:{id:int}",
    "l{rest:any}",
]
even = Filter(lambda ctx: ctx.update["update_id"] % 2 == 0, "even")


def handler(ctx: Context, **params: Any) -> None:
    """Take whatever a pattern captures."""


def add(router: Router, kind: str, choice: int, *, filtered: bool) -> None:
    """Add one handler that a drawn number describes."""
    filters = (even,) if filtered else ()
    if kind == "command":
        router.command("go", *["a", "b"][: choice % 3], filters=filters or (private,))(handler)
    elif kind == "text":
        router.text(WORDS[choice % 4], WORDS[(choice + 1) % 5], *(filters or (private,)))(handler)
    elif kind == "regex":
        router.text(*(filters or (private,)), regex=["^a", "o", "i.e"][choice % 3])(handler)
    elif kind == "button":
        router.button(PATTERNS[choice % len(PATTERNS)], *(filters or (private,)))(handler)
    else:
        queries = ["message", "message:text", "message:photo", "callback_query", "edited_message"]
        router.on(queries[choice % 5], *(filters or (private,)))(handler)


KINDS = st.sampled_from(["command", "text", "regex", "button", "on", "include"])
STEPS = st.lists(st.tuples(KINDS, st.integers(0, 30), st.booleans()), max_size=25)


def build(steps: list[tuple[str, int, bool]]) -> Router:
    outer = current = Router()
    for kind, choice, filtered in steps:
        if kind == "include":
            current = Router()
            outer.include(current)
        else:
            add(current if choice % 2 else outer, kind, choice, filtered=filtered)
    return outer


def asked_each(router: Router, ctx: Context) -> tuple[Route, dict[str, Any]] | None:
    """The semantics: every handler in order, the first that matches."""
    for route in router.routes():
        params = route.match(ctx) if route.state is None else None
        if params is not None:
            return route, params
    return None


@given(STEPS, st.lists(st.tuples(st.integers(1, 2), st.sampled_from(WORDS), st.booleans())))
def test_dictionaries_find_what_asking_each_would_find(steps, updates):
    router = build(steps)
    for number, word, pressed in updates:
        update = press(word, update_id=number) if pressed else message(word, update_id=number)
        ctx, other = Context(update, BOT), Context(update, BOT)
        found, expected = router.selection.match(ctx), asked_each(router, other)
        assert (found and (found.route, ctx.params)) == expected


@pytest.mark.parametrize(("text", "is_parsed"), [("hello", False), (" /go", True)])
def test_a_command_is_looked_for_only_where_a_slash_is(text: str, is_parsed: bool):
    router = Router()
    router.command("go")(handler)
    ctx = Context(message(text), BOT)
    assert bool(router.selection.match(ctx)) == is_parsed
    assert ("command" in vars(ctx)) == is_parsed


def test_a_handler_that_is_added_after_the_first_update_is_found():
    outer, inner = Router(), Router()
    outer.include(inner)
    assert outer.selection.match(Context(message("/go"), BOT)) is None
    inner.command("go")(handler)
    found = outer.selection.match(Context(message("/go"), BOT))
    assert found
    assert found.hooks == (outer.hooks, inner.hooks)
    outer.on("message")(handler)
    assert outer.selection.match(Context(message("x"), BOT))


def test_an_update_walks_through_no_handlers(monkeypatch):
    outer, inner = Router(), Router()
    inner.command("go")(handler)
    outer.include(inner)
    run(outer, Context(message("/go"), BOT))
    monkeypatch.setattr(Router, "routers", lambda self: pytest.fail("walked"))
    monkeypatch.setattr(Router, "_branches", lambda self: pytest.fail("walked"))
    assert run(outer, Context(message("/go"), BOT))
    assert outer.selection.lane_of(message("/go")) == "chat:7"


def test_a_router_may_lie_in_several():
    one, two, shared = Router(), Router(), Router()
    one.include(shared)
    two.include(shared)
    shared.text("x")(handler)
    for router in (one, two):
        assert router.selection.match(Context(message("x"), BOT))


def test_kinds_that_strangers_invent_leave_nothing_behind():
    router = Router()
    router.on("message")(handler)
    for number in range(100):
        router.selection.match(Context({"update_id": 1, f"kind{number}": {}}, BOT))
    assert router.selection._table._shelves.keys() <= {"message"}


def with_lanes() -> Router:
    router = Router()
    router.command("stop", aside=True)(handler)
    router.button("stop:{id:int}", aside=True)(handler)
    router.text("Stop!", aside=True)(handler)
    router.on("message:photo", group, lane="user")(handler)
    router.on("message:video", lambda ctx: ctx.session["x"], aside=True)(handler)
    router.on("message")(handler)
    return router


GROUP = {"chat": {"id": -5, "type": "supergroup", "title": "Team"}, "from": {"id": 7}}
TOPIC = {**GROUP, "sender_chat": {"id": -9, "type": "channel"}}


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message("hello"), "chat:7"),
        (message("/stop"), "aside:chat:7"),
        (message("/stop@any_bot now"), "aside:chat:7"),
        (message("/stopped"), "chat:7"),
        (message("Stop!"), "aside:chat:7"),
        (press("stop:7"), "aside:chat:7"),
        (press("stop:x"), "chat:7"),
        (message("", photo=[{}]), "chat:7"),
        (message("", photo=[{}], **GROUP), "chat:-5:user:7"),
        (message("", photo=[{}], **TOPIC), "chat:-5:user:-9"),
        (message("", video={}), "chat:7"),  # its filter asks for more than the update tells
        ({"update_id": 1}, "update:1"),
        ({"update_id": 1, "message": {"chat": 5, "from": [], "text": {}}}, "message:1"),
    ],
)
def test_a_lane_is_told_on_arrival(update: dict[str, Any], lane: str):
    assert with_lanes().selection.lane_of(update) == lane


def test_a_router_whose_handlers_ask_for_no_lane_uses_the_chats(monkeypatch):
    router = Router()
    router.on("message", lambda ctx: pytest.fail("asked too early"))(handler)
    assert router.selection.lane_of(message()) == "chat:7"


def test_a_stop_does_not_wait_for_what_it_stops(telegram):
    router, stopped = Router(), []

    @router.command("work")
    def work(ctx: Context):
        ann.wait_for(lambda: stopped, quiet=True)
        return "stopped"

    router.command("stop", aside=True)(lambda ctx: stopped.append(1))
    ann = telegram(router)
    with ann.side_by_side():
        ann.send("/work")
        ann.send("/stop")
        ann.wait_for(lambda: ann.texts)
    assert ann.texts == ["stopped"]
