"""Who may do what: administrators, lists of people, switches, and a hook that lets only some through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anzol.api.errors import ApiError, HandlerError
from anzol.api.methods import did_you_mean, schema

from .context import Context
from .filters import Filter, Test
from .migration import Session
from .refusals import refuse
from .texts import NOT_ALLOWED

# Kinds of update that change who administers a chat.
CHANGES = frozenset({"chat_member", "my_chat_member"})
# A bot hears of changes only as an administrator; else the list is asked for again this soon.
HEARD_SECONDS, UNHEARD_SECONDS = 3600.0, 60.0


def administrators(ctx: Context) -> dict[str, list[str] | None]:
    """Return the chat's administrators by their ids, with their rights; `None` for the owner, who has all.

    The list is kept in the bot's database, until a `chat_member` update tells of a change, for an hour at most.
    """
    kept = _kept(ctx)
    known = kept.get("administrators")
    if known is not None and ctx.bot.wall() < known["until"]:
        found: dict[str, list[str] | None] = known["who"]
        return found
    try:
        members = ctx.bot.get_chat_administrators(chat_id=_chat(ctx))
    except ApiError as error:
        if error.code != 400:  # such as a chat that is not a group (any more)
            raise
        members = []
    found = {
        str(member.user.id): None
        if member.status == "creator"
        else [name for name, value in member.items() if name.startswith("can_") and value is True]
        for member in members
    }
    heard = HEARD_SECONDS if str(ctx.bot.id) in found else UNHEARD_SECONDS
    kept["administrators"] = {"until": ctx.bot.wall() + heard, "who": found}
    return found


def forget_administrators(ctx: Context) -> None:
    """Have a chat's administrators asked for again, because somebody's membership has changed."""
    if ctx.chat is not None:
        _kept(ctx).pop("administrators", None)


def _kept(ctx: Context) -> Session:
    return ctx.state(f"members:{_chat(ctx)}")


def _chat(ctx: Context) -> int:
    here = ctx.address.chat or 0
    return ctx.bot.moved.get(here, here)


def _is_in_group(ctx: Context) -> bool:
    return ctx.chat is not None and ctx.chat.get("type") in ("group", "supergroup")


def _is_admin(ctx: Context) -> bool:
    sender = ctx.address.sender
    if not _is_in_group(ctx) or sender is None:
        return False
    # An anonymous administrator speaks in the name of the group.
    return sender == ctx.address.chat or str(sender) in administrators(ctx)


admin = Filter(_is_admin, "admin", needs=CHANGES)


def can(*rights: str) -> Filter:
    """Return a filter of administrators who have all of these rights: `can("restrict_members")`; the owner has all.

    Nobody can tell what an anonymous administrator may do, so that they are not among them.
    """
    known = [
        name.removeprefix("can_")
        for name in schema()["types"]["ChatMemberAdministrator"]
        if name.startswith("can_")
    ]
    for right in rights:
        if right not in known:
            raise HandlerError(f"There is no right {right!r}{did_you_mean(right, known)}")

    def test(ctx: Context) -> bool:
        if not _is_in_group(ctx):
            return False
        found = administrators(ctx).get(str(ctx.address.sender), [])
        return found is None or (bool(found) and {f"can_{right}" for right in rights} <= {*found})

    return Filter(test, f"can({', '.join(rights)})", needs=CHANGES)


class Members(Filter):
    """A list of people and chats that is kept in the bot's database under a name: a role, or who is shut out.

    It is a filter: of updates from a user on the list, or in a chat on it. `always` are on it without being stored.
    """

    def __init__(self, name: str, *always: int) -> None:
        super().__init__(self._includes, name)
        self._always = frozenset(always)

    def add(self, ctx: Context, member: int) -> None:
        """Put a user's or a chat's id on the list."""
        self._row(ctx, member)["since"] = int(ctx.bot.wall())

    def remove(self, ctx: Context, member: int) -> None:
        """Take a user's or a chat's id off the list."""
        self._row(ctx, member).clear()

    def has(self, ctx: Context, member: int) -> bool:
        """Return whether an id is on the list."""
        return member in self._always or "since" in self._row(ctx, member)

    def _includes(self, ctx: Context) -> bool:
        whom = {ctx.address.sender, ctx.address.chat} - {None}
        return any(self.has(ctx, member) for member in whom if member is not None)

    def _row(self, ctx: Context, member: int) -> Session:
        return ctx.state(f"list:{self.name}:{member}")


class Switch(Filter):
    """Something that is on or off for the whole bot, kept in its database; it is a filter that takes all or nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(lambda ctx: bool(self._row(ctx).get("on")), name)

    def turn(self, ctx: Context, *, on: bool) -> None:
        """Turn it on or off."""
        self._row(ctx)["on"] = on

    def _row(self, ctx: Context) -> Session:
        return ctx.state(f"switch:{self.name}")


def admit(test: Test, otherwise: str = NOT_ALLOWED) -> Callable[[Context], Any]:
    """Return a `before` hook that lets through what a filter takes, and answers the rest with a sentence, or not at all."""
    if not callable(test):
        raise HandlerError(f"admit() takes a filter, not {test!r}.")

    def hook(ctx: Context) -> None:
        if not test(ctx):
            refuse(ctx, otherwise)

    hook.needs = getattr(test, "needs", frozenset())  # type: ignore[attr-defined]
    return hook
