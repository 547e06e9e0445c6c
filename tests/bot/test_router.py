"""Who gets an update."""

from __future__ import annotations

from typing import Any

import pytest

from anzol import Context, Drop, HandlerError, Router, article, forwarded, group, private
from anzol.bot.filters import Filter
from anzol.testing import client
from tests.fakes import message


def collecting() -> tuple[Router, list[Any]]:
    return Router(), []


def test_the_first_handler_that_matches_runs_and_no_other():
    router = Router()
    router.on("message:photo")(lambda ctx: "photo")
    router.on("message:text")(lambda ctx: "first")
    router.on("message")(lambda ctx: "second")
    bot = client(router)
    bot.send("x")
    bot.send_photo()
    bot.send_message(location={"latitude": 1.0, "longitude": 2.0})
    assert bot.texts == ["first", "photo", "second"]


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("/go", []),
        ("/GO a b", ["a", "b"]),
        ("/go@testing_bot a", ["a"]),
        ("/go\na b", ["a", "b"]),
        ("/go@Testing_Bot", []),
        ("/g 1", ["1"]),
    ],
)
def test_commands_in_every_spelling(text: str, args: list[str]):
    router, seen = collecting()
    router.command("go", "/g")(lambda ctx: seen.append(ctx.args))
    client(router).send(text)
    assert seen == [args]


@pytest.mark.parametrize("text", ["/go@other_bot", "/gone", "go", "x /go", "/", "/ go"])
def test_what_is_not_this_command(text: str):
    router, seen = collecting()
    router.command("go")(lambda ctx: seen.append(ctx.text))
    client(router).send(text)
    assert seen == []


def test_a_deep_link_carries_its_payload():
    router = Router()
    router.command("start")(
        lambda ctx: f"{ctx.payload} {ctx.link('ref-1')} {ctx.link('x', group=True)}"
    )
    bot = client(router)
    bot.send("/start ref-7")
    assert bot.texts == [
        "ref-7 https://t.me/testing_bot?start=ref-1 https://t.me/testing_bot?startgroup=x"
    ]
    with pytest.raises(ValueError, match="up to 64"):
        Context(message(), bot.runner.bot).link("no spaces")


def test_button_patterns_give_typed_arguments():
    router, seen = collecting()
    router.button("like:{id:int}:{rest:any}")(lambda ctx, id, rest: seen.append((id, rest)))
    router.on("message")(
        lambda ctx: ctx.reply("x", keyboard_of("like:-7:a:b", "like:x:y", "like:1:"))
    )
    bot = client(router)
    bot.send("x")
    for data in ("like:-7:a:b", "like:x:y", "like:1:"):
        bot.click(data)
    assert seen == [(-7, "a:b"), (1, "")]


def keyboard_of(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": one, "callback_data": one} for one in data]]}


def test_a_handler_makes_the_data_of_its_buttons():
    router = Router()

    @router.button("like:{id:int}:{rest:any}")
    def like(ctx: Context, id: int, rest: str):
        pass

    assert like.data(id=-7, rest="a:b") == "like:-7:a:b"
    for wrong, error, explained in (
        ({"id": 7}, TypeError, "takes id, rest"),
        ({"id": 7, "rest": "", "more": 1}, TypeError, "takes id, rest"),
        ({"id": "7", "rest": ""}, ValueError, "reads back differently"),
        ({"id": 7, "rest": "я" * 30}, ValueError, "64 bytes"),
    ):
        with pytest.raises(error, match=explained):
            like.data(**wrong)


def test_data_that_would_be_read_otherwise_is_refused():
    router = Router()

    @router.button("pick:{name}:{id:int}")
    def pick(ctx: Context, name: str, id: int):
        pass

    for name in ("a:1", ""):
        with pytest.raises(ValueError, match="reads back differently"):
            pick.data(name=name, id=2)


def test_every_button_press_is_answered_once():
    router = Router()
    router.on("message")(lambda ctx: ctx.reply("x", keyboard_of("silent", "spoken", "failing")))
    router.button("silent")(lambda ctx: None)
    router.button("spoken")(lambda ctx: ctx.answer("hello", show_alert=True))

    @router.button("failing")
    def fail(ctx: Context):
        raise LookupError

    bot = client(router)
    bot.send("x")
    bot.click("silent")
    bot.click("spoken")
    with pytest.raises(LookupError):
        bot.click("failing")
    assert len(bot.calls("answerCallbackQuery")) == 3
    assert bot.popups == ["hello"]


def test_that_a_press_is_too_old_to_answer_is_no_error():
    router = Router()
    router.on("message")(lambda ctx: ctx.reply("x", keyboard_of("go")))
    router.button("go")(lambda ctx: ctx.answer("late") or "gone on")
    bot = client(router)
    bot.send("x")
    bot.fail_next(400, "Bad Request: query is too old", method="answerCallbackQuery")
    bot.click("go")
    assert bot.texts == ["x", "gone on"]


def test_text_by_regular_expression():
    router = Router()
    router.text(regex=r"(?i)weather in (?P<city>\w+)")(lambda ctx, city: city)
    bot = client(router)
    bot.send("the Weather in Lisboa, please")
    bot.send("weather?")
    assert bot.texts == ["Lisboa"]


def test_text_is_exactly_this_text():
    router = Router()
    router.text("Price (USD)", "Hi")(lambda ctx: "exact")
    router.text("Hi", "Ho", private)(lambda ctx: "second")
    bot = client(router)
    for text in ("Price (USD)", "Hi", "History", "hi", "Ho"):
        bot.send(text)
    bot.in_group().send("Ho")
    assert bot.texts == ["exact", "exact", "second"]
    assert bot.in_group().texts == []


def test_inline_queries_are_answered_by_the_list_that_is_returned():
    router = Router()
    router.inline("red")(lambda ctx: [article("Red", "exactly")])
    router.inline(regex=r"^\d+$")(lambda ctx: [article("Number", ctx.text)])

    @router.inline
    def find(ctx):
        return [article(word, word, description="a word") for word in ctx.text.split()]

    bot = client(router)
    assert [result["title"] for result in bot.inline("red blue")] == ["red", "blue"]
    assert bot.inline("42")[0]["title"] == "Number"
    assert bot.inline("red")[0]["title"] == "Red"
    assert bot.inline("") == []


@pytest.mark.parametrize(
    ("query", "fields", "expected"),
    [
        ("message:text", {"text": "x"}, True),
        ("message:photo", {"text": "x"}, False),
        ("message:photo message:text", {"text": "x"}, True),
        ("message:reply_to_message:text", {"reply_to_message": {"text": "x"}}, True),
        ("message:reply_to_message:photo", {"reply_to_message": {"text": "x"}}, False),
        ("message::mention", {"entities": [{"type": "mention"}]}, True),
        ("::mention", {"caption_entities": [{"type": "mention"}]}, True),
        ("message::mention", {"entities": [{"type": "url"}]}, False),
        (":text", {"text": "x"}, True),
        ("message:newer_than_this", {"newer_than_this": {}}, True),
        ("edited_message", {"text": "x"}, False),
    ],
)
def test_queries(query: str, fields: dict[str, Any], expected: bool):
    router = Router()
    router.on(query)(lambda ctx: None)
    update = message()
    update["message"].pop("text")
    update["message"] |= fields
    assert (
        router.selection.match(Context(update, client(router).runner.bot)) is not None
    ) is expected


def test_a_kind_of_update_newer_than_the_table():
    router = Router()
    router.on("brand_new_thing:size")(lambda ctx: None)
    ctx = Context(
        {"update_id": 1, "brand_new_thing": {"size": {"x": 1}}}, client(router).runner.bot
    )
    assert router.selection.match(ctx)
    assert ctx.event.size.x == 1
    assert router.allowed_updates() == ["callback_query", "brand_new_thing"]


def test_filters_combine():
    loud = Filter(lambda ctx: ctx.text.isupper(), "loud")
    router = Router()
    router.on("message:text", private & ~forwarded & loud)(lambda ctx: "private and loud")
    router.on("message:text", group | loud)(lambda ctx: "group or loud")
    bot = client(router)
    bot.send("HEY")
    bot.send("hey")
    bot.in_group().send("hey")
    assert bot.texts == ["private and loud"]
    assert bot.in_group().texts == ["group or loud"]
    assert "loud" in repr(private & ~forwarded | loud)


def test_a_plain_function_is_a_filter():
    router = Router()
    router.on("message", lambda ctx: ctx.user.first_name == "Bob")(lambda ctx: "hi Bob")
    bot = client(router)
    assert bot.send("hi") == []
    assert [m.text for m in bot.as_user("Bob").send("hi")] == ["hi Bob"]


def test_included_routers_keep_their_place_and_hooks():
    outer, inner, order = Router(), Router(), []
    inner.command("in")(lambda ctx: order.append("inner"))
    outer.include(inner)
    outer.on("message")(lambda ctx: order.append("outer"))
    for router, name in ((outer, "outer"), (inner, "inner")):
        router.before(lambda ctx, name=name: order.append(f"before {name}"))
        router.after(lambda ctx, name=name: order.append(f"after {name}"))
    bot = client(outer)
    bot.send("/in")
    bot.send("x")
    assert order == [
        *("before outer", "before inner", "inner", "after inner", "after outer"),
        *("before outer", "outer", "after outer"),
    ]


def test_a_before_hook_may_answer_instead_or_drop():
    router, seen = collecting()

    @router.before
    def gate(ctx: Context):
        if ctx.text == "drop":
            raise Drop
        return "closed" if ctx.text == "closed" else None

    router.on("message")(lambda ctx: seen.append(ctx.text))
    bot = client(router)
    for text in ("drop", "closed", "open"):
        bot.send(text)
    assert seen == ["open"]
    assert bot.texts == ["closed"]


@pytest.mark.parametrize("looked", [True, False, None])
def test_a_hook_that_only_looks_swallows_nothing(looked: Any):
    router = Router()
    router.before(lambda ctx: looked)
    router.on("message")(lambda ctx: "hi")
    bot = client(router)
    bot.send("x")
    assert bot.texts == ["hi"]


def test_the_menu_is_made_of_docstrings():
    router, inner = Router(), Router()

    @router.command("start", "begin")
    def start(ctx):
        """Say hello.

        More that the menu does not show.
        """

    @inner.command("hidden")
    def hidden(ctx):
        pass

    router.include(inner)
    assert router.commands() == {"start": "Say hello.", "begin": "Say hello.", "hidden": ""}
    assert router.menu() == [
        {"command": "start", "description": "Say hello."},
        {"command": "begin", "description": "Say hello."},
    ]


def test_allowed_updates_are_those_that_handlers_take():
    router = Router()
    router.on("chat_member")(lambda ctx: None)
    router.button("x")(lambda ctx: None)
    router.album(lambda ctx, messages: None)
    albums = ["message", "channel_post", "business_message"]
    assert router.allowed_updates() == [*albums, "callback_query", "chat_member"]


def typed(ctx: Context, id: int) -> None:
    """Take a number."""


HERE = r"tests/bot/test_router\.py:\d+ "


def twice(decorate: Any) -> None:
    def first(ctx):
        pass

    def second(ctx):
        pass

    decorate(first)
    decorate(second)


@pytest.mark.parametrize(
    ("mistake", "explained"),
    [
        (lambda r: twice(r.command("go")), HERE + r"second\(\) handles /go, and so does " + HERE + r"first"),
        (lambda r: twice(r.button("go")), r"second\(\) handles button go, and so does"),
        (lambda r: twice(r.state("go")), r"second\(\) handles state go, and so does"),
        (lambda r: r.command("no spaces"), "'no spaces' is not a command: 1 to 32 letters"),
        (lambda r: r.on("mesage"), "'mesage' is not a known update kind; did you mean 'message'"),
        (lambda r: r.on("message:foto"), "'foto' is not a known field of message; did you mean 'photo'"),
        (lambda r: r.on("message::mentoin"), "did you mean 'mention'"),
        (lambda r: r.on(""), "needs a query"),
        (lambda r: r.text(regex="("), "is not a regular expression"),
        (lambda r: r.inline(regex="("), "is not a regular expression"),
        (lambda r: r.text(r"\d+ eggs"), r"takes exactly this text; write text\(regex='"),
        (lambda r: r.text("a", regex="b"), "takes texts or regex=, not both"),
        (lambda r: r.on("message", lane="chats")(lambda ctx: None), HERE + r".*lane is 'chat' or 'user'"),
        (lambda r: r.button("like:{id:integer}"), "{id:integer} is not a field; use int, str, any"),
        (lambda r: r.button("like:{id"), "brace that does not open a field"),
        (lambda r: r.button("{a}{a}"), "is there twice"),
        (lambda r: r.button("like:{id}")(lambda ctx: None), HERE + r".*Write def <lambda>\(ctx, id\)"),
        (lambda r: r.on("message")(lambda: None), r"Write def <lambda>\(ctx\)"),
        (lambda r: r.album(lambda ctx: None), r"Write def <lambda>\(ctx, messages\)"),
        (lambda r: r.error(lambda ctx: None), r"Write def <lambda>\(ctx, error\)"),
        (lambda r: r.text(regex=r"(?P<city>\w+)")(lambda ctx: None), r"Write def <lambda>\(ctx, city\)"),
        (lambda r: r.include(r), "cannot include itself"),
        (lambda r: r.button(""), "No button can have the data ''"),
        (lambda r: r.button("я" * 32 + "{id:int}"), "Telegram allows 1 to 64 bytes"),
        (lambda r: twice(r.on("message:text")), 'handles "message:text", and so does'),
        (lambda r: twice(r.text("x")), "handles text 'x', and so does"),
        (lambda r: twice(r.inline("x")), "handles inline 'x', and so does"),
        (lambda r: [r.album(lambda ctx, messages: None) for _ in "ab"], "handles albums, and so does"),
        (lambda r: r.include(pytest), r"takes routers, not <module 'pytest'.*write include\(start.router\)"),
        (lambda r: r.on("message", "private")(lambda ctx: None), HERE + r".*'private' is not a filter"),
        (lambda r: r.command("x", filters=private)(lambda ctx: None), r"write filters=\(private,\)"),
        (lambda r: private & "group", "'group' is not a filter"),
        (lambda r: private | "group", "'group' is not a filter"),
        (lambda r: r.command(lambda ctx: None), HERE + r".*write @router.command\(\"start\"\)"),
        (lambda r: r.command(), r"write @router.command\(\"start\"\)"),
        (lambda r: r.on(lambda ctx: None), r"write @router.on\(\"message\"\)"),
        (lambda r: r.around(lambda ctx: None), HERE + r"<lambda>\(\) needs one `yield`"),
        (lambda r: r.button("like:{id}")(typed), r"typed\(\): id comes as str, not as int; write id: str, or {id:int}"),
        (lambda r: r.state(lambda ctx: None), r"write @router.state\(\"name\"\)"),
        (lambda r: r.text(lambda ctx: None), r"write @router.text\(\"hello\"\)"),
        (lambda r: r.command("x", grop=1), r"^@router.command\(\) has no option 'grop'; did you mean the filter group\? Give it by itself: @router.command\(..., group\).$"),
        (lambda r: r.command("x", kep=True), r"no option 'kep'; did you mean 'keep'\?$"),
        (lambda r: r.on("message", retr=True), r"@router.on\(\) has no option 'retr'; did you mean 'retry'"),
        (lambda r: r.on("message", filters=(private,)), r"has no option 'filters'; it has aside, lane, retry.$"),
        (lambda r: r.button("x", singed=True), r"@router.button\(\) has no option 'singed'; did you mean 'signed'"),
        (lambda r: r.text("x", regx="a"), r"@router.text\(\) has no option 'regx'; did you mean 'regex'"),
        (lambda r: r.state("x", tmeout=5), r"@router.state\(\) has no option 'tmeout'; it has aside, lane, retry"),
        (lambda r: r.button(lambda ctx: None), r"write @router.button\(\"like:{id:int}\"\)"),
    ],
)  # fmt: skip
def test_a_mistake_is_explained_where_it_is_made(mistake: Any, explained: str):
    with pytest.raises(HandlerError, match=explained):
        mistake(Router())


def test_an_async_handler_is_refused():
    async def handler(ctx):
        pass

    with pytest.raises(HandlerError, match="is async; write it as a plain def"):
        Router().on("message")(handler)


def test_the_same_command_with_filters_is_allowed():
    router = Router()
    router.command("go", private)(lambda ctx: "private")
    router.command("go", filters=(group,))(lambda ctx: "group")
    bot = client(router)
    bot.send("/go")
    bot.in_group().send("/go")
    assert (bot.texts, bot.in_group().texts) == (["private"], ["group"])


def test_routers_cannot_include_each_other():
    one, other = Router(), Router()
    one.include(other)
    with pytest.raises(HandlerError, match="cannot include itself"):
        other.include(one)


def test_including_a_router_with_a_command_that_is_there_is_refused():
    one, other = Router(), Router()
    one.command("go")(lambda ctx: None)
    other.command("go")(lambda ctx: None)
    with pytest.raises(HandlerError, match="handles /go, and so does"):
        one.include(other)


def test_handlers_of_one_query_may_differ_by_a_filter():
    router = Router()
    router.on("message:text", private)(lambda ctx: "private")
    router.on("message:text")(lambda ctx: "group")
    router.button("я" * 32 + "{rest:any}")(lambda ctx, rest: None)
    bot = client(router)
    bot.send("x")
    bot.in_group().send("x")
    assert (bot.texts, bot.in_group().texts) == (["private"], ["group"])
