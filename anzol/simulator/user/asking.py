"""What people do with queries: vote, search inline, choose a result, pay."""

from __future__ import annotations

import secrets
from typing import Any

from ..api.errors import Refused, bad
from ..api.inline import read_result
from ..api.methods.inline import name_inline_message
from ..api.methods.polls import vote as cast
from ..api.methods.stars import book, partner
from ..world.bots import Bot
from ..world.chats import Chat
from ..world.posting import post_from_person
from ..world.queries import ask_bot, wait_for_answer
from ..world.views import bot_user
from .routes import UserRequest, route
from .sending import check_member

Json = dict[str, Any]

CHAT_TYPES = ("sender", "private", "group", "supergroup", "channel")


@route("/vote")
def vote(req: UserRequest) -> Json:
    chat = req.chat
    message = req.message(chat)
    if "poll" not in message:
        raise bad("this message is not a poll")
    options = req.value("options", "[Integer]")
    if options is None:
        raise bad("options is a list of numbers, the first option is 0")
    return cast(req.world, chat, message, req.person, [int(number) for number in options])


@route("/inline", waits=True)
def inline(req: UserRequest) -> Json:
    world = req.world
    with world:
        bot, person = req.bot, req.person
        if not bot.user["supports_inline_queries"]:
            raise bad("this bot has no inline mode")
        text = str(req.get("query") or "")[:256]
        payload = {"from": person, "query": text, "offset": str(req.get("offset") or "")}
        chat_type = req.get("chat_type", "sender")
        if chat_type not in CHAT_TYPES:
            raise bad(f"chat_type is one of {', '.join(CHAT_TYPES)}")
        payload["chat_type"] = chat_type
        query = ask_bot(world, bot, "inline_query", person, payload, 30, {"query": text})
    answer = wait_for_answer(world, query["id"], req.seconds("wait", 10))
    if answer is None:
        raise Refused(504, "the bot did not answer the inline query")
    return dict(answer)


@route("/choose")
def choose(req: UserRequest) -> Json:
    world, person = req.world, req.person
    query = world.queries.get(str(req.get("inline_query_id")))
    if not query or query.get("kind") != "inline_query" or "answer" not in query:
        raise bad("inline_query_id is not one that a bot has answered")
    bot = world.bots[query["bot"]]
    results = query["answer"]["results"]
    wanted = str(req.get("result_id"))
    result = next((r for r in results if str(r["id"]) == wanted), None)
    if result is None:
        raise bad("result_id is not among the results")
    chat = req.chat
    check_member(req, chat, person)
    content = {**read_result(world, bot, result), "via_bot": bot_user(bot.user)}
    sent = post_from_person(world, chat, person, content)
    chosen = {"result_id": wanted, "from": person, "query": query["query"]}
    if "reply_markup" in content:
        chosen["inline_message_id"] = name_inline_message(world, bot, chat, sent)
    if "game" in content:
        chat.extra(sent["message_id"]).update(game=result["game_short_name"], bot=bot.id)
    if bot.inline_feedback:
        world.push(bot, "chosen_inline_result", chosen)
    return sent


@route("/pay", waits=True)
def pay(req: UserRequest) -> Json:
    world, wait = req.world, req.seconds("wait", 10)
    with world:
        chat, person = req.chat, req.person
        message = req.message(chat)
        extra = chat.extras.get(message["message_id"], {})
        if "invoice" not in message or "order" not in extra:
            raise bad("this message is not an invoice")
        bot, order = world.bots[extra["bot"]], extra["order"]
        info = read_order_info(req, order)
    shipping: Json = {}
    if order.get("is_flexible"):
        shipping = ask_shipping(req, bot, person, order, wait)
    invoice = message["invoice"]
    total = invoice["total_amount"] + req.number("tip_amount", 0)
    total += sum(int(price["amount"]) for price in shipping.get("prices", []))
    payment: Json = {
        "currency": invoice["currency"],
        "total_amount": total,
        "invoice_payload": order["payload"],
    }
    if shipping:
        payment["shipping_option_id"] = shipping["id"]
    if info:
        payment["order_info"] = info
    with world:
        payload = {"from": person, **payment}
        query = ask_bot(world, bot, "pre_checkout_query", person, payload, 150, {})
    check_yes(wait_for_answer(world, query["id"], wait))
    with world:
        return finish_payment(req, bot, chat, person, payment)


def read_order_info(req: UserRequest, order: Json) -> Json:
    """Return what the invoice asks of the buyer, made up where they do not say."""
    given = req.get("order_info") or {}
    person = req.person
    made = {
        "need_name": ("name", person["first_name"]),
        "need_phone_number": ("phone_number", "15550100"),
        "need_email": ("email", f"{person['id']}@example.com"),
        "need_shipping_address": ("shipping_address", address(req)),
    }
    asked = {field: value for need, (field, value) in made.items() if order.get(need)}
    return {**asked, **given}


def address(req: UserRequest) -> Json:
    """Return the buyer's address."""
    usual = {
        "country_code": "PT",
        "state": "",
        "city": "Lisboa",
        "street_line1": "Rua Augusta 1",
        "street_line2": "",
        "post_code": "1100-048",
    }
    return {**usual, **(req.get("shipping_address") or {})}


def ask_shipping(req: UserRequest, bot: Bot, person: Json, order: Json, wait: float) -> Json:
    """Ask the bot for shipping options and return the chosen one. Raises Refused."""
    world = req.world
    with world:
        payload = {
            "from": person,
            "invoice_payload": order["payload"],
            "shipping_address": address(req),
        }
        query = ask_bot(world, bot, "shipping_query", person, payload, 150, {})
    answer = check_yes(wait_for_answer(world, query["id"], wait))
    options: list[Json] = answer["shipping_options"]
    wanted = req.get("shipping_option_id", options[0]["id"])
    chosen = next((option for option in options if option["id"] == wanted), None)
    if chosen is None:
        raise bad(f"shipping_option_id is one of {', '.join(o['id'] for o in options)}")
    return chosen


def check_yes(answer: Json | None) -> Json:
    """Return the bot's answer if it is a yes. Raises Refused 504 for silence, 400 for a no."""
    if answer is None:
        raise Refused(504, "the bot did not answer the checkout")
    if not answer["ok"]:
        raise bad(answer["error_message"])
    return answer


def finish_payment(req: UserRequest, bot: Bot, chat: Chat, person: Json, payment: Json) -> Json:
    """Post the message about the payment."""
    charge = f"sim_{secrets.token_urlsafe(16)}"
    successful = {
        **payment,
        "telegram_payment_charge_id": charge,
        "provider_payment_charge_id": f"provider_{secrets.token_urlsafe(8)}",
    }
    bot.set(payments={**bot.settings.get("payments", {}), charge: successful})
    if payment["currency"] == "XTR":
        words = {"invoice_payload": payment["invoice_payload"]}
        paid = partner(req.world, person["id"], "invoice_payment", **words)
        book(req.world, bot, payment["total_amount"], paid, charge)
    return post_from_person(req.world, chat, person, {"successful_payment": successful})
