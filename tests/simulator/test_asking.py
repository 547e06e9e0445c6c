"""Questions to a bot: polls, inline mode, payments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.side import Side, until
from tests.simulator.test_updates import later

STARS = {"currency": "XTR", "prices": [{"label": "One", "amount": 5}]}
GOODS = {
    "chat_id": 1001,
    "title": "Book",
    "description": "A book",
    "payload": "book:7",
    "currency": "EUR",
    "provider_token": "123:TEST",
    "prices": [{"label": "Book", "amount": 1000}],
}


def next_update(sim: Side, kind: str) -> Any:
    return until(lambda: [u[kind] for u in sim.updates() if kind in u])[0]


def test_a_poll_and_its_votes(sim: Side):
    options = [{"text": "yes"}, {"text": "no"}]
    sent = sim.ok("sendPoll", chat_id=1001, question="Ok?", options=options, is_anonymous=False)
    place = {"chat_id": 1001, "message_id": sent["message_id"]}
    poll = sim.act("vote", **place, options=[1])
    assert [option["voter_count"] for option in poll["options"]] == [0, 1]
    answer, changed = sim.updates()
    assert answer["poll_answer"]["option_ids"] == [1]
    assert changed["poll"]["total_voter_count"] == 1
    assert sim.messages()[0]["votes"] == {"1001": [1]}
    assert sim.ok("stopPoll", **place)["is_closed"] is True
    assert sim.refusal("stopPoll", **place) == "Bad Request: poll has already been closed"


def test_a_poll_closes_in_time(simulate: Callable[..., Side]):
    sim = simulate(speed=20)
    options = [{"text": "yes"}, {"text": "no"}]
    sim.ok("sendPoll", chat_id=1001, question="Ok?", options=options, open_period=5)
    assert next_update(sim, "poll")["is_closed"] is True
    assert sim.messages()[0]["poll"]["is_closed"] is True


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"question": "", "options": [{"text": "a"}] * 2}, "poll question must be non-empty"),
        ({"question": "q", "options": []}, "poll must have at least 1 option"),
        (
            {"question": "q", "options": [{"text": "a"}] * 2, "type": "quiz"},
            "quiz must have a correct option",
        ),
    ],
)
def test_refused_polls(sim: Side, params: dict[str, Any], text: str):
    assert sim.refusal("sendPoll", chat_id=1001, **params) == f"Bad Request: {text}"


def test_inline_mode(sim: Side):
    thread, found = later(lambda: Side(sim.running).act("inline", query="cats", wait=10))
    query = next_update(sim, "inline_query")
    assert (query["query"], query["from"]["id"]) == ("cats", 1001)
    keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    result = {
        "type": "article",
        "id": "1",
        "title": "Cat",
        "input_message_content": {"message_text": "<b>Cat</b>", "parse_mode": "HTML"},
        "reply_markup": keyboard,
    }
    sim.ok("answerInlineQuery", inline_query_id=query["id"], results=[result])
    thread.join(60)
    assert found[0]["results"] == [result]
    choice = {"inline_query_id": query["id"], "result_id": "1", "chat_id": 1001}
    sent = sim.act("choose", **choice)
    assert (sent["text"], sent["via_bot"]["id"]) == ("Cat", 4242)
    chosen = next_update(sim, "chosen_inline_result")
    sim.act("press", chat_id=1001, message_id=sent["message_id"], button="More")
    press = next_update(sim, "callback_query")
    assert press["inline_message_id"] == chosen["inline_message_id"]
    edit = {"inline_message_id": chosen["inline_message_id"], "text": "Dog"}
    assert sim.ok("editMessageText", **edit) is True
    assert sim.messages()[-1]["text"] == "Dog"


def test_an_inline_result_lands_in_another_bots_chat(sim: Side):
    other = Side(sim.running, "77:x")
    other.ok("getMe")
    thread, found = later(lambda: Side(sim.running).act("inline", query="cats", wait=10))
    query = next_update(sim, "inline_query")
    content = {"message_text": "Cat"}
    result = {"type": "article", "id": "1", "title": "Cat", "input_message_content": content}
    sim.ok("answerInlineQuery", inline_query_id=query["id"], results=[result])
    thread.join(60)
    other.act("choose", inline_query_id=query["id"], result_id="1", chat_id=1001)
    assert [(m["text"], m["via_bot"]["id"]) for m in other.messages()] == [("Cat", 4242)]
    assert sim.messages() == []
    assert other.updates()[0]["message"]["via_bot"]["id"] == 4242
    assert next_update(sim, "chosen_inline_result")["result_id"] == "1"
    group = other.group(bots=["77:x"])
    outsider = {"inline_query_id": query["id"], "result_id": "1", "chat_id": group, "from": 1003}
    with pytest.raises(AssertionError, match="not in the chat"):
        other.act("choose", **outsider)
    other.session.close()


def test_a_silent_bot_is_not_waited_for(sim: Side):
    with pytest.raises(AssertionError, match="did not answer the inline query"):
        sim.act("inline", query="x", wait=0.1)


def test_stars_are_paid(sim: Side):
    invoice = {**GOODS, **STARS}
    sent = sim.ok("sendInvoice", **invoice)
    assert sent["reply_markup"]["inline_keyboard"][0][0]["pay"] is True
    place = {"chat_id": 1001, "message_id": sent["message_id"]}
    thread, found = later(lambda: Side(sim.running).act("pay", **place))
    query = next_update(sim, "pre_checkout_query")
    assert (query["total_amount"], query["invoice_payload"]) == (5, "book:7")
    sim.ok("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    thread.join(60)
    payment = next_update(sim, "message")["successful_payment"]
    assert payment == found[0]["successful_payment"]
    refund = {"user_id": 1001, "telegram_payment_charge_id": payment["telegram_payment_charge_id"]}
    assert sim.ok("refundStarPayment", **refund) is True
    assert sim.refusal("refundStarPayment", **refund) == "Bad Request: CHARGE_ALREADY_REFUNDED"


def test_shipping_and_a_no(sim: Side):
    sent = sim.ok("sendInvoice", **GOODS, is_flexible=True, need_email=True)
    assert sent["reply_markup"]["inline_keyboard"] == [[{"text": "Pay €10.00", "pay": True}]]
    place = {"chat_id": 1001, "message_id": sent["message_id"], "tip_amount": 100}
    url = f"{sim.url}/user/pay"
    body = {"bot": sim.token, **place}
    thread, found = later(lambda: Side(sim.running).session.post(url, json=body).json())
    query = next_update(sim, "shipping_query")
    option = {"id": "fast", "title": "Fast", "prices": [{"label": "Fast", "amount": 200}]}
    sim.ok("answerShippingQuery", shipping_query_id=query["id"], ok=True, shipping_options=[option])
    checkout = next_update(sim, "pre_checkout_query")
    assert (checkout["total_amount"], checkout["shipping_option_id"]) == (1300, "fast")
    assert checkout["order_info"] == {"email": "1001@example.com"}
    answer = {"pre_checkout_query_id": checkout["id"], "ok": False, "error_message": "Sold out"}
    sim.ok("answerPreCheckoutQuery", **answer)
    thread.join(60)
    assert found[0]["description"] == "Bad Request: Sold out"
