"""Ask the same questions of ours and of the peers, from outside, and show who keeps what.

python -m benchmarks.conformance                       every probe on every set-up, some twenty minutes
python -m benchmarks.conformance duplicate order       some probes
python -m benchmarks.conformance --only "anzol; grammY" some set-ups
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.bots import Bot
from benchmarks.conformance.page import Cell, Results, render, save
from benchmarks.conformance.probes import PROBES, Outcome, Probe
from benchmarks.conformance.setups import setups
from benchmarks.conformance.subject import Subject
from benchmarks.pages import RESULTS
from benchmarks.processes import BotFailed, end_with_bots
from benchmarks.report import facts
from benchmarks.rounds import say


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.conformance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "probes", nargs="*", metavar="PROBE", help="all without: " + ", ".join(PROBES)
    )
    parser.add_argument(
        "--only", default="", metavar="NAMES", help="set-ups, separated by semicolons"
    )
    parser.add_argument(
        "--jobs", type=int, default=2, help="set-ups that are probed side by side [2]"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="the folder of conformance.json")
    given = parser.parse_args(arguments)
    end_with_bots()
    names = [name.strip() for name in given.only.split(";") if name.strip()]
    bots = [bot for bot in setups() if not names or bot.name in names]
    if not bots:
        parser.error("no such set-up; there are: " + "; ".join(bot.name for bot in setups()))
    asked = [PROBES[name] for name in given.probes or PROBES]
    results = Results(facts(), ask_all(bots, asked, given.jobs))
    print(render(results))
    if absent := [bot.name for bot in bots if is_absent(bot, asked, results.cells)]:
        say(f"Nothing is stored, since these did not start: {'; '.join(absent)}")
        return 1
    if not given.probes and not names:
        save(results, given.out)
    return 0 if all(cell.good for cell in results.cells if cell.setup == "anzol") else 1


def ask_all(bots: list[Bot], probes: list[Probe], jobs: int) -> list[Cell]:
    """Ask some bots at a time, and all of them at once where a probe does nothing but wait."""
    cells = []
    for waits, side_by_side in ((False, jobs), (True, len(bots))):
        asked = [probe for probe in probes if probe.waits is waits]
        with ThreadPoolExecutor(side_by_side) as pool:
            for found in pool.map(ask, bots, [asked] * len(bots)):
                cells += found
    return cells


def is_absent(bot: Bot, probes: list[Probe], cells: list[Cell]) -> bool:
    """Return whether a bot that can run here was not there for each probe."""
    return not bot.missing() and sum(cell.setup == bot.name for cell in cells) < len(probes)


def ask(bot: Bot, probes: list[Probe]) -> list[Cell]:
    """Ask each probe of a fresh start of a bot, and twice before it is red: a busy machine is late, and never early."""
    if why := bot.missing():
        say(f"{bot.name} is left out: {why}")
        return []
    cells = []
    for probe in probes:
        outcome = run(probe, bot)
        if outcome and not outcome.good:
            outcome = run(probe, bot)
        if not outcome:
            continue
        say(f"{bot.name}: {probe.name}: {'good' if outcome.good else 'not good'}, {outcome.seen}")
        cells.append(Cell(probe.name, bot.name, outcome.good, outcome.seen))
    return cells


def run(probe: Probe, bot: Bot, starts: int = 3) -> Outcome | None:
    """Ask one probe, `None` when the bot does not start: that is this machine's fault, and says nothing of the bot.

    Another program may take the free port before the bot does, so it is started again.
    """
    try:
        with Subject(bot) as subject:
            return probe.run(subject)
    except BotFailed as problem:
        say(str(problem))
        return run(probe, bot, starts - 1) if starts > 1 else None


if __name__ == "__main__":
    sys.exit(main())
