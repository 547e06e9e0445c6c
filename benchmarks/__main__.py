"""Measure what the server costs, beside its peers, on this machine's loopback interface.

python -m benchmarks              every suite (about 40 minutes), report in benchmarks/results
python -m benchmarks peers        one: polling, peers, promise, floor, growth, targets
python -m benchmarks --quick      a look at each in under a minute, into the terminal
python -m benchmarks profile      µs of each stage of an update
python -m benchmarks compare A B  two reports, or folders with one
python -m benchmarks pages        write the stored results into the pages that show them
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import compare, machine, pages, report, stages
from benchmarks.processes import end_with_bots
from benchmarks.rounds import Plan
from benchmarks.suites import Options

FULL = Plan()
QUICK = Plan(rounds=1, seconds=0.7, warm=0.3, patience=3)
QUICK_SUITES = ("polling", "peers", "promise", "growth")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = [*report.SUITES, "profile", "compare", "pages"]
    parser.add_argument(
        "command", nargs="?", choices=commands, help="what to do; everything without"
    )
    parser.add_argument("reports", nargs="*", type=Path, help="for compare: two reports")
    parser.add_argument("--quick", action="store_true", help="one short round, without a report")
    parser.add_argument("--rounds", type=int, default=FULL.rounds, help=f"[{FULL.rounds}]")
    parser.add_argument("--seconds", type=float, default=FULL.seconds, help="of a sample [3]")
    parser.add_argument("--warm", type=float, default=FULL.warm, help="seconds of warm-up [2]")
    parser.add_argument("--out", type=Path, default=pages.RESULTS, help="the report's folder")
    parser.add_argument(
        "--beside", type=Path, metavar="CHECKOUT", help="another checkout: targets, profile"
    )
    given = parser.parse_args(arguments)
    end_with_bots()
    if given.command == "compare":
        if len(given.reports) != 2:
            parser.error("compare takes two reports: python -m benchmarks compare A B")
        print(compare.compare(*map(report.load, given.reports)))
    elif given.command == "pages":
        pages.update()
    elif given.command == "profile":
        profile(given.out, given.beside)
    else:
        plan = Plan(given.rounds, given.seconds, given.warm)
        options = Options(QUICK if given.quick else plan, given.quick, given.beside)
        failed = measure([given.command] if given.command else [], options, given.out)
        return 1 if failed else 0
    return 0


def measure(names: list[str], options: Options, out: Path) -> set[str]:
    """Take the suites one after another; what is measured is saved before the next begins.

    Returns the names of the bots that should have run and did not.
    """
    facts, failed = report.facts(), set[str]()
    for name in names or (QUICK_SUITES if options.quick else report.SUITES):
        suite = report.SUITES[name]
        taken = suite.take(options)
        failed |= taken.failed
        result = report.Result.of(suite, taken, options, facts)
        print(f"## {suite.title}\n\n{report.body(result)}\n", flush=True)
        if not options.quick:
            from benchmarks import plots

            report.save({name: result}, out)
            plots.draw(result, out)
    return failed


def profile(out: Path, beside: Path | None) -> None:
    """Print and store the table of stages, beside that of another checkout when one is given."""
    facts = report.facts()
    profiles = {machine.commit(beside): stages.take(beside.resolve())} if beside else {}
    table = stages.render(**profiles, **{facts["commit"]: stages.take()})
    where = ", ".join(facts["machine"].values())
    text = f"{table}\n\nMeasured on {facts['date']}. {where}.\n"
    print(text)
    out.mkdir(parents=True, exist_ok=True)
    (out / "profile.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if machine.output(["node", "--version"]) == "":
        sys.exit("Node 18 or newer is needed: it plays Telegram (benchmarks/telegram.mjs).")
    sys.exit(main())
