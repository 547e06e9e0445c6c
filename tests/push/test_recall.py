"""How what was sent is changed."""

from __future__ import annotations

import pytest

from anzol.push.recall import CAPTION, TEXT, changes_of


@pytest.mark.parametrize(
    ("method", "changes"),
    [
        ("sendMessage", (TEXT,)),
        ("sendVideo", (CAPTION,)),
        ("sendMediaGroup", (CAPTION,)),
        ("copyMessage", (TEXT, CAPTION)),
        ("forwardMessage", ()),
        ("sendDice", ()),
    ],
)
def test_what_was_sent_says_how_it_is_changed(method: str, changes: tuple[tuple[str, str], ...]):
    assert changes_of(method) == changes
