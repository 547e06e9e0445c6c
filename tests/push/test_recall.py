"""How what was sent is changed."""

from __future__ import annotations

import pytest

from anzol.push.recall import change_of


@pytest.mark.parametrize(
    ("method", "change"),
    [
        ("sendMessage", ("editMessageText", "text")),
        ("sendVideo", ("editMessageCaption", "caption")),
        ("sendMediaGroup", ("editMessageCaption", "caption")),
        ("sendDice", None),
    ],
)
def test_what_was_sent_says_how_it_is_changed(method: str, change: tuple[str, str] | None):
    assert change_of(method) == change
