"""What comes in: words by UTF-16 offsets, and whether the bot is meant."""

from __future__ import annotations

from typing import Any

import pytest

from anzol.api.text import entities_of, entity_text, find_entities, is_meant

ME = {"id": 4242, "username": "Sim_Bot"}


def said(text: str, **fields: Any) -> dict[str, Any]:
    chat = {"id": -5, "type": "supergroup"}
    return {"chat": chat, "text": text, "entities": find_entities(text, [])} | fields


def test_words_after_an_emoji_are_cut_by_utf_16_units():
    message = said("😀👨‍👩‍👧 #café @ann_b")
    assert [word for _, word in entities_of(message)] == ["#café", "@ann_b"]
    assert [word for _, word in entities_of(message, "hashtag")] == ["#café"]
    caption = {"caption": "😀 #x1", "caption_entities": [{"type": "hashtag", "offset": 3, "length": 3}]}  # fmt: skip
    assert [word for _, word in entities_of(caption)] == ["#x1"]
    assert entity_text("plain", {"offset": 1, "length": 2}) == "la"


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        (said("hello"), False),
        (said("hello", chat={"id": 5, "type": "private"}), True),
        (said("😀 @sim_bot hello"), True),
        (said("@sim_bots hello"), False),
        (said("/start"), True),
        (said("/start@SIM_bot now"), True),
        (said("/start@other_bot"), False),
        (said("yes", reply_to_message={"from": {"id": 4242}}), True),
        (said("yes", reply_to_message={"from": {"id": 7}}), False),
        (said("you", entities=[{"type": "text_mention", "offset": 0, "length": 3, "user": {"id": 4242}}]), True),
        ({"chat": {"id": -5, "type": "group"}, "photo": []}, False),
    ],
)  # fmt: skip
def test_whether_the_bot_is_meant(message: dict[str, Any], meant: bool):
    assert is_meant(message, ME) is meant
