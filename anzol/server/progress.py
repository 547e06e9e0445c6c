"""A broadcast's progress in the terminal."""

from __future__ import annotations

import time

import click

from anzol.push.outbox import Outbox

LOOK = 0.5  # seconds between two looks at a broadcast
SILENCE = 15.0  # seconds without any progress after which the server is asked about
ENDED = ("sent", "failed", "expired", "cancelled")
WAITING = ("waiting", "held")


def follow(outbox: Outbox, batch: str, total: int) -> None:
    """Show a broadcast's progress until it has ended."""
    since = seen = time.monotonic()
    before = 0
    with click.progressbar(
        length=total, label="sent", show_pos=True, show_eta=True, item_show_func=lambda text: text
    ) as bar:
        while True:
            counts = outbox.counts(batch)
            ended = sum(counts[state] for state in ENDED)
            if ended > before:
                rate = counts["sent"] / max(time.monotonic() - since, 1.0)
                bar.update(ended - before, f"{unsent(outbox, batch, counts)}{rate:.1f}/s")
                before, seen = ended, time.monotonic()
            if not any(counts[state] for state in WAITING):
                break
            if counts["held"] or time.monotonic() - seen > SILENCE:
                break
            time.sleep(LOOK)
    say(batch, counts, time.monotonic() - since)
    if counts["waiting"] and time.monotonic() - seen > SILENCE:
        click.echo("Nothing has been sent for a while. Is the server running?")


def unsent(outbox: Outbox, batch: str, counts: dict[str, int]) -> str:
    """Return how many of a broadcast failed, and how many because the chat has shut the bot out."""
    if not counts["failed"]:
        return ""
    gone = sum(one.reason.startswith("gone") for one in outbox.failures(batch))
    return f"failed {counts['failed'] - gone}, gone {gone}, "


def say(batch: str, counts: dict[str, int], seconds: float = 0.0) -> None:
    """Print a broadcast's counts."""
    parts = [f"{state} {count}" for state, count in counts.items() if count]
    rate = f", {counts['sent'] / seconds:.1f}/s" if seconds > 1 and counts["sent"] else ""
    click.echo(f"{batch}: {', '.join(parts) or 'nothing is known of it'}{rate}")
