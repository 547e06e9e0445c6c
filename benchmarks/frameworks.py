"""Ours and the peers, by webhook and by polling."""

from __future__ import annotations

from benchmarks.bots import AIOGRAM, GRAMMY, Bot, anzol, inline, peer, polling_peers, webhook_peers
from benchmarks.rounds import Taken, measure, starts
from benchmarks.scenarios import BURST, FULL, FULL_API, ONE_CHAT, STEADY
from benchmarks.suites import Bars, Options, Suite
from benchmarks.tables import Table, column, figure, ratio

SCENARIOS = (FULL, FULL_API, STEADY, BURST, ONE_CHAT)
ALL = tuple(scenario.name for scenario in SCENARIOS)


def bots() -> list[Bot]:
    by_hand = peer(
        "Flask by hand, requests.post", "flask_bot.py", "naive", package="flask", most=100
    )
    replies = peer("grammY, reply in the response", "grammy_bot.mjs", "reply", package="grammy")
    return [
        anzol(),
        inline(),
        anzol("anzol, polling", polls=True),
        *webhook_peers(),
        replies,
        by_hand,
        *polling_peers(),
    ]


def take(options: Options) -> Taken:
    taken = Taken()
    chosen = [anzol(), *webhook_peers()[:3]] if options.quick else bots()
    measure(chosen, (FULL, BURST) if options.quick else SCENARIOS, options.plan, taken)
    if not options.quick:
        starts(chosen, min(3, options.plan.rounds), taken)
    return taken


SUITE = Suite(
    "peers",
    "Beside the other frameworks",
    "An echo bot in each, set up as its documentation says, on one core. Full load: 200 chats that always have a "
    "next message. API 0 ms shows what the program itself costs; API 80 ms is what a server on the internet sees.",
    take,
    [
        Table(
            "Under full load",
            ALL,
            (
                column("updates/s, API 0 ms", figure("full", "updates_per_s")),
                column("CPU µs an update", figure("full", "cpu_us")),
                column("CPU × grammY", ratio("full", "cpu_us", GRAMMY), 2),
                column("CPU × aiogram", ratio("full", "cpu_us", AIOGRAM), 2),
                column("updates/s, API 80 ms", figure("full-api", "updates_per_s")),
                column("one chat alone, updates/s", figure("one-chat", "updates_per_s")),
                column(
                    "idle share of the load generator",
                    figure("full", "generator_idle", 100),
                    0,
                    " %",
                ),
            ),
        ),
        Table(
            "What a user waits, and what the machine holds",
            ALL,
            (
                column(
                    "100 chats at once, API 80 ms: last reply, ms", figure("burst", "reply_max")
                ),
                column("200/s, API 80 ms: reply p50, ms", figure("steady", "reply_p50"), 1),
                column("p99, ms", figure("steady", "reply_p99"), 1),
                column("200 OK p50, ms", figure("steady", "ack_p50"), 1),
                column("memory under load, MB", figure("full-api", "rss_mb")),
                column("start to first answer, s", figure("start", "ready_s"), 2),
                column("memory after start, MB", figure("start", "rss_mb")),
            ),
            "Replies are timed until they reach Telegram; the way back is the same for all.",
        ),
    ],
    [
        Bars("cpu", "CPU time an update, API 0 ms", "µs", "full", figure("full", "cpu_us")),
        Bars(
            "burst",
            "100 chats write at once, API 80 ms: last reply after",
            "ms",
            "burst",
            figure("burst", "reply_max"),
        ),
        Bars("memory", "Memory under load", "MB", "full-api", figure("full-api", "rss_mb")),
    ],
)
