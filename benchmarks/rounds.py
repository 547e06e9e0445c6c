"""Paired rounds: all bots are up, and each is measured for a moment in turn."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bots import Bot
from benchmarks.figures import Sample, Samples
from benchmarks.processes import BotFailed, Running
from benchmarks.telegram import Telegram


@dataclass(frozen=True)
class Scenario:
    """What Telegram does in a sample; `options` as in telegram.mjs."""

    name: str
    options: dict[str, Any]
    about: str = ""


@dataclass(frozen=True)
class Plan:
    """How long to measure: rounds, the seconds of a sample, and of the warm-up of each bot."""

    rounds: int = 5
    seconds: float = 3.0
    warm: float = 2.0
    patience: float = 5.0


@dataclass
class Taken:
    """What was measured, what cannot run here, and what should have run."""

    samples: Samples = field(default_factory=Samples)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


def measure(bots: Sequence[Bot], scenarios: Sequence[Scenario], plan: Plan, taken: Taken) -> Taken:
    """Take each bot through each scenario, once a round, in a new order each time."""
    before = taken.samples.all
    taken.samples.all = []
    with Telegram() as telegram, ExitStack() as stack:
        running = start(bots, telegram, plan, taken, stack)
        for number in range(1, plan.rounds + 1):
            for scenario in scenarios:
                for one in random.Random(number).sample(running, len(running)):
                    sample(one, scenario, number, plan, taken)
            say(f"round {number} of {plan.rounds}: {', '.join(s.name for s in scenarios)}")
    order = [bot.name for bot in bots]
    taken.samples.all.sort(key=lambda sample: order.index(sample.bot))
    taken.samples.all[:0] = before
    return taken


def start(
    bots: Sequence[Bot], telegram: Telegram, plan: Plan, taken: Taken, stack: ExitStack
) -> list[Running]:
    """Start those that can run here, warm each up and freeze it."""
    running = []
    for bot in bots:
        if why := bot.missing():
            taken.skipped[bot.name] = why
            say(f"{bot.name} is left out: {why}")
            continue
        one = stack.enter_context(Running(bot, telegram))
        try:
            one.greet()
        except BotFailed as problem:
            taken.skipped[bot.name] = "it did not start"
            taken.failed.add(bot.name)
            say(str(problem))
            continue
        warm = {"updates": bot.most} if bot.most else {}
        one.measure(mode="closed", seconds=plan.warm, patience=plan.patience, **warm)
        one.freeze()
        running.append(one)
    return running


def sample(one: Running, scenario: Scenario, number: int, plan: Plan, taken: Taken) -> None:
    """Measure one bot once. The figures of a bot that has ended are left out."""
    if one.process.poll() is not None:
        return
    options: dict[str, Any] = {
        "seconds": plan.seconds,
        "patience": plan.patience,
        "seed": number,
        **scenario.options,
    }
    if one.bot.most and options.get("latency") and options.get("mode") != "burst":
        options["updates"] = min(one.bot.most, options.get("updates") or one.bot.most)
    one.thaw()
    figures = one.measure(**options)
    one.freeze()
    taken.samples.all.append(Sample(scenario.name, one.bot.name, number, figures))


def starts(bots: Sequence[Bot], rounds: int, taken: Taken) -> None:
    """Measure from the start of the process to the first answer: the scenario "start"."""
    with Telegram() as telegram:
        for number in range(1, rounds + 1):
            for bot in bots:
                if bot.missing():
                    continue
                with Running(bot, telegram) as one:
                    try:
                        one.greet()
                    except BotFailed as problem:
                        taken.failed.add(bot.name)
                        say(str(problem))
                        continue
                    memory = one.measure(mode="open", rate=0, seconds=0.2)["rss_mb"]
                    figures = {"ready_s": one.ready, "rss_mb": memory}
                    taken.samples.all.append(Sample("start", bot.name, number, figures))
    say(f"{rounds} starts of each")


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
