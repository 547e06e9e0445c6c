"""What the engine is to reach, and what it does: `python -m benchmarks targets`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.bots import AIOGRAM, GO, GRAMMY, OURS, anzol, inline, webhook_peers
from benchmarks.figures import Samples, Spread
from benchmarks.growth import CHATTY, CROWD, DRAWER, THREADED, threads, variants
from benchmarks.rounds import Taken, measure, starts
from benchmarks.scenarios import BURST, FULL, FULL_API, ONE_CHAT, STEADY
from benchmarks.suites import Options, Suite
from benchmarks.tables import NONE, Value, figure, grid, ratio, spread

INLINE = inline().name


@dataclass(frozen=True)
class Target:
    """One row: what is measured, the bound, and the best that is hoped for."""

    about: str
    value: Callable[[Samples], Spread | None]
    target: float
    aim: float | None = None
    least: bool = True
    unit: str = " ×"
    digits: int = 2

    def cells(self, samples: Samples) -> list[str]:
        """Return the row of the table."""
        found = self.value(samples)
        sign = "≤" if self.least else "≥"
        bounds = [self.bound(sign, self.target), self.bound(sign, self.aim)]
        return [self.about, *bounds, spread(found, self.digits, self.unit), self.verdict(found)]

    def bound(self, sign: str, value: float | None) -> str:
        return NONE if value is None else f"{sign} {value:g}{self.unit}"

    def verdict(self, found: Spread | None) -> str:
        if found is None:
            return "not measured"

        def reached(bound: float) -> bool:
            return found.median <= bound if self.least else found.median >= bound

        if self.aim is not None and reached(self.aim):
            return "✅ aim reached"
        return "✅" if reached(self.target) else "❌"


def of(value: Value, bot: str = OURS) -> Callable[[Samples], Spread | None]:
    return lambda samples: value(samples, bot)


def added(bot: str) -> Callable[[Samples], Spread | None]:
    """Return what reads the CPU time that a variant adds to the echo's, in percent."""
    return lambda s: s.ratio("full", bot, OURS, "cpu_us", lambda times: 100 * (times - 1))


TARGETS = (
    Target("CPU an update against grammY", of(ratio("full", "cpu_us", GRAMMY)), 1.0, 0.75),
    Target("… against aiogram", of(ratio("full", "cpu_us", AIOGRAM)), 0.24, 0.17),
    Target("… against a bare Go bot", of(ratio("full", "cpu_us", GO)), 2.5, 1.5),
    Target(
        "updates/s against grammY, API 0 ms",
        of(ratio("full", "updates_per_s", GRAMMY)),
        1.0,
        1.3,
        least=False,
    ),
    Target(
        "updates/s against grammY, API 80 ms",
        of(ratio("full-api", "updates_per_s", GRAMMY)),
        1.8,
        2.5,
        least=False,
    ),
    Target(
        "100 chats at once, API 80 ms, last reply against grammY",
        of(ratio("burst", "reply_max", GRAMMY)),
        0.7,
        0.5,
    ),
    Target(
        "200/s, API 80 ms: reply p50 above the API's latency",
        of(figure("steady", "reply_p50")),
        2,
        1.3,
        unit=" ms",
        digits=1,
    ),
    Target(
        "one chat alone, updates/s against grammY",
        of(ratio("one-chat", "updates_per_s", GRAMMY)),
        0.8,
        1.2,
        least=False,
    ),
    Target(
        "reply in the response, CPU against grammY's sendMessage",
        of(ratio("full", "cpu_us", GRAMMY), INLINE),
        0.9,
        0.6,
    ),
    Target("500 handlers: added CPU", added(CROWD), 5, unit=" %", digits=0),
    Target("a 10 kB session with one change: added CPU", added(DRAWER), 15, unit=" %", digits=0),
    Target("LOG_LEVEL=INFO: added CPU", added(CHATTY), 8, unit=" %", digits=0),
    Target(
        "memory with 200 threads",
        of(figure("threads", "rss_mb"), THREADED),
        55,
        unit=" MB",
        digits=0,
    ),
    Target("ready after start", of(figure("start", "ready_s")), 0.7, unit=" s"),
)


def take(options: Options) -> Taken:
    peers = [bot for bot in webhook_peers() if bot.name in (GRAMMY, AIOGRAM, GO)]
    bots = [anzol(), inline(), *peers]
    if options.beside:
        bots.append(anzol(f"anzol in {options.beside.name}", checkout=options.beside.resolve()))
    taken = Taken()
    full = [*bots, *variants()]
    measure(full, [FULL], options.plan, taken)
    measure(bots, [FULL_API, STEADY, BURST, ONE_CHAT], options.plan, taken)
    threads(options, taken)
    starts([anzol()], options.plan.rounds, taken)
    return taken


def render(samples: Samples) -> str:
    """Return the table of all targets."""
    headings = ["", "target", "aim", "measured (range)", ""]
    return grid(headings, [target.cells(samples) for target in TARGETS])


SUITE = Suite(
    "targets",
    "Targets",
    "Ratios are taken within a round; the median decides. Full load: 200 chats that always have a next message.",
    take,
    [],
)
