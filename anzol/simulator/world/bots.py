"""A bot as the simulator knows it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..api.errors import Refused
from .state import Watched
from .updates import Causes, UpdateQueue

TOKEN = re.compile(r"([1-9]\d{0,15}):[A-Za-z0-9_-]{1,64}")
SAMPLE = "4242:simulated-bot"  # long enough for libraries that check a token before they call

Json = dict[str, Any]


@dataclass
class Webhook(Watched):
    """The address to which a bot's updates are posted, and the last thing that went wrong there."""

    UNSHOWN: ClassVar[frozenset[str]] = frozenset({"gone_since"})

    url: str
    max_connections: int
    secret: str = field(default="", repr=False)
    ip_address: str = ""
    fixed_ip: bool = False
    certificate: str = field(default="", repr=False)
    last_error_date: int = 0
    last_error_message: str = ""
    gone_since: float = 0.0


@dataclass(eq=False)
class Bot(Watched):
    """A bot's account, settings, webhook and updates. The world's lock guards it."""

    UNSHOWN: ClassVar[frozenset[str]] = frozenset({"next_message_id", "allowed_updates"})
    PASSING: ClassVar[frozenset[str]] = frozenset(
        {
            "arrived",
            "updates",
            "last_update",
            "poll_turn",
            "poll_ender",
            "last_poll",
            "webhook_set_at",
            "conflict_at",
        }
    )

    token: str = field(repr=False)
    user: Json
    arrived: threading.Condition = field(repr=False)
    updates: UpdateQueue = field(default_factory=UpdateQueue, repr=False)
    webhook: Webhook | None = None
    allowed_updates: list[str] | None = None
    next_message_id: int = 1
    settings: Json = field(default_factory=dict)
    blocked_by: frozenset[int] = frozenset()
    inline_feedback: bool = True
    last_update: Causes = field(default_factory=Causes, repr=False)
    polls: int = 0
    poll_turn: int = 0
    poll_ender: str = ""
    last_poll: tuple[int, float] = (0, 0.0)
    webhook_set_at: float = 0.0
    conflict_at: float = 0.0

    @property
    def id(self) -> int:
        """Return the number before the token's colon."""
        return int(self.user["id"])

    def set(self, **settings: Any) -> None:
        """Change some of the settings."""
        self.settings = {**self.settings, **settings}


def number_of(token: str) -> int:
    """Return the bot's number in a token. Raises Refused 401 for what is not a token."""
    match = TOKEN.fullmatch(token)
    if not match:
        raise Refused(401, "invalid token specified")
    return int(match[1])


def new_user(number: int, privacy: bool) -> Json:
    """Return the User a new bot is."""
    return {
        "id": number,
        "is_bot": True,
        "first_name": f"Bot {number}",
        "username": f"sim{number}_bot",
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
