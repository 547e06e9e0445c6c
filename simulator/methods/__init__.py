"""What each Bot API method does; importing a module registers its methods."""

from . import (
    buttons,
    chats,
    edits,
    forwards,
    inline,
    links,
    media,
    members,
    messages,
    payments,
    polls,
    profile,
    reactions,
    topics,
    updates,
    webhook,
)

__all__ = [
    "buttons",
    "chats",
    "edits",
    "forwards",
    "inline",
    "links",
    "media",
    "members",
    "messages",
    "payments",
    "polls",
    "profile",
    "reactions",
    "topics",
    "updates",
    "webhook",
]
