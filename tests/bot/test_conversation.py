"""Questions and their answers: nobody gets stuck in one."""

from __future__ import annotations

import pytest

from anzol import Context, Drop, Filter, HandlerError, Reply, Router, has, keyboard, number
from anzol.testing import client


def survey(**options) -> Router:
    """Asks for a name, then for an age until it is a number."""
    router = Router()

    @router.command("start")
    def start(ctx: Context):
        ctx.ask("Name?", then="name", **options)

    @router.state("name")
    def name(ctx: Context):
        ctx.session["name"] = ctx.text
        ctx.ask("Age?", then="age", **options)

    @router.state("age")
    def age(ctx: Context):
        if not ctx.text.isdigit():
            return ctx.ask("A number, please.", then="age", **options)
        return f"{ctx.session['name']} is {ctx.text}"

    @router.command("other")
    def other(ctx: Context):
        return "other"

    @router.on("message")
    def echo(ctx: Context):
        return f"echo {ctx.text}"

    return router


def test_a_conversation_from_start_to_end():
    bot = client(survey())
    for text in ("/start", "Ann", "old", "30", "free again"):
        bot.send(text)
    assert bot.texts == ["Name?", "Age?", "A number, please.", "Ann is 30", "echo free again"]


def test_cancel_leaves_it():
    bot = client(survey())
    for text in ("/start", "/cancel", "Ann", "/cancel"):
        bot.send(text)
    assert bot.texts == ["Name?", "Cancelled.", "echo Ann", "echo /cancel"]


def test_a_bots_own_cancel_command_is_used():
    router = survey()
    router.command("cancel")(lambda ctx: "As you wish.")
    bot = client(router)
    for text in ("/start", "/cancel", "Ann"):
        bot.send(text)
    assert bot.texts == ["Name?", "As you wish.", "echo Ann"]


def test_a_command_of_the_bot_leaves_it_and_an_unknown_one_is_an_answer():
    bot = client(survey())
    for text in ("/start", "/nothing", "/other", "Ann"):
        bot.send(text)
    assert bot.texts == ["Name?", "Age?", "other", "echo Ann"]


def test_starting_again_asks_again():
    bot = client(survey())
    for text in ("/start", "Ann", "/start", "Bob", "5"):
        bot.send(text)
    assert bot.texts[-1] == "Bob is 5"


def test_after_the_timeout_the_answer_is_a_message_like_any_other():
    bot = client(survey(timeout=60))
    bot.send("/start")
    bot.advance(60)
    bot.send("Ann")
    bot.advance(61)
    bot.send("30")
    assert bot.texts == ["Name?", "Age?", "echo 30"]


def test_without_a_timeout_it_waits():
    bot = client(survey(timeout=None))
    bot.send("/start")
    bot.advance(10_000_000)
    bot.send("Ann")
    assert bot.texts == ["Name?", "Age?"]


def test_everybody_in_a_group_has_a_conversation_of_their_own():
    ann = client(survey()).in_group("Team")
    bob = ann.as_user("Bob").in_group("Team")
    ann.send("/start")
    bob.send("I am not asked")
    ann.send("Ann")
    assert ann.texts == ["Name?", "echo I am not asked", "Age?"]


def test_in_a_group_the_question_asks_for_a_reply():
    bot = client(survey()).in_group("Team")
    bot.send("/start")
    (call,) = bot.calls("sendMessage")
    assert call.reply_markup == {"force_reply": True, "selective": True}
    assert call.reply_parameters == {"message_id": 1, "allow_sending_without_reply": True}


def asking_on_press(**options) -> Router:
    router = Router()
    router.command("start")(lambda ctx: Reply("Sign up?", keyboard(("Yes", "yes"))))
    router.button("yes")(lambda ctx: ctx.ask("Your <name>?", then="name", **options))
    router.state("name")(lambda ctx: f"Hello {ctx.text}")
    return router


def test_after_a_press_in_a_group_the_question_mentions_the_user():
    bot = client(asking_on_press()).in_group("Team")
    bot.send("/start")
    bot.click("Yes")
    call = bot.calls("sendMessage")[-1]
    assert call.text == '<a href="tg://user?id=1001">Ann</a>, Your &lt;name&gt;?'
    assert call.reply_markup == {"force_reply": True, "selective": True}
    assert "reply_parameters" not in call


def test_a_question_in_a_format_of_its_own_is_asked_of_everybody():
    bot = client(asking_on_press(parse_mode="MarkdownV2")).in_group("Team")
    bot.send("/start")
    bot.click("Yes")
    call = bot.calls("sendMessage")[-1]
    assert (call.text, call.reply_markup) == ("Your <name>?", {"force_reply": True})


def test_a_press_on_a_button_of_the_question_answers_it():
    router = Router()
    router.command("menu")(lambda ctx: ctx.reply("Menu", keyboard(("Look", "look"))))
    router.button("look")(lambda ctx: None)
    router.command("start")(lambda ctx: ctx.ask("Age?", keyboard(("Skip", "skip")), then="age"))
    router.state("age")(lambda ctx: f"typed {ctx.text}")
    router.button("skip")(lambda ctx: ctx.edit("skipped"))
    router.on("message")(lambda ctx: f"echo {ctx.text}")
    bot = client(router)
    for text in ("/menu", "/start"):
        bot.send(text)
    bot.click("Look")  # under another message: the question stays open
    bot.send("30")
    bot.send("/start")
    bot.click("Skip")
    bot.send("well")
    assert bot.texts == ["Menu", "Age?", "typed 30", "skipped", "echo well"]


def test_a_button_may_be_meant_for_a_state_alone():
    router = Router()
    router.command("ask")(lambda ctx: ctx.ask("Age?", keyboard(("Skip", "skip")), then="age"))
    router.state("age")(lambda ctx: f"typed {ctx.text}")
    router.button("skip", state="age")(lambda ctx: "skipped")
    router.button("skip")(lambda ctx: "That question is over.")
    bot = client(router)
    bot.send("/ask")
    bot.click("Skip")
    bot.click("Skip")
    assert bot.texts == ["Age?", "skipped", "That question is over."]


def test_help_leaves_the_question_open_and_so_does_a_command_that_says_so():
    router = survey()
    router.command("help")(lambda ctx: "help")
    router.command("balance", keep=True)(lambda ctx: "5")
    bot = client(router)
    for text in ("/start", "/help", "/balance", "Ann"):
        bot.send(text)
    assert bot.texts == ["Name?", "help", "5", "Age?"]


def test_what_is_no_text_is_no_answer_unless_the_state_takes_it():
    router = survey()
    router.command("picture")(lambda ctx: ctx.ask("Picture?", then="picture", again="Hm?"))
    router.state("picture", has("photo"))(lambda ctx: "nice")
    bot = client(router)
    bot.send("/start")
    bot.send_photo()
    bot.send("Ann")
    bot.send("/picture")
    bot.send("what?")
    bot.send_photo()
    assert bot.texts == ["Name?", "Please answer with a text.", "Age?", "Picture?", "Hm?", "nice"]
    assert bot.session == {"name": "Ann"}


def test_a_filter_says_itself_what_it_wants():
    small = Filter(lambda ctx: int(ctx.text) < 150, again="Really?")
    router = Router()
    router.command("ask")(lambda ctx: ctx.ask("Age?", then="age", again="Hm?"))
    router.state("age", number, small)(lambda ctx: f"You are {ctx.text}.")
    router.command("both")(lambda ctx: ctx.ask("Age?", then="both", again="Hm?"))
    router.state("both", number & small)(lambda ctx: f"{ctx.text}!")
    bot = client(router)
    for text in ("/ask", "old", "-", "300", "30", "/both", "x", "3"):
        bot.send(text)
    refused = ["A number, please.", "A number, please.", "Really?"]
    assert bot.texts == ["Age?", *refused, "You are 30.", "Age?", "A number, please.", "3!"]


def test_a_conversation_that_is_kept_ends_when_it_is_left():
    router = Router()
    router.command("chat")(lambda ctx: ctx.ask("Talk to me.", then="chat", keep=True))
    router.command("time")(lambda ctx: "noon")

    @router.state("chat")
    def chat(ctx: Context):
        if ctx.text == "bye":
            ctx.leave()
        return f"{ctx.text}!"

    router.on("message")(lambda ctx: "echo")
    bot = client(router)
    for text in ("/chat", "a", "/time", "b", "bye", "c", "/chat", "/cancel", "d"):
        bot.send(text)
    answers = ["Talk to me.", "a!", "noon", "b!", "bye!", "echo"]
    assert bot.texts == [*answers, "Talk to me.", "Cancelled.", "echo"]


def test_a_question_is_asked_in_its_topic_alone():
    forum = client(survey()).in_group("Forum", is_forum=True)
    games, music = forum.in_topic("Games"), forum.in_topic("Music")
    games.send("/start")
    music.send("chatter")
    forum.send("chatter")
    games.send("Ann")
    assert games.texts == ["Name?", "Age?"]
    assert music.texts == ["echo chatter"]


def test_a_handler_that_fails_is_asked_again():
    router = Router()
    failures = [LookupError()]

    @router.command("ask")
    def ask(ctx: Context):
        ctx.ask("?", then="fragile")

    @router.state("fragile")
    def fragile(ctx: Context):
        if failures:
            raise failures.pop()
        return "second time"

    bot = client(router)
    bot.send("/ask")
    with pytest.raises(LookupError):
        bot.send("x")
    bot.send("x")
    assert bot.texts[-1] == "second time"


def test_an_answer_that_a_hook_drops_is_still_awaited():
    router = survey()

    @router.before
    def gate(ctx: Context):
        if ctx.text == "dropped":
            raise Drop

    bot = client(router)
    for text in ("/start", "dropped", "Ann"):
        bot.send(text)
    assert bot.texts == ["Name?", "Age?"]


def test_a_state_that_a_new_version_no_longer_has_holds_nobody():
    bot = client(survey())
    bot.send("/start")
    bot.runner.states[f"ask:{bot.chat['id']}"][str(bot.user["id"])]["then"] = "gone"
    bot.send("Ann")
    assert bot.texts == ["Name?", "echo Ann"]


def test_an_album_is_one_answer():
    router = Router()
    router.command("start")(lambda ctx: ctx.ask("Pictures?", then="pictures"))
    router.state("pictures", has("photo"))(lambda ctx: f"{len(ctx.album_messages())} pictures")
    router.album(lambda ctx, messages: f"{len(messages)} more")
    bot = client(router)
    bot.send("/start")
    bot.send_album(3)
    bot.send_album(2)
    assert bot.texts == ["Pictures?", "3 pictures", "2 more"]


def test_the_question_is_not_part_of_the_session():
    bot = client(survey())
    bot.send("/start")
    assert bot.session == {}


def test_asking_for_a_state_that_nobody_has_is_an_error_before_it_is_asked():
    router = Router()
    router.on("message")(lambda ctx: ctx.ask("Name?", then="nmae"))
    router.state("name")(lambda ctx: None)
    bot = client(router)
    with pytest.raises(
        HandlerError, match=r"did you mean 'name'\? Write @router.state\(\"nmae\"\)"
    ):
        bot.send("x")
    assert bot.texts == []


def test_bots_without_questions_never_read_the_state():
    router = Router()
    router.on("message")(lambda ctx: "hi")
    bot = client(router)
    bot.send("x")
    assert bot.runner.states == {}


def test_nobody_can_be_asked_where_there_is_no_user():
    router = Router()
    router.on("channel_post")(lambda ctx: ctx.ask("?", then="x"))
    router.state("x")(lambda ctx: None)
    bot = client(router)
    post = {"message_id": 1, "date": 1, "chat": bot.chat, "text": "x"}
    with pytest.raises(TypeError, match="Nobody can be asked in answer to a channel_post"):
        bot.update("channel_post", **post)
    assert bot.texts == []
