"""Where the time of an update goes: `python -m benchmarks profile`.

The server runs with a profiler in each thread (benchmarks/handlers/profiled.py). What a function of
the standard library takes counts for the stages that called it, by their shares. The profiler makes
everything slower, what calls much the most: its shares are applied to the time that an update takes
without it.
"""

from __future__ import annotations

import pstats
import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from benchmarks.bots import anzol
from benchmarks.machine import ROOT
from benchmarks.processes import Running
from benchmarks.tables import grid
from benchmarks.telegram import Telegram

# Asked in this order: what stands in a function's path, and the stage it belongs to.
STAGES = (
    (r"/waitress/|anzol/server/waitress", "waitress: connections, requests, task threads"),
    (r"/(flask|werkzeug)/", "Flask: routing, contexts, responses"),
    (r"/(requests|urllib3)/|/http/(client|cookiejar)", "requests, urllib3, http.client"),
    (r"anzol/api/(wire|transport)", "the call's HTTP, ours"),
    (r"anzol/api/", "the Bot API: the call, its parameters, its answer"),
    (r"anzol/queue/(sqlite|store|database|catalog|postgres)|/sqlite3/", "the queue: SQL, commits"),
    (r"anzol/queue/", "the queue: lanes, writer, workers"),
    (r"anzol/bot/", "router, context, replies"),
    (
        r"anzol/server/(metrics|tally|observed|gauges|logs)|/prometheus_client/|/logging/",
        "metrics, the log",
    ),
    (r"anzol/server/|anzol/push/", "the webhook, and what runs updates"),
    (r"benchmarks/handlers/", "the handler"),
)
REST = "threads, the interpreter"
Profile = tuple[float, dict[str, float]]  # CPU µs of an update, the profiler's seconds by stage
Function = tuple[str, int, str]  # file, line, name
Row = tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]


def stage_of(function: Function) -> str | None:
    """Return the stage that a function belongs to, `None` for the standard library's."""
    path = function[0].replace("\\", "/")
    return next((stage for pattern, stage in STAGES if re.search(pattern, path)), None)


def add_up(stats: Mapping[Function, Row]) -> dict[str, float]:
    """Return the seconds of each stage, from the rows of `pstats.Stats.stats`."""
    seconds: defaultdict[str, float] = defaultdict(float)
    known: dict[Function, dict[str, float]] = {}
    for function, (_, _, own, _, callers) in stats.items():
        if "importlib" in function[0]:  # the start
            continue
        if stage := stage_of(function):
            seconds[stage] += own
            continue
        by_caller = {caller: times[2] for caller, times in callers.items()}
        total = sum(by_caller.values())
        for caller, time in by_caller.items():
            for name, share in shares(caller, stats, known, (function,)).items():
                seconds[name] += share * (own * time / total if total else 0.0)
        if not total:
            seconds[REST] += own
    return dict(seconds)


def shares(
    function: Function,
    stats: Mapping[Function, Row],
    known: dict[Function, dict[str, float]],
    seen: tuple[Function, ...],
) -> dict[str, float]:
    """Return the stages for which a function works, as shares of one."""
    if stage := stage_of(function):
        return {stage: 1.0}
    if function in known:
        return known[function]
    callers = {} if function in seen or function not in stats else stats[function][4]
    total = sum(times[3] for times in callers.values())
    if not total:
        return {REST: 1.0}
    found: defaultdict[str, float] = defaultdict(float)
    for caller, times in callers.items():
        for name, share in shares(caller, stats, known, (*seen, function)).items():
            found[name] += share * times[3] / total
    known[function] = dict(found)
    return known[function]


def take(checkout: Path = ROOT, seconds: float = 6.0) -> Profile:
    """Return the CPU µs of an update under full load, and the profiler's seconds by stage."""
    if sys.version_info >= (3, 12):
        raise SystemExit("Only Python 3.11 profiles each thread alone: run this with python3.11.")
    with Telegram() as telegram:
        with Running(anzol(checkout=checkout), telegram) as one:
            one.greet()
            one.measure(mode="closed", seconds=2.0)
            alone = one.measure(mode="closed", seconds=seconds)["cpu_us"]
        bot = anzol(handlers="profiled", checkout=checkout, PROFILE="profile")
        with Running(bot, telegram) as one:
            one.greet()
            one.measure(mode="closed", seconds=seconds)
            one.process.terminate()
            one.process.wait(60)
            stats: Any = pstats.Stats(str(one.folder / "profile"))
            return alone, add_up(cast(Mapping[Function, Row], stats.stats))


def render(**profiles: Profile) -> str:
    """Return the table: µs of each stage, the dearest of the last profile first, one column for each."""
    columns = [spent(profile) for profile in profiles.values()]
    order = sorted(
        {name for column in columns for name in column}, key=lambda x: -columns[-1].get(x, 0)
    )
    rows = [[name, *(f"{column.get(name, 0):.0f}" for column in columns)] for name in order]
    whole = ["**in all**", *(f"{cpu_us:.0f}" for cpu_us, _ in profiles.values())]
    headings = [f"{name}, µs an update" for name in profiles]
    return grid(["stage", *headings], [*rows, whole])


def spent(profile: Profile) -> dict[str, float]:
    """Return the µs of an update in each stage."""
    cpu_us, seconds = profile
    total = sum(seconds.values()) or 1.0
    return {stage: cpu_us * time / total for stage, time in seconds.items()}
