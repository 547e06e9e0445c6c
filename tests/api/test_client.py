"""The discipline of sending: waits, repeats, moves, and what is remembered."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from anzol import ApiError, Bot, Forbidden, NetworkError, RetryAfter
from anzol.api.memory import Memory
from anzol.api.webhookreply import WebhookReply
from tests.api.conftest import BotApi, Clock, cut, refuse


def forgetful() -> Memory:
    """A first run's memory, of which nothing is asked."""
    return Memory(list, lambda sent: None)


def flood(seconds: int) -> Any:
    return refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def test_a_429_waits_as_long_as_telegram_says(api: BotApi, bot: Bot, clock: Clock):
    api.script = [flood(3)]
    assert bot.send_message(1, "hi") is True
    assert clock.slept == [3.0]
    assert len(api.requests) == 2


def test_a_429_holds_back_its_chat_and_no_other(api: BotApi, bot: Bot, clock: Clock):
    api.script = [flood(100)]
    with pytest.raises(RetryAfter):
        bot.send_message(1, "hi")
    bot.send_message(2, "others go on")
    assert clock.slept == []
    with pytest.raises(RetryAfter) as caught:
        bot.send_message(1, "still held back")
    assert caught.value.retry_after in (100, 101)
    assert len(api.requests) == 2  # Telegram was not asked again
    clock.now += 101
    bot.send_message(1, "and free again")
    assert len(api.requests) == 3


def test_the_waits_of_one_call_are_bounded(api: BotApi, bot: Bot, clock: Clock):
    api.script = [flood(25)] * 5
    with pytest.raises(RetryAfter):
        bot.send_message(1, "hi")
    assert sum(clock.slept) <= 60


def test_a_429_without_a_chat_holds_back_the_method_alone(api: BotApi, bot: Bot, clock: Clock):
    api.script = [flood(100)]
    with pytest.raises(RetryAfter):
        bot.set_my_commands(commands=[])
    bot.answer_callback_query("1")
    assert clock.slept == []


def test_telegrams_own_trouble_is_tried_three_times(api: BotApi, bot: Bot, clock: Clock):
    api.script = [refuse(500, "Internal Server Error")] * 3
    with pytest.raises(ApiError):
        bot.send_message(1, "hi")
    assert len(api.requests) == 3
    assert 0.5 <= clock.slept[0] <= 1.5 and 1 <= clock.slept[1] <= 3


def test_a_refused_connection_is_tried_again(clock: Clock):
    bot = Bot("1:a", api_url="http://127.0.0.1:9", sleep=clock.sleep)
    with pytest.raises(NetworkError):
        bot.send_message(1, "hi")
    assert len(clock.slept) == 2


def test_a_send_whose_answer_was_lost_is_not_repeated(api: BotApi, bot: Bot):
    api.script = [cut]
    with pytest.raises(NetworkError) as caught:
        bot.send_message(1, "hi")
    assert caught.value.sent
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("getMe", {}),
        ("editMessageText", {"text": "x"}),
        ("sendChatAction", {"chat_id": 1, "action": "typing"}),
        ("answerCallbackQuery", {"callback_query_id": "1"}),
    ],
)
def test_what_cannot_send_twice_is_repeated(
    api: BotApi, bot: Bot, method: str, params: dict[str, Any]
):
    api.script = [cut]
    bot.call(method, **params)
    assert len(api.requests) == 2


def test_repeating_sends_again_at_the_callers_risk(api: BotApi, bot: Bot):
    api.script = [cut]
    bot.repeating().send_message(1, "hi")
    assert len(api.requests) == 2


def test_a_group_that_became_a_supergroup_is_followed_and_remembered(api: BotApi, bot: Bot):
    moved = refuse(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001)
    api.script = [moved]
    bot.send_message(-1, "first")
    bot.send_message(-1, "second")
    assert [call["chat_id"] for call in api.sent()] == [-1, -1001, -1001]


def test_a_group_that_moves_in_circles_is_given_up(api: BotApi, bot: Bot):
    api.script = [
        refuse(400, "upgraded", migrate_to_chat_id=-2),
        refuse(400, "upgraded", migrate_to_chat_id=-1),
    ]
    with pytest.raises(ApiError):
        bot.send_message(-1, "hi")


def test_a_chat_that_blocks_the_bot_is_marked_until_it_answers_again(api: BotApi, bot: Bot):
    api.script = [refuse(403, "Forbidden: bot was blocked by the user")]
    with pytest.raises(Forbidden):
        bot.send_message(5, "hi")
    assert bot.unreachable == {5}
    bot.send_message(5, "back?")
    assert bot.unreachable == set()


def test_me_is_asked_once_by_all_views(api: BotApi, bot: Bot):
    api.result = {"id": 4242, "is_bot": True, "first_name": "B", "username": "b_bot"}
    view = bot.remembering(forgetful())
    assert view.me.username == bot.me.username == bot.repeating().me.username == "b_bot"
    assert len(api.requests) == 1


def test_calls_are_remembered_by_method_and_parameters(bot: Bot):
    seen = []

    class Noting(Memory):
        def once(self, method: str, params: dict[str, Any], digest: Any, send: Any) -> Any:
            seen.append((method, digest()))
            return {"message_id": 5, "date": 0, "chat": {"id": 1, "type": "private"}}

    view = bot.remembering(Noting(list, seen.append))
    assert view.send_message(1, "hi").message_id == 5
    view.send_message(text="hi", chat_id=1)
    view.send_message(1, "other")
    view.send_photo(1, ("a.jpg", b"x"))
    (first, *_), (second, *_), other, photo = seen
    assert (first, second, photo[0]) == ("sendMessage", "sendMessage", "sendPhoto")
    assert seen[0][1] == seen[1][1] != other[1]


def test_a_call_is_remembered_as_it_was(api: BotApi, bot: Bot):
    """The record may be made later, when the handler has gone on with what it gave and got."""
    made: list[Any] = []
    view = bot.remembering(Memory(list, made.append))
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    api.result = {"message_id": 5, "date": 0, "chat": {"id": 1, "type": "private"}}
    message = view.send_message(1, "hi", reply_markup=keyboard)
    view.send_message(2, "hi")
    before = made[0]()

    keyboard["inline_keyboard"].clear()
    message["chat"]["id"] = object()
    message["text"] = "changed"

    assert [made[0](), made[1]()[-1]] == [before, before[-1]]
    assert json.loads(before[-1]) == api.result


def test_reading_and_typing_are_not_remembered(api: BotApi, bot: Bot):
    view = bot.remembering(Memory(list, lambda sent: pytest.fail("remembered")))
    api.result = {"id": 1}
    view.get_chat(1)
    view.send_chat_action(1, "typing")
    assert len(api.requests) == 2


def test_the_last_call_may_go_into_the_webhooks_response(api: BotApi, bot: Bot):
    reply = WebhookReply(("answerCallbackQuery", "getMe"))
    view = bot.remembering(None, reply)
    api.result = {"id": 1}
    view.get_me()
    assert view.answer_callback_query("77", "Thanks", url=None) is True
    assert [method for method, _, _ in api.requests] == ["getMe"]
    expected = {"method": "answerCallbackQuery", "callback_query_id": "77", "text": "Thanks"}
    assert reply.close() == expected
    assert json.dumps(reply.close())


def test_a_call_that_another_one_follows_goes_before_it(
    api: BotApi, bot: Bot, caplog: pytest.LogCaptureFixture
):
    reply = WebhookReply(("answerCallbackQuery",))
    view = bot.remembering(None, reply)
    view.answer_callback_query("77")
    view.send_message(1, "x")
    assert [method for method, _, _ in api.requests] == ["answerCallbackQuery", "sendMessage"]
    view.answer_callback_query("78")
    api.script = [refuse(400, "Bad Request: query is too old")]
    view.answer_callback_query("79")
    assert "query is too old" in caplog.text
    assert reply.close() == {"method": "answerCallbackQuery", "callback_query_id": "79"}
    view.send_message(1, "late")
    assert [method for method, _, _ in api.requests][2:] == ["answerCallbackQuery", "sendMessage"]


def test_after_the_response_calls_go_as_usual(api: BotApi, bot: Bot):
    reply = WebhookReply(("sendMessage",))
    assert reply.close() is None
    bot.remembering(None, reply).send_message(1, "late")
    assert len(api.requests) == 1


def test_a_file_never_goes_into_the_response(api: BotApi, bot: Bot):
    reply = WebhookReply(("sendPhoto",))
    bot.remembering(None, reply).send_photo(1, b"x")
    assert reply.close() is None
    assert len(api.requests) == 1


def test_a_method_newer_than_the_table_goes_by_its_name(api: BotApi, bot: Bot):
    api.result = {"anything": {"at": "all"}}
    assert bot.call("brandNewMethod", size=3).anything.at == "all"
    assert api.requests[0][0] == "brandNewMethod"
    assert api.sent() == [{"size": 3}]


def test_none_is_left_out(api: BotApi, bot: Bot):
    bot.send_message(1, "hi", reply_markup=None, link_preview_options={"url": None})
    assert api.sent() == [{"chat_id": 1, "text": "hi", "link_preview_options": {}}]


@pytest.mark.parametrize("token", ["SECRET", "x:SECRET", "", "²:SECRET"])
def test_what_is_no_token_is_not_repeated_in_the_error(token: str):
    with pytest.raises(ValueError, match="not a bot token; @BotFather issues them") as caught:
        Bot(token)
    assert "SECRET" not in repr(caught.value)


def test_what_cannot_be_sent_says_so(bot: Bot):
    view = bot.remembering(forgetful())
    with pytest.raises(TypeError, match="set cannot be sent"):
        view.send_message(1, "hi", entities={1})


def test_many_threads_share_a_pool_of_connections(api: BotApi, bot: Bot):
    def work() -> None:
        for number in range(25):
            bot.send_message(number, "hi")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(api.requests) == 200
    assert len(api.connections) <= 8
