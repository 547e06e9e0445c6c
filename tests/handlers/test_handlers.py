"""The bot that comes with the server."""

from __future__ import annotations

from anzol.bot.loading import load_router
from handlers import router


def test_start_greets_by_name(telegram):
    client = telegram(router)
    client.send("/start")
    assert client.texts == ["Hi Ann! Send me a text or a photo, or press a button."]


def test_likes_are_counted_in_place(telegram):
    client = telegram(router)
    client.send("/start")
    client.click("👍 Like")
    client.click("👍 Again")
    assert client.texts == ["You liked this 2 times."]
    assert client.popups == ["Thank you!"] * 2


def test_a_photo_is_measured(telegram):
    client = telegram(router)
    client.send_photo(width=800, height=600)
    assert client.texts == ["800 × 600 pixels"]


def test_text_is_echoed(telegram):
    client = telegram(router)
    client.send("<b>as & typed</b>")
    assert client.texts == ["<b>as & typed</b>"]


def test_help_comes_from_the_docstrings(telegram):
    client = telegram(router)
    client.send("/help")
    assert client.texts == ["/start – Say hello.\n/help – List the commands."]


def test_the_package_is_loadable_by_name():
    assert load_router("handlers") is router
