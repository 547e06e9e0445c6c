"""Run the whole for long, with mixed traffic and every trouble, and count what was promised.

python -m benchmarks.soak                   six minutes, into the terminal
python -m benchmarks.soak --minutes 60 --calm 30 --out benchmarks/results

The exit status is 1 when an update was lost or answered out of order.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from anzol import simulator
from anzol.simulator.people import Telegram
from benchmarks import machine
from benchmarks.bots import TOKEN
from benchmarks.processes import end_with_bots
from benchmarks.soak.memory import Memory
from benchmarks.soak.traffic import Talk, Verdict
from benchmarks.soak.trouble import Server, Trouble

CHATS, GROUPS = 20, 4
SETTLE = 60.0  # seconds for what is left to be answered, after the last trouble


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--minutes", type=float, default=6.0, help="[6]")
    parser.add_argument("--trouble", type=float, default=12.0, help="seconds between two [12]")
    parser.add_argument(
        "--pause", type=float, default=1.0, help="seconds between a chat's deeds [1]"
    )
    parser.add_argument(
        "--calm",
        type=float,
        default=0.0,
        help="minutes at the end in which no process is ended, so that its memory is seen [0]",
    )
    parser.add_argument("--out", type=Path, help="a folder for soak.svg, soak.png and soak.md")
    given = parser.parse_args()
    end_with_bots()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        return soak(given, Path(folder))


def soak(given: argparse.Namespace, folder: Path) -> int:
    running = simulator.start(port=0, keep=100_000)
    telegram = Telegram(running)
    telegram.token = TOKEN
    server = Server(telegram, folder)
    talks = people(telegram, given.pause)
    trouble = Trouble(server, telegram, given.trouble)
    memory = Memory(server.memory)
    for talk in talks:
        talk.start()
    trouble.start()
    end = time.monotonic() + given.minutes * 60
    try:
        while (left := end - time.monotonic()) > 0:
            memory.look()
            trouble.is_calm = left < given.calm * 60
            asked = sum(talk.count for talk in talks)
            show(f"{left:4.0f} s left, {asked:,} updates, {len(trouble.happened)} troubles")
            time.sleep(min(1.0, left))
    finally:
        for talk in talks:
            talk.stop()
        trouble.stop()
    verdict = settle(talks)
    server.stop()
    telegram.close()
    running.stop()
    report(verdict, trouble, memory, given)
    if not verdict.is_kept:
        dead = server.dead()
        print(*verdict.examples[:20], *dead[:20], server.log.read_text()[-4000:], sep="\n")
    return 0 if verdict.is_kept else 1


def people(telegram: Telegram, pause: float) -> list[Talk]:
    """Return somebody in each private chat, and somebody in each group."""
    alone = [telegram.person(f"Person {number}") for number in range(CHATS)]
    groups = [person.in_group(f"Group {person.id}") for person in alone[:GROUPS]]
    return [Talk(person, pause, seed) for seed, person in enumerate([*alone, *groups])]


def settle(talks: list[Talk]) -> Verdict:
    """Judge when everything has been answered, or when it takes too long."""
    end = time.monotonic() + SETTLE
    while True:
        verdict = Verdict()
        for talk in talks:
            verdict.judge(talk)
        if not verdict.lost or time.monotonic() > end:
            return verdict
        show(f"waiting for {verdict.lost} answers")
        time.sleep(2)


def report(verdict: Verdict, trouble: Trouble, memory: Memory, given: argparse.Namespace) -> None:
    kinds = [kind for _, kind in trouble.happened]
    counts = ", ".join(f"{kinds.count(kind)} × {kind}" for kind in sorted(set(kinds)))
    when = f"{machine.today()}, commit {machine.commit()}"
    calm = f" (no process in the last {given.calm:g} minutes)" if given.calm else ""
    words = (
        f"{given.minutes:g} minutes, {verdict}. Meanwhile{calm}: {counts}. {memory}\n\n"
        f"Measured on {when}. {', '.join(machine.describe().values())}."
    )
    print(f"\n{words}")
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "soak.md").write_text(f"{words}\n", encoding="utf-8")
        memory.draw(given.out, trouble.happened, when)


def show(line: str) -> None:
    """Rewrite the line of progress, where somebody looks."""
    if sys.stdout.isatty():
        print(f"\r{line:<70}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
