"""What each Bot API method does; importing a module registers its methods."""

from . import buttons, edits, media, messages, polls, profile, updates, webhook

__all__ = ["buttons", "edits", "media", "messages", "polls", "profile", "updates", "webhook"]
