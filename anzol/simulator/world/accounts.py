"""What a person's account has besides a name: Stars, gifts, stories, photos, and the bots that act for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from ..api.errors import bad
from .state import Watched

Json = dict[str, Any]

RIGHTS = (
    "can_reply",
    "can_read_messages",
    "can_delete_sent_messages",
    "can_delete_all_messages",
    "can_edit_name",
    "can_edit_bio",
    "can_edit_profile_photo",
    "can_edit_username",
    "can_change_gift_settings",
    "can_view_gifts_and_stars",
    "can_convert_gifts_to_stars",
    "can_transfer_and_upgrade_gifts",
    "can_transfer_stars",
    "can_manage_stories",
)


@dataclass(eq=False)
class Account(Watched):
    """One person's account; `stories` and `gifts` are keyed by id. The world's lock guards it."""

    id: int
    stars: int = 0
    gifts: Json = field(default_factory=dict)
    stories: Json = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    details: Json = field(default_factory=dict)

    def set(self, **details: Any) -> None:
        """Change some of the details."""
        self.details = {**self.details, **details}


@dataclass(eq=False)
class Connection(Watched):
    """A bot that acts for a person's business account."""

    id: str
    number: int  # its chats are known by it
    bot: int
    user: int
    date: int
    rights: Json = field(default_factory=dict)
    is_enabled: bool = True

    def require(self, right: str) -> None:
        """Raise Refused 400 unless the account's owner allows the bot this."""
        if not self.rights.get(right):
            raise bad("BOT_ACCESS_FORBIDDEN")


def new_connection_id() -> str:
    """Return an id that looks like Telegram's."""
    return secrets.token_urlsafe(15)


# id: (emoji, price in Stars); the first ones that Telegram ever sold
GIFTS = {
    "5170145012310081615": ("💝", 15),
    "5170233102089322756": ("🧸", 15),
    "5168103777563050263": ("🌹", 25),
    "5170250947678437525": ("🎁", 25),
    "5170144170496491616": ("🎂", 50),
    "5170314324215857265": ("💐", 50),
    "5170564780938756245": ("🚀", 50),
    "5168043875654172773": ("🏆", 100),
    "5170521118301225164": ("💎", 100),
    "5170690322832818290": ("💍", 100),
}


def gift(number: str) -> Json:
    """Return the Gift with this id. Raises Refused 400."""
    if number not in GIFTS:
        raise bad("STARGIFT_INVALID")
    emoji, price = GIFTS[number]
    sticker = {
        "file_id": f"CAACAgIAAxUAAW{number}",
        "file_unique_id": f"AgAD{number[:11]}",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": True,
        "is_video": False,
        "emoji": emoji,
    }
    return {"id": number, "sticker": sticker, "star_count": price}
