"""Reading an update and answering it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from anzol import ApiError, Bot, Context, Reply, Router, TooLarge, html, keyboard
from anzol.api.downloads import largest
from anzol.bot.sending import TYPING_EVERY, keep_typing
from anzol.testing import client, picture
from tests.fakes import FakeTransport, message, press


def context(update: dict[str, Any]) -> tuple[Context, FakeTransport]:
    telegram = FakeTransport()
    return Context(update, Bot("4242:x", transport=telegram, sleep=lambda _: None)), telegram


def test_what_a_message_has():
    ctx, _ = context(message("hi", caption=None))
    assert (ctx.kind, ctx.text, ctx.chat.id, ctx.user.first_name) == ("message", "hi", 7, "Ann")
    assert ctx.message is ctx.event
    assert ctx.callback is None
    assert repr(ctx) == "<Context message 1>"


def test_what_a_button_press_has():
    ctx, _ = context(press("x"))
    assert ctx.callback.data == "x"
    assert (ctx.message.message_id, ctx.chat.id, ctx.user.id) == (5, 7, 7)


def test_an_update_about_nothing_known():
    ctx, _ = context({"update_id": 3})
    assert (ctx.kind, ctx.text, ctx.chat, ctx.user, ctx.message) == ("", "", None, None, None)
    with pytest.raises(TypeError, match="belongs to no chat"):
        ctx.reply("x")
    with pytest.raises(TypeError, match="has no message"):
        ctx.delete()
    with pytest.raises(TypeError, match="cannot be answered"):
        ctx.answer()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"is_topic_message": True, "message_thread_id": 9}, {"message_thread_id": 9}),
        ({"message_thread_id": 9}, {}),
        ({"business_connection_id": "B"}, {"business_connection_id": "B"}),
        ({"direct_messages_topic": {"topic_id": 4}}, {"direct_messages_topic_id": 4}),
    ],
)
def test_a_reply_goes_where_the_message_came_from(fields: dict[str, Any], where: dict[str, Any]):
    ctx, telegram = context(message(**fields))
    ctx.reply("x")
    assert telegram.calls == [("sendMessage", {"text": "x", "chat_id": 7, **where})]


def test_a_business_chat_is_apart_from_the_bots_own_chat_with_the_person():
    own, business = message(), message(business_connection_id="B")
    assert (context(own)[0].lane, context(business)[0].lane) == ("chat:7", "business:B:7")


def test_a_guest_is_answered_by_a_result():
    update = {"update_id": 1, "guest_message": {**message()["message"], "guest_query_id": "G"}}
    ctx, telegram = context(update)
    ctx.reply("hi")
    ((method, params),) = telegram.calls
    assert (method, params["guest_query_id"]) == ("answerGuestQuery", "G")
    assert params["result"]["input_message_content"] == {"message_text": "hi"}


def test_checkouts_are_answered_with_yes_by_default():
    query = {"id": "Q", "from": {"id": 7}, "currency": "EUR", "total_amount": 1}
    ctx, telegram = context({"update_id": 1, "pre_checkout_query": query})
    ctx.answer()
    ctx.answer(False, error_message="sold out")
    assert telegram.calls == [
        ("answerPreCheckoutQuery", {"pre_checkout_query_id": "Q", "ok": True}),
        (
            "answerPreCheckoutQuery",
            {"pre_checkout_query_id": "Q", "ok": False, "error_message": "sold out"},
        ),
    ]


def replying(handler) -> Router:
    router = Router()
    router.on("message")(handler)
    return router


def test_edit_changes_the_last_reply():
    def work(ctx: Context):
        ctx.reply("working")
        ctx.edit("done", keyboard(("Again", "again")))

    bot = client(replying(work))
    bot.send("x")
    assert (bot.texts, bot.buttons) == (["done"], ["Again"])


def test_edit_of_a_picture_changes_its_caption_and_no_change_is_no_error():
    def work(ctx: Context):
        ctx.photo(picture(), "before")
        ctx.edit("after")
        return ctx.edit("after")

    bot = client(replying(work))
    bot.send("x")
    assert bot.texts == ["after"]


def test_edit_puts_another_file_in_its_place():
    def work(ctx: Context):
        ctx.photo(picture(40), "one")
        ctx.edit(Reply("two", keyboard(("Next", "next")), photo=picture(80)))

    bot = client(replying(work))
    bot.send("x")
    (message,) = bot.messages
    assert (bot.content(message), message.caption, bot.buttons) == (picture(80), "two", ["Next"])


def test_edit_without_anything_to_edit_is_explained():
    with pytest.raises(TypeError, match="Nothing to edit"):
        client(replying(lambda ctx: ctx.edit("x"))).send("x")


def test_edit_of_an_inline_message():
    update = press("x")
    del update["callback_query"]["message"]
    update["callback_query"]["inline_message_id"] = "I"
    ctx, telegram = context(update)
    ctx.edit("new")
    assert telegram.calls[0] == ("editMessageText", {"text": "new", "inline_message_id": "I"})


def test_other_refusals_of_an_edit_come_out():
    ctx, telegram = context(press("x"))
    telegram.failures = [ApiError("editMessageText", 400, "Bad Request: message can't be edited")]
    with pytest.raises(ApiError):
        ctx.edit("x")


def test_delete_and_react():
    def work(ctx: Context):
        ctx.react("👍")
        ctx.react("")
        ctx.delete()

    bot = client(replying(work))
    bot.send("x")
    (first, second) = bot.calls("setMessageReaction")
    assert (first.reaction, second.reaction) == ([{"type": "emoji", "emoji": "👍"}], [])
    assert bot.calls("deleteMessage") == [{"chat_id": 1001, "message_id": 1}]


@pytest.mark.parametrize("kind", ["photo", "document", "video", "audio", "voice"])
def test_files_of_every_kind(kind: str):
    bot = client(replying(lambda ctx: getattr(ctx, kind)(picture(), "caption")))
    (sent,) = bot.send("x")
    assert sent.caption == "caption"
    assert bot.content(sent) == picture()


def test_a_media_group_of_any_size():
    def work(ctx: Context):
        assert len(ctx.media_group([picture()] * 21, "pictures")) == 21

    bot = client(replying(work))
    sent = bot.send("x")
    assert len(sent) == 21
    assert [len(call.media) for call in bot.calls("sendMediaGroup")] == [10, 10]
    assert len(bot.calls("sendPhoto")) == 1
    assert bot.texts == ["pictures"]
    with pytest.raises(TypeError, match="kind is one of photo, video"):
        client(replying(lambda ctx: ctx.media_group([b"x"], kind="sticker"))).send("x")


def test_download_of_the_largest_size_into_a_folder(tmp_path: Path):
    paths = []
    bot = client(replying(lambda ctx: paths.append(ctx.download(tmp_path))))
    bot.send_document("../up.txt", b"safe")
    assert paths == [tmp_path / "up.txt"]
    assert paths[0].read_bytes() == b"safe"


def test_a_download_is_refused_before_it_starts_when_the_size_is_known():
    bot = client(replying(lambda ctx: ctx.download(max_size=3)))
    with pytest.raises(TooLarge):
        bot.send_document("x", b"four")
    assert bot.calls("getFile") == []
    with pytest.raises(TypeError, match="The message has no file"):
        bot.send("x")


def test_sessions_of_chat_and_user():
    def work(ctx: Context):
        ctx.session["chat"] = ctx.session.get("chat", 0) + 1
        ctx.user_session["user"] = ctx.user_session.get("user", 0) + 1
        return f"{ctx.session['chat']} {ctx.user_session['user']}"

    ann = client(replying(work))
    ann.send("x")
    ann.in_group().send("x")
    ann.as_user("Bob").in_group().send("x")
    assert ann.texts == ["1 1"]
    assert ann.in_group().texts == ["1 2", "2 1"]


def test_typing_is_shown_at_once_and_its_failure_is_no_error():
    def work(ctx: Context):
        with ctx.typing():
            return "done"

    bot = client(replying(work))
    bot.fail_next(400, method="sendChatAction")
    bot.send("x")
    bot.send("x")
    assert bot.texts == ["done", "done"]
    assert bot.calls("sendChatAction")[0] == {"chat_id": 1001, "action": "typing"}


def test_typing_is_repeated_while_the_work_goes_on():
    telegram = FakeTransport()
    bot = Bot("4242:x", transport=telegram, sleep=lambda _: None)
    enough = threading.Event()
    telegram.request = lambda *call: len(calls.append(call) or calls) < 3 or enough.set()
    calls: list[Any] = []
    with keep_typing(bot, {"chat_id": 1, "action": "typing"}, every=0.001):
        assert enough.wait(60)
    number = len(calls)
    assert number >= 3
    assert not any(thread.name == "typing" for thread in threading.enumerate())
    assert TYPING_EVERY < 5


def test_a_long_text_is_edited_in_and_goes_on_in_new_messages():
    router = Router()
    router.command("start")(lambda ctx: Reply("Pick", keyboard(("Long", "long"))))
    router.button("long")(lambda ctx: ctx.edit("word " * 1700, keyboard(("End", "end"))))
    bot = client(router)
    bot.send("/start")
    bot.click("Long")
    assert [len(text) <= 4096 for text in bot.texts] == [True] * 3
    assert " ".join(bot.texts) == ("word " * 1700).strip()
    assert ["reply_markup" in message for message in bot.messages] == [False, False, True]


def test_a_long_caption_is_edited_in_and_goes_on_as_html():
    router = Router()
    router.command("start")(lambda ctx: ctx.photo(picture(), "Pick", keyboard(("Long", "long"))))
    router.button("long")(lambda ctx: ctx.edit(html("<b>{}</b>", "word " * 300)))
    bot = client(router)
    bot.send("/start")
    bot.click("Long")
    assert [len(text) <= 1024 for text in bot.texts] == [True] * 2
    assert bot.messages[1].entities[0].type == "bold"


def test_a_bot_api_server_of_ones_own_has_no_limit_of_size():
    assert largest(Bot("4242:x")) == 20 * 1024 * 1024
    assert largest(Bot("4242:x", api_url="http://127.0.0.1:8081")) is None


def test_a_text_that_grows_continues_where_it_stopped():
    def work(ctx: Context):
        text = "start"
        ctx.reply(text)
        for part in ("word " * 700, "more " * 700, "last " * 700):
            text += "\n\n" + part.strip()
            ctx.edit(text, keyboard(("Stop", "stop")))

    bot = client(replying(work))
    bot.send("x")
    assert " ".join(bot.texts).split() == [
        "start",
        *["word"] * 700,
        *["more"] * 700,
        *["last"] * 700,
    ]
    assert [len(text) <= 4096 for text in bot.texts] == [True] * 3
    assert ["reply_markup" in message for message in bot.messages] == [False, False, True]


def test_a_text_that_shrinks_takes_its_last_messages_away():
    def work(ctx: Context):
        ctx.reply("word " * 1700)
        ctx.edit("short")

    bot = client(replying(work))
    bot.send("x")
    assert bot.texts == ["short"]


def test_the_keyboard_alone_is_changed_and_taken_away():
    router = Router()
    router.command("start")(lambda ctx: ctx.photo(picture(), "Pick", keyboard(("A", "a"))))
    router.button("a")(lambda ctx: ctx.edit(keyboard=keyboard(("B", "b"))))
    router.button("b")(lambda ctx: ctx.edit())
    bot = client(router)
    bot.send("/start")
    bot.click("A")
    assert (bot.texts, bot.buttons) == (["Pick"], ["B"])
    bot.click("B")
    assert (bot.texts, bot.buttons) == (["Pick"], [])


def test_each_item_of_an_album_may_have_its_caption_and_a_long_one_goes_on_in_a_message():
    def work(ctx: Context):
        ctx.media_group([picture(), picture()], ["one", html("<b>{}</b>", "word " * 300)])
        ctx.media_group([picture()], "alone")

    bot = client(replying(work))
    bot.send("x")
    one, two, rest, alone = bot.messages
    assert (one.caption, alone.caption) == ("one", "alone")
    assert (two.caption + " " + rest.text).split() == ["word"] * 300
    assert (two.caption_entities[0].type, rest.entities[0].type) == ("bold", "bold")
    with pytest.raises(ValueError, match="3 captions for 1 items"):
        client(replying(lambda ctx: ctx.media_group([picture()], ["a", "b", "c"]))).send("x")


def test_an_album_may_be_mixed():
    def work(ctx: Context):
        ctx.media_group([picture(), {"type": "video", "media": ("v.mp4", b"video")}], "both")

    bot = client(replying(work))
    sent = bot.send("x")
    assert [bool(message.photo) for message in sent] == [True, False]
    assert sent[1].video


@pytest.mark.parametrize("name", ["photo", "document", "video", "audio", "voice", "sticker"])
def test_a_method_is_not_taken_for_what_has_come_in(name: str):
    ctx, _ = context(message())
    with pytest.raises(TypeError, match=rf"ctx\.{name}\(\) sends one; .*ctx\.message\.{name}"):
        assert getattr(ctx, name)
    assert getattr(Context, name).__doc__.startswith("Send")


@pytest.mark.parametrize(
    ("option", "written"),
    [
        ({"reply_to_message_id": 5}, 'write reply_parameters={"message_id": ...}'),
        ({"disable_web_page_preview": True}, 'write link_preview_options={"is_disabled": True}'),
    ],
)
def test_options_of_old_name_their_successors(option: dict[str, Any], written: str):
    with pytest.raises(TypeError) as caught:
        client(replying(lambda ctx: ctx.reply("x", **option))).send("x")
    assert written in str(caught.value)


def test_files_of_one_name_do_not_replace_each_other(tmp_path: Path):
    paths = []
    bot = client(replying(lambda ctx: paths.append(ctx.download(tmp_path))))
    for content in (b"one", b"two", b"three"):
        bot.send_document("a.tar.gz", content)
    names = ["a.tar.gz", "a.tar-1.gz", "a.tar-2.gz"]
    assert [path.name for path in paths] == names
    assert [path.read_bytes() for path in paths] == [b"one", b"two", b"three"]
    bot = client(replying(lambda ctx: paths.append(ctx.download(tmp_path / "named"))))
    bot.send_document("a", b"first")
    bot.send_document("a", b"second")
    assert (tmp_path / "named").read_bytes() == b"second"
