"""What people do beside writing: each act is the simulator's own, and the bot hears of it as from Telegram."""

from __future__ import annotations

import pytest

from anzol import ApiError, Context, Router, article, html
from anzol.testing import client

PRICE = {"currency": "EUR", "prices": [{"label": "Pizza", "amount": 900}]}


def shop(**invoice) -> Router:
    """A bot that sells one pizza."""
    router = Router()

    @router.command("buy")
    def buy(ctx: Context):
        fields = {
            "title": "Pizza",
            "description": "Warm",
            "payload": "p1",
            "provider_token": "1:TEST:t",
        }
        ctx.bot.send_invoice(chat_id=ctx.chat.id, **{**PRICE, **fields, **invoice})

    @router.on("message:successful_payment")
    def paid(ctx: Context):
        payment = ctx.message.successful_payment
        return f"paid {payment.total_amount}, shipping {payment.shipping_option_id}"

    return router


def test_an_invoice_is_paid_after_the_bot_agreed():
    router = shop()
    router.on("pre_checkout_query")(lambda ctx: ctx.answer())
    ann = client(router)
    ann.send("/buy")
    (thanks,) = ann.pay()
    assert thanks.text == "paid 900, shipping None"
    assert len(ann.calls("answerPreCheckoutQuery")) == 1


def test_the_pay_button_pays():
    router = shop()
    router.on("pre_checkout_query")(lambda ctx: ctx.answer())
    ann = client(router)
    ann.send("/buy")
    assert ann.buttons == ["Pay €9.00"]
    assert ann.click("Pay €9.00")[0].text == "paid 900, shipping None"


def test_shipping_is_asked_and_costs():
    router = shop(is_flexible=True, need_shipping_address=True)
    options = [{"id": "fast", "title": "Fast", "prices": [{"label": "Bike", "amount": 100}]}]
    router.on("shipping_query")(lambda ctx: ctx.answer(True, shipping_options=options))
    router.on("pre_checkout_query")(lambda ctx: ctx.answer())
    ann = client(router)
    ann.send("/buy")
    assert ann.pay(tip_amount=50)[0].text == "paid 1050, shipping fast"


def test_a_refused_checkout_is_shown_to_the_user_and_nothing_is_paid():
    router = shop()
    router.on("pre_checkout_query")(lambda ctx: ctx.answer(False, error_message="Sold out"))
    ann = client(router)
    ann.send("/buy")
    assert ann.pay() == []
    assert ann.popups == ["Sold out"]


def test_a_checkout_that_nobody_answers_fails_the_test():
    ann = client(shop())
    ann.send("/buy")
    with pytest.raises(AssertionError, match="did not answer the checkout"):
        ann.pay()


def test_there_is_no_invoice_to_pay():
    with pytest.raises(AssertionError, match="no invoice here"):
        client(shop()).pay()


def test_a_vote_reaches_the_bot():
    router = Router()

    @router.command("ask")
    def ask(ctx: Context):
        ctx.bot.send_poll(
            chat_id=ctx.chat.id,
            question="Tea?",
            options=[{"text": "Yes"}, {"text": "No"}],
            is_anonymous=False,
        )

    votes = []
    router.on("poll_answer")(lambda ctx: votes.append((ctx.user.first_name, ctx.event.option_ids)))
    ann = client(router).in_group("Team")
    ann.send("/ask")
    ann.vote("Yes")
    ann.as_user("Bob").in_group("Team").vote(1)
    assert votes == [("Ann", [0]), ("Bob", [1])]
    with pytest.raises(AssertionError, match=r"no option 'Maybe'; there are \['Yes', 'No'\]"):
        ann.vote("Maybe")


def test_a_reaction_reaches_the_bot():
    router = Router()
    router.command("start")(lambda ctx: "hi")
    router.on("message_reaction")(lambda ctx: f"thanks for {ctx.event.new_reaction[0].emoji}")
    ann = client(router)
    ann.send("/start")
    assert ann.react("👍")[0].text == "thanks for 👍"


def test_an_inline_result_is_chosen():
    router = Router()
    router.inline(lambda ctx: [article("Mars", "The red one")])
    chosen = []
    router.on("chosen_inline_result")(lambda ctx: chosen.append(ctx.event.query))
    ann = client(router)
    ann.inline("ma")
    ann.choose("Mars")
    assert chosen == ["ma"]
    assert ann.last_of("Ann")["text"] == "The red one"
    with pytest.raises(AssertionError, match=r"no result 'Pluto'; there are \['Mars'\]"):
        ann.choose("Pluto")


def test_an_inline_query_that_nobody_answers_has_no_results():
    router = Router()
    router.on("inline_query")(lambda ctx: None)
    assert client(router).inline("x") == []


def test_a_join_request_is_decided_by_the_bot():
    router = Router()

    @router.on("chat_join_request")
    def decide(ctx: Context):
        ctx.bot.approve_chat_join_request(chat_id=ctx.chat.id, user_id=ctx.user.id)

    ann = client(router).in_group("Team")
    bob = ann.as_user("Bob").in_group("Team")
    bob.ask_to_join()
    with pytest.raises(AssertionError, match="Bob cannot do that: this person is not in the chat"):
        bob.send("hello?")
    ann.promote_bot(can_invite_users=True)
    bob.ask_to_join()
    bob.send("hello")
    assert len(ann.calls("approveChatJoinRequest")) == 1


def test_who_left_is_heard_of_no_more():
    router = Router()
    router.on("message:left_chat_member")(lambda ctx: "bye")
    ann = client(router).in_group("Team")
    assert ann.leave()[0].text == "bye"
    with pytest.raises(AssertionError, match="not in the chat"):
        ann.send("still here")


def test_a_reply_stays_in_its_topic():
    router = Router()
    router.on("message")(lambda ctx: f"echo {ctx.text}")
    forum = client(router).in_group("Forum", is_forum=True)
    news, games = forum.in_topic("News"), forum.in_topic("Games")
    news.send("a")
    games.send("b")
    assert (news.texts, games.texts) == (["echo a"], ["echo b"])
    assert forum.in_topic("News").texts == ["echo a"]
    with pytest.raises(AssertionError, match="has no topics"):
        client(router).in_group("Team").in_topic("News")


def test_a_channel_post_has_no_user():
    router = Router()
    router.on("channel_post")(lambda ctx: f"{ctx.user} {ctx.text}")
    assert client(router).in_channel("News").send("hi")[0].text == "None hi"


def test_a_bot_answers_for_a_business_account():
    router = Router()

    @router.on("business_message")
    def answer(ctx: Context):
        ctx.session["asked"] = ctx.text
        return f"We are open, {ctx.user.first_name}."

    connected = []
    router.on("business_connection")(lambda ctx: connected.append(ctx.event.user.first_name))
    ann = client(router)
    bob = ann.as_user("Bob")
    with pytest.raises(AssertionError, match="does not act for Ann"):
        bob.writes_to(ann)
    ann.connect_business()
    bob = bob.writes_to(ann)
    bob.send("Open?")
    assert connected == ["Ann"]
    assert bob.texts == ["We are open, Bob."]
    assert bob.session == {"asked": "Open?"}
    assert ann.texts == []


def test_a_bot_without_rights_is_refused_in_a_group():
    router = Router()
    router.on("message")(lambda ctx: ctx.delete())
    ann = client(router).in_group("Team")
    with pytest.raises(ApiError, match="message can't be deleted"):
        ann.send("x")
    ann.promote_bot(can_delete_messages=True)
    ann.send("y")


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"text": "a.b!", "parse_mode": "MarkdownV2"}, "Character '.' is reserved"),
        ({"text": "k", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "k", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "no url"}]]}}, "URL"),
        ({"text": "😀" * 4097}, "message is too long"),
    ],
)  # fmt: skip
def test_what_only_telegram_knows_is_refused(params, refusal: str):
    router = Router()
    router.on("message")(lambda ctx: ctx.bot.send_message(chat_id=ctx.chat.id, **params))
    with pytest.raises(ApiError, match=refusal):
        client(router).send("x")


def test_blocking_is_told_to_a_bot_that_asks():
    seen = []
    router = Router()
    router.on("my_chat_member")(lambda ctx: seen.append(ctx.event.new_chat_member.status))
    ann = client(router)
    ann.block()
    ann.unblock()
    assert seen == ["kicked", "member"]


def test_handlers_run_in_the_authors_app():
    from flask import Flask, current_app

    from anzol import Settings

    class Config(Settings):
        city: str = "Lisbon"

    router = Router()
    router.command("city")(lambda ctx: Config.current().city)
    router.command("app")(lambda ctx: current_app.name)
    assert client(router, settings=Config(city="Porto")).send("/city")[0].text == "Porto"
    app = Flask("shop")
    app.extensions["anzol"] = type("Record", (), {"settings": Config()})
    ann = client(router, app=app)
    assert [ann.send(text)[0].text for text in ("/app", "/city")] == ["shop", "Lisbon"]


def test_every_run_draws_the_same_numbers():
    router = Router()
    router.on("message")(lambda ctx: str(ctx.bot.send_dice(chat_id=ctx.chat.id).dice.value))
    rolls = [[client(router).send("x")[-1].text for _ in range(2)] for _ in range(2)]
    assert rolls[0] == rolls[1]


def test_formatted_replies_are_shown_as_text_with_entities():
    router = Router()
    router.on("message")(lambda ctx: html("<b>{}</b>", ctx.text))
    (sent,) = client(router).send("x < y")
    assert (sent.text, sent.entities[0].type) == ("x < y", "bold")
