"""The body of POST /push: what it may say, and one sentence for everything else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from anzol.push.body import MOST_CHATS, BadBody, Order, read_json, read_order

NOW = 1_800_000_000.0
LATER = "2027-01-15T10:00:00+01:00"


def read(**fields: Any) -> Order:
    return read_order(read_json(json.dumps({"chat_id": 7, "text": "hi", **fields}).encode()), NOW)


def test_the_least_is_a_chat_and_a_text():
    assert read() == Order("sendMessage", {"text": "hi"}, (7,))


def test_everything_at_once():
    body = {
        "topic": "news",
        "html": "<b>Hi</b>",
        "buttons": [{"text": "Open", "url": "https://a.pt"}],
        "silent": True,
        "delay": 60,
        "ttl": 3600,
        "params": {"protect_content": True},
        "bot": 42,
    }
    order = read_order(body, NOW)
    assert (order.topic, order.chats, order.bot) == ("news", (), "42")
    assert (order.due, order.ttl) == (NOW + 60, 3600)
    assert order.params == {
        "text": "Hi",
        "entities": [{"type": "bold", "offset": 0, "length": 2}],
        "disable_notification": True,
        "protect_content": True,
        "reply_markup": {"inline_keyboard": [[{"text": "Open", "url": "https://a.pt"}]]},
    }


def test_markdown_is_read_as_language_models_write_it():
    body = {"chat_id": 7, "markdown": "**Hi** _you_"}
    assert read_order(body, NOW).params["text"] == "Hi you"


def test_a_method_and_its_parameters():
    body = {
        "chat_ids": [7, 8, 7],
        "method": "send_photo",
        "params": {"photo": "https://a.pt/1.jpg"},
    }
    order = read_order(body, NOW)
    assert (order.method, order.chats) == ("sendPhoto", (7, 8))


@pytest.mark.parametrize("at", [LATER, "2027-01-15T09:00:00Z", NOW + 3600])
def test_a_time_is_said_in_several_ways(at: Any):
    due = read(at=at).due
    assert due is not None and NOW < due < NOW + 86400 * 365


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"colour": "red"}, "There is no field 'colour'"),
        ({"chat": 7}, "did you mean 'chat_id'?"),
        ({"chat_ids": [7]}, "there is both chat_id and chat_ids"),
        ({"html": "x"}, "there is both text and html"),
        ({"chat_id": "Ann"}, "'Ann' is not a chat"),
        ({"chat_id": 0}, "0 is not a chat"),
        ({"chat_id": True}, "True is not a chat"),
        ({"chat_id": 2**60}, "is not a chat"),
        ({"text": ""}, "text is empty"),
        ({"text": " \n"}, "text is empty"),
        ({"text": 5}, "text is a text"),
        ({"text": "\ud800"}, "half a character"),
        ({"text": "x" * 4097}, "text has 4,097 characters; a message holds 4,096"),
        ({"text": "😀" * 2049}, "text has 4,098 characters"),
        ({"buttons": []}, "buttons is a list"),
        ({"buttons": [[]]}, "buttons is a list"),
        ({"buttons": [{"text": ""}]}, "{'text': ''} is no button"),
        ({"buttons": [{"text": "x", "link": "y"}]}, "A button has no field 'link'"),
        ({"buttons": [{"text": "x"}]}, "does nothing"),
        ({"buttons": [{"text": "x", "callback_data": "y" * 65}]}, "longer than 64 bytes"),
        ({"silent": 1}, "silent is true or false"),
        ({"at": "tomorrow"}, "at is a time such as"),
        ({"at": "2027-01-15T10:00:00"}, "at has no time zone"),
        ({"at": NOW - 1}, "at is in the past"),
        ({"at": NOW + 400 * 86400}, "more than a year"),
        ({"at": True}, "at is a time"),
        ({"at": 10**400}, "at is a time"),
        ({"at": LATER, "delay": 1}, "at or delay"),
        ({"delay": -1}, "delay is seconds"),
        ({"ttl": 0}, "ttl is seconds"),
        ({"ttl": "1h"}, "ttl is seconds"),
        ({"params": {"chat_id": 8}}, "params has a chat_id"),
        ({"params": {"parse_mode": "HTML"}}, "parse_mode is given by text"),
        ({"params": {"silent": True}}, "sendMessage has no parameter 'silent'"),
        ({"params": []}, "params is an object"),
        ({"bot": {}}, "bot is"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(fields: dict[str, Any], told: str):
    with pytest.raises(BadBody) as caught:
        read(**fields)
    text = str(caught.value)
    assert told in text and "\n" not in text and len(text) <= 300


def photo(file: Any) -> dict[str, Any]:
    return {"method": "sendPhoto", "params": {"photo": file}}


def album(file: Any) -> dict[str, Any]:
    items = [{"type": "photo", "media": each} for each in ("AgAC-_9", "https://a.pt/1.jpg", file)]
    return {"method": "sendMediaGroup", "params": {"media": items}}


LOCAL = {"type": "photo", "media": "file:///etc/passwd"}


def poll(**params: Any) -> dict[str, Any]:
    return method("sendPoll", question="Tea?", **params)


def method(name: str, **params: Any) -> dict[str, Any]:
    return {"chat_id": 7, "method": name, "params": params}


def test_files_are_given_by_address_or_file_id():
    for found in (photo("AgACAgQAAxk-_9"), photo("https://a.pt/1.jpg"), album("AgAC")):
        assert read_order({"chat_id": 7, **found}, NOW).params == found["params"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"text": "hi"}, "exactly one of chat_id, chat_ids, topic; there is none"),
        ({"chat_id": 7}, "exactly one of text, html, markdown, method; there is none"),
        ({"topic": "a b", "text": "x"}, "topic is 1 to 48"),
        ({"chat_ids": [], "text": "x"}, "at least one chat"),
        ({"chat_ids": "7", "text": "x"}, "a list"),
        ({"chat_ids": [*range(1, MOST_CHATS + 2)], "text": "x"}, "a request takes 50,000"),
        ({"chat_id": 7, "html": "<b>x"}, "Can't parse entities"),
        ({"chat_id": 7, "html": "<marquee>x</marquee>"}, "nsupported start tag"),
        ({"chat_id": 7, "method": "banChatMember"}, "cannot be pushed"),
        ({"chat_id": 7, "method": "sendMesage"}, "did you mean 'sendMessage'?"),
        ({"chat_id": 7, "method": "sendChatAction", "params": {"action": "typing"}}, "cannot be"),
        ({"chat_id": 7, "method": "sendPhoto"}, "sendPhoto needs photo"),
        ({"chat_id": 7, "method": 5}, "no method 5"),
        (
            {"chat_id": 7, **photo("/etc/hostname")},
            "photo is '/etc/hostname': give a file's address",
        ),
        ({"chat_id": 7, **photo("file:///etc/hostname")}, "no file of this server is sent"),
        ({"chat_id": 7, **photo("attach://other")}, "no file of this server is sent"),
        ({"chat_id": 7, **photo("gone.png")}, "give a file's address or its file_id"),
        ({"chat_id": 7, **photo({"anzol:file": "/etc/hostname"})}, "which is not for others"),
        ({"chat_id": 7, **album({"anzol:file": "/etc/hostname"})}, "which is not for others"),
        ({"chat_id": 7, **album("attach://other")}, "media's media is 'attach://other'"),
        (
            method("sendMediaGroup", media=json.dumps([LOCAL, LOCAL])),
            "media's media is 'file:///etc/passwd'",
        ),
        (method("sendMediaGroup", media="[" * 100_000), "params is nested too deeply."),
        (method("sendMediaGroup", media=LOCAL), "media's media is 'file:///etc/passwd'"),
        (
            poll(options=[{"text": "a", "media": LOCAL}, "b"]),
            "options's media is 'file:///etc/passwd'",
        ),
        (poll(options=["a", "b"], media=LOCAL), "media's media is 'file:///etc/passwd'"),
        (
            poll(options=["a", "b"], explanation_media=json.dumps(LOCAL)),
            "no file of this server is sent",
        ),
        (
            method("sendRichMessage", rich_message={"html": "<img src='FILE:///etc/passwd'>"}),
            "'FILE:///etc/passwd'",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(body: dict[str, Any], told: str):
    with pytest.raises(BadBody) as caught:
        read_order(body, NOW)
    assert told in str(caught.value)


def button(**fields: Any) -> dict[str, Any]:
    return {"text": "Go", **fields}


def items(*kinds: str) -> list[dict[str, Any]]:
    return [{"type": kind, "media": f"file_{at}"} for at, kind in enumerate(kinds)]


WRONG_BUTTONS = [
    (button(), "does nothing: give it a url or callback_data"),
    (button(style="primary"), "does nothing"),
    (button(url=None), "does nothing"),
    (button(pay=False), "does nothing"),
    (button(url="https://a.pt", callback_data="x"), "does 2 things: leave it one of url, callback"),
    (button(callback_data="ü" * 33), "is longer than 64 bytes"),
    (button(callback_data=""), "is empty"),
    (button(callback_data=[1]), "is a text"),
    (button(url="nowhere"), "is 'nowhere', no address that opens"),
    (button(url="javascript:alert(1)"), "no address that opens"),
    (button(url="https://"), "no address that opens"),
    (button(url="tel:+351210000000"), "no address that opens"),
    (button(url=True), "is a text"),
    (button(web_app={"url": "http://a.pt"}), "no address that opens"),
    (button(web_app="https://a.pt"), "is an object with url"),
    (button(login_url={}), "is an object with url"),
    (button(copy_text={"text": "x" * 257}), "is longer than 256 characters"),
    (button(link="https://a.pt"), "A button has no field 'link'"),
    ({"url": "https://a.pt"}, "is no button"),
    ("Go", "is no button"),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG_BUTTONS)
def test_a_button_that_telegram_would_refuse_is_refused_however_it_is_given(wrong: Any, told: str):
    markup = {"inline_keyboard": [[button(callback_data="ok")], [wrong]]}
    for fields in (
        {"buttons": [button(callback_data="ok"), wrong]},
        {"params": {"reply_markup": markup}},
        {"params": {"reply_markup": json.dumps(markup)}},
    ):
        with pytest.raises(BadBody) as caught:
            read(**fields)
        text = str(caught.value)
        assert told in text and text.endswith(".") and "\n" not in text


def test_every_action_of_a_button_is_taken():
    rows = [
        [button(url="tg://user?id=7"), button(url="example.org")],
        [button(callback_data="x" * 64, style="primary"), button(switch_inline_query="")],
        [button(web_app={"url": "https://a.pt"}), button(copy_text={"text": "4711"})],
        [button(switch_inline_query_chosen_chat={}), button(login_url={"url": "https://a.pt"})],
    ]
    assert read(buttons=rows).params["reply_markup"] == {"inline_keyboard": rows}
    replies = {"keyboard": [["Yes", "No"]]}
    assert read(params={"reply_markup": replies}).params["reply_markup"] == replies


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (method("sendMediaGroup", media=[]), "media has 0 items; sendMediaGroup takes 2 to 10"),
        (
            method("sendMediaGroup", media=items("photo")),
            "media has 1 item; sendMediaGroup takes 2 to 10",
        ),
        (method("sendMediaGroup", media=json.dumps(items("photo"))), "sendPhoto, sendVideo"),
        (method("sendMediaGroup", media=items(*["photo"] * 11)), "media has 11 items"),
        (method("sendMediaGroup", media={"type": "photo"}), "media is a list of 2 to 10"),
        (method("sendMediaGroup", media=items("photo", "sticker")), "cannot be in an album"),
        (method("sendMediaGroup", media=items("photo", "audio")), "audio can only be with their"),
        (method("sendMediaGroup", media=[{"type": "photo"}] * 2), "has no media"),
        (
            method(
                "sendMediaGroup",
                media=[{**one, "caption": "x" * 1025} for one in items("photo", "photo")],
            ),
            "caption has 1,025 characters; a caption holds 1,024",
        ),
        (method("sendPaidMedia", star_count=1, media=[]), "media has 0 items"),
        (method("sendPaidMedia", star_count=1, media=items(*["photo"] * 11)), "1 to 10 of them"),
        (method("copyMessages", from_chat_id=7, message_ids=[]), "message_ids has 0 items"),
        (method("forwardMessages", from_chat_id=7, message_ids=[*range(101)]), "has 101 items"),
        (poll(options=[]), "options has 0 items; sendPoll takes 1 to 12"),
        (method("sendMessage", text="x" * 4097), "text has 4,097 characters; a message holds"),
        (method("sendMessage", text="<b> </b>", parse_mode="HTML"), "text is empty"),
        (method("sendMessage", text="<b>x", parse_mode="HTML"), "Can't parse entities"),
        (method("sendPhoto", photo="AgAC", caption="😀" * 513), "caption has 1,026 characters"),
        (method("sendPhoto", photo="AgAC", caption="*x", parse_mode="MarkdownV2"), "Can't parse"),
        (method("sendPhoto", photo="AgAC", reply_markup="Go"), "reply_markup is an object"),
        (method("sendPhoto", photo="AgAC", reply_markup={"inline_keyboard": [{}]}), "list of rows"),
        (
            {"chat_id": 7, "text": "x", "buttons": [button(callback_data="x")] * 101},
            "There are 101 buttons; Telegram allows 100",
        ),
        (
            {**method("sendDice", reply_markup={}), "buttons": [button(callback_data="x")]},
            "not both",
        ),
        (method("sendRichMessageDraft", draft_id=1, rich_message={}), "cannot be pushed"),
    ],
)
def test_contents_that_telegram_would_refuse_are_refused(body: dict[str, Any], told: str):
    with pytest.raises(BadBody) as caught:
        read_order(body, NOW)
    text = str(caught.value)
    assert told in text and text.endswith(".") and "\n" not in text


@pytest.mark.parametrize("count", [2, 10])
def test_an_album_of_what_telegram_takes_is_taken(count: int):
    media = items(*["photo", "video"] * (count // 2))
    assert read_order(method("sendMediaGroup", media=media), NOW).params["media"] == media


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": NaN}', b"[" * 100_000, b"\xff"])
def test_what_is_no_object_is_refused(body: bytes):
    with pytest.raises(BadBody):
        read_json(body)
