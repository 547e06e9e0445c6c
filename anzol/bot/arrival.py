"""Updates as they arrive: the choice of a lane from the update alone, without bot or sessions."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from anzol.api.client import Bot
from anzol.api.updates import MESSAGE_KINDS

from .context import Context
from .routes import Route
from .signing import MARK


class Nothing:
    """A stand-in for the bot and the sessions on arrival; any use of it raises `LookupError`."""

    def __call__(self, key: str) -> Any:
        raise LookupError(key)

    def __getattr__(self, name: str) -> Any:
        raise LookupError(name)


NOTHING = Nothing()


class Arriving(Context):
    """An update on arrival, before its turn has come."""

    def __init__(self, update: dict[str, Any]) -> None:
        super().__init__(update, cast(Bot, NOTHING), NOTHING)

    @cached_property
    def command(self) -> str:
        """Return the command, even if addressed to some bot: asking for our own name is a call."""
        if self.kind not in MESSAGE_KINDS or not self.text.lstrip().startswith("/"):
            return ""
        return self.text.split(None, 1)[0][1:].partition("@")[0].lower()

    def verify(self, signed: str) -> str | None:
        """Return signed data unchecked: what is forged gains a lane and no handler."""
        return signed.rpartition(MARK)[0] or None

    def is_for(self, route: Route) -> bool:
        """Return whether a route takes this update, as far as can be known now."""
        try:
            return route.match(self) is not None
        except Exception:
            return False

    def lane_for(self, route: Route, lane: str) -> str:
        """Return the lane that a route asks for, instead of the chat's."""
        group = self.chat is not None and self.chat.get("type") != "private"
        if route.lane == "user" and group and self.address.sender is not None:
            lane = f"{lane}:user:{self.address.sender}"
        return f"aside:{lane}" if route.aside else lane
