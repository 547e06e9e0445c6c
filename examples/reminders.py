"""Reminders: `/remind 10m tea`.

They are kept in the chat's session, and a timer of this process sends each one when it is due. A restart ends the timers:
from then on a chat's reminders wait until somebody writes there. That sets the timers again and sends what has become due
meanwhile: late, and a second time where the server stopped before it could note that it was sent.
"""

import logging
import re
import threading
from typing import Any

from anzol import Bot, Context, MessageCtx, Router, TelegramError

log = logging.getLogger(__name__)

router = Router()

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
timers: dict[str, threading.Timer] = {}


@router.before
def set_timers(ctx: Context) -> None:
    """Send what is due, and see to it that the rest has a timer."""
    waiting = ctx.session.get("reminders", []) if ctx.chat else []
    left = []
    for due, text in waiting:
        key = f"{ctx.bot.id} {ctx.lane} {due} {text}"
        seconds = due - ctx.event.get("date", 0)
        if seconds > 0:
            left.append([due, text])
            set_timer(key, seconds, ctx, text)
        elif not was_sent(key):
            ctx.reply(f"⏰ {text}")
    if left != waiting:
        ctx.session["reminders"] = left


@router.command("remind")
def remind(ctx: MessageCtx) -> str:
    """Be reminded: /remind 10m tea"""
    found = re.fullmatch(r"(\d{1,4})([smhd])\s+(.+)", ctx.payload, re.DOTALL)
    if not found:
        return "Write it like this: /remind 10m tea"
    due = ctx.message.date + int(found[1]) * UNITS[found[2]]
    ctx.session["reminders"] = [*ctx.session.get("reminders", []), [due, found[3]]]
    key = f"{ctx.bot.id} {ctx.lane} {due} {found[3]}"
    set_timer(key, due - ctx.message.date, ctx, found[3])
    return f"I will remind you of: {found[3]}"


@router.command("reminders")
def show(ctx: MessageCtx) -> str:
    """See what is coming."""
    waiting = sorted(ctx.session.get("reminders", []))
    return "\n".join(text for _, text in waiting) or "Nothing is coming."


@router.on("message")
def other(ctx: MessageCtx) -> str:
    return "Write it like this: /remind 10m tea"


def was_sent(key: str) -> bool:
    """Return whether the timer of a reminder that is due has sent it; if not, it never will."""
    timer = timers.pop(key, None)
    if timer is not None and timer.is_alive():
        timer.cancel()
        return False
    return timer is not None


def set_timer(key: str, seconds: float, ctx: Context, text: str) -> None:
    if key in timers:
        return
    bot, chat = ctx.bot.forgetting(), ctx.where()
    timers[key] = threading.Timer(seconds, send, (key, bot, chat, text))
    timers[key].daemon = True
    timers[key].start()


def send(key: str, bot: Bot, chat: dict[str, Any], text: str) -> None:
    try:
        bot.send_message(**chat, text=f"⏰ {text}")
    except TelegramError as error:
        timers.pop(key, None)  # so that it counts as not sent
        log.warning("A reminder waits for the chat's next message: %s", error)
