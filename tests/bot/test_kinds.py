"""Every kind of update has its answer: a value, nothing, an error, too late, nobody; one table says it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from anzol import ApiError, Bot, Context, Drop, NetworkError, Reply, Retry, Router, article, html
from anzol.api.updates import LIFETIMES, known_kinds
from anzol.bot import run as running
from anzol.bot.deadlines import Deadlines
from anzol.bot.kinds import COLUMNS, KINDS, as_markdown, kind_row
from anzol.bot.run import run, shape_of
from anzol.bot.texts import NOTHING_CHARGED
from tests.fakes import FakeTransport, message, press

ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
GROUP = {"id": -5, "type": "supergroup", "title": "Team"}
MESSAGE = message()["message"]
THERE = {"chat": GROUP, "date": 1, "from": ANN}
CHECKOUT = {"id": "Q", "from": ANN, "currency": "EUR", "total_amount": 1, "invoice_payload": "p"}

# An update of every kind, and where a text that its handler returns goes; None: nowhere, an error.
EVENTS: dict[str, tuple[dict[str, Any], int | None]] = {
    "message": (MESSAGE, 7),
    "edited_message": (MESSAGE, 7),
    "channel_post": ({"message_id": 1, "date": 1, "chat": {"id": -9, "type": "channel"}}, -9),
    "edited_channel_post": ({"message_id": 1, "date": 1, "chat": {"id": -9, "type": "channel"}}, -9),
    "business_connection": ({"id": "B", "user": ANN, "user_chat_id": 77, "date": 1, "is_enabled": True}, 77),
    "business_message": ({**MESSAGE, "business_connection_id": "B"}, 7),
    "edited_business_message": ({**MESSAGE, "business_connection_id": "B"}, 7),
    "deleted_business_messages": ({"business_connection_id": "B", "chat": MESSAGE["chat"], "message_ids": [1]}, 7),
    "guest_message": ({**MESSAGE, "guest_query_id": "Q"}, None),
    "message_reaction": ({"chat": GROUP, "message_id": 1, "user": ANN, "date": 1, "old_reaction": [], "new_reaction": []}, -5),
    "message_reaction_count": ({"chat": GROUP, "message_id": 1, "date": 1, "reactions": []}, -5),
    "inline_query": ({"id": "Q", "from": ANN, "query": "x", "offset": ""}, None),
    "chosen_inline_result": ({"result_id": "1", "from": ANN, "query": "x"}, None),
    "callback_query": (press("x")["callback_query"], 7),
    "shipping_query": ({"id": "Q", "from": ANN, "invoice_payload": "p", "shipping_address": {}}, None),
    "pre_checkout_query": (CHECKOUT, None),
    "purchased_paid_media": ({"from": ANN, "paid_media_payload": "p"}, None),
    "poll": ({"id": "1", "question": "?", "options": []}, None),
    "poll_answer": ({"poll_id": "1", "user": ANN, "option_ids": []}, None),
    "my_chat_member": (THERE, -5),
    "chat_member": (THERE, -5),
    "chat_join_request": ({**THERE, "user_chat_id": 77}, 77),
    "chat_boost": ({"chat": GROUP, "boost": {}}, -5),
    "removed_chat_boost": ({"chat": GROUP, "boost_id": "1", "remove_date": 1, "source": {}}, -5),
    "managed_bot": ({"user": ANN, "bot": {"id": 5, "is_bot": True, "first_name": "B"}}, None),
    "stopped_message_generation": ({"chat": {"id": 7, "type": "private"}, "draft_id": 1}, 7),
    "subscription": ({"user": ANN, "invoice_payload": "p", "state": "active"}, None),
    "event": ({"id": "1", "topic": "news", "type": "", "payload": {}}, None),
}  # fmt: skip


def handle(kind: str, handler: Any, **fields: Any) -> tuple[Context, FakeTransport, Any]:
    """Run an update of this kind through one handler; return what came of it."""
    router = Router()
    if handler:
        take = router.event("news") if kind == "event" else router.on(kind)
        take(handler)
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    ctx = Context({"update_id": 1, kind: {**EVENTS[kind][0], **fields}}, bot)
    try:
        outcome: Any = run(router, ctx, last_try=False)
    except Exception as error:
        outcome = error
    return ctx, telegram, outcome


def answers(telegram: FakeTransport) -> list[tuple[str, dict[str, Any]]]:
    """The answers to queries, without the query's id."""
    return [
        (method, {name: value for name, value in fields.items() if not name.endswith("query_id")})
        for method, fields in telegram.calls
        if method.startswith("answer")
    ]


def test_the_table_has_every_kind_and_the_guide_shows_it():
    assert list(KINDS) == [*known_kinds(), "event"] == list(EVENTS)
    guide = (Path(__file__).parents[2] / "docs" / "handlers.md").read_text("utf-8")
    assert as_markdown() in guide
    assert all(getattr(row, column) for row in KINDS.values() for column in COLUMNS)


@pytest.mark.parametrize("kind", [kind for kind, (_, chat) in EVENTS.items() if chat is not None])
def test_a_text_goes_to_the_chat_or_the_person(kind: str):
    _, telegram, _ = handle(kind, lambda ctx: "text")
    sent = [fields for method, fields in telegram.calls if method == "sendMessage"]
    business = {"business_connection_id": "B"} if "business_me" in kind else {}
    assert sent == [{"chat_id": EVENTS[kind][1], "text": "text", **business}]


CHATLESS = [kind for kind, row in KINDS.items() if row.value.startswith("an error")]


@pytest.mark.parametrize("kind", CHATLESS)
def test_a_text_where_there_is_no_chat_is_an_error(kind: str):
    _, telegram, outcome = handle(kind, lambda ctx: "text")
    assert isinstance(outcome, TypeError)
    assert "belongs to no chat" in str(outcome)
    assert telegram.calls == []


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.otherwise is None])
@pytest.mark.parametrize("handler", [None, lambda ctx: None, lambda ctx: True])
def test_what_is_not_asked_is_not_answered(kind: str, handler: Any):
    _, telegram, _ = handle(kind, handler)
    assert telegram.calls == []


@pytest.mark.parametrize("empty", ["", html(""), html("{}", ""), Reply(""), Reply(html(""))])
@pytest.mark.parametrize(
    "kind", ["message", "guest_message", "poll", "callback_query", "inline_query"]
)
def test_an_empty_text_is_as_good_as_none(kind: str, empty: Any):
    _, telegram, outcome = handle(kind, lambda ctx: empty)
    assert not isinstance(outcome, Exception)
    assert telegram.calls == handle(kind, lambda ctx: None)[1].calls


@pytest.mark.parametrize("empty", ["", html("")])
def test_an_empty_reason_refuses_an_order_and_is_an_error(empty: Any):
    _, telegram, outcome = handle("pre_checkout_query", lambda ctx: empty)
    assert isinstance(outcome, TypeError)
    assert answers(telegram) == refused("answerPreCheckoutQuery")


def fail(ctx: Context) -> None:
    raise LookupError("a bug")


QUIET = [("answerCallbackQuery", {})]
NOTHING = [("answerInlineQuery", {"results": [], "cache_time": 0})]


def refused(method: str, reason: str = NOTHING_CHARGED) -> list[tuple[str, dict[str, Any]]]:
    return [(method, {"ok": False, "error_message": reason})]


OTHERWISE = {
    "callback_query": QUIET,
    "inline_query": NOTHING,
    "pre_checkout_query": refused("answerPreCheckoutQuery"),
    "shipping_query": refused("answerShippingQuery"),
}


@pytest.mark.parametrize("kind", OTHERWISE)
@pytest.mark.parametrize("handler", [None, lambda ctx: None, fail])
def test_who_waits_is_answered_whatever_the_handler_does(kind: str, handler: Any):
    _, telegram, outcome = handle(kind, handler)
    assert answers(telegram) == OTHERWISE[kind]
    assert isinstance(outcome, LookupError) is (handler is fail)


def drop(ctx: Context) -> None:
    raise Drop


@pytest.mark.parametrize("kind", OTHERWISE)
def test_who_waits_is_answered_when_the_update_is_dropped(kind: str):
    assert answers(handle(kind, drop)[1]) == OTHERWISE[kind]


@pytest.mark.parametrize("kind", OTHERWISE)
def test_who_was_answered_is_not_answered_again(kind: str):
    first = {"inline_query": [[]], "callback_query": []}.get(kind, [True])
    _, telegram, _ = handle(kind, lambda ctx: ctx.answer(*first) and None)
    assert len(answers(telegram)) == 1


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (True, [("answerPreCheckoutQuery", {"ok": True})]),
        (False, refused("answerPreCheckoutQuery")),
        ("Sold out", refused("answerPreCheckoutQuery", "Sold out")),
        (html("<b>Sold</b> out"), refused("answerPreCheckoutQuery", "Sold out")),
        (5, refused("answerPreCheckoutQuery")),
    ],
)
def test_a_checkout_is_taken_by_true_and_refused_by_a_reason(value: Any, answer: Any):
    _, telegram, outcome = handle("pre_checkout_query", lambda ctx: value)
    assert answers(telegram) == answer
    assert isinstance(outcome, TypeError) is (value == 5)


def test_ways_of_shipping_are_a_list():
    options = [{"id": "post", "title": "Post", "prices": [{"label": "Post", "amount": 100}]}]
    _, telegram, _ = handle("shipping_query", lambda ctx: options)
    assert answers(telegram) == [("answerShippingQuery", {"ok": True, "shipping_options": options})]
    assert answers(handle("shipping_query", lambda ctx: "Too far")[1]) == refused(
        "answerShippingQuery", "Too far"
    )


def again(ctx: Context) -> None:
    raise Retry(after=30)


def test_a_failed_checkout_is_refused_at_once_and_over_but_a_press_and_a_query_are_tried_again():
    _, telegram, outcome = handle("pre_checkout_query", again)
    assert answers(telegram) == OTHERWISE["pre_checkout_query"]
    assert isinstance(outcome, Retry)
    _, telegram, outcome = handle("callback_query", again)
    assert (answers(telegram), type(outcome)) == (QUIET, Retry)
    _, telegram, outcome = handle("inline_query", again)
    assert (answers(telegram), type(outcome)) == ([], Retry)


def test_a_checkout_that_cannot_be_refused_for_now_is_tried_again():
    router = Router()

    @router.on("pre_checkout_query")
    def handler(ctx: Context):
        raise NetworkError("getChat", "cannot connect", sent=False)

    telegram = FakeTransport()
    telegram.failures = [NetworkError("x", "cannot connect", sent=False)] * 3
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    with pytest.raises(Retry):
        run(router, Context({"update_id": 1, "pre_checkout_query": CHECKOUT}, bot), last_try=False)


@pytest.mark.parametrize("value", ["text", 5, {"a": 1}])
def test_an_inline_query_takes_a_list_alone(value: Any):
    _, telegram, outcome = handle("inline_query", lambda ctx: value)
    assert "return a list or None" in str(outcome)
    assert answers(telegram) == NOTHING


def test_inline_results_go_out_by_the_page(telegram):
    router = Router()
    router.inline(lambda ctx: [article(f"{n}", f"{n}") for n in range(120)])
    ann = telegram(router)
    pages, offset = [], ""
    while True:
        pages.append([result["title"] for result in ann.inline("x", offset)])
        offset = ann.calls("answerInlineQuery")[-1].get("next_offset", "")
        if not offset:
            break
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sum(pages, []) == [f"{n}" for n in range(120)]
    assert ann.inline("x", "from ² and beyond")[0]["title"] == "0"  # an offset that nobody gave


def test_a_handler_may_page_by_itself(telegram):
    router = Router()
    router.inline(lambda ctx: ctx.answer([article("x", "x")] * 1, next_offset="mine") and None)
    ann = telegram(router)
    assert len(ann.inline("x", "mine")) == 1
    assert ann.calls("answerInlineQuery")[0].next_offset == "mine"


def test_a_long_popup_is_cut_between_characters():
    family = "👨‍👩‍👧"
    _, telegram, _ = handle("callback_query", lambda ctx: ctx.answer("x" * 197 + family) and None)
    ((_, fields),) = answers(telegram)
    assert fields["text"] == "x" * 197 + "…"
    _, telegram, _ = handle("callback_query", lambda ctx: ctx.answer(html("<b>x</b>")) and None)
    assert answers(telegram) == [("answerCallbackQuery", {"text": "x"})]


def test_a_text_is_the_popup_of_a_press_on_a_message_of_inline_mode():
    update = {**press("x")["callback_query"], "inline_message_id": "I"}
    del update["message"]
    router = Router()
    router.button("x")(lambda ctx: "Thanks")
    telegram = FakeTransport()
    run(
        router,
        Context({"update_id": 1, "callback_query": update}, Bot("4242:x", transport=telegram)),
    )
    assert answers(telegram) == [("answerCallbackQuery", {"text": "Thanks"})]


def test_a_press_that_no_handler_takes_is_logged_by_its_pattern(caplog):
    router = Router()
    router.button("like")(lambda ctx: None)
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram)
    assert run(router, Context(press("buy:7:from Ann"), bot)) is None
    assert answers(telegram) == QUIET
    assert caplog.messages == ["No handler takes the button buy:{int}:{str}"]


@pytest.mark.parametrize(
    ("data", "shape"),
    [("like:7", "like:{int}"), ("-7", "{int}"), ("Ann's text", "{str}"), ("a:b:1", "a:{str}:{int}"), ("", "{str}")],
)  # fmt: skip
def test_the_pattern_of_data_holds_no_data(data: str, shape: str):
    assert shape_of(data) == shape


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let deadlines come at once."""
    monkeypatch.setattr(running, "deadlines", Deadlines(lambda: 0.0 if not ahead else next(ahead)))
    ahead: Any = iter(range(0, 10**9, 100))


@pytest.mark.parametrize("kind", OTHERWISE)
def test_who_waits_is_answered_while_the_handler_is_still_running(kind: str, at_once: None):
    answered = threading.Event()
    telegram = FakeTransport()
    request = telegram.request

    def observed(*call: Any) -> Any:
        result = request(*call)
        answered.set()
        return result

    telegram.request = observed
    router = Router()
    late = []

    @router.on(kind)
    def slow(ctx: Context) -> None:
        assert answered.wait(60)
        late.append(ctx.answer(*{"inline_query": [[]], "callback_query": []}.get(kind, [True])))

    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    assert run(router, Context({"update_id": 1, kind: EVENTS[kind][0]}, bot))
    assert answers(telegram) == OTHERWISE[kind]
    assert late == [False]  # logged, and no error


def test_the_deadlines_leave_time_for_the_answer():
    assert kind_row("callback_query").seconds == 2
    assert kind_row("pre_checkout_query").seconds < LIFETIMES["pre_checkout_query"] == 10
    assert kind_row("inline_query").seconds < LIFETIMES["inline_query"]


def test_a_deadline_that_its_block_outran_never_comes():
    called = []
    clock = Deadlines()
    with clock.after(0.01, lambda: called.append("late")):
        pass
    done = threading.Event()
    with clock.after(0.02, done.set):
        assert done.wait(60)
    assert called == []


def test_deadlines_come_in_their_order_and_one_that_fails_stops_no_other(caplog):
    clock, order, done = Deadlines(), [], threading.Event()

    def second() -> None:
        order.append(2)
        done.set()

    def first() -> None:
        order.append(1)
        raise LookupError

    with clock.after(0.03, second), clock.after(0.01, first):
        assert done.wait(60)
    assert order == [1, 2]
    assert "A call at its deadline failed" in caplog.text


def test_that_an_answer_fails_is_no_error_of_the_handler():
    router = Router()
    router.button("x")(lambda ctx: "done")
    telegram = FakeTransport()
    request, failing = telegram.request, ApiError("answerCallbackQuery", 400, "Bad Request")

    def refuse(method: str, *rest: Any) -> Any:
        if method == "answerCallbackQuery":
            raise failing
        return request(method, *rest)

    telegram.request = refuse
    assert run(router, Context(press("x"), Bot("4242:x", transport=telegram)))
