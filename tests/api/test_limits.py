"""Telegram's limits: replies are counted and do not wait, pushes keep what is left, a 429 holds back what it names."""

from __future__ import annotations

import threading

import pytest

from anzol.api.limits import BULK, PER_BOT, PER_CHAT, Call, Limits
from tests.processes import eventually

SEND = "sendMessage"


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def limits(clock: Time) -> Limits:
    return Limits(clock)


def to(chat: int, **more: object) -> dict[str, object]:
    return {"chat_id": chat, **more}


def push(limits: Limits, chat: int, priority: int = 0, **more: object) -> object:
    found = limits.push(SEND, to(chat, **more), priority)
    if isinstance(found, Call):
        limits.end(found)
    return found


def test_a_chat_has_a_short_burst_and_then_says_when_to_come_back(limits: Limits, clock: Time):
    for _ in range(PER_CHAT.most):
        assert isinstance(push(limits, 7), Call)
    assert push(limits, 7) == 1.0
    assert isinstance(push(limits, 8), Call)
    clock.now += PER_CHAT.seconds
    assert isinstance(push(limits, 7), Call)


def test_a_group_has_its_own_limit_and_edits_have_their_own_count(limits: Limits):
    for _ in range(20):
        assert isinstance(push(limits, -100), Call)
    assert push(limits, -100) == 1.0
    assert isinstance(limits.push("editMessageText", to(-100)), Call)
    assert limits.push("answerCallbackQuery", {"callback_query_id": "1"}) is None


def fill(limits: Limits) -> None:
    for chat in range(PER_BOT.most):
        assert isinstance(push(limits, 1000 + chat), Call)


def test_the_31st_waits_until_the_first_has_left_the_second(limits: Limits, clock: Time):
    fill(limits)
    got: list[object] = []
    thread = threading.Thread(target=lambda: got.append(push(limits, 7)))
    thread.start()
    eventually(lambda: limits.waiting() == 1)
    assert not got
    clock.now += PER_BOT.seconds
    thread.join(60)
    assert isinstance(got[0], Call)


@pytest.mark.parametrize(
    ("way", "after", "goes"),
    [(0.0, 0.97, False), (0.0, 1.0, True), (0.1, 0.9, False), (0.1, 0.92, True)],
)
def test_slow_answers_make_no_room_and_the_way_itself_does(
    clock: Time, way: float, after: float, goes: bool
):
    """Telegram may have counted these 30 just before their answers, and count the next one as soon as it is sent."""
    limits = Limits(clock, lambda: way)
    calls = [limits.push(SEND, to(1000 + chat)) for chat in range(PER_BOT.most)]
    clock.now += 0.5
    for call in calls:
        assert isinstance(call, Call)
        limits.end(call)
    clock.now += after
    looks = iter([True, False])
    assert isinstance(limits.push(SEND, to(7), 0, lambda: next(looks)), Call) is goes


def test_a_prompt_message_goes_before_bulk_that_came_first(limits: Limits, clock: Time):
    fill(limits)
    order: list[int] = []

    def send(priority: int) -> None:
        push(limits, priority, priority)
        order.append(priority)

    threads = []
    for waiting, priority in enumerate((BULK, 1, 0), 1):
        threads.append(threading.Thread(target=send, args=(priority,)))
        threads[-1].start()
        eventually(lambda waiting=waiting: limits.waiting() == waiting)
    for left in (2, 1, 0):
        # One place at a time: the others of the second are replies that have just been made.
        clock.now += PER_BOT.seconds
        calls = [limits.reply(SEND, to(5000 + each)) for each in range(PER_BOT.most - 1)]
        eventually(lambda left=left: limits.waiting() <= left)
        for call in calls:
            assert call is not None
            limits.end(call)
    for thread in threads:
        clock.now += 20.0
        thread.join(60)
    assert order == [0, 1, BULK]


def test_a_reply_never_waits_where_nothing_is_pushed(limits: Limits):
    for chat in range(200):
        call = limits.reply(SEND, to(chat))
        assert call is not None and call.wait == 0.0
        limits.end(call)


def test_a_chat_with_many_replies_has_room_when_all_but_the_newest_are_old(
    limits: Limits, clock: Time
):
    ends = []
    for _ in range(50):
        call = limits.reply(SEND, to(7))
        assert call is not None
        limits.end(call)
        ends.append(clock.now)
        clock.now += 0.0625
    free = ends[-PER_CHAT.most] + PER_CHAT.seconds
    clock.now = free - 0.0625
    assert push(limits, 7) == 0.0625
    clock.now = free
    assert isinstance(push(limits, 7), Call)
    assert isinstance(push(limits, 7), float)


def test_a_reply_in_a_full_second_of_pushes_waits_a_moment_at_most(limits: Limits):
    fill(limits)
    call = limits.reply(SEND, to(7))
    assert call is not None and 0.0 < call.wait <= 0.05


def test_bulk_leaves_room_while_people_are_answered(limits: Limits, clock: Time):
    for _ in range(20):
        call = limits.reply(SEND, to(7))
        assert call is not None
        limits.end(call)
        clock.now += 0.5
    clock.now += 1.0
    sent = 0
    while isinstance(limits.push(SEND, to(1000 + sent), BULK, lambda: False), Call):
        sent += 1
    assert limits._line("messages", {}).spare(clock.now) >= 3


def test_a_429_holds_back_the_chat_that_was_written_to_much_or_else_everything(
    limits: Limits, clock: Time
):
    push(limits, 7)
    call = limits.push(SEND, to(7))
    assert limits.hold(SEND, to(7), 60.0) is False
    assert isinstance(call, Call)
    limits.end(call)
    assert isinstance(push(limits, 8), Call)
    call = limits.push(SEND, to(9))
    assert limits.hold(SEND, to(9), 30.0) is True
    assert isinstance(call, Call)
    limits.end(call)
    assert push(limits, 10) == 30.0
    clock.now += 30.0
    assert isinstance(push(limits, 10), Call)


def test_a_429_to_a_call_whose_chat_is_none_holds_back_everything(limits: Limits):
    assert limits.hold(SEND, {"chat_id": [7]}, 30.0) is True
    assert push(limits, 10) == 30.0


def test_paid_broadcasts_have_a_limit_of_their_own(limits: Limits):
    fill(limits)
    for chat in range(100):
        assert isinstance(push(limits, 2000 + chat, allow_paid_broadcast=True), Call)


def test_an_album_counts_its_parts(limits: Limits):
    call = limits.push("sendMediaGroup", to(7, media=[{}] * 4))
    assert isinstance(call, Call) and call.calls == 4
    assert limits.push("sendMediaGroup", to(7, media=[{}] * 2)) == 1.0
