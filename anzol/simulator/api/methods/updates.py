"""getUpdates: long polling."""

from __future__ import annotations

from ...world.bots import Bot
from ...world.updates import KINDS, Update
from ...world.world import World
from ..calls import Call, Raw, method
from ..errors import Refused

MAX_BYTES = 4 * 1024 * 1024
MAX_TIMEOUT = 50
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@method("getUpdates", waits=True)
def get_updates(call: Call) -> Raw:
    """Return the updates from an offset on, waiting for the first one."""
    world, bot = call.world, call.bot
    limit = min(max(call.get("limit", 100), 1), 100)
    timeout = min(max(call.get("timeout", 0), 0), MAX_TIMEOUT)
    with world:
        if bot.webhook:
            raise conflict(world, bot, WEBHOOK_ACTIVE)
        if "allowed_updates" in call.arguments:
            set_allowed(world, bot, call.get("allowed_updates"))
        offset = confirm(world, bot, call.get("offset", 0))
        limit, timeout = slow_down(world, bot, call.get("offset", 0), limit, timeout)
        found = take(world, bot, offset, limit)
        if not found and timeout:
            found = wait(world, bot, offset, limit, timeout)
        return Raw(b"[" + b",".join(update.body for update in found) + b"]")


def conflict(world: World, bot: Bot, text: str) -> Refused:
    """Return a 409; one that comes within 3 s of another is held back 3 s."""
    now = world.clock.now()
    hurried, bot.conflict_at = now - bot.conflict_at < 3, now
    while hurried and not world.feed.closed and (left := now + 3 - world.clock.now()) > 0:
        world.clock.wait(bot.arrived, left)
    return Refused(409, text)


def set_allowed(world: World, bot: Bot, names: list[str] | None) -> None:
    """Change which updates are created from now on; unknown names are skipped."""
    known = [str(name).lower() for name in names or [] if str(name).lower() in KINDS]
    bot.allowed_updates = list(dict.fromkeys(known)) or None


def confirm(world: World, bot: Bot, offset: int) -> int:
    """Forget what an offset confirms and return where to read from."""
    stored = bot.updates.stored
    oldest = next(iter(stored), bot.updates.next_id)
    if offset < 0:
        ids = list(stored)
        forget(world, bot, ids[: max(0, len(ids) + offset)])
        return 0
    if offset > bot.updates.next_id + 10 or offset < oldest - 100_000:
        return 0
    taken = []
    for update_id in stored:
        if update_id >= offset:
            break
        taken.append(update_id)
    forget(world, bot, taken)
    return offset


def forget(world: World, bot: Bot, ids: list[int]) -> None:
    """Remove confirmed updates and log that."""
    for update_id in ids:
        bot.updates.remove(update_id)
        world.log.add("confirmed", bot.id, update_id=update_id)


def slow_down(world: World, bot: Bot, offset: int, limit: int, timeout: int) -> tuple[int, int]:
    """Slow down a bot that asks the same again and again: hold a poll for 3 s, and give one update within 0.5 s."""
    last, at = bot.last_poll
    now = world.clock.now()
    bot.last_poll = (offset, now)
    if not offset or offset != last or now - at >= 3 or timeout >= 3:
        return limit, timeout
    return (1 if now - at < 0.5 else limit), 3


def take(world: World, bot: Bot, offset: int, limit: int) -> list[Update]:
    """Return the next updates; drop expired ones on the way."""
    now, size = world.clock.now(), 0
    found: list[Update] = []
    old: list[int] = []
    for update in bot.updates.stored.values():
        if len(found) == limit or size > MAX_BYTES:
            break
        if update.expires <= now:
            old.append(update.id)
        elif update.id >= offset:
            found.append(update)
            size += len(update.body)
    for update_id in old:
        bot.updates.remove(update_id)
    return found


def wait(world: World, bot: Bot, offset: int, limit: int, timeout: int) -> list[Update]:
    """Wait for an update. Raises Refused 409 when another poll or a webhook takes over."""
    bot.poll_turn += 1
    turn, bot.poll_ender = bot.poll_turn, ""
    bot.arrived.notify_all()
    deadline = world.clock.now() + timeout
    bot.polls += 1
    world.show_changes()  # the page says that the bot polls; the lock will be held for long
    try:
        while True:
            left = deadline - world.clock.now()
            found = take(world, bot, offset, limit)
            if found or left <= 0 or world.feed.closed:
                return found
            world.clock.wait(bot.arrived, left)
            if bot.webhook or bot.poll_ender:
                raise conflict(world, bot, bot.poll_ender or "terminated by setWebhook request")
            if bot.poll_turn != turn:
                raise conflict(world, bot, OTHER_POLL)
    finally:
        bot.polls -= 1
