from __future__ import annotations

from handlers.photo import router


def test_a_photo_is_measured(telegram):
    client = telegram(router)
    client.send_photo(width=800, height=600)
    assert client.texts == ["800 × 600 pixels"]
