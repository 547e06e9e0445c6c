"""What a user of Telegram cannot do."""

from __future__ import annotations

from anzol.simulator.api.errors import Refused


class Impossible(AssertionError):
    """Something that this user cannot do in Telegram; it fails the test."""

    def __init__(self, name: str, refused: Refused) -> None:
        text = str(refused).partition(": ")[2].partition(": POST")[0]
        super().__init__(f"{name} cannot do that: {text}.")
        self.code = refused.code
