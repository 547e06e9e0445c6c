"""How far it goes: figures measured here, and the sizes that follow from them.

python -m benchmarks.scaling measure   a few minutes: SQLite and PostgreSQL, one and two processes, into results/scaling.json
python -m benchmarks.scaling           the tables of docs/scaling.md and its plot, from those figures
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anzol.api.limits import PAID, PER_BOT
from benchmarks import machine, plots
from benchmarks.bots import Bot, anzol
from benchmarks.databases import postgresql
from benchmarks.plots import OURS, RANGE, TEXT, THEIRS
from benchmarks.processes import Running, end_with_bots
from benchmarks.telegram import Telegram

RESULTS = machine.HERE / "results"
FIGURES = RESULTS / "scaling.json"
ROUNDS, SECONDS, QUIET = 3, 3.0, 50  # QUIET: updates a second, each with a commit of its own
SIZES = (10**3, 10**4, 10**5, 10**6, 10**7)
DAY = 86400
KEPT = 2 * DAY  # seconds for which a finished update is remembered
COLUMNS = (
    "pg_current_wal_lsn() - '0/0'",
    "(select xact_commit from pg_stat_database where datname = current_database())",
    "(select sum(n_tup_ins) from pg_stat_user_tables)",
    "(select sum(n_tup_upd) from pg_stat_user_tables)",
    "(select sum(n_tup_del) from pg_stat_user_tables)",
)
NAMES = ("wal_bytes", "commits", "inserted", "updated", "deleted")


@dataclass(frozen=True)
class Crowd:
    """What is assumed of a bot's users: updates of each in a day, and the busiest second beside the average one."""

    each: float = 5.0
    peak: float = 5.0
    part: float = 0.6  # of a core or a limit that is used at the peak

    def peak_rate(self, users: int) -> float:
        """Return the updates in the busiest second."""
        return users * self.each * self.peak / DAY


USUAL = Crowd()


@dataclass(frozen=True)
class Size:
    """What a number of users needs."""

    users: int
    rate: float  # updates in the busiest second
    cores: int
    bots: int  # for replies, one for each update, at Telegram's limit without payment
    wal: float  # bytes a second in PostgreSQL, at the peak
    stored: float  # bytes of finished updates
    connections: int  # of Telegram's, for an answer time of 50 ms


def size(users: int, figures: dict[str, Any], crowd: Crowd) -> Size:
    """Return what so many users need, from measured figures."""
    rate = crowd.peak_rate(users)
    engine = (
        figures["postgresql"] if rate * figures["sqlite"]["cpu_us"] / 1e6 > crowd.part else None
    )
    cpu = (engine or figures["sqlite"])["cpu_us"] / 1e6
    quiet, full = figures["postgresql"]["quiet"], figures["postgresql"]["full"]
    wal = quiet["wal_bytes"] if rate < QUIET else full["wal_bytes"]
    return Size(
        users,
        rate,
        max(1, math.ceil(rate * cpu / crowd.part)),
        max(1, math.ceil(rate / (PER_BOT.most / PER_BOT.seconds * crowd.part))),
        rate * wal,
        users * crowd.each / DAY * KEPT * figures["postgresql"]["stored_bytes"],
        max(1, math.ceil(rate * 0.05 / crowd.part)),
    )


# ------------------------------------------------------------------- measuring


def measure() -> dict[str, Any]:
    """Measure both engines on this machine."""
    found: dict[str, Any] = {
        "date": machine.today(),
        "commit": machine.commit(),
        "machine": machine.describe(),
    }
    with Telegram() as telegram:
        found["sqlite"] = sample(anzol("sqlite"), telegram)
        found["sqlite"]["stored_bytes"] = stored_in_file(telegram)
        found["processes"] = {
            str(count): sample(anzol(f"{count}", processes=count), telegram) for count in (1, 2, 4)
        }
        found["computing"] = {
            str(count): sample(anzol(f"{count}", processes=count, handlers="computing"), telegram)
            for count in (1, 2)
        }
        with postgresql() as address:
            found["postgresql"] = sample(anzol("postgresql", database=address), telegram)
            for name, rate in (("full", 0), ("quiet", QUIET)):
                found["postgresql"][name] = statements(address, telegram, rate)
            found["postgresql"]["stored_bytes"] = stored(address)
            found["postgresql_processes"] = {
                str(count): sample(anzol(f"{count}", processes=count, database=address), telegram)
                for count in (1, 2, 4)
            }
    return found


def sample(bot: Bot, telegram: Telegram) -> dict[str, float]:
    """Return the medians of a few samples at full load: updates a second, µs and ms."""
    with Running(bot, telegram) as one:
        one.greet()
        one.measure(mode="closed", seconds=2.0, patience=5.0)
        taken = [
            one.measure(mode="closed", seconds=SECONDS, patience=5.0, seed=number)
            for number in range(ROUNDS)
        ]
    names = ("updates_per_s", "cpu_us", "ack_p50", "rss_mb", "lost", "doubled", "out_of_order")
    return {name: statistics.median(each[name] for each in taken) for name in names}


def statements(address: str, telegram: Telegram, rate: int) -> dict[str, float]:
    """Return what PostgreSQL does for an update, at full load or at so many a second."""
    import psycopg

    with (
        Running(anzol("counted", database=address), telegram) as one,
        psycopg.connect(address, autocommit=True) as db,
    ):

        def look() -> list[float]:
            db.execute("select pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
            row = db.execute(f"select {', '.join(COLUMNS)}").fetchone()
            return [float(value) for value in row or ()]

        one.greet()
        load: dict[str, Any] = {"mode": "open", "rate": rate} if rate else {"mode": "closed"}
        one.measure(seconds=2.0, patience=5.0, **load)
        idle = [time.monotonic(), *look()]
        time.sleep(SECONDS)
        before = [time.monotonic(), *look()]
        figures = one.measure(seconds=2 * SECONDS, patience=5.0, **load)
        time.sleep(1.5)  # statistics are handed in once a second
        after = [time.monotonic(), *look()]
    # What it does for nobody, such as its sweep, is not an update's.
    own = [(b - a) / (before[0] - idle[0]) for a, b in zip(idle, before, strict=True)][1:]
    spent = [b - a for a, b in zip(before, after, strict=True)]
    return {
        name: (value - each * spent[0]) / figures["answered"]
        for name, value, each in zip(NAMES, spent[1:], own, strict=True)
    }


def stored(address: str) -> float:
    """Return the bytes that a finished update takes in PostgreSQL, indexes and all, after a vacuum."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as db:
        db.execute("vacuum full")
        row = db.execute("select pg_total_relation_size('task') / count(*) from task").fetchone()
        return float(row[0] if row else 0)


def stored_in_file(telegram: Telegram) -> float:
    """Return the same for SQLite."""
    import sqlite3

    with Running(anzol("stored"), telegram) as one:
        one.greet()
        one.measure(mode="closed", seconds=SECONDS, patience=5.0)
        with sqlite3.connect(one.folder / "anzol.db") as db:
            copy = one.folder / "copy.db"
            db.execute("vacuum into ?", (str(copy),))
            (count,) = db.execute("select count(*) from task where state = 1").fetchone()
        return float(copy.stat().st_size / count)


# ------------------------------------------------------------------- showing


def tables(figures: dict[str, Any], crowd: Crowd = USUAL) -> str:
    """Return the tables of docs/scaling.md."""
    return f"{measured(figures)}\n\n{sizes(figures, crowd)}"


def measured(figures: dict[str, Any]) -> str:
    """Return the tables of what was measured, and on what."""
    where = ", ".join(figures["machine"].values())
    when = f"{figures['date']}, commit {figures['commit']}"
    taken = f"Measured on {when}: medians of {ROUNDS} samples of {SECONDS:g} s. {where}."
    return f"{engines(figures)}\n\n{an_update(figures)}\n\n{taken}"


def table(head: str, rows: list[tuple[object, ...]]) -> str:
    """Return a table in Markdown."""
    names = head.split(" | ")
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def engines(figures: dict[str, Any]) -> str:
    rows: list[tuple[object, ...]] = [
        row("SQLite, one process on one core", figures["sqlite"]),
        *(row(f"SQLite, {of(count)}", each) for count, each in figures["processes"].items()),
        row("PostgreSQL, one process on one core", figures["postgresql"]),
        *(
            row(f"PostgreSQL, {of(count)}", each)
            for count, each in figures["postgresql_processes"].items()
        ),
        *(
            row(f"SQLite, {of(count)}, 2 ms of computing", each)
            for count, each in figures["computing"].items()
        ),
    ]
    head = "kept in | updates/s | CPU µs an update | updates a core and second | memory, MB"
    return table(head, rows)


def of(count: str) -> str:
    return "1 process" if count == "1" else f"{count} processes"


def row(name: str, each: dict[str, float]) -> tuple[object, ...]:
    cpu = each["cpu_us"]
    return (
        name,
        f"{each['updates_per_s']:,.0f}",
        f"{cpu:.0f}",
        f"{1e6 / cpu:,.0f}",
        round(each["rss_mb"]),
    )


def an_update(figures: dict[str, Any]) -> str:
    quiet, full = figures["postgresql"]["quiet"], figures["postgresql"]["full"]
    words = {
        "commits": "transactions",
        "wal_bytes": "WAL, bytes",
        "inserted": "rows inserted",
        "updated": "rows updated",
        "deleted": "rows deleted",
    }
    rows: list[tuple[object, ...]] = [
        (text, number(quiet[name]), number(full[name])) for name, text in words.items()
    ]
    kept = figures["postgresql"]["stored_bytes"]
    rows.append(("bytes kept for 48 h", number(kept), number(kept)))
    return table(f"PostgreSQL, for an update | at {QUIET} a second | at full load", rows)


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def sizes(figures: dict[str, Any], crowd: Crowd = USUAL) -> str:
    """Return the table of what numbers of users need."""
    rows: list[tuple[object, ...]] = []
    for users in SIZES:
        each = size(users, figures, crowd)
        rows.append(
            (
                f"{users:,}",
                number(each.rate),
                each.cores,
                each.bots,
                each.connections,
                f"{each.wal / 1e6:.2f}",
                f"{each.stored / 1e6:,.0f}",
            )
        )
    head = "users | updates/s, peak | cores | bots, for 30 replies/s each | connections | WAL, MB/s | kept, MB"
    return table(head, rows)


def draw(figures: dict[str, Any], folder: Path) -> list[Path]:
    """Plot what is needed against the number of users, with Telegram's limits across."""
    crowd = USUAL
    users = [10 ** (3 + step / 10) for step in range(41)]
    rates = [crowd.peak_rate(int(each)) for each in users]
    figure, axes = plots.canvas(8, 4.2)
    axes.loglog(users, rates, color=OURS, linewidth=2.5)
    core = figures["sqlite"]["updates_per_s"] * crowd.part
    lines: list[tuple[float, str, str]] = [
        (PER_BOT.most / PER_BOT.seconds, "Telegram: replies of one bot", RANGE),
        (PAID.most / PAID.seconds, "Telegram: one bot, paid", RANGE),
        (core, "one core with SQLite, 60 %", THEIRS),
    ]
    for rate, text, colour in lines:
        axes.axhline(rate, color=colour, linewidth=1.2, linestyle="--")
        axes.annotate(f"{text}, {rate:,.0f}/s", (1.1e3, rate * 1.12), color=colour, fontsize=9)
    axes.set_xlim(1e3, 1e7)
    axes.set_xlabel(
        "users with five updates a day each; the peak is five times the average", color=TEXT
    )
    axes.set_title("Updates a second at the peak", loc="left", color=TEXT, fontweight="bold")
    plots.plain(axes, "top", "right")
    return plots.save(figure, folder, "scaling")


def main(arguments: list[str]) -> int:
    """Measure, or show what was measured."""
    if arguments not in ([], ["measure"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments:
        end_with_bots()
        FIGURES.write_text(json.dumps(measure(), indent=2) + "\n", encoding="utf-8")
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    print(tables(figures))
    draw(figures, RESULTS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
