"""Chats: who is in them, what was said, what is pinned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from .state import Watched

Json = dict[str, Any]
# (bot, person) of a private chat, (-connection, person) of a business account's, (0, chat id) of all others
Key = tuple[int, int]

PRESENT = {"creator", "administrator", "member", "restricted"}
GENERAL_THREAD = 1  # of a forum; its messages carry no message_thread_id
ALL_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@dataclass(eq=False)
class Chat(Watched):
    """One conversation. Stored messages are never changed, only replaced. The world's lock guards it."""

    UNSHOWN: ClassVar[frozenset[str]] = frozenset({"next_message_id", "unread", "requests"})
    PASSING: ClassVar[frozenset[str]] = frozenset(
        {"actions", "message_changed", "_messages", "_extras"}
    )

    key: Key
    info: Json
    members: Mapping[int, Json] = field(default_factory=dict)
    next_message_id: int = 1
    unread: int = 0
    pinned: list[int] = field(default_factory=list)
    actions: Mapping[int, Json] = field(default_factory=dict)
    keyboard: Json | None = None
    details: Json = field(default_factory=dict)
    requests: Mapping[int, Json] = field(default_factory=dict)

    message_changed: Callable[[int], None] = field(default=lambda number: None, repr=False)
    _messages: dict[int, Json] = field(default_factory=dict, init=False, repr=False)
    _extras: dict[int, Json] = field(default_factory=dict, init=False, repr=False)

    @property
    def messages(self) -> Mapping[int, Json]:
        """Return the stored messages by number, oldest first."""
        return MappingProxyType(self._messages)

    @property
    def last_message(self) -> Json | None:
        """Return the newest message, if there is one."""
        return next(reversed(self._messages.values()), None)

    @property
    def extras(self) -> Mapping[int, Mapping[str, Any]]:
        """Return the notes beside the messages, for reading; `extra` is for changing them."""
        return MappingProxyType(self._extras)

    @property
    def id(self) -> int:
        """Return the id by which a bot addresses it."""
        return self.key[1]

    @property
    def type(self) -> str:
        """Return `private`, `group`, `supergroup` or `channel`."""
        return str(self.info["type"])

    @property
    def bot(self) -> int | None:
        """Return the bot of a private chat; `None` for chats that bots share."""
        return self.key[0] if self.key[0] > 0 else None

    @property
    def connection(self) -> str | None:
        """Return the business connection whose chat it is, if any."""
        found: str | None = self.details.get("connection")
        return found

    def status(self, user_id: int) -> str:
        """Return a user's status here; `left` for who never came."""
        return str(self.members.get(user_id, {}).get("status", "left"))

    def has(self, user_id: int) -> bool:
        """Return whether a user is in the chat now."""
        return (
            self.status(user_id) in PRESENT and self.members[user_id].get("is_member") is not False
        )

    def is_admin(self, user_id: int) -> bool:
        """Return whether a user is an administrator of the chat, or its owner."""
        return self.status(user_id) in ("creator", "administrator")

    def can(self, user_id: int, right: str) -> bool:
        """Return whether a user has a right: an administrator's own, a member's by the chat's permissions."""
        member = self.members.get(user_id, {})
        if member.get("status") == "creator" or self.type == "private":
            return True
        if member.get("status") == "administrator":
            return bool(member.get(right, right.startswith("can_send")))
        allowed = self.details.get("permissions", {}).get(right, True)
        return bool(allowed and member.get(right, True))

    def topic(self, thread: int) -> Json:
        """Return a topic of a forum; empty when there is none."""
        found: Json = self.details.get("topics", {}).get(str(thread), {})
        return found

    def extra(self, message_id: int) -> Json:
        """Return the notes kept beside a message, to be changed: reactions, votes, other keyboards."""
        self.message_changed(message_id)
        return self._extras.setdefault(message_id, {})

    def put(self, message: Json) -> None:
        """Store a message, or replace the one with its number."""
        self._messages[message["message_id"]] = message
        self.message_changed(message["message_id"])

    def remove(self, message_id: int) -> None:
        """Forget a message with its notes and its pin."""
        self._messages.pop(message_id, None)
        self._extras.pop(message_id, None)
        self.message_changed(message_id)
        if self.pinned and message_id in self.pinned:
            self.pinned = [number for number in self.pinned if number != message_id]

    def shrink(self, keep: int) -> None:
        """Forget the oldest messages beyond `keep`."""
        while len(self._messages) > keep:
            self.remove(next(iter(self._messages)))

    def set(self, **details: Any) -> None:
        """Change some of the details; `None` removes one."""
        changed = {**self.details, **details}
        self.details = {name: value for name, value in changed.items() if value is not None}

    def set_member(self, number: int, member: Json) -> None:
        """Change a user's status and rights here."""
        self.members = {**self.members, number: member}

    def shown(self, message: Json) -> Json:
        """Return a message with everything that the page shows beside it."""
        extra = self.extras.get(message["message_id"], {})
        shown = {
            **message,
            "reactions": tally(extra.get("reactions", {})),
            "is_pinned": message["message_id"] in self.pinned,
            "outgoing": bool(extra.get("outgoing")),
        }
        if "reply_markup" in extra:
            shown["reply_markup"] = extra["reply_markup"]
        if "poll" in message:
            shown["votes"] = extra.get("votes", {})
        if "paid_media" in message:
            shown["bought_by"] = extra.get("bought_by", [])
        return shown


def tally(reactions: dict[str, list[Json]]) -> list[Json]:
    """Count reactions by kind, most used first."""
    found: dict[str, Json] = {}
    for user_id, kinds in reactions.items():
        for kind in kinds:
            entry = found.setdefault(
                repr(sorted(kind.items())), {"type": kind, "total_count": 0, "users": []}
            )
            entry["total_count"] += 1
            entry["users"].append(int(user_id))
    return sorted(found.values(), key=lambda entry: -entry["total_count"])
