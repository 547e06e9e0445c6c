"""A broadcast's progress in the terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

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
        length=total,
        label="sending",
        show_pos=True,
        show_eta=False,
        item_show_func=lambda text: text,
    ) as bar:
        while True:
            counts = outbox.counts(batch)
            ended = sum(counts[state] for state in ENDED)
            if ended > before:
                gone = gone_of(outbox, batch) if counts["failed"] else 0
                bar.update(ended - before, shown(counts, gone, time.monotonic() - since))
                before, seen = ended, time.monotonic()
            if not any(counts[state] for state in WAITING):
                break
            if counts["held"] or time.monotonic() - seen > SILENCE:
                break
            time.sleep(LOOK)
    say(batch, counts, time.monotonic() - since)
    if counts["waiting"] and time.monotonic() - seen > SILENCE:
        click.echo("Nothing has been sent for a while. Is the server running?")


def gone_of(outbox: Outbox, batch: str) -> int:
    """Return how many of a broadcast failed because the chat has shut the bot out."""
    return sum(one.reason.startswith("gone") for one in outbox.failures(batch))


def shown(counts: Mapping[str, int], gone: int, seconds: float) -> str:
    """Return what stands behind the bar after so many seconds: sent, failed, gone, a second, time left."""
    parts = [f"sent {counts['sent']:,}"]
    if counts["failed"]:
        parts.append(f"failed {counts['failed'] - gone:,}, gone {gone:,}")
    seconds = max(seconds, 1.0)
    parts.append(f"{counts['sent'] / seconds:.1f}/s")
    waiting, ended = (sum(counts[state] for state in states) for states in (WAITING, ENDED))
    if waiting and ended:
        parts.append(f"{timedelta(seconds=round(waiting * seconds / ended))} left")
    return ", ".join(parts)


def say(batch: str, counts: Mapping[str, int], seconds: float = 0.0) -> None:
    """Print a broadcast's counts."""
    parts = [f"{state} {count}" for state, count in counts.items() if count]
    rate = f", {counts['sent'] / seconds:.1f}/s" if seconds > 1 and counts["sent"] else ""
    click.echo(f"{batch}: {', '.join(parts) or 'nothing is known of it'}{rate}")
