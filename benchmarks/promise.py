"""The price of the promise: what it costs that nothing is lost."""

from __future__ import annotations

from benchmarks.bots import (
    OURS,
    anzol,
    in_memory_files,
    inline,
    peer,
)
from benchmarks.databases import on_postgresql
from benchmarks.rounds import Taken, measure
from benchmarks.scenarios import BURST, FULL, FULL_API
from benchmarks.suites import Bars, Options, Suite
from benchmarks.tables import Table, column, figure, ratio

PROCESSES = (1, 2, 4)


def name_of(count: int) -> str:
    """Return how a table calls so many processes."""
    return "anzol, 1 process" if count == 1 else f"anzol, {count} processes"


def take(options: Options) -> Taken:
    bare = "Flask by hand, in memory: nothing stored"
    with on_postgresql("anzol, PostgreSQL") as stored_elsewhere:
        bots = [peer(bare, "flask_bot.py", "memory", package="flask"), anzol(), stored_elsewhere]
        if options.quick:
            return measure(bots, (FULL,), options.plan, Taken())
        bots += [
            in_memory_files("anzol, SQLite in memory"),
            inline(),
            *(anzol(name_of(count), processes=count) for count in PROCESSES),
            *(
                anzol(f"{name_of(count)}, 2 ms of computing", processes=count, handlers="computing")
                for count in PROCESSES
            ),
        ]
        return measure(bots, (FULL, FULL_API, BURST), options.plan, Taken())


SUITE = Suite(
    "promise",
    "The price of the promise",
    "The same echo, stored in different places before it is acknowledged. Nothing stored: Flask, waitress, "
    "requests and a hundred threads, which lose what they hold when the process ends. Inline stores as well; its "
    "reply costs no call. Several processes have all cores of the machine, and share them with the load generator, "
    "which plays Telegram on one of them; all other bots have a core of their own. PostgreSQL is a server beside the bot "
    "which may use any core; processor time is the bot's alone.",
    take,
    [
        Table(
            "Full load",
            ("full", "full-api", "burst"),
            (
                column("CPU µs an update, API 0 ms", figure("full", "cpu_us")),
                column("× SQLite", ratio("full", "cpu_us", OURS), 2),
                column("updates/s, API 0 ms", figure("full", "updates_per_s")),
                column("updates/s, API 80 ms", figure("full-api", "updates_per_s")),
                column("100 chats at once: last reply, ms", figure("burst", "reply_max")),
                column("memory, MB", figure("full-api", "rss_mb")),
            ),
        )
    ],
    [
        Bars(
            "promise",
            "CPU time an update, by what is stored",
            "µs",
            "full",
            figure("full", "cpu_us"),
        )
    ],
)
