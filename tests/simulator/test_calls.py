"""What the Bot API answers: parsing, refusals with Telegram's texts, messages sent and changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.side import Side

Simulate = Callable[..., Side]
LIKE = {"inline_keyboard": [[{"text": "Like", "callback_data": "like"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


def test_a_bot_exists_from_its_first_call(sim: Side):
    me = sim.ok("getme")
    assert (me["id"], me["is_bot"], me["username"]) == (4242, True, "sim4242_bot")
    assert sim.read("state")["bots"][0]["id"] == 4242


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot0:x/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot1:x/getMee", 404, "Not Found: method not found"),
        ("/bot1:x", 404, "Not Found"),
        ("/bot1:x/test/nope", 404, "Not Found: method not found"),
        ("/somewhere", 404, "Not Found"),
    ],
)
def test_wrong_addresses(sim: Side, path: str, status: int, description: str):
    answer = sim.session.get(sim.url + path)
    assert answer.status_code == status
    assert answer.json() == {"ok": False, "error_code": status, "description": description}


def test_only_get_and_post(sim: Side):
    answer = sim.session.put(f"{sim.url}/bot{sim.token}/getMe")
    assert (answer.status_code, answer.content) == (501, b"")


def test_parameters_travel_in_four_ways(sim: Side):
    url = f"{sim.url}/bot{sim.token}/sendMessage"
    fields = {"chat_id": "1001", "text": "hi"}
    post = sim.session.post
    for answer in (
        sim.session.get(url, params=fields),
        post(url, data=fields),
        post(url, json=fields),
        post(url, files={name: (None, value) for name, value in fields.items()}),
        post(url + "?text=hi", json={**fields, "text": "the first wins"}),
    ):
        assert answer.json()["result"]["text"] == "hi"
    wrong = post(url, data=b'{"chat_id":1001,"text":"hi"}', headers={"Content-Type": "text/plain"})
    assert wrong.json()["description"] == "Bad Request: chat_id is empty"


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": 77, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": 1001}, "message text is empty"),
        ({"chat_id": 1001, "text": ""}, "message text is empty"),
        ({"chat_id": 1001, "text": " \n "}, "text must be non-empty"),
        ({"chat_id": 1001, "text": "😀" * 4097}, "message is too long"),
        ({"chat_id": 1001, "text": "x" * 40_000}, "text is too long"),
        ({"chat_id": 1001, "text": "x", "parse_mode": "bold"}, "unsupported parse_mode"),
        (
            {"chat_id": 1001, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        (
            {"chat_id": 1001, "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        ({"chat_id": 1001, "text": "x", "reply_markup": None}, "object expected as reply markup"),
        (
            {
                "chat_id": 1001,
                "text": "x",
                "reply_markup": {
                    "inline_keyboard": [[{"text": "a", "callback_data": "é" * 32 + "x"}]]
                },
            },
            "BUTTON_DATA_INVALID",
        ),
        (
            {
                "chat_id": 1001,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]},
            },
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
    ],
)
def test_send_message_refuses_in_telegrams_words(sim: Side, params: dict[str, Any], text: str):
    assert sim.refusal("sendMessage", **params) == f"Bad Request: {text}"


def test_4096_code_points_and_64_bytes_pass(sim: Side):
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 32}]]}
    sent = sim.ok("sendMessage", chat_id=1001, text="😀" * 4096, reply_markup=keyboard)
    assert len(sent["text"]) == 4096
    assert sent["reply_markup"] == keyboard


def test_a_reply_and_a_quote(sim: Side):
    said = sim.say("the quick brown fox")
    reply = {"message_id": said["message_id"], "quote": "brown"}
    sent = sim.ok("sendMessage", chat_id=1001, text="which?", reply_parameters=reply)
    assert sent["reply_to_message"]["text"] == "the quick brown fox"
    assert sent["quote"] == {"text": "brown", "position": 10, "is_manual": True}
    lenient = {"message_id": 99, "allow_sending_without_reply": True}
    sent = sim.ok("sendMessage", chat_id=1001, text="x", reply_parameters=lenient)
    assert "reply_to_message" not in sent


def test_edits(sim: Side):
    sent = sim.ok("sendMessage", chat_id=1001, text="one", reply_markup=LIKE)
    place = {"chat_id": 1001, "message_id": sent["message_id"]}
    assert sim.refusal("editMessageText", **place, text="one", reply_markup=LIKE) == NOT_MODIFIED
    edited = sim.ok("editMessageText", **place, text="<b>two</b>", parse_mode="html")
    assert (edited["text"], edited["entities"][0]["type"]) == ("two", "bold")
    assert edited["edit_date"] >= edited["date"]
    assert "reply_markup" not in edited
    assert sim.ok("editMessageReplyMarkup", **place, reply_markup=LIKE)["reply_markup"] == LIKE
    said = sim.say("mine")
    theirs = {"chat_id": 1001, "message_id": said["message_id"], "text": "x"}
    assert sim.refusal("editMessageText", **theirs) == "Bad Request: message can't be edited"
    theirs["message_id"] = 999
    assert sim.refusal("editMessageText", **theirs) == "Bad Request: message to edit not found"


def test_deletes(sim: Side):
    said = sim.say("hi")
    assert sim.ok("deleteMessage", chat_id=1001, message_id=said["message_id"]) is True
    again = sim.refusal("deleteMessage", chat_id=1001, message_id=said["message_id"])
    assert again == "Bad Request: message to delete not found"
    ids = [sim.say(text)["message_id"] for text in "ab"]
    assert sim.ok("deleteMessages", chat_id=1001, message_ids=[*ids, 900]) is True
    assert sim.messages() == []


def test_forward_and_copy(sim: Side):
    said = sim.say("hello /start")
    place = {"chat_id": 1001, "from_chat_id": 1001, "message_id": said["message_id"]}
    forwarded = sim.ok("forwardMessage", **place)
    assert forwarded["forward_origin"]["sender_user"]["id"] == 1001
    assert forwarded["entities"] == said["entities"]
    copy = sim.ok("copyMessage", **place)
    assert sim.messages()[-1]["message_id"] == copy["message_id"]
    assert "forward_origin" not in sim.messages()[-1]
    place["message_id"] = 555
    assert sim.refusal("copyMessage", **place) == "Bad Request: message to copy not found"
    many = {"chat_id": 1001, "from_chat_id": 1001, "message_ids": [said["message_id"], 555]}
    assert len(sim.ok("forwardMessages", **many)) == 1


def test_a_callback_query_and_its_answer(sim: Side):
    sent = sim.ok("sendMessage", chat_id=1001, text="?", reply_markup=LIKE)
    sim.act("press", chat_id=1001, message_id=sent["message_id"], button="Like")
    query = sim.updates()[0]["callback_query"]
    assert (query["data"], query["message"], query["from"]["id"]) == ("like", sent, 1001)
    assert sim.ok("answerCallbackQuery", callback_query_id=query["id"], text="ok") is True
    again = sim.refusal("answerCallbackQuery", callback_query_id=query["id"])
    assert again == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


def test_a_button_that_is_not_there_names_those_that_are(sim: Side):
    sent = sim.ok("sendMessage", chat_id=1001, text="?", reply_markup=LIKE)
    with pytest.raises(AssertionError, match="there are: 'Like'"):
        sim.act("press", chat_id=1001, message_id=sent["message_id"], button="Lik")


def test_a_blocked_bot(sim: Side):
    sim.say("hi")
    sim.act("block", **{"from": 1001})
    assert sim.refusal("sendMessage", chat_id=1001, text="x") == (
        "Forbidden: bot was blocked by the user"
    )
    change = sim.updates()[1]["my_chat_member"]
    assert change["new_chat_member"]["status"] == "kicked"
    sim.act("block", **{"from": 1001, "blocked": False})
    sim.ok("sendMessage", chat_id=1001, text="x")


def test_in_strict_mode_a_person_writes_first(simulate: Simulate):
    sim = simulate(local=False)
    assert sim.refusal("sendMessage", chat_id=1001, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    sim.say("/start")
    sim.ok("sendMessage", chat_id=1001, text="x")


def test_commands_by_scope_and_language(sim: Side):
    commands = [{"command": "start", "description": "Begin"}]
    sim.ok("setMyCommands", commands=commands)
    sim.ok("setMyCommands", commands=[], scope={"type": "all_group_chats"})
    assert sim.ok("getMyCommands") == commands
    assert sim.ok("getMyCommands", language_code="pt") == []
    assert sim.read("state")["bots"][0]["commands"][0]["commands"] == commands
    wrong = [{"command": "Start!", "description": "x"}]
    assert sim.refusal("setMyCommands", commands=wrong) == "Bad Request: BOT_COMMAND_INVALID"
    sim.ok("deleteMyCommands")
    assert sim.ok("getMyCommands") == []


def test_names_and_descriptions(sim: Side):
    sim.ok("setMyName", name="Anzol")
    sim.ok("setMyDescription", description="What it does")
    assert sim.ok("getMyName") == {"name": "Anzol"}
    assert sim.ok("getMe")["first_name"] == "Anzol"
    assert sim.ok("getMyDescription", language_code="pt") == {"description": "What it does"}


def test_contact_location_venue_dice(sim: Side):
    place = {"chat_id": 1001, "latitude": "38.7", "longitude": -9.1}
    assert sim.ok("sendLocation", **place)["location"] == {"latitude": 38.7, "longitude": -9.1}
    assert sim.ok("sendVenue", **place, title="T", address="A")["venue"]["title"] == "T"
    sent = sim.ok("sendContact", chat_id=1001, phone_number="+1", first_name="Ana")
    assert sent["contact"] == {"phone_number": "+1", "first_name": "Ana"}
    assert 1 <= sim.ok("sendDice", chat_id=1001)["dice"]["value"] <= 6
    assert sim.refusal("sendLocation", chat_id=1001, latitude=1) == (
        "Bad Request: longitude is empty"
    )


def test_every_known_method_answers_in_the_envelope(sim: Side):
    from anzol.simulator.api.schema import METHODS

    for name, _ in METHODS.values():
        answer = sim.call(name, chat_id=1001, timeout=0)
        assert answer.keys() & {"result", "description"}, name
        assert answer.get("error_code", 400) in (400, 401, 403, 404, 429), answer


def test_flood_limits(simulate: Simulate):
    sim = simulate(flood=True)
    answers = [sim.call("sendMessage", chat_id=1001, text="x") for _ in range(8)]
    refused = [answer for answer in answers if not answer["ok"]]
    assert refused[0]["error_code"] == 429
    assert refused[0]["parameters"]["retry_after"] >= 1
