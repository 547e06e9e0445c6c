"""Formatted text in any parameter of any call goes out with what says how it is read."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

from anzol import Bot
from anzol.api.formatting import place_formatting
from anzol.api.text import FormattedText, html
from tests.api.conftest import BotApi

BOLD = html("<b>{}</b>", "<")
SOURCE = "<b>&lt;</b>"
PIECE = FormattedText("x", [{"type": "bold", "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("method", "given", "placed"),
    [
        ("sendMessage", {"text": BOLD}, {"text": SOURCE, "parse_mode": "HTML"}),
        ("sendMessage", {"text": Markup(SOURCE)}, {"text": SOURCE, "parse_mode": "HTML"}),
        ("sendMessage", {"text": PIECE}, {"text": "x", "entities": PIECE.entities}),
        ("sendMessage", {"text": FormattedText("x", []), "parse_mode": "HTML"}, {"text": "x"}),
        ("sendMessage", {"text": BOLD, "parse_mode": "MarkdownV2"}, {"text": SOURCE, "parse_mode": "HTML"}),
        ("sendPhoto", {"photo": "id", "caption": BOLD}, {"photo": "id", "caption": SOURCE, "parse_mode": "HTML"}),
        ("sendPhoto", {"caption": PIECE}, {"caption": "x", "caption_entities": PIECE.entities}),
        ("sendPoll", {"question": BOLD}, {"question": SOURCE, "question_parse_mode": "HTML"}),
        ("sendPoll", {"options": [{"text": BOLD}]}, {"options": [{"text": SOURCE, "text_parse_mode": "HTML"}]}),
        ("sendMediaGroup", {"media": [{"type": "photo", "caption": BOLD}]}, {"media": [{"type": "photo", "caption": SOURCE, "parse_mode": "HTML"}]}),
        ("sendMessage", {"reply_parameters": {"quote": PIECE}}, {"reply_parameters": {"quote": "x", "quote_entities": PIECE.entities}}),
        ("sendAudio", {"title": BOLD}, {"title": "<"}),
        ("setMyName", {"name": BOLD}, {"name": "<"}),
        (
            "sendMessage",
            {"reply_markup": {"inline_keyboard": [[{"text": BOLD, "url": "u"}]]}},
            {"reply_markup": {"inline_keyboard": [[{"text": "<", "url": "u"}]]}},
        ),
        (
            "answerInlineQuery",
            {"results": [{"type": "article", "title": BOLD, "input_message_content": {"message_text": BOLD}}]},
            {"results": [{"type": "article", "title": "<", "input_message_content": {"message_text": SOURCE, "parse_mode": "HTML"}}]},
        ),
        (
            "sendChecklist",
            {"checklist": {"title": BOLD, "tasks": [{"id": 1, "text": PIECE}]}},
            {"checklist": {"title": SOURCE, "parse_mode": "HTML", "tasks": [{"id": 1, "text": "x", "text_entities": PIECE.entities}]}},
        ),
        ("brandNewMethod", {"text": BOLD}, {"text": SOURCE, "parse_mode": "HTML"}),
    ],
)  # fmt: skip
def test_every_parameter_that_takes_formatting_gets_it(
    method: str, given: dict[str, Any], placed: dict[str, Any]
):
    assert place_formatting(method, given) == placed


def test_a_call_without_formatting_is_left_alone():
    params = {"chat_id": 1, "text": "<b>", "media": [("a.jpg", b"x")], "x": None}
    assert place_formatting("sendMessage", params) is params


def test_the_client_sends_html_given_to_any_method(api: BotApi, bot: Bot):
    bot.send_message(1, BOLD)
    assert api.sent() == [{"chat_id": 1, "text": SOURCE, "parse_mode": "HTML"}]
