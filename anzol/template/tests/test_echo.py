from __future__ import annotations

from handlers.echo import router


def test_text_is_echoed(telegram):
    client = telegram(router)
    client.send("<b>as & typed</b>")
    assert client.texts == ["<b>as & typed</b>"]
