"""The line of an update and what it says of the calls made for it."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from anzol import Bot, Router
from anzol.api.errors import ApiError, NetworkError, RetryAfter
from anzol.queue import Unavailable, open_queue
from anzol.server import logs
from anzol.server.observed import NO_ANSWER, Observed
from anzol.server.runs import Run
from anzol.server.updates import Updates, task_of
from tests.fakes import FakeTransport, message
from tests.queue.support import wait_until

SECRET_TEXT = "what a user wrote"


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def process(tmp_path: Path, router: Router, text: str) -> list[Run]:
    """Run one message through an inbox, and return what was told of its runs."""
    told: list[Run] = []
    observed = Observed(FakeTransport(), lambda *call: None)
    bot = Bot("4242:abcdefghijklmnop", transport=observed)
    updates = Updates(router, bot, attempts=2, on_run=told.append)
    inbox = open_queue(
        f"sqlite:///{tmp_path}/x.db", updates.handle, attempts=2, on_dead=updates.on_dead
    )
    update = message(text, update_id=77, chat_id=5)
    inbox.put_and_wait(task_of(4242, update, json.dumps(update).encode()), 10)
    inbox.stop()
    return told


def test_one_line_says_what_became_of_an_update(tmp_path: Path, stream: io.StringIO):
    router = Router()

    @router.on("message:text")
    def greet(ctx: Any) -> str:
        logging.getLogger("handlers").info("thinking")
        ctx.reply("one")
        return "two"

    (run,) = process(tmp_path, router, SECRET_TEXT)
    assert (run.kind, run.outcome) == ("message", "done")
    thinking = next(line for line in lines(stream) if line["message"] == "thinking")
    assert thinking["update"] == 77
    calls = [line for line in lines(stream) if line["message"].startswith("call sendMessage 200")]
    assert [line["update"] for line in calls] == [77, 77]
    (told,) = [line for line in lines(stream) if "outcome" in line]
    assert told["update"] == 77
    assert (told["kind"], told["lane"], told["calls"]) == ("message", "chat:5", 2)
    assert (told["outcome"], told["level"]) == ("done", "INFO")
    assert "greet" in told["message"]
    assert told["waited_ms"] >= 0
    assert told["ran_ms"] >= 0


def number(ctx: Any) -> str:
    return str(int(ctx.text))


def retried(ctx: Any) -> str:
    try:
        return number(ctx)
    except ValueError:
        raise KeyError(ctx.text) from None


def chained(ctx: Any) -> str:
    try:
        return number(ctx)
    except ValueError as error:
        raise RuntimeError(ctx.text) from error


@pytest.mark.parametrize("handler", [lambda ctx: ctx.text, number, retried, chained])
@pytest.mark.parametrize("form", ["json", "text"])
def test_what_a_user_wrote_is_in_no_line(
    tmp_path: Path, stream: io.StringIO, form: str, handler: Any
):
    """Also when an exception quotes it, from the handler or from the handler of its errors."""
    logs.setup("INFO", form, (), stream)
    router = Router()
    router.on("message:text", retry=handler is retried)(handler)
    router.error(lambda ctx, error: number(ctx))
    process(tmp_path, router, SECRET_TEXT)
    shown = stream.getvalue()
    assert SECRET_TEXT not in shown
    if handler is chained:
        assert re.search(r"in number\b.*ValueError.*in chained\b.*RuntimeError", shown, re.DOTALL)


def test_at_debug_the_text_of_an_exception_is_there(tmp_path: Path, stream: io.StringIO):
    router = Router()
    router.on("message:text")(number)
    process(tmp_path, router, SECRET_TEXT)
    assert SECRET_TEXT in stream.getvalue()


def test_telegrams_words_stay(tmp_path: Path, stream: io.StringIO):
    logs.setup("INFO", "text", (), stream)
    router = Router()

    @router.on("message:text")
    def refused(ctx: Any) -> None:
        raise ApiError("sendMessage", 400, "Bad Request: chat not found")

    process(tmp_path, router, SECRET_TEXT)
    assert "ApiError: sendMessage: 400 Bad Request: chat not found" in stream.getvalue()


def test_an_update_that_nobody_takes_and_one_that_dies(tmp_path: Path, stream: io.StringIO):
    (run,) = process(tmp_path, Router(), "hello")
    assert run.outcome == "unhandled"
    broken = Router()

    @broken.on("message")
    def handler(ctx: Any) -> None:
        raise KeyError("a bug")

    (tmp_path / "dead").mkdir()
    (run,) = process(tmp_path / "dead", broken, "hello")
    assert run.outcome == "dead"
    (line,) = [line for line in lines(stream) if "is dead" in line["message"]]
    assert (line["update"], line["level"]) == (77, "ERROR")
    assert "KeyError" in line["message"]


@pytest.mark.skipif(os.name == "nt", reason="a pipe cannot be filled there without waiting")
def test_a_full_pipe_holds_up_and_loses_nothing(tmp_path: Path, stream: io.StringIO):
    """A log that nobody reads: what is stored stays stored, and all goes on once it is read."""
    router = Router()
    router.on("message")(lambda ctx: None)
    updates = Updates(router, Bot("4242:abcdefghijklmnop", transport=FakeTransport()), attempts=2)
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b" " * 512)
    os.set_blocking(writes, True)
    with open(reads, encoding="utf-8") as log, open(writes, "w", encoding="utf-8") as full:
        logs.setup("INFO", "text", (), full)
        inbox = open_queue(f"sqlite:///{tmp_path}/x.db", updates.handle)

        def put(number: int) -> None:
            update = message("hello", update_id=number, chat_id=number)
            with suppress(Unavailable):  # it waits for the log, and is stored all the same
                inbox.put(task_of(4242, update, json.dumps(update).encode()))

        put(1)
        wait_until(lambda: inbox.counts()["done"] == 1)
        second = threading.Thread(target=put, args=(2,))
        second.start()
        told = [log.readline().split("  ")[-1] for _ in range(2)]
        second.join()
        wait_until(lambda: inbox.counts()["done"] == 2)
        inbox.stop()
    assert [line.split()[0] for line in told] == ["update=1", "update=2"]


@pytest.mark.parametrize(
    ("failure", "code", "flood"),
    [
        (None, "200", 0),
        (ApiError("getMe", 400, "Bad Request"), "400", 0),
        (RetryAfter("getMe", 429, "Too Many Requests", {"retry_after": 9}), "429", 9),
        (NetworkError("getMe", "read timeout", sent=True), NO_ANSWER, 0),
    ],
)
def test_each_call_is_told_with_its_code(failure: Exception | None, code: str, flood: int):
    telegram, told = FakeTransport(), []
    if failure is not None:
        telegram.failures.append(failure)
    observed = Observed(telegram, lambda *call: told.append(call))
    try:
        observed.request("getMe", {}, {})
    except Exception as error:
        assert error is failure
    ((method, seen, seconds, asked),) = told
    assert (method, seen, asked) == ("getMe", code, flood)
    assert seconds >= 0


@pytest.mark.parametrize("asked", [-5, "abc", [1], {}, None])
def test_who_watches_changes_no_outcome(asked: Any):
    """Neither an odd answer nor a defect of what counts it."""

    def fail(*call: Any) -> None:
        raise ZeroDivisionError

    carrier = FakeTransport()
    carrier.failures = [ApiError("sendMessage", 429, "odd", {"retry_after": asked})]
    observed = Observed(carrier, fail)
    with pytest.raises(ApiError, match="odd"):
        observed.request("sendMessage", {}, {})
    assert observed.request("getMe", {}, {})["id"] == 4242
