"""One small table for the README: the frameworks by the figures that matter first."""

from __future__ import annotations

from benchmarks.bots import AIOGRAM, GRAMMY, OURS
from benchmarks.conformance import page
from benchmarks.report import Result
from benchmarks.tables import NONE, figure, grid

# A bot of the peers' suite, and the set-up of the same bot in the conformance table.
ROWS = {
    OURS: "anzol",
    AIOGRAM: "aiogram",
    "python-telegram-bot": "python-telegram-bot",
    "pyTelegramBotAPI, Flask": "pyTelegramBotAPI, waiting",
    GRAMMY: "grammY",
}
FIGURES = {
    "CPU an update": (figure("full", "cpu_us"), "{:,.0f} µs"),
    "100 chats at once: last reply": (figure("burst", "reply_max"), "{:,.0f} ms"),
    "memory": (figure("full-api", "rss_mb"), "{:.0f} MB"),
}


def render(peers: Result, conformance: page.Results) -> str:
    """Return the medians of each framework by webhook, and how many of the probes it keeps."""
    probes = len({cell.probe for cell in conformance.cells})
    rows = []
    for bot, setup in ROWS.items():
        kept = sum(cell.good for cell in conformance.cells if cell.setup == setup)
        found = [(value(peers.samples, bot), text) for value, text in FIGURES.values()]
        cells = [text.format(spread.median) if spread else NONE for spread, text in found]
        rows.append([bot, *cells, f"{kept} of {probes}"])
    facts = peers.facts
    return "\n\n".join(
        [
            grid(["echo bot by webhook", *FIGURES, "keeps"], rows),
            f"{facts['machine']['processor']}, {facts['date']}, commit {facts['commit']}.",
        ]
    )
