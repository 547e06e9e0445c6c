"""How cost grows: with handlers, sessions, the log, chats, bots, threads and what waits at the start."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.bots import OURS, Bot, anzol
from benchmarks.figures import Sample
from benchmarks.processes import Running
from benchmarks.rounds import Scenario, Taken, measure, say, starts
from benchmarks.scenarios import FULL, THREADS
from benchmarks.suites import Bars, Options, Suite
from benchmarks.tables import Table, column, figure, ratio
from benchmarks.telegram import Telegram

CROWD = "500 handlers"
DRAWER = "a 10 kB session with one change"
CHATTY = "LOG_LEVEL=INFO"
THREADED = "200 threads"
BACKLOGS = (1000, 10_000)


def variants() -> list[Bot]:
    """Return our server with one thing more than the echo has."""
    return [
        anzol(CROWD, handlers="crowd"),
        anzol(DRAWER, handlers="drawer"),
        anzol(CHATTY, LOG_LEVEL="INFO"),
    ]


def crowds() -> list[Bot]:
    """Return our server with more chats, and with more bots that share them."""
    return [
        anzol("5,000 chats", chats=5000),
        anzol("10 bots in one server", bots=10),
        anzol("50 bots in one server", bots=50),
    ]


def take(options: Options) -> Taken:
    taken = Taken()
    few = [anzol(), anzol(CROWD, handlers="crowd"), anzol("10 bots in one server", bots=10)]
    bots = few if options.quick else [anzol(), *variants(), *crowds()]
    measure(bots, [FULL], options.plan, taken)
    if not options.quick:
        threads(options, taken)
        starts([anzol(), *crowds()[1:]], min(3, options.plan.rounds), taken)
        for number, waiting in enumerate(BACKLOGS, start=1):
            backlog(waiting, number, taken)
    return taken


def threads(options: Options, taken: Taken) -> None:
    """Have a handler of 200 chats wait for Telegram at once, and look at the memory."""
    plan = replace(options.plan, rounds=min(3, options.plan.rounds), warm=0.2)
    measure([anzol(THREADED, WORKERS="200")], [THREADS], plan, taken)


def backlog(waiting: int, number: int, taken: Taken) -> None:
    """Kill the server while updates wait, start it again, and time what was left."""
    storing = Scenario("storing", {"mode": "burst", "updates": waiting, "chats": waiting // 10})
    with Telegram() as telegram, Running(anzol(), telegram) as before:
        before.greet()
        # No call is answered meanwhile, so that each chat's first handler waits and the rest is stored.
        before.measure(**storing.options, latency=100_000, patience=1.0)
        before.kill()
        with Running(anzol(), telegram, before.place) as after:
            figures = after.measure(mode="rest", patience=10)
    say(f"{figures['sent']:.0f} were left, {figures['lost']:.0f} of them lost")
    taken.samples.all.append(Sample("backlog", f"{waiting:,} waiting", number, figures))


SUITE = Suite(
    "growth",
    "How cost grows",
    "The echo bot with one thing more at a time, API 0 ms, 200 chats unless said.",
    take,
    [
        Table(
            "Full load",
            ("full", "start"),
            (
                column("CPU µs an update", figure("full", "cpu_us")),
                column("× the echo", ratio("full", "cpu_us", OURS), 2),
                column("updates/s", figure("full", "updates_per_s")),
                column("memory, MB", figure("full", "rss_mb")),
                column("start to first answer, s", figure("start", "ready_s"), 2),
            ),
        ),
        Table(
            "200 handlers wait for Telegram at once",
            ("threads",),
            (
                column("memory, MB", figure("threads", "rss_mb"), 1),
                column("last reply, ms", figure("threads", "reply_max")),
            ),
        ),
        Table(
            "After kill -9 with updates that wait",
            ("backlog",),
            (
                column("left unanswered", figure("backlog", "sent")),
                column("all answered after the new start, s", figure("backlog", "seconds"), 2),
                column("memory, MB", figure("backlog", "rss_mb"), 1),
            ),
            "Doubled are those whose call was on its way when the process was killed.",
        ),
    ],
    [
        Bars("growth", "CPU time an update, API 0 ms", "µs", "full", figure("full", "cpu_us")),
        Bars(
            "growth-backlog",
            "After kill -9: all answered after the new start",
            "s",
            "backlog",
            figure("backlog", "seconds"),
        ),
    ],
)
