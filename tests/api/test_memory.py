"""What was sent stays sent: which calls of a repeated run are recognised, and which go again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from anzol.api.errors import ApiError
from anzol.api.memory import Memory, Sent, makes_new, target_of
from anzol.api.methods import schema


class Runs:
    """The runs of one update, and what reached Telegram."""

    def __init__(self) -> None:
        self.kept: list[Sent] = []
        self.sent: list[tuple[str, Any]] = []
        self.runs = 0
        self.start()

    def start(self) -> None:
        self.memory = Memory(
            lambda: list(self.kept),
            lambda sent: self.kept.append(sent()),
            is_repeated=self.runs > 0,
        )
        self.runs += 1

    def fails(self) -> None:
        """The run ends for a reason that its author did not ask for."""
        self.start()

    def retries(self) -> None:
        """The author asks for another run."""
        self.kept = [(*call[:2], None, *call[3:]) for call in self.kept]
        self.start()

    def call(self, method: str, says: Any, chat: int = 1, error: Exception | None = None) -> Any:
        def send() -> Any:
            self.sent.append((method, says))
            if error is not None:
                raise error
            return {"message_id": len(self.sent)}

        return self.memory.once(method, {"chat_id": chat}, lambda: str(says), send)


@pytest.fixture
def runs() -> Runs:
    return Runs()


def test_a_model_s_second_answer_is_never_sent(runs: Runs):
    first = runs.call("sendMessage", "the first answer")
    runs.fails()

    assert runs.call("sendMessage", "another answer") == first
    assert runs.sent == [("sendMessage", "the first answer")]


def test_only_the_last_call_waits_for_the_end():
    """When it fails, the error handlers' calls are recorded as any others, since they may work on."""
    recorded: list[str] = []
    waits: list[str] = []
    memory = Memory(
        list, lambda sent: recorded.append(sent()[0]), lambda sent: waits.append(sent()[0])
    )

    def fail() -> Any:
        raise ApiError("sendMessage", 400, "Bad Request: chat not found")

    memory.once("sendPhoto", {}, str, dict)
    memory.finish()
    with pytest.raises(ApiError):
        memory.once("sendMessage", {}, str, fail)
    memory.once("sendMessage", {}, str, dict)
    assert (recorded, waits) == (["sendPhoto", "sendMessage"], [])

    memory.finish()
    memory.once("sendVideo", {}, str, dict)
    memory.once("sendAudio", {}, str, dict)
    assert (recorded[2:], waits) == (["sendAudio"], ["sendVideo"])


def test_another_order_sends_nothing_again(runs: Runs):
    text, photo = runs.call("sendMessage", "text"), runs.call("sendPhoto", "photo")
    runs.fails()

    assert runs.call("sendPhoto", "photo") == photo
    assert runs.call("sendMessage", "text") == text
    assert len(runs.sent) == 2


def test_what_was_not_reached_last_time_is_sent(runs: Runs):
    runs.call("sendMessage", "one")
    runs.fails()

    runs.call("sendMessage", "one")
    runs.call("sendMessage", "two")
    runs.call("sendMessage", "one", chat=2)
    assert runs.sent == [("sendMessage", "one"), ("sendMessage", "two"), ("sendMessage", "one")]


def test_after_the_author_s_retry_other_texts_are_new_and_equal_ones_are_not(runs: Runs):
    runs.call("sendMessage", "please wait")
    runs.retries()
    runs.call("sendMessage", "please wait")
    runs.call("sendMessage", "still waiting")
    assert runs.sent == [("sendMessage", "please wait"), ("sendMessage", "still waiting")]
    runs.fails()

    # The run after the retry is repeated: its turns count again.
    runs.call("sendMessage", "please wait")
    runs.call("sendMessage", "waiting no more")
    assert len(runs.sent) == 2


def test_equal_texts_are_as_many_as_they_were(runs: Runs):
    runs.call("sendMessage", "tick")
    runs.call("sendMessage", "tick")
    runs.retries()
    for _ in range(3):
        runs.call("sendMessage", "tick")
    assert len(runs.sent) == 3


def test_what_sets_something_goes_again_when_it_differs(runs: Runs):
    runs.call("editMessageText", "10 %")
    runs.fails()
    runs.call("editMessageText", "10 %")
    runs.call("editMessageText", "20 %")
    assert runs.sent == [("editMessageText", "10 %"), ("editMessageText", "20 %")]


@pytest.mark.parametrize(
    ("method", "says"),
    [
        ("editMessageText", "Bad Request: message is not modified: specified new message content"),
        ("deleteMessage", "Bad Request: message to delete not found"),
        ("answerCallbackQuery", "Bad Request: query is too old and response timeout expired"),
    ],
)
def test_what_is_done_already_is_success_on_a_repetition_alone(runs: Runs, method: str, says: str):
    refused = ApiError(method, 400, says)
    with pytest.raises(ApiError):
        runs.call(method, "x", error=refused)
    runs.fails()

    assert runs.call(method, "x", error=refused) is True
    with pytest.raises(ApiError):
        runs.call(method, "x", error=ApiError(method, 400, "Bad Request: chat is gone"))


def test_a_failed_call_keeps_its_turn(runs: Runs):
    with pytest.raises(OSError, match="not now"):
        runs.call("sendMessage", "one", error=OSError("not now"))
    two = runs.call("sendMessage", "two")
    runs.fails()

    runs.call("sendMessage", "one")
    assert runs.call("sendMessage", "two") == two


def test_a_topic_is_another_target_than_its_group():
    assert target_of({"chat_id": 5, "text": "x"}) != target_of(
        {"chat_id": 5, "message_thread_id": 7}
    )


def test_threads_have_turns_of_their_own(runs: Runs):
    barrier = threading.Barrier(8)

    def call(number: int) -> None:
        barrier.wait()
        runs.call("sendMessage", number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call[2] or 0 for call in runs.kept) == list(range(8))


def test_every_method_that_returns_a_new_message_makes_something_new():
    names = schema()["methods"]
    setting = [
        name for name in names if name.startswith(("edit", "set", "delete", "answer", "get"))
    ]
    assert not any(map(makes_new, setting))
    sending = [name for name in names if name.startswith(("send", "copy", "forward", "create"))]
    assert {name for name in sending if not makes_new(name)} <= {
        "sendChatAction",
        "sendMessageDraft",
    }
