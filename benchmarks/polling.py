"""Polling or webhook: the question of every tutorial, measured."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.bots import anzol, peer
from benchmarks.figures import Samples, Spread
from benchmarks.rounds import Scenario, Taken, measure
from benchmarks.scenarios import API, BURST, FULL_API
from benchmarks.suites import Bars, Options, Suite
from benchmarks.tables import Table, Value, column, figure

HOUR = Scenario("hour", {"mode": "open", "rate": 10_000 / 3600, "latency": API, "seconds": 15})
# Ten people who write once in a hundred seconds.
QUIET = Scenario("quiet", {"mode": "open", "rate": 0.1, "chats": 10, "latency": API, "seconds": 30})
MACHINE_MB = 1024  # what 5 dollars a month buy: one core, 1 GB
MONTH = 30 * 24  # hours


def take(options: Options) -> Taken:
    bots = [
        anzol("anzol, webhook"),
        anzol("anzol, long polling", polls=True),
        anzol("anzol, short polling", polls=True, hold=0),
        peer(
            "a tutorial's loop, one after another",
            "flask_bot.py",
            "polling",
            package="flask",
            polls=True,
            most=20,
        ),
    ]
    rounds = min(3, options.plan.rounds)
    plan = replace(options.plan, rounds=rounds, warm=min(1.0, options.plan.warm))
    if options.quick:
        return measure(bots[:2], [BURST, lasting(HOUR, 3)], plan, Taken())
    return measure(bots, [BURST, FULL_API, HOUR, QUIET], plan, Taken())


def lasting(scenario: Scenario, seconds: float) -> Scenario:
    return Scenario(scenario.name, {**scenario.options, "seconds": seconds})


def hourly(scenario: str, name: str, scale: float = 1.0) -> Value:
    """Return what reads a count as one an hour."""

    def read(samples: Samples, bot: str) -> Spread | None:
        counts, walls = (samples.rounds(scenario, bot, figure) for figure in (name, "wall"))
        return Spread.of(counts[n] / walls[n] * 3600 * scale for n in counts)

    return read


def empty(scenario: str) -> Value:
    """Return what reads the share of getUpdates that brought nothing."""

    def read(samples: Samples, bot: str) -> Spread | None:
        asked = samples.rounds(scenario, bot, "polls")
        nothing = samples.rounds(scenario, bot, "empty_polls")
        return Spread.of(100 * nothing[n] / asked[n] for n in asked if asked[n])

    return read


def traffic(samples: Samples, bot: str) -> Spread | None:
    """Gigabytes a month at 10,000 messages an hour, both directions, without TLS."""
    sums: dict[int, float] = {}
    for name in ("bytes_in", "bytes_out"):
        for number, value in samples.rounds("hour", bot, name).items():
            sums[number] = sums.get(number, 0) + value
    walls = samples.rounds("hour", bot, "wall")
    return Spread.of(sums[n] / walls[n] * 3600 * MONTH / 1e9 for n in sums)


SUITE = Suite(
    "polling",
    "Polling or webhook",
    "The same echo bot, API 80 ms. Long polling: Telegram holds getUpdates until something arrives. Short polling: "
    "it answers at once, so the bot asks again and again. The tutorial's loop asks, answers one message after "
    "another with requests.post, and sleeps a second when there was nothing.",
    take,
    [
        Table(
            "100 messages at once",
            ("burst",),
            (
                column("all answered after, ms", figure("burst", "reply_max")),
                column("mean delay, ms", figure("burst", "reply_mean")),
                column("requests", figure("burst", "requests")),
                column("CPU ms", figure("burst", "cpu_ms")),
            ),
        ),
        Table(
            "10,000 messages an hour",
            ("hour",),
            (
                column("mean delay, ms", figure("hour", "reply_mean"), 1),
                column("peak delay, ms", figure("hour", "reply_max")),
                column("requests an hour", hourly("hour", "requests")),
                column("empty answers", empty("hour"), 0, " %"),
                column("CPU of one core", figure("hour", "cpu_share", 100), 1, " %"),
            ),
        ),
        Table(
            "10 people who write now and then",
            ("quiet",),
            (
                column("mean delay, ms", figure("quiet", "reply_mean"), 1),
                column("requests an hour", hourly("quiet", "requests")),
                column("empty answers", empty("quiet"), 0, " %"),
                column("CPU of one core", figure("quiet", "cpu_share", 100), 1, " %"),
            ),
        ),
        Table(
            "A machine for 5 dollars a month: one core, 1 GB",
            ("full-api", "hour"),
            (
                column("messages a second at most", figure("full-api", "updates_per_s")),
                column("CPU µs a message then", figure("full-api", "cpu_us")),
                column("memory then, MB", figure("full-api", "rss_mb")),
                column("of the machine's", figure("full-api", "rss_mb", 100 / MACHINE_MB), 1, " %"),
                column("GB a month at 10,000 an hour", traffic, 1),
            ),
            "Traffic is counted without TLS, which adds some percent and, where a connection is opened for each call, "
            "some kilobytes a call.",
        ),
    ],
    [
        Bars(
            "polling-burst",
            "100 messages at once: all answered after",
            "ms",
            "burst",
            figure("burst", "reply_max"),
        ),
        Bars(
            "polling-delay",
            "10,000 messages an hour: mean delay",
            "ms",
            "hour",
            figure("hour", "reply_mean"),
        ),
    ],
)
