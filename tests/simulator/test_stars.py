"""Stars: earned by invoices, spent on gifts."""

from __future__ import annotations

import pytest

from tests.simulator.side import Side

ROSE = "5168103777563050263"


def test_a_bot_without_stars_gives_no_gifts(sim: Side):
    gifts = sim.ok("getAvailableGifts")["gifts"]
    assert {"id": ROSE, "star_count": 25}.items() <= next(
        g for g in gifts if g["id"] == ROSE
    ).items()
    refusal = sim.refusal("sendGift", user_id=1001, gift_id=ROSE)
    assert refusal == "Bad Request: BALANCE_TOO_LOW"
    assert sim.refusal("sendGift", user_id=1001, gift_id="5") == "Bad Request: STARGIFT_INVALID"


def test_a_gift_is_paid_owned_and_shown(sim: Side):
    sim.act("bot", stars=100)
    sim.ok("sendGift", user_id=1001, gift_id=ROSE, text="<b>For you</b>", text_parse_mode="HTML")
    assert sim.ok("getMyStarBalance") == {"amount": 75}
    (owned,) = sim.ok("getUserGifts", user_id=1001)["gifts"]
    assert (owned["gift"]["id"], owned["text"]) == (ROSE, "For you")
    (spent,) = sim.ok("getStarTransactions")["transactions"]
    assert (spent["amount"], spent["receiver"]["transaction_type"]) == (25, "gift_purchase")
    assert sim.messages()[-1]["gift"]["gift"]["id"] == ROSE


def test_transactions_are_listed_from_the_oldest_on(sim: Side):
    sim.act("bot", stars=100)
    for person in (1001, 1002):
        sim.act("person", id=person)
        sim.ok("sendGift", user_id=person, gift_id=ROSE)
    told = sim.ok("getStarTransactions")["transactions"]
    assert [one["receiver"]["user"]["id"] for one in told] == [1001, 1002]
    (second,) = sim.ok("getStarTransactions", offset=1, limit=1)["transactions"]
    assert second == told[1]


def test_a_gift_of_a_business_account_becomes_stars(sim: Side):
    sim.act("bot", stars=25)
    sim.ok("sendGift", user_id=1001, gift_id=ROSE)
    connection = {"business_connection_id": sim.act("business", **{"from": 1001})["id"]}
    (owned,) = sim.ok("getBusinessAccountGifts", **connection)["gifts"]
    sim.ok("convertGiftToStars", **connection, owned_gift_id=owned["owned_gift_id"])
    assert sim.ok("getBusinessAccountStarBalance", **connection) == {"amount": 21}
    sim.ok("transferBusinessAccountStars", **connection, star_count=20)
    assert sim.ok("getMyStarBalance") == {"amount": 20}
    poor = sim.refusal("transferBusinessAccountStars", **connection, star_count=20)
    assert poor == "Bad Request: BALANCE_TOO_LOW"


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("verifyUser", {"user_id": 1001}, "BOT_VERIFIER_FORBIDDEN"),
        ("getManagedBotToken", {"user_id": 7}, "BOT_INVALID"),
        ("editUserStarSubscription", {"user_id": 1001, "is_canceled": True}, "CHARGE_NOT_FOUND"),
        (
            "answerWebAppQuery",
            {
                "web_app_query_id": "x",
                "result": {
                    "type": "article",
                    "id": "1",
                    "title": "t",
                    "input_message_content": {"message_text": "t"},
                },
            },
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ],
)
def test_what_does_not_exist_is_refused(
    sim: Side, method: str, params: dict[str, object], text: str
):
    charge = {"telegram_payment_charge_id": "x"} if "Star" in method else {}
    assert sim.refusal(method, **params, **charge) == f"Bad Request: {text}"


def test_a_mini_app_answers_into_its_chat(sim: Side):
    number = sim.act("webapp", chat_id=1001)["web_app_query_id"]
    result = {
        "type": "article",
        "id": "1",
        "title": "t",
        "input_message_content": {"message_text": "ordered"},
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]},
    }
    sent = sim.ok("answerWebAppQuery", web_app_query_id=number, result=result)
    message = sim.messages()[-1]
    assert (message["text"], message["via_bot"]["id"]) == ("ordered", 4242)
    edit = {"inline_message_id": sent["inline_message_id"], "text": "paid"}
    assert sim.ok("editMessageText", **edit) is True
    again = sim.refusal("answerWebAppQuery", web_app_query_id=number, result=result)
    assert "too old" in again


def test_boosts_are_told_and_found(sim: Side):
    group = sim.group()
    sim.promote(group)
    boost = sim.act("boost", chat_id=group, **{"from": 1002})
    assert sim.updates()[0]["chat_boost"]["boost"] == boost
    assert sim.ok("getUserChatBoosts", chat_id=group, user_id=1002)["boosts"] == [boost]
    sim.act("boost", chat_id=group, removed=True, **{"from": 1002})
    assert "removed_chat_boost" in sim.updates()[0]
