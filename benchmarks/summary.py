"""What the README says of other libraries: a line for each, with the figures that matter first."""

from __future__ import annotations

from benchmarks.bots import AIOGRAM, GRAMMY, OURS
from benchmarks.conformance import page
from benchmarks.figures import Samples
from benchmarks.report import Result
from benchmarks.tables import figure

# A bot of the peers' suite, and the set-up of the same bot in the conformance table.
ROWS = {
    AIOGRAM: "aiogram",
    "python-telegram-bot": "python-telegram-bot",
    "pyTelegramBotAPI, Flask": "pyTelegramBotAPI, waiting",
    GRAMMY: "grammY",
}
FIGURES = (
    (figure("full", "cpu_us"), "{:,.0f} µs of processor time an update, here {:,.0f}"),
    (
        figure("burst", "reply_max"),
        "the last of 100 chats is answered after {:,.0f} ms, here {:,.0f}",
    ),
    (figure("full-api", "rss_mb"), "{:.0f} MB of memory, here {:.0f}"),
)


def render(peers: Result, conformance: page.Results) -> str:
    """Return the medians of each framework by webhook beside ours, and how many of the probes it keeps."""
    probes = len({cell.probe for cell in conformance.cells})
    lines = [
        f"- **{bot.partition(',')[0]}** keeps {kept(conformance, setup)} of {probes} promises that we "
        f"probe, Anzol {kept(conformance, 'anzol')}; {beside(peers.samples, bot)}."
        for bot, setup in ROWS.items()
    ]
    facts = peers.facts
    machine = f"{facts['machine']['processor']}, {facts['date']}, commit {facts['commit']}."
    return "\n".join([*lines, "", f"An echo bot by webhook, medians: {machine}"])


def kept(conformance: page.Results, setup: str) -> int:
    return sum(cell.good for cell in conformance.cells if cell.setup == setup)


def beside(samples: Samples, bot: str) -> str:
    """Return a bot's figures, each with ours; those that were measured."""
    found = []
    for value, words in FIGURES:
        theirs, ours = value(samples, bot), value(samples, OURS)
        if theirs and ours:
            found.append(words.format(theirs.median, ours.median))
    return "; ".join(found)
