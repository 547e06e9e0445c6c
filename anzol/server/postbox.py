"""What a bot sends later, or to many, outside of its handlers: stored at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anzol.api.limits import BULK
from anzol.api.moments import When
from anzol.bot.sending import broadcast_calls
from anzol.push.audience import Audience
from anzol.push.mailing import Mailing
from anzol.push.outbox import Outbox, new_batch
from anzol.push.push import Push
from anzol.push.topics import pick


class OutboxPostbox:
    """The postbox of one bot of the server."""

    def __init__(self, outbox: Outbox, audience: Audience) -> None:
        self._outbox, self._audience = outbox, audience

    def later(self, when: When, method: str, params: dict[str, Any]) -> str:
        """Store one call; return its batch. Raise `Unavailable` when it could not be stored."""
        return self._outbox.later(when, method, params)

    def broadcast(
        self,
        text: Any,
        topic: str,
        chats: Sequence[int | str],
        *,
        due: float | None,
        ttl: float | None,
    ) -> str:
        """Store one message for many; return its batch. Raise `Unavailable` when it could not be stored."""
        mailing = Mailing(self._outbox, new_batch())
        address(mailing, self._audience, text, topic, chats, due=due, ttl=ttl)
        mailing.store()
        return mailing.batch


def address(
    mailing: Mailing,
    audience: Audience,
    text: Any,
    topic: str,
    chats: Sequence[int | str],
    *,
    due: float | None,
    ttl: float | None,
) -> None:
    """Add a broadcast's tasks to a mailing. Raise `LookupError` for a topic that there is not."""
    if topic and topic not in audience.titles:
        raise LookupError(f"There is no topic {topic!r}.")
    pushes = {
        language: Push(method, params, due, ttl, BULK)
        for language, ((method, params),) in broadcast_calls(text).items()
    }
    if topic:
        mailing.send_to(lambda language: pick(pushes, language), audience.subscribers(topic))
    else:
        mailing.send(pick(pushes, ""), chats)
