"""How cheap Python can be: the least code that keeps a promise, beside ours and a compiled bot."""

from __future__ import annotations

import select
from dataclasses import replace

from benchmarks.bots import GO, GRAMMY, Bot, anzol, peer, webhook_peers
from benchmarks.rounds import Taken, measure
from benchmarks.scenarios import FULL, ONE_CHAT
from benchmarks.suites import Options, Suite
from benchmarks.tables import Table, column, figure, ratio


def floors() -> list[Bot]:
    """Return the bots of benchmarks/peers/floor_bot.py, each with a promise more than the one before."""
    names = {
        "nothing": "Python, one thread, nothing stored",
        "stored": "… each update stored in SQLite",
        "threads": "… and handlers that may block",
        "anzol": "… and our router and Bot API client",
    }
    bots = [peer(name, "floor_bot.py", keeps, package="sqlite3") for keeps, name in names.items()]
    return [replace(bot, missing=missing) for bot in bots]


def missing() -> str:
    return "" if hasattr(select, "epoll") else "this system has no epoll"


def take(options: Options) -> Taken:
    others = [bot for bot in webhook_peers() if bot.name in (GO, GRAMMY)]
    return measure([*floors(), anzol(), *others], [FULL, ONE_CHAT], options.plan, Taken())


SUITE = Suite(
    "floor",
    "The floor",
    "The same echo in plain sockets, without a framework: what CPython itself costs, for more and more that is promised. "
    "Stored: in SQLite before it is acknowledged, as ours does it, in order, once, and through a crash.",
    take,
    [
        Table(
            "API 0 ms",
            ("full", "one-chat"),
            (
                column("full load: CPU µs an update", figure("full", "cpu_us")),
                column("× Go", ratio("full", "cpu_us", GO), 2),
                column("× grammY", ratio("full", "cpu_us", GRAMMY), 2),
                column("updates/s", figure("full", "updates_per_s")),
                column("one chat alone: updates/s", figure("one-chat", "updates_per_s")),
                column("× grammY", ratio("one-chat", "updates_per_s", GRAMMY), 2),
                column("memory, MB", figure("full", "rss_mb")),
            ),
        )
    ],
)
