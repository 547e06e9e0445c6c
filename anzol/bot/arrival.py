"""An update on its way in: what can be told of it without its bot and its sessions, to choose a lane."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from anzol.api.client import Bot
from anzol.api.updates import MESSAGE_KINDS

from .context import Context
from .routes import Route


class Nothing:
    """The bot and the sessions of an update that has just arrived: whatever asks them is not to be told yet."""

    def __call__(self, key: str) -> Any:
        raise LookupError(key)

    def __getattr__(self, name: str) -> Any:
        raise LookupError(name)


NOTHING = Nothing()


class Arriving(Context):
    """An update as a route may look at it on arrival."""

    def __init__(self, update: dict[str, Any]) -> None:
        super().__init__(update, cast(Bot, NOTHING), NOTHING)

    @cached_property
    def command(self) -> str:
        """Return the command, also one that may be for another bot: its name would have to be asked for."""
        if self.kind not in MESSAGE_KINDS or not self.text.lstrip().startswith("/"):
            return ""
        return self.text.split(None, 1)[0][1:].partition("@")[0].lower()

    def is_for(self, route: Route) -> bool:
        """Return whether a route takes this update, as far as can be told."""
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
