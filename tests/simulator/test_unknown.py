"""No method answers for somebody or something that does not exist."""

from __future__ import annotations

import json
from typing import Any

import pytest

from anzol.simulator.api import schema
from tests.simulator.side import PIXEL, Side

Json = dict[str, Any]

NOBODY = 987_654_321
FILE = "AgADBAADbbbb"
ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "t",
    "input_message_content": {"message_text": "x"},
}
STICKER = {"sticker": FILE, "format": "static", "emoji_list": ["😀"]}
PHOTO = {"type": "photo", "media": FILE}
# A well-formed value for each required parameter; what it names does not exist.
VALUES: Json = {
    **dict.fromkeys(("chat_id", "user_id", "from_chat_id", "receiver_user_id"), NOBODY),
    **dict.fromkeys(("new_owner_chat_id",), NOBODY),
    **dict.fromkeys(("animation", "audio", "document", "live_photo", "photo", "sticker"), FILE),
    **dict.fromkeys(("video", "video_note", "voice", "file_id", "old_sticker"), FILE),
    **dict.fromkeys(("message_id", "message_thread_id", "ephemeral_message_id"), 99_999),
    **dict.fromkeys(("story_id", "from_story_id", "position", "score", "draft_id"), 3),
    **dict.fromkeys(("limit", "star_count", "subscription_price"), 5),
    **dict.fromkeys(("callback_query_id", "inline_query_id", "guest_query_id"), "123"),
    **dict.fromkeys(("pre_checkout_query_id", "shipping_query_id", "web_app_query_id"), "123"),
    **dict.fromkeys(("chat_join_request_query_id", "gift_id", "owned_gift_id"), "999"),
    **dict.fromkeys(("game_short_name", "name", "sticker_set_name", "title"), "no_such"),
    **dict.fromkeys(("business_connection_id", "telegram_payment_charge_id"), "none"),
    **dict.fromkeys(("text", "description", "payload", "question", "address"), "x"),
    **dict.fromkeys(("first_name", "custom_title", "caption"), "x"),
    **dict.fromkeys(("is_access_restricted", "is_canceled", "ok", "show_gift_button"), True),
    **dict.fromkeys(("latitude", "longitude"), 1.0),
    **dict.fromkeys(("format", "sticker_format"), "static"),
    "accepted_gift_types": dict.fromkeys(schema.TYPES["AcceptedGiftTypes"], True),
    "action": "typing",
    "active_period": 86_400,
    "button": {"text": "x", "request_users": {"request_id": 1}},
    "checklist": {"title": "t", "tasks": [{"id": 1, "text": "x"}]},
    "commands": [{"command": "go", "description": "d"}],
    "content": {"type": "photo", "photo": "attach://file"},
    "currency": "XTR",
    "custom_emoji_ids": ["123"],
    "emoji_list": ["😀"],
    "errors": [
        {
            "source": "data",
            "type": "passport",
            "field_name": "x",
            "data_hash": "eA==",
            "message": "m",
        }
    ],
    "invite_link": "https://t.me/+AAAAAAAAAAAAAAAA",
    "media": PHOTO,
    "message_ids": [99_999],
    "month_count": 3,
    "options": [{"text": "a"}, {"text": "b"}],
    "permissions": {},
    "phone_number": "1",
    "prices": [{"label": "x", "amount": 5}],
    "result": ARTICLE,
    "results": [ARTICLE],
    "rich_message": {"html": "x"},
    "sender_chat_id": -1_009_999_999_999,
    "stickers": [STICKER],
    "subscription_period": 2_592_000,
    "url": "",
    "web_app_url": "https://example.com",
}
OWN: dict[str, Json] = {  # values of single methods
    "addStickerToSet": {"sticker": STICKER},
    "answerChatJoinRequestQuery": {"result": "approve"},
    "answerShippingQuery": {
        "shipping_options": [{"id": "1", "title": "t", "prices": VALUES["prices"]}]
    },
    "editMessageCaption": {"chat_id": NOBODY, "message_id": 99_999},
    "giftPremiumSubscription": {"star_count": 1000},
    "replaceStickerInSet": {"sticker": STICKER},
    "savePreparedInlineMessage": {"allow_user_chats": True},
    "sendMediaGroup": {"media": [PHOTO, PHOTO]},
    "sendPaidMedia": {"media": [PHOTO]},
    "setBusinessAccountProfilePhoto": {"photo": {"type": "static", "photo": "attach://file"}},
    "setMyProfilePhoto": {"photo": {"type": "static", "photo": "attach://file"}},
}
# What they are about is the bot itself, or everybody; nothing in them can be unknown.
OF_THE_BOT = {
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "getMe",
    "logOut",
    "close",
    "getForumTopicIconStickers",
    "getAvailableGifts",
    "setMyCommands",
    "deleteMyCommands",
    "getMyCommands",
    "setMyName",
    "getMyName",
    "setMyDescription",
    "getMyDescription",
    "setMyShortDescription",
    "getMyShortDescription",
    "setMyProfilePhoto",
    "removeMyProfilePhoto",
    "setChatMenuButton",
    "getChatMenuButton",
    "setMyDefaultAdministratorRights",
    "getMyDefaultAdministratorRights",
    "getCustomEmojiStickers",  # leaves out those that it does not know
    "createInvoiceLink",
    "getMyStarBalance",
    "getStarTransactions",
}


def ask(sim: Side, name: str, fields: Json) -> Json:
    text = {k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}
    return sim.call(name, files={"file": ("a.png", PIXEL)}, **text)


def values(name: str) -> Json:
    params = schema.TABLE["methods"][name]["params"]
    required = {field: VALUES[field] for field, spec in params.items() if spec[0] == "!"}
    if "message_id" in params and "chat_id" in params:  # or inline_message_id
        required |= {"chat_id": NOBODY, "message_id": 99_999}
    return {**required, **OWN.get(name, {})}


def test_every_method_refuses_what_is_unknown(sim: Side):
    answered = {name for name in schema.TABLE["methods"] if ask(sim, name, values(name))["ok"]}
    assert answered == OF_THE_BOT


def test_every_method_refuses_an_unknown_message_person_or_connection(sim: Side):
    """In a chat that is there, with everything else as it should be."""
    group = sim.group(is_forum=True)
    sim.promote(group)
    sent = sim.ok("sendMessage", chat_id=group, text="x")["message_id"]
    known = {"chat_id": group, "from_chat_id": group, "user_id": 1002, "message_id": sent}
    connection = {"business_connection_id": "none"}
    lenient = {"deleteMessages"}  # skips what is not there
    for name, entry in schema.TABLE["methods"].items():
        given = values(name)
        for field in ("message_id", "user_id", "message_thread_id"):
            others = {k: v for k, v in known.items() if k in given and k != field}
            if field in given and others:
                answer = ask(sim, name, {**given, **others})
                assert not answer["ok"] or name in lenient, (name, field)
        if "business_connection_id" in entry["params"]:
            fields = {**given, **{k: v for k, v in known.items() if k in given}, **connection}
            assert not ask(sim, name, fields)["ok"], name


@pytest.mark.parametrize(
    ("method", "fields", "text"),
    [
        ("setChatMenuButton", {"chat_id": NOBODY}, "user not found"),
        ("setChatMenuButton", {"chat_id": -5}, "invalid chat_id specified"),
        ("getChatMenuButton", {"chat_id": NOBODY}, "user not found"),
        ("getUserChatBoosts", {"chat_id": 1001, "user_id": 1001}, "PEER_ID_INVALID"),
        ("sendMessage", {"message_effect_id": "123"}, "EFFECT_ID_INVALID"),
        ("sendMessage", {"message_thread_id": 5}, "message thread not found"),
        (
            "sendChatAction",
            {"action": "typing", "message_thread_id": 5},
            "message thread not found",
        ),
    ],
)
def test_the_words_for_what_is_unknown(sim: Side, method: str, fields: Json, text: str):
    given = {"chat_id": 1001, "text": "x", **fields}
    assert sim.refusal(method, **given) == f"Bad Request: {text}"


def test_effects_are_for_private_chats(sim: Side):
    fire = {"message_effect_id": "5104841245755180586", "text": "x"}
    assert sim.ok("sendMessage", chat_id=1001, **fire)["effect_id"] == fire["message_effect_id"]
    refusal = sim.refusal("sendMessage", chat_id=sim.group(), **fire)
    assert refusal == "Bad Request: can't use message effects in the chat"


def test_a_thread_is_read_where_there_are_topics(sim: Side):
    group = sim.group()
    sent = sim.ok("sendMessage", chat_id=group, message_thread_id=5, text="x")
    assert "message_thread_id" not in sent
    assert "has no topics" in sim.log("call")[-1]["warnings"][0]
    forum = sim.group(is_forum=True)
    sim.promote(forum)
    for thread in (1, 5):  # the general topic is meant by none
        refusal = sim.refusal("sendMessage", chat_id=forum, message_thread_id=thread, text="x")
        assert refusal == "Bad Request: message thread not found"
    sim.ok("sendChatAction", chat_id=forum, message_thread_id=1, action="typing")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"provider_token": "any"}, "PAYMENT_PROVIDER_INVALID"),
        ({"provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
        ({"prices": [{"label": "x", "amount": 99}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"currency": "US"}, "CURRENCY_INVALID"),
    ],
)
def test_an_invoice_that_nobody_could_pay(sim: Side, fields: Json, text: str):
    invoice = {
        "chat_id": 1001,
        "title": "Tea",
        "description": "Hot",
        "payload": "tea",
        "currency": "USD",
        "provider_token": "284685063:TEST:abc",
        "prices": [{"label": "Tea", "amount": 100}],
    }
    sim.ok("sendInvoice", **invoice)
    assert sim.refusal("sendInvoice", **{**invoice, **fields}) == f"Bad Request: {text}"
