"""Updates through the real inbox and the real router; only Telegram's side of a call is a fake."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from anzol import Bot, Drop, Next, Retry, Router
from anzol.api.errors import ApiError, Forbidden, NetworkError
from anzol.queue import Queue, open_queue
from anzol.server.updates import Updates, task_of
from tests.fakes import FakeTransport, message, press

TOKEN = "4242:abcdefghijklmnop"


class Server:
    """The inbox, the router and a recorded Telegram, as create_app wires them."""

    def __init__(self, url: str, router: Router, **options: Any) -> None:
        self.telegram = FakeTransport()
        self.bot = Bot(TOKEN, transport=self.telegram, sleep=lambda _: None)
        self.updates = Updates(router, self.bot, attempts=3, **options)
        self.inbox: Queue = open_queue(
            url,
            self.updates.handle,
            attempts=3,
            schedule=(0.0,),
            on_dead=self.updates.on_dead,
        )

    def put(self, update: dict[str, Any]) -> None:
        self.inbox.put(task_of(self.bot.id, update, json.dumps(update).encode()))

    def receive(self, update: dict[str, Any]) -> None:
        self.inbox.put_and_wait(task_of(self.bot.id, update, json.dumps(update).encode()), 10)


@pytest.fixture
def router() -> Router:
    return Router()


@pytest.fixture
def start(tmp_path, router: Router) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(**options: Any) -> Server:
        servers.append(Server(f"sqlite:///{tmp_path}/test.db", router, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.inbox.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(1000):
        if condition():
            return
        tick.wait(0.01)
    raise AssertionError("it did not happen in ten seconds")


def test_a_message_is_answered_once(start, router):
    router.on("message:text")(lambda ctx: ctx.text.upper())
    server = start()
    server.receive(message("hi"))
    server.receive(message("hi"))
    assert server.telegram.texts() == ["HI"]


def test_a_message_and_a_press_of_one_chat_wait_in_one_lane():
    lanes = {
        task_of(1, update, b"{}").lane
        for update in (message(chat_id=7), press("like:1", chat_id=7))
    }
    assert lanes == {"chat:7"}


def test_what_is_urgent_goes_first_and_lives_short():
    pressed = task_of(1, press("x"), b"{}")
    written = task_of(1, message(), b"{}")
    assert (pressed.priority, pressed.lifetime) < (written.priority, 10**9)
    assert written.lifetime is None


def test_a_failed_connection_is_tried_again_and_sent_replies_are_not_repeated(start, router):
    attempts = []

    @router.on("message")
    def handler(ctx):
        attempts.append(1)
        ctx.reply("one")
        if len(attempts) == 1:
            raise NetworkError("sendMessage", "cannot connect", sent=False)
        ctx.reply("two")

    server = start()
    server.receive(message())
    wait_for(lambda: server.inbox.counts()["done"] == 1)
    assert server.telegram.texts() == ["one", "two"]


def test_a_lost_answer_is_not_sent_again(start, router):
    router.on("message")(lambda ctx: "hello")
    server = start()
    server.telegram.failures = [NetworkError("sendMessage", "read timeout", sent=True)]
    server.receive(message())
    assert server.inbox.counts()["dead"] == 1
    assert server.telegram.texts() == ["hello"]


def test_a_bug_is_buried_with_its_traceback_and_the_chat_goes_on(start, router):
    @router.text("bad")
    def bad(ctx):
        raise KeyError("a bug")

    router.on("message")(lambda ctx: "fine")
    server = start()
    server.receive(message("bad", update_id=1))
    server.receive(message("good", update_id=2))
    (dead,) = server.inbox.list("dead")
    assert "KeyError: 'a bug'" in dead.error
    assert "test_updates.py" in dead.error
    assert server.telegram.texts() == ["fine"]


def test_attempts_end_and_the_error_handler_hears_of_it_once(start, router):
    heard = []

    @router.on("message")
    def handler(ctx):
        raise ApiError("sendMessage", 502, "Bad Gateway")

    @router.error
    def error(ctx, error):
        heard.append(error.code)
        raise error

    server = start()
    server.receive(message())
    wait_for(lambda: server.inbox.counts()["dead"] == 1)
    assert heard == [502]
    assert server.inbox.list("dead")[0].attempts == 3


def test_an_error_that_a_handler_took_is_no_dead_letter(start, router):
    @router.on("message")
    def handler(ctx):
        raise KeyError("a bug")

    router.error(lambda ctx, error: "Sorry.")
    server = start()
    server.receive(message())
    assert server.telegram.texts() == ["Sorry."]
    assert (server.inbox.counts()["dead"], server.inbox.counts()["done"]) == (0, 1)


def test_drop_ends_quietly_and_keeps_the_session(start, router):
    @router.on("message")
    def handler(ctx):
        ctx.session["seen"] = ctx.session.get("seen", 0) + 1
        if ctx.session["seen"] < 3:
            raise Drop
        return f"seen {ctx.session['seen']}"

    server = start()
    for number in range(3):
        server.receive(message(update_id=number))
    assert server.telegram.texts() == ["seen 3"]
    assert server.inbox.counts()["dead"] == 0


def test_a_handler_that_fails_leaves_no_half_state(start, router):
    @router.on("message")
    def handler(ctx):
        if ctx.text == "show":
            return json.dumps(dict(ctx.session))
        ctx.session["half"] = True
        raise ValueError

    server = start()
    server.receive(message("break", update_id=1))
    server.receive(message("show", update_id=2))
    assert server.telegram.texts() == ["{}"]


def test_an_update_that_nobody_takes_is_done(start):
    server = start()
    server.receive({"update_id": 5, "brand_new": {"id": 9}})
    assert server.inbox.counts()["done"] == 1
    assert server.telegram.calls == []


def part(number: int, group: str = "album", **fields: Any) -> dict[str, Any]:
    """A picture of an album."""
    return message(update_id=number, media_group_id=group, photo=[], **fields)


def test_an_album_is_one_call_though_a_restart_comes_between_its_parts(start, router):
    seen = []

    @router.album
    def album(ctx, messages):
        seen.append([part["message_id"] for part in messages])

    router.on("message:text")(lambda ctx: seen.append(ctx.text))
    first = start()
    first.put(part(1))
    first.put(part(3))
    first.inbox.stop()
    second = start()
    second.put(part(2))
    second.put(message("after", update_id=4))
    second.put(part(5, group="another"))
    wait_for(lambda: second.inbox.counts()["done"] == 5)
    assert seen == [[1, 2, 3], "after", [5]]


def test_waiting_for_an_album_is_no_failed_attempt_and_no_run(start, router, caplog):
    router.album(lambda ctx, messages: str(len(messages)))
    runs = []
    server = start(on_run=runs.append)
    caplog.set_level("INFO")
    server.receive(part(1))
    wait_for(lambda: server.inbox.counts()["done"] == 1)
    (entry,) = server.inbox.list()
    assert (entry.attempts, entry.error) == (1, None)
    server.inbox.stop()
    assert [run.outcome for run in runs] == ["done"]
    assert len([line for line in caplog.records if hasattr(line, "fields")]) == 1


def test_a_call_may_travel_in_the_response_and_is_not_sent_again_by_a_retry(start, router):
    tries = []

    @router.button("x")
    def pressed(ctx):
        ctx.answer("fast")
        tries.append(1)
        if len(tries) == 1:
            raise Retry

    server = start()
    reply = server.updates.reserve("1", ("answerCallbackQuery",))
    server.receive(press("x"))
    call = server.updates.release("1", reply)
    wait_for(lambda: server.inbox.counts()["done"] == 1)
    assert call == {"method": "answerCallbackQuery", "callback_query_id": "99", "text": "fast"}
    assert server.telegram.calls == []


def test_a_repeated_delivery_gets_the_call_of_the_response_that_was_lost(start, router):
    router.button("x")(lambda ctx: ctx.answer("fast"))
    server = start()
    first = server.updates.reserve("1", ("answerCallbackQuery",))
    second = server.updates.reserve("1", ("answerCallbackQuery",))
    server.receive(press("x"))
    assert server.updates.release("1", second) is None
    assert (call := server.updates.release("1", first))
    third = server.updates.reserve("1", ("answerCallbackQuery",))
    server.receive(press("x"))
    assert server.updates.release("1", third) == call
    assert server.telegram.calls == []


def test_a_chat_that_blocked_the_bot_is_no_incident(start, router):
    runs = []
    router.on("message")(lambda ctx: "hello")
    server = start(on_run=runs.append)
    server.telegram.failures = [Forbidden("sendMessage", 403, "Forbidden: bot was blocked")]
    server.receive(message())
    wait_for(lambda: [run.outcome for run in runs] == ["unreachable"])
    assert (server.inbox.counts()["done"], server.inbox.counts()["dead"]) == (1, 0)


def test_an_album_in_a_business_chat_is_one_call(start, router):
    albums = []

    @router.album
    def album(ctx, messages):
        albums.append([part.message_id for part in messages])

    server = start()
    for number in (1, 2, 3):
        part = message(update_id=number, media_group_id="g", business_connection_id="b")
        server.put({"update_id": number, "business_message": part["message"]})
    wait_for(lambda: server.inbox.counts()["done"] == 3)
    assert albums == [[1, 2, 3]]


def test_an_album_whose_error_is_handled_has_ended_as_a_whole(start, router):
    albums, told = [], []

    @router.album
    def album(ctx, messages):
        albums.append(len(messages))
        raise LookupError

    router.error(lambda ctx, error: told.append(type(error)))
    server = start()
    for number in (1, 2, 3):
        part = message(update_id=number, media_group_id="g")
        part["message"]["message_id"] = number
        server.put(part)
    wait_for(lambda: server.inbox.counts()["done"] == 3)
    assert (albums, told) == ([3], [LookupError])


@pytest.mark.parametrize(("outcome", "how"), [("done", ""), ("unhandled", ""), ("done", "deep")])
def test_the_loser_of_a_conflict_is_not_told_to_have_ended_twice(start, router, outcome, how):
    meeting = threading.Barrier(2, timeout=60)
    runs, met = [], []

    @router.command("begin")
    def begin(ctx):
        ctx.user_session["log"] = []

    @router.on("message")
    def count(ctx):
        if how == "deep":
            ctx.user_session.get("log", []).append(ctx.chat.id)
        else:
            ctx.user_session["n"] = ctx.user_session.get("n", 0) + 1
        if ctx.chat.id not in met:
            met.append(ctx.chat.id)
            meeting.wait()
        if outcome == "unhandled":
            raise Next

    server = start(on_run=runs.append)
    server.receive(message("/begin", update_id=9, chat_id=7))
    wait_for(lambda: runs)
    runs.clear()
    for number in (1, 2):
        update = message(update_id=number, chat_id=number)
        update["message"]["from"]["id"] = 7
        server.put(update)
    wait_for(lambda: len(runs) == 3)
    assert server.inbox.counts()["done"] == 3
    assert sorted(run.outcome for run in runs) == ["again", outcome, outcome]


def test_a_session_that_became_unfit_for_storing_is_told_as_dead(start, router):
    runs = []

    @router.on("message")
    def spoil(ctx):
        ctx.session["log"] = log = []
        log.append(object())

    server = start(on_run=runs.append)
    server.receive(message())
    assert [(run.outcome, type(run.error), run.handler) for run in runs] == [
        ("dead", TypeError, "")
    ]
    assert server.inbox.counts()["dead"] == 1


def test_a_context_that_fails_at_its_end_is_told_as_dead(start, router):
    runs = []
    router.on("message")(lambda ctx: "hi")

    @contextmanager
    def context():
        yield
        raise LookupError("at the end")

    server = start(on_run=runs.append, context=context)
    server.receive(message())
    assert [(run.outcome, type(run.error)) for run in runs] == [("dead", LookupError)]
