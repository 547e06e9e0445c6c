"""Scenes: routers whose handlers run only for users who are in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import conversation
from .checks import check_signature
from .context import Context
from .conversation import Question
from .matchers import Matcher
from .router import H, Router
from .texts import NOT_HERE


class Scene(Router):
    """A router for users who have entered it: `scene.enter(ctx)`, until `ctx.leave()`, /cancel or the timeout.

    `@scene.entry` is called as a user enters, `@scene.exit` as they leave, whichever way; what they return is sent. A
    message that none of its handlers takes is answered with `again`, one that comes after `timeout` seconds with `late`.
    Commands of the rest of the bot run within the scene and do not end it. The bot includes it as any router.
    """

    def __init__(
        self,
        name: str,
        *,
        timeout: float | None = 3600.0,
        again: str = NOT_HERE,
        late: str = "",
    ) -> None:
        super().__init__()
        self.name = name
        self._entries: list[Any] = []
        self._timeout = timeout
        self._question = Question(name, keep=True, again=again, late=late)

    def entry(self, handler: H) -> H:
        """Call `handler(ctx)` when a user enters; what it returns is sent."""
        check_signature(handler, ())
        self._entries.append(handler)
        return handler

    def exit(self, handler: H) -> H:
        """Call `handler(ctx)` when a user leaves, whichever way; what it returns is sent."""
        check_signature(handler, ())
        self.hooks.exits[self.name] = handler
        self._select_anew()
        return handler

    def enter(self, ctx: Context) -> None:
        """Bring this user into the scene; they leave whatever they were in."""
        conversation.open_silently(ctx, self._question, self._timeout)
        for handler in self._entries:
            if (reply := handler(ctx)) is not None:
                ctx.reply(reply)

    def add(self, matcher: Matcher, handler: H, **options: Any) -> H:
        """Add a handler that takes updates only of users in the scene."""
        claims = tuple(f"{claim} in {self.name}" for claim in matcher.claims)
        unclaimed = replace(matcher, claims=tuple(f"scene {claim}" for claim in claims))
        return super().add(unclaimed, handler, **{**options, "state": self.name})
