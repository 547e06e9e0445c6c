"""Groups that are upgraded to supergroups get a new id; their sessions and open questions move along."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

Session = MutableMapping[str, Any]
Sessions = Callable[[str], Session]

MOVES = frozenset({"migrate_from_chat_id", "migrate_to_chat_id"})  # what a message about it has
MOVING = ("chat", "ask")  # the session, and the questions that wait for an answer


def moved_to(chat: Any, sessions: Sessions, moved: dict[Any, int]) -> int | None:
    """Return the supergroup that this group was upgraded to, or `None`.

    Updates queued before the upgrade still carry the old id. The answer is entered into `moved` too.
    """
    if not chat or chat.get("type") != "group":
        return None
    new: int | None = sessions(f"migrated:{chat['id']}").get("to")
    if new is not None:
        moved[chat["id"]] = new
    return new


def is_move(event: Any) -> bool:
    """Return whether a message is the service message about an upgrade."""
    return bool(event.get("migrate_from_chat_id") or event.get("migrate_to_chat_id"))


def move_state(message: Any, sessions: Sessions, moved: dict[Any, int]) -> None:
    """Move the state on Telegram's service message about the upgrade, in either chat."""
    chat = message.get("chat") or {}
    if old := message.get("migrate_from_chat_id"):
        _move(old, chat["id"], sessions, moved)
    elif new := message.get("migrate_to_chat_id"):
        _move(chat["id"], new, sessions, moved)


def move_state_late(chat: Any, sessions: Sessions, moved: dict[Any, int]) -> None:
    """Move the state if the handler's own calls discovered the upgrade, as where the bot sees no messages."""
    if chat and chat.get("type") == "group" and chat["id"] in moved:
        _move(chat["id"], moved[chat["id"]], sessions, moved)


def _move(old: int, new: int, sessions: Sessions, moved: dict[Any, int]) -> None:
    moved[old] = new
    known = sessions(f"migrated:{old}")
    if known.get("to") != new:
        known["to"] = new
    for what in MOVING:
        source, target = sessions(f"{what}:{old}"), sessions(f"{what}:{new}")
        for key, value in source.items():
            target.setdefault(key, value)
        source.clear()
