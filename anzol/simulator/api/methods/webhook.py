"""setWebhook, deleteWebhook, getWebhookInfo."""

from __future__ import annotations

import re
import ssl
from typing import Any

from ...delivery.targets import check_url, find_address, parse_url
from ...world.bots import Bot, Webhook
from ...world.views import webhook_info
from ..calls import Answered, Call, method
from ..errors import Refused, bad, too_many
from ..params import Upload
from .updates import set_allowed

Json = dict[str, Any]

MAX_CERTIFICATE = 3 * 1024 * 1024
MAX_SECRET = 256  # bytes


@method("setWebhook", waits=True)
def set_webhook(call: Call) -> Answered:
    """Set where updates are posted, or go back to getUpdates without an address."""
    if not call.get("url"):
        return delete(call)
    world, bot = call.world, call.bot
    with world:
        now = world.clock.now()
        if now - bot.webhook_set_at < 1:
            raise too_many(1)
        bot.webhook_set_at = turn = now
        if call.get("allowed_updates") is not None:
            set_allowed(world, bot, call.get("allowed_updates"))
        wanted = read_webhook(call)
        if is_same(bot.webhook, wanted) and not call.get("drop_pending_updates"):
            return Answered(True, "Webhook is already set")
        # From here on a refusal leaves the bot without the webhook it had, as on Telegram.
        drop(call, bot)
    url = parse_url(wanted.url)
    check_secret(wanted.secret)
    wanted.certificate = read_certificate(call)
    check_url(url, world.options.strict)
    fixed = wanted.ip_address if wanted.fixed_ip else ""
    wanted.ip_address = find_address(url, fixed, world.options.strict)
    with world:
        if bot.webhook_set_at != turn:
            raise Refused(409, "terminated by other setWebhook")
        bot.webhook = wanted
        bot.poll_ender = "terminated by setWebhook request"
        bot.arrived.notify_all()
    world.on_update(bot)
    return Answered(True, "Webhook was set")


def read_webhook(call: Call) -> Webhook:
    """Return the webhook that a call asks for, unchecked."""
    default, highest = (40, 100) if call.world.options.strict else (100, 100_000)
    return Webhook(
        url=call.get("url"),
        max_connections=min(max(call.get("max_connections", default), 1), highest),
        secret=call.get("secret_token", ""),
        ip_address=call.get("ip_address", ""),
        fixed_ip=bool(call.get("ip_address")),
        certificate="asked" if uploaded(call) else "",
    )


def is_same(old: Webhook | None, new: Webhook) -> bool:
    """Return whether a call changes nothing; with a certificate it always does."""
    if old is None or old.certificate or new.certificate:
        return False
    if (old.fixed_ip, old.fixed_ip and old.ip_address) != (
        new.fixed_ip,
        new.fixed_ip and new.ip_address,
    ):
        return False
    return (old.url, old.max_connections, old.secret) == (new.url, new.max_connections, new.secret)


def drop(call: Call, bot: Bot) -> None:
    """Remove the webhook, and the pending updates when asked to."""
    bot.webhook = None
    if call.get("drop_pending_updates"):
        bot.updates.clear()
    call.world.on_update(bot)


def check_secret(secret: str) -> None:
    """Raise Refused for a secret that cannot be a header."""
    if len(secret.encode()) > MAX_SECRET:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")


def uploaded(call: Call) -> Upload | None:
    """Return the uploaded certificate; a plain string is ignored."""
    value = call.get("certificate")
    if isinstance(value, str) and value.startswith("attach://"):
        value = call.files.get(value.removeprefix("attach://"))
    return value if isinstance(value, Upload) else None


def read_certificate(call: Call) -> str:
    """Return the certificate's PEM text. Raises Refused for one that cannot be used."""
    upload = uploaded(call)
    if upload is None:
        return ""
    if upload.size > MAX_CERTIFICATE:
        raise bad(f"certificate size is too big ({upload.size} bytes)")
    text = upload.stream.read().decode("ascii", "replace")
    try:
        ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError):
        raise bad("bad webhook: Failed to set custom certificate file") from None
    return text


@method("deleteWebhook")
def delete_webhook(call: Call) -> Answered:
    """Go back to getUpdates."""
    return delete(call)


def delete(call: Call) -> Answered:
    """Remove the webhook; return whether there was one."""
    with call.world:
        had = call.bot.webhook is not None
        drop(call, call.bot)
    return Answered(True, "Webhook was deleted" if had else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> Json:
    """Return the webhook's state with its last error."""
    return webhook_info(call.bot)
