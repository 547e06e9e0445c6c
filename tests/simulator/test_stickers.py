"""Sticker sets: made, filled, ordered, deleted; what their stickers say of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.simulator.side import PIXEL, Side

NAME = "cats_by_sim4242_bot"


def sticker(sim: Side, emoji: str) -> dict[str, Any]:
    sim.say("hi")
    answer = sim.call(
        "uploadStickerFile",
        files={"sticker": (f"{emoji}.png", PIXEL)},
        user_id=1001,
        sticker_format="static",
    )
    file_id = answer["result"]["file_id"]
    return {"sticker": file_id, "format": "static", "emoji_list": [emoji]}


def make(sim: Side, **fields: Any) -> list[str]:
    stickers = [sticker(sim, emoji) for emoji in "🐱🐯"]
    made = {"user_id": 1001, "name": NAME, "title": "Cats", "stickers": stickers, **fields}
    sim.ok("createNewStickerSet", **made)
    return [one["sticker"] for one in stickers]


def shown(sim: Side) -> list[str]:
    return [one["emoji"] for one in sim.ok("getStickerSet", name=NAME)["stickers"]]


def test_a_set_is_made_and_sent_from(sim: Side):
    first, _ = make(sim)
    found = sim.ok("getStickerSet", name=NAME.upper())
    assert (found["name"], found["title"], found["sticker_type"]) == (NAME, "Cats", "regular")
    assert shown(sim) == ["🐱", "🐯"]
    sent = sim.ok("sendSticker", chat_id=1001, sticker=first)["sticker"]
    assert (sent["set_name"], sent["emoji"], sent["file_id"]) == (NAME, "🐱", first)


def test_a_set_is_changed(sim: Side):
    first, second = make(sim)
    place = {"user_id": 1001, "name": NAME}
    sim.ok("addStickerToSet", **place, sticker=sticker(sim, "🦁"))
    sim.ok("setStickerPositionInSet", sticker=first, position=2)
    assert shown(sim) == ["🐯", "🦁", "🐱"]
    sim.ok("setStickerEmojiList", sticker=first, emoji_list=["😺", "😸"])
    sim.ok("replaceStickerInSet", **place, old_sticker=second, sticker=sticker(sim, "🐈"))
    assert shown(sim) == ["🐈", "🦁", "😺"]
    sim.ok("deleteStickerFromSet", sticker=first)
    sim.ok("setStickerSetTitle", name=NAME, title="Big cats")
    assert shown(sim) == ["🐈", "🦁"]
    assert sim.ok("getStickerSet", name=NAME)["title"] == "Big cats"
    thumbnail = {"thumbnail": ("t.png", PIXEL)}
    fields = {"name": NAME, "user_id": 1001, "format": "static"}
    assert sim.call("setStickerSetThumbnail", files=thumbnail, **fields)["ok"]
    assert sim.ok("getStickerSet", name=NAME)["thumbnail"]["width"] == 640
    sim.ok("deleteStickerSet", name=NAME)
    assert sim.refusal("getStickerSet", name=NAME) == "Bad Request: STICKERSET_INVALID"
    refusal = sim.refusal("deleteStickerFromSet", sticker=second)
    assert refusal == "Bad Request: STICKERSET_NOT_MODIFIED"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": "cats"}, "invalid sticker set name is specified"),
        ({"name": "1_by_sim4242_bot"}, "invalid sticker set name is specified"),
        ({"title": ""}, "invalid sticker set title is specified"),
        ({"stickers": []}, "STICKERS_EMPTY"),
        ({"user_id": 77}, "user not found"),
        ({"sticker_type": "gif"}, "unsupported sticker type specified"),
        (
            {"stickers": [{"sticker": "x", "format": "static", "emoji_list": []}]},
            "sticker emojis are not specified",
        ),
        (
            {"stickers": [{"sticker": "x", "format": "static", "emoji_list": ["🐱"]}]},
            "wrong remote file identifier specified: Wrong string length",
        ),
    ],
)
def test_refused_sets(sim: Side, fields: dict[str, Any], text: str):
    good = {"user_id": 1001, "name": NAME, "title": "Cats", "stickers": [sticker(sim, "🐱")]}
    assert sim.refusal("createNewStickerSet", **{**good, **fields}) == f"Bad Request: {text}"
    sim.ok("createNewStickerSet", **good)
    taken = sim.refusal("createNewStickerSet", **good)
    assert taken == "Bad Request: sticker set name is already occupied"


def test_another_bots_set_is_left_alone(sim: Side):
    make(sim)
    other = Side(sim.running, "77:x")
    assert other.ok("getStickerSet", name=NAME)["title"] == "Cats"
    assert other.refusal("deleteStickerSet", name=NAME) == "Bad Request: STICKERSET_INVALID"
    other.session.close()


def test_custom_emoji_and_the_set_of_a_group(sim: Side):
    make(sim, sticker_type="custom_emoji")
    stickers = sim.ok("getStickerSet", name=NAME)["stickers"]
    numbers = [one["custom_emoji_id"] for one in stickers]
    assert sim.ok("getCustomEmojiStickers", custom_emoji_ids=[numbers[1], "5"]) == [stickers[1]]
    small = sim.group()
    sim.promote(small)
    refusal = sim.refusal("setChatStickerSet", chat_id=small, sticker_set_name=NAME)
    assert refusal == "Bad Request: can't set supergroup sticker set"
    made = sim.act("chat", type="supergroup", title="Many", members=[*range(2000, 2100)])
    group = made["id"]
    sim.promote(group)
    sim.ok("setChatStickerSet", chat_id=group, sticker_set_name=NAME)
    assert sim.ok("getChat", chat_id=group)["sticker_set_name"] == NAME
    sim.ok("deleteChatStickerSet", chat_id=group)
    assert "sticker_set_name" not in sim.ok("getChat", chat_id=group)


def test_a_sticker_is_uploaded_with_its_set(sim: Side):
    sim.say("hi")
    given = [{"sticker": "attach://cat", "format": "static", "emoji_list": ["🐱"]}]
    fields = {"user_id": 1001, "name": NAME, "title": "Cats", "stickers": json.dumps(given)}
    assert sim.call("createNewStickerSet", files={"cat": ("cat.png", PIXEL)}, **fields)["ok"]
    assert shown(sim) == ["🐱"]


def test_a_text_is_no_sticker(sim: Side):
    fields = {"user_id": 1001, "name": "texts_by_sim4242_bot", "title": "Texts"}
    for kind, text in (
        ("static", "PNG_NOPNG"),
        ("animated", "TGS_NOTGS"),
        ("video", "VIDEO_NOWEBM"),
    ):
        given = [{"sticker": "attach://one", "format": kind, "emoji_list": ["😀"]}]
        answer = sim.call(
            "createNewStickerSet",
            files={"one": ("a.txt", b"just text")},
            stickers=json.dumps(given),
            **fields,
        )
        assert answer["description"] == f"Bad Request: STICKER_{text}"
