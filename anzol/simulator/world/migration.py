"""Upgrades of basic groups to supergroups: a new id, with which calls to the old one are answered."""

from __future__ import annotations

from typing import Any

from .chats import Chat
from .posting import post_service
from .world import World

Json = dict[str, Any]


def migrate_group(world: World, group: Chat) -> Chat:
    """Move a group's members to a new supergroup and notify the bots in both. The caller holds the lock."""
    owner = next((n for n, m in group.members.items() if m["status"] == "creator"), None)
    actor = world.user(owner if owner else next(iter(group.members)))
    basic = ("id", "type", "all_members_are_administrators")
    info = {k: v for k, v in group.info.items() if k not in basic}
    new = world.add_chat({**info, "type": "supergroup"})
    new.members, new.details = group.members, group.details
    post_service(world, group, actor, {"migrate_to_chat_id": new.id})
    group.set(migrate_to_chat_id=new.id)
    post_service(world, new, actor, {"migrate_from_chat_id": group.id})
    return new
