from __future__ import annotations

from handlers.start import router


def test_start_greets_by_name(telegram):
    client = telegram(router)
    client.send("/start")
    assert client.texts == ["Hi Ann! Send me a text or a photo, or press a button."]


def test_help_comes_from_the_docstrings(telegram):
    client = telegram(router)
    client.send("/help")
    assert client.texts == ["/start – Say hello.\n/help – List the commands."]
