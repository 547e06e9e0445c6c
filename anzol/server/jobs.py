"""`flask jobs`: what is planned for later, and how to cancel it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import click
from flask import Flask
from flask.cli import with_appcontext

from anzol.push.outbox import QUEUE as OUTBOX
from anzol.push.ticks import KIND
from anzol.push.ticks import QUEUE as TICKS
from anzol.queue import UPDATES, Entry

from .commands import COUNT, OF_BOT, chosen, exit_on_error, moment
from .logs import printable

if TYPE_CHECKING:
    from .tenants import Tenant

MOST = 10_000  # planned things that are looked at, to find the next ones


class Planned(NamedTuple):
    """Something that is due at a time, in epoch seconds; `name` cancels it."""

    due: float
    what: str
    lane: str
    name: str


def init_app(app: Flask) -> None:
    """Add the command to `flask`."""
    if jobs.name not in app.cli.commands:  # the app's own stays
        app.cli.add_command(jobs)


@click.group("jobs", invoke_without_command=True)
@click.option("--limit", type=COUNT, default=50, show_default=True, help="How many, the next ones.")
@OF_BOT
@click.pass_context
@with_appcontext
def jobs(context: click.Context, limit: int, number: int | None) -> None:
    """List what is planned: schedules, jobs, messages of ctx.later. `flask jobs cancel` takes a line's last word."""
    if context.invoked_subcommand is not None:
        return
    with exit_on_error():
        found = sorted(each for bot in chosen(number) for each in planned(bot))
    for each in found[:limit]:
        line = f"{moment(each.due)}  {each.what}  {printable(each.lane)}  {each.name}"
        click.echo(line.rstrip())
    if not found:
        click.echo("Nothing is planned.")


@jobs.command("cancel")
@click.argument("name")
@OF_BOT
@with_appcontext
def cancel(name: str, number: int | None) -> None:
    """Cancel the job, message or broadcast called NAME."""
    with exit_on_error():
        count = sum(bot.outbox.cancel(name) for bot in chosen(number))
    if not count:
        raise click.ClickException(f"Nothing waits under {name}; flask jobs has the names.")
    click.echo(f"{count} cancelled.")


def planned(bot: Tenant) -> list[Planned]:
    """Return what a bot is to do at a time."""
    queue = bot.queue.of(bot.id)
    entries = [
        entry
        for name in (TICKS, UPDATES, OUTBOX)
        for entry in queue.list("scheduled", MOST, name)
        if entry.due is not None
    ]
    return [
        Planned(entry.due or 0.0, what_of(entry), entry.lane, entry.batch or "")
        for entry in entries
    ]


def what_of(entry: Entry) -> str:
    """Return what a planned task is, such as `every digest`, `job ring` or `sendMessage`."""
    if entry.queue == OUTBOX or entry.kind != KIND:
        return printable(entry.kind)
    body = json.loads(entry.body or b"{}")
    if entry.queue == TICKS:
        return printable(f"every {body.get('name')}")
    return printable(f"job {body.get(KIND, {}).get('name')}")
