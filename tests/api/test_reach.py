"""Telegram away: who waits for it, how its return is found, and that a wait is no try."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from anzol import ApiError, Bot, NetworkError, RetryAfter
from anzol.api import reach as reaching
from anzol.api.errors import BadAnswer, Outage, Unauthorized, api_error
from anzol.api.reach import AWAY, REFUSED, WELL, Reach
from tests.processes import eventually

GONE = NetworkError("getMe", "cannot connect", sent=False)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(reaching, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(reaching, "REFUSED_PAUSE", 0.01)


class Line:
    """The way to Telegram: everything fails with `trouble` while there is some."""

    round_trip = 0.0

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.calls: list[str] = []
        self.texts: list[Any] = []
        self.probing = 0
        self.most_at_once = 0

    def request(self, method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        self.calls.append(method)
        self.probing += method == "getMe"
        self.most_at_once = max(self.most_at_once, self.probing)
        try:
            if self.trouble is not None:
                time.sleep(0.002)
                raise self.trouble
        finally:
            self.probing -= method == "getMe"
        if "text" in fields:
            self.texts.append(fields["text"])
        return {"message_id": len(self.texts), "date": 0, "chat": {"id": 1, "type": "private"}}

    def download(self, file_path: str) -> Iterator[bytes]:
        raise NotImplementedError


@pytest.fixture
def line() -> Line:
    return Line()


class Run:
    """What a run of an update lends to its calls."""

    def __init__(self) -> None:
        self.waits = 0
        self.may_wait = True

    @contextmanager
    def waiting(self) -> Iterator[Callable[[], bool]]:
        self.waits += 1
        yield lambda: self.may_wait


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def bot(line: Line, run: Run) -> Bot:
    bot = Bot("1:a", transport=line, sleep=lambda seconds: None)
    return bot.remembering(None, waiting=run.waiting)


TROUBLES = [
    GONE,
    NetworkError("x", "connect timeout", sent=False),
    NetworkError("x", "read timeout", sent=True),
    ApiError("x", 502, "Bad Gateway"),
    ApiError("x", 500, "Internal Server Error"),
    BadAnswer("x", 200, sent=False),
    BadAnswer("x", 302, sent=False),
    BadAnswer("x", 429, sent=False),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_a_call_waits_for_the_end_of_any_outage_and_is_made_once(
    bot: Bot, line: Line, run: Run, trouble: Exception
):
    line.trouble = trouble
    sending = threading.Thread(target=bot.send_message, args=(1, "hello"))
    sending.start()
    eventually(lambda: bot.reach.state == AWAY)
    eventually(lambda: line.calls.count("getMe") > 3)
    line.trouble = None
    sending.join(60)

    assert line.texts == ["hello"]
    assert bot.reach.state == WELL
    # One call found it out; while Telegram is away nothing but probes is sent, one at a time.
    assert line.calls.count("sendMessage") == 2
    assert line.most_at_once == 1
    assert run.waits == 1


def test_states_are_told_one_after_another(bot: Bot, line: Line):
    """Else one who pauses at the first could do so after the last."""
    told: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def hear(reach: Reach) -> None:
        state = reach.state
        if state == WELL and not begun.is_set():
            begun.set()
            go_on.wait(60)
        told.append(state)

    bot.reach.listen(hear)
    line.trouble = GONE
    bot.reach.doubt()
    eventually(lambda: told == [AWAY])
    line.trouble = None
    assert begun.wait(60)
    line.trouble = GONE
    bot.reach.doubt()
    threading.Event().wait(0.2)  # time enough for another thread to tell of it beside the first
    go_on.set()
    eventually(lambda: told == [AWAY, WELL, AWAY])
    line.trouble = None
    eventually(lambda: told == [AWAY, WELL, AWAY, WELL])


def test_a_lost_answer_without_an_outage_is_not_sent_again(bot: Bot, line: Line):
    class Once:
        done = False

    request = line.request

    def lose(method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        if method != "getMe" and not Once.done:
            Once.done = True
            raise NetworkError(method, "the connection broke before the answer", sent=True)
        return request(method, fields, files)

    line.request = lose  # type: ignore[method-assign]
    with pytest.raises(NetworkError, match="broke before the answer"):
        bot.send_message(1, "hello")
    assert line.texts == []
    assert bot.reach.state == WELL


def test_telegrams_trouble_with_one_call_alone_is_that_calls_trouble(bot: Bot, line: Line):
    request = line.request

    def refuse(method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        line.calls.append(method)
        if method != "getMe":
            raise ApiError(method, 500, "Internal Server Error")
        return request(method, fields, files)

    line.request = refuse  # type: ignore[method-assign]
    with pytest.raises(ApiError, match="500"):
        bot.send_message(1, "hello")
    assert line.calls.count("sendMessage") == 3


def test_who_may_not_wait_gets_an_outage(bot: Bot, line: Line, run: Run):
    line.trouble, run.may_wait = GONE, False
    with pytest.raises(Outage, match="Telegram is away: cannot connect"):
        bot.send_message(1, "hello")
    calls = line.calls.count("sendMessage")
    with pytest.raises(Outage):
        bot.send_message(1, "hello")
    assert line.calls.count("sendMessage") == calls


def test_who_runs_for_no_update_is_told_at_once(line: Line):
    line.trouble = GONE
    with pytest.raises(NetworkError):
        Bot("1:a", transport=line, sleep=lambda seconds: None).get_me()
    assert line.calls == ["getMe"] * 3


@pytest.mark.parametrize(
    "answer",
    [Unauthorized("x", 401, "Unauthorized"), ApiError("x", 404, "Not Found")],
    ids=str,
)
def test_a_refused_token_is_nothing_to_wait_for(bot: Bot, line: Line, answer: Exception):
    line.trouble = answer
    with pytest.raises(Outage):
        bot.send_message(1, "hello")
    assert bot.reach.state == REFUSED
    line.trouble = None
    eventually(lambda: bot.reach.state == WELL)


def test_a_question_that_telegram_refuses_shows_that_it_is_there(line: Line):
    line.trouble = ApiError("getMe", 400, "Bad Request")
    found = Reach(lambda: line.request("getMe", {}, {}))
    assert not found.is_outage(time.monotonic())
    line.trouble = RetryAfter("getMe", 429, "Too Many Requests", {"retry_after": 5})
    assert not found.is_outage(time.monotonic())


def test_a_call_that_began_during_an_outage_failed_of_it(line: Line):
    """A connection that hung all the time breaks when the network is back: its answer cannot have come."""
    line.trouble = GONE
    found = Reach(lambda: line.request("getMe", {}, {}))
    began = time.monotonic()
    assert found.is_outage(began)
    line.trouble = None
    assert found.wait(60)
    assert found.is_outage(began)
    assert not found.is_outage(time.monotonic())


def test_each_change_is_heard_once_whatever_hears_it(line: Line, caplog: pytest.LogCaptureFixture):
    heard: list[str] = []
    found = Reach(lambda: line.request("getMe", {}, {}))

    def fail(reach: Reach) -> None:
        raise ZeroDivisionError

    found.listen(fail)
    found.listen(lambda reach: heard.append(reach.state))
    line.trouble = GONE
    found.doubt()
    eventually(lambda: len(line.calls) > 5)
    line.trouble = None
    eventually(lambda: heard == [AWAY, WELL])
    assert found.state == WELL


def test_a_flood_of_one_chat_waits_without_a_seat_and_ends_when_it_may_not(line: Line, run: Run):
    slept: list[float] = []
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    bot = Bot("1:a", transport=line, sleep=sleep, clock=lambda: now)
    view = bot.remembering(None, waiting=run.waiting)
    answers = [RetryAfter("sendMessage", 429, "Too Many", {"retry_after": 30})]
    request = line.request

    def flood(method: str, fields: dict[str, Any], files: dict[str, Any]) -> Any:
        if answers:
            raise answers.pop()
        return request(method, fields, files)

    line.request = flood  # type: ignore[method-assign]
    view.send_message(1, "hello")
    assert (line.texts, run.waits, sum(slept)) == (["hello"], 1, 30)
    answers.append(RetryAfter("sendMessage", 429, "Too Many", {"retry_after": 30}))
    run.may_wait = False
    with pytest.raises(RetryAfter) as caught:
        view.send_message(1, "hello")
    assert caught.value.retry_after in (30, 31)


def test_errors_are_built_of_any_envelope():
    for parameters in ({"retry_after": 3}, {}):
        answer = {"error_code": 429, "description": "x", "parameters": parameters}
        assert isinstance(api_error("x", answer), RetryAfter)
