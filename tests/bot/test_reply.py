"""Replies with keyboards and files, as they go out."""

from __future__ import annotations

import pytest

from anzol import HandlerError, Reply, Router, html, keyboard, menu, remove_menu
from anzol.testing import client, picture


def sent(reply):
    """The calls that a handler's reply becomes."""
    router = Router()
    router.on("message")(lambda ctx: reply)
    bot = client(router)
    bot.send("x")
    return [(name, params) for name, params in bot.runner.calls]


def test_a_plain_text_goes_as_it_stands():
    assert sent("<b>&_*") == [("sendMessage", {"text": "<b>&_*", "chat_id": 1001})]


def test_html_is_marked_as_such():
    ((_, params),) = sent(html("<b>{}</b>", "<"))
    assert (params["text"], params["parse_mode"]) == ("<b>&lt;</b>", "HTML")


def test_a_long_text_goes_in_pieces_and_the_keyboard_under_the_last():
    calls = sent(
        Reply(
            "word " * 1000,
            keyboard(("x", "y")),
            disable_notification=True,
            reply_parameters={"message_id": 1},
        )
    )
    assert [name for name, _ in calls] == ["sendMessage"] * 2
    assert ["reply_markup" in params for _, params in calls] == [False, True]
    assert ["reply_parameters" in params for _, params in calls] == [True, False]
    assert all(params["disable_notification"] for _, params in calls)


def test_a_long_caption_goes_on_as_text():
    (photo, first), (text, second) = sent(Reply("word " * 300, photo=picture(), has_spoiler=True))
    assert (photo, text) == ("sendPhoto", "sendMessage")
    assert len(first["caption"]) <= 1024
    assert first["caption"] + " " + second["text"] == "word " * 300
    assert "has_spoiler" not in second


def test_a_sticker_has_no_caption_so_the_text_follows():
    assert [name for name, _ in sent(Reply("look", sticker=b"x"))] == ["sendSticker", "sendMessage"]


def test_html_that_telegram_cannot_parse_goes_as_plain_text(caplog):
    calls = sent(html("<b>{}</b><broken>", "x & y"))
    assert [params["text"] for _, params in calls] == ["<b>x &amp; y</b><broken>", "x & y"]
    assert "parse_mode" not in calls[1][1]
    assert "sent as plain text instead" in caplog.text


def test_a_misspelt_option_is_refused():
    with pytest.raises(TypeError, match="did you mean 'disable_notification'"):
        sent(Reply("x", disable_notifications=True))


def test_keyboards():
    rows = keyboard(("A", "a"), ("B", "https://x.y"), [("C", {"web_app": {"url": "https://z"}})])
    assert rows["inline_keyboard"] == [
        [{"text": "A", "callback_data": "a"}, {"text": "B", "url": "https://x.y"}],
        [{"text": "C", "web_app": {"url": "https://z"}}],
    ]
    three = keyboard(*[(str(n), str(n)) for n in range(3)], columns=2)["inline_keyboard"]
    assert [len(row) for row in three] == [2, 1]
    assert menu("Yes", ["No"], one_time_keyboard=True) == {
        "keyboard": [[{"text": "Yes"}], [{"text": "No"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    assert remove_menu() == {"remove_keyboard": True}


@pytest.mark.parametrize("data", ["x" * 65, "я" * 33, ""])
def test_callback_data_is_checked_in_bytes_where_it_is_written(data: str):
    with pytest.raises(HandlerError, match="Telegram allows 1 to 64"):
        keyboard(("Label", data))
    keyboard(("Label", "я" * 32))


@pytest.mark.parametrize(
    "wrong", [("A", 5), (("A", "a"), ("B", "b")), "A", ["A", "a"], {"text": "A"}, ("A",)]
)
def test_what_is_no_button_is_explained(wrong):
    with pytest.raises(HandlerError, match=r"is not a button; write \(label, target\)"):
        keyboard(wrong)


def test_what_is_no_label_is_explained():
    with pytest.raises(HandlerError, match=r"is not a label; write a string or a dict"):
        menu(("Yes", "No"))


def test_the_name_of_a_file_is_no_file(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(picture())
    with pytest.raises(TypeError, match=r"is taken for a file_id; write Path\('.*cat.png'\)"):
        sent(Reply("", photo=str(path)))
    assert sent(Reply("", photo=path))[0][0] == "sendPhoto"
