"""The test client itself: it must notice what Telegram would."""

from __future__ import annotations

from pathlib import Path

import pytest

from anzol import (
    ApiError,
    Context,
    NetworkError,
    Reply,
    Retry,
    Router,
    article,
    html,
    keyboard,
    menu,
)
from anzol.testing import client


def answering(answer) -> Router:
    """A bot that does one thing on every message."""
    router = Router()

    @router.on("message")
    def handler(ctx: Context):
        return answer(ctx)

    return router


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, "x", captoin="y"), "did you mean 'caption'|no parameter 'captoin'"),
        (lambda ctx: ctx.bot.call("sendMessage", chat_id=1001, txt="x"), "did you mean 'text'"),
        (lambda ctx: ctx.bot.call("sendMessage", chat_id=1001), "needs 'text'"),
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, 5), "text must be String, not 5"),
        (lambda ctx: ctx.reply("x", disable_notification="yes"), "must be Boolean"),
        (
            lambda ctx: ctx.reply("x", {"inline_keyboard": [[{"txet": "a", "url": "b"}]]}),
            r"inline_keyboard\[0\]\[0\] has no field 'txet'; did you mean 'text'",
        ),
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, "x", message_thread_id=True), "Integer"),
        (lambda ctx: ctx.bot.call("setWebhook", url="x", certificate="a string"), "must be a file"),
    ],
)  # fmt: skip
def test_a_wrong_call_fails_the_test(call, complaint: str):
    with pytest.raises(TypeError, match=complaint):
        client(answering(call)).send("hi")


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        (lambda ctx: ctx.reply(""), "message text is empty"),
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, "x" * 4097), "message is too long"),
        (lambda ctx: ctx.bot.send_photo(ctx.chat.id, b"", caption="x" * 1025), "caption is too long"),
        (lambda ctx: ctx.bot.send_message(404, "x"), "chat not found"),
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, "<x>", parse_mode="HTML"), 'Unsupported start tag "x"'),
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, "é<b>x", parse_mode="HTML"), 'tag "b"'),
        (lambda ctx: ctx.bot.send_message(ctx.chat.id, "x</b>", parse_mode="HTML"), "Unexpected end tag at byte offset 1"),
        (lambda ctx: ctx.reply("x", {"inline_keyboard": [[{"text": "a", "callback_data": "я" * 33}]]}), "BUTTON_DATA_INVALID"),
        (lambda ctx: ctx.reply("x", {"inline_keyboard": [[{"text": "a"}]]}), "Text buttons are unallowed"),
        (lambda ctx: ctx.photo("cat.jpg"), "wrong remote file identifier"),
        (lambda ctx: ctx.bot.delete_message(ctx.chat.id, 99), "message to delete not found"),
        (lambda ctx: ctx.bot.answer_callback_query("1"), "query is too old"),
        (lambda ctx: ctx.bot.get_file("nope"), "invalid file_id"),
        (lambda ctx: ctx.bot.call("brandNew"), "method not found"),
    ],
)  # fmt: skip
def test_what_telegram_refuses_is_refused(call, refusal: str):
    with pytest.raises(ApiError, match=refusal):
        client(answering(call)).send("hi")


def test_editing_to_the_same_is_refused():
    def edit_twice(ctx: Context):
        sent = ctx.reply("same")
        ctx.bot.edit_message_text(chat_id=ctx.chat.id, message_id=sent.message_id, text="same")

    with pytest.raises(ApiError, match="message is not modified"):
        client(answering(edit_twice)).send("hi")


def test_an_exception_of_the_handler_comes_out_with_its_own_traceback():
    def fail(ctx: Context):
        raise LookupError("from the handler")

    with pytest.raises(LookupError, match="from the handler") as caught:
        client(answering(fail)).send("hi")
    assert caught.traceback[-1].name == "fail"


def test_html_is_read_as_telegram_reads_it():
    bot = client(
        answering(
            lambda ctx: html('😀 <b>a<i>{}</i></b> <a href="https://x.y/?a&amp;b">l</a>', "<&>")
        )
    )
    (message,) = bot.send("hi")
    assert message.text == "😀 a<&> l"
    assert message.entities == [
        {"type": "bold", "offset": 3, "length": 1},
        {"type": "bold", "offset": 4, "length": 3},
        {"type": "italic", "offset": 4, "length": 3},
        {"type": "text_link", "offset": 8, "length": 1, "url": "https://x.y/?a&b"},
    ]


def test_buttons_are_pressed_by_label_or_data_newest_first():
    router = answering(
        lambda ctx: Reply(ctx.text, keyboard(("Go", f"go:{ctx.text}"), ("Docs", "https://x.y")))
    )
    pressed = []
    router.button("go:{what}")(lambda ctx, what: pressed.append(what))
    bot = client(router)
    bot.send("1")
    bot.send("2")
    bot.click("Go")
    bot.click("go:1")
    assert pressed == ["2", "1"]
    assert bot.buttons == ["Go", "Docs"]
    with pytest.raises(AssertionError, match="is a link"):
        bot.click("Docs")
    with pytest.raises(AssertionError, match=r"no button 'Stop'; there are \['Go', 'Docs', 'Go'"):
        bot.click("Stop")


def test_a_menus_label_is_sent_as_text():
    bot = client(answering(lambda ctx: Reply(f"you said {ctx.text}", menu("Yes", "No"))))
    bot.send("hi")
    bot.click("No")
    assert bot.texts[-1] == "you said No"


def test_users_and_groups_are_kept_apart():
    ann = client(answering(lambda ctx: f"{ctx.user.first_name} in {ctx.chat.title or 'private'}"))
    bob = ann.as_user("Bob")
    for one in (ann, bob, ann.in_group("Team"), bob.in_group("Team")):
        one.send("hi")
    assert ann.texts == ["Ann in private"]
    assert bob.texts == ["Bob in private"]
    assert ann.in_group("Team").texts == ["Ann in Team", "Bob in Team"]
    assert ann.as_user("Bob").user == bob.user


def test_429_is_waited_out_by_the_clock_of_the_test():
    bot = client(answering(lambda ctx: "at last"))
    before = bot.runner.clock.now()
    bot.fail_next(429, retry_after=3)
    bot.send("hi")
    assert bot.texts == ["at last"]
    assert bot.runner.clock.now() == before + 3
    assert len(bot.calls("sendMessage")) == 2


def test_an_update_is_tried_again_without_sending_twice():
    tries = []

    def handler(ctx: Context):
        ctx.reply("once")
        tries.append(1)
        if len(tries) < 3:
            raise Retry(after=600)
        ctx.reply("done")

    bot = client(answering(handler))
    before = bot.runner.clock.now()
    bot.send("hi")
    assert bot.texts == ["once", "done"]
    assert bot.runner.clock.now() == before + 1200


def test_a_handler_that_never_ends_its_retries_is_stopped():
    def handler(ctx: Context):
        raise Retry(after=1, counted=False)

    with pytest.raises(AssertionError, match="asked 1000 times"):
        client(answering(handler)).send("hi")


def test_a_lost_answer_is_final_for_a_send():
    bot = client(answering(lambda ctx: "hi"))
    bot.fail_next(0, method="sendMessage")
    with pytest.raises(NetworkError):
        bot.send("hi")


def test_state_is_kept_only_when_the_handler_returned():
    def count(ctx: Context):
        ctx.session["n"] = ctx.session.get("n", 0) + 1
        if ctx.text == "fail":
            raise LookupError
        return str(ctx.session["n"])

    bot = client(answering(count))
    bot.send("one")
    with pytest.raises(LookupError):
        bot.send("fail")
    bot.send("two")
    assert bot.texts == ["1", "2"]
    assert bot.session == {"n": 2}


@pytest.mark.parametrize("value", [(1, 2), float("inf"), {1: 2}, b"x"])
def test_state_that_json_does_not_keep_fails_the_test(value: object):
    def handler(ctx: Context):
        ctx.session["value"] = value

    bot = client(answering(handler))
    with pytest.raises(TypeError, match=r"state chat:1001\['value'\]"):
        bot.send("hi")
    assert bot.session == {}


def test_a_session_is_as_large_as_on_the_server():
    def handler(ctx: Context):
        ctx.session["log"] = ["y" * 500_000]
        ctx.session["log"].append("z" * 900_000)

    bot = client(answering(handler))
    with pytest.raises(ValueError, match="A session holds 1,048,576"):
        bot.send("hi")
    assert bot.session == {}


def test_a_change_after_the_update_has_ended_is_refused():
    kept = []
    bot = client(answering(lambda ctx: kept.append(ctx.session)))
    bot.send("hi")
    with pytest.raises(RuntimeError, match="after its update has ended"):
        kept[0]["late"] = 1
    assert bot.session == {}


def test_what_an_error_handler_keeps_of_an_update_that_fails_is_kept_as_on_the_server():
    def fail(ctx: Context):
        ctx.session["half"] = 1
        raise LookupError

    router = answering(fail)

    @router.error
    def count(ctx: Context, error: Exception):
        ctx.session["failures"] = 1
        raise error

    bot = client(router)
    with pytest.raises(LookupError):
        bot.send("hi")
    assert bot.session == {"failures": 1}


def test_a_user_who_blocked_the_bot_gets_nothing():
    bot = client(answering(lambda ctx: "hi"))
    bot.block()
    assert bot.send("hi") == []
    assert bot.runner.bot.unreachable == {bot.chat["id"]}
    bot.unblock()
    assert [m.text for m in bot.send("hi")] == ["hi"]


def test_files_go_both_ways(tmp_path: Path):
    def shout(ctx: Context):
        with ctx.download() as file:
            ctx.document(("loud.txt", file.read().upper()))

    bot = client(answering(shout))
    (message,) = bot.send_document("quiet.txt", b"hello")
    assert message.document.file_name == "loud.txt"
    assert bot.content(message) == b"HELLO"


def test_an_edit_of_the_users_text_arrives():
    router = Router()
    router.on("message:text")(lambda ctx: None)
    router.on("edited_message:text")(lambda ctx: f"now {ctx.text}")
    bot = client(router)
    bot.send("old")
    bot.edit("new")
    assert bot.texts == ["now new"]


def test_inline_results_are_checked():
    router = Router()
    router.inline(lambda ctx: [article("A", "same"), article("A", "same")])
    with pytest.raises(ApiError, match="RESULT_ID_DUPLICATE"):
        client(router).inline("x")


def test_updates_that_no_handler_wants_are_not_delivered():
    bot = client(answering(lambda ctx: pytest.fail("not asked for")))
    bot.update("poll", **{"id": "1", "question": "?", "options": []} | POLL)


POLL = {
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": True,
    "members_only": False,
}


def test_an_update_that_telegram_would_not_send_is_refused():
    with pytest.raises(TypeError, match="has no field 'txet'"):
        client(answering(lambda ctx: "hi")).send_message(txet="x")


def test_a_planned_failure_that_never_came_fails(telegram, request):
    bot = telegram(answering(lambda ctx: None))
    bot.fail_next(500)
    bot.send("nothing is called")
    assert bot.world.faults.all()
    bot.world.faults.change({"clear": True})


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("message::mention", "hi @bob_x"),
        ("message::url", "see https://x.yz/a, please"),
        ("message::url", "see example.com."),
        ("message::hashtag", "so #tagged"),
        ("message::email", "to ann@example.org"),
        ("message::phone_number", "call +55 11 98765-4321"),
        ("message::cashtag", "buy $USD"),
        ("message::bot_command", "try /start"),
    ],
)
def test_entities_are_found_as_telegram_finds_them(query: str, text: str):
    router = Router()
    router.on(query)(lambda ctx: str([(e.offset, e.length) for e in entities(ctx.message)]))
    bot = client(router)
    bot.send(text)
    bot.send_document(caption=text)
    bot.send("nothing special")
    assert len(bot.texts) == 2
    assert bot.texts[0] == bot.texts[1]


def entities(message):
    return message.entities or message.caption_entities


def test_offsets_are_counted_in_utf16():
    bot = client(answering(lambda ctx: str(ctx.message.entities[0].offset)))
    assert bot.send("😀 @bob_x")[0].text == "3"


def test_an_edit_has_new_entities():
    router = Router()
    router.on("edited_message::mention")(lambda ctx: "meant")
    bot = client(router)
    bot.send("nobody")
    bot.edit("well @bob_x")
    bot.edit("nobody again")
    assert bot.texts == ["meant"]


def test_a_lost_answer_has_the_name_of_its_method():
    bot = client(answering(lambda ctx: ctx.react("👍")))
    bot.fail_next(0)
    bot.send("hi")
    assert len(bot.calls("setMessageReaction")) == 2  # repeating it does no harm


def test_a_reaction_that_telegram_does_not_have_is_refused():
    with pytest.raises(ApiError, match="REACTION_INVALID"):
        client(answering(lambda ctx: ctx.react("x"))).send("hi")
    client(answering(lambda ctx: ctx.react("❤️"))).send("hi")


def test_a_chat_id_of_a_wrong_type_fails_with_its_name():
    def wrong(ctx: Context):
        ctx.bot.send_message([1], "x")

    with pytest.raises(TypeError, match="chat_id must be"):
        client(answering(wrong)).send("hi")
