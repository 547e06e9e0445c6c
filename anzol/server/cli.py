"""The operator's commands: `flask doctor`, `flask webhook …`, `flask inbox …`, `flask updates …`; `flask bot …` is in bots.py, `flask push …` in pushes.py."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, Protocol

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from anzol.api.transport import is_loopback
from anzol.queue import Entry, Queue
from anzol.settings import SIMULATED_BOT, Settings

from . import bots, pushes, registration
from .commands import COUNT, OF_BOT, chosen, exit_on_error, moment
from .failures import NO_TOKEN
from .logs import printable
from .webhook import SECRET_HEADER

if TYPE_CHECKING:
    import requests

    from .tenants import Tenant

webhook = AppGroup("webhook", help="Tell Telegram where this server is, or ask what it knows.")
inbox = AppGroup("inbox", help="Inspect stored updates; run dead ones again.")
updates = AppGroup("updates", help="Send updates to this server as Telegram does.")

MARKS = {"ok": "green", "warn": "yellow", "fail": "red"}
COLOURS = {
    "open": "cyan",
    "done": "green",
    "dead": "red",
    "expired": "yellow",
    "scheduled": "blue",
    "cancelled": "yellow",
}
NUMBER = click.IntRange(0, 2**63 - 1)  # what a database can hold
FINISHED = click.Choice(["done", "dead", "expired"])


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (webhook, inbox, updates, bots.bot, pushes.push, examine):
        if command.name not in app.cli.commands:  # the app's own stay
            app.cli.add_command(command)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@OF_BOT
@with_appcontext
def examine(as_json: bool, number: int | None) -> None:
    """Look at everything between Telegram and a handler; exit 1 when something fails."""
    from . import doctor, probe

    anzol = _anzol()
    findings = []
    for finding in doctor.examine(anzol.settings, chosen(number), anzol.queue):
        findings.append(finding)
        if not as_json:
            mark = click.style(f"{finding.status:<5}", fg=MARKS[finding.status])
            click.echo(f"{mark} {finding.what:<11} {finding.text}")
            if finding.remedy:
                click.echo(f"{'':<17} → {finding.remedy}")
    if as_json:
        click.echo(doctor.as_json(findings))
    if any(finding.status == probe.FAIL for finding in findings):
        raise SystemExit(1)


@webhook.command("info")
@OF_BOT
def webhook_info(number: int | None) -> None:
    """Show what Telegram knows of the webhook; without a token, what the running simulator knows."""
    if not _has_token():
        with exit_on_error():
            say_info(_simulated_info(number))
        return
    for tenant in each_of(number):
        with exit_on_error():
            say_info(dict(tenant.bot.get_webhook_info()))


def say_info(info: dict[str, Any]) -> None:
    """Print getWebhookInfo's answer, its moment as a person reads it."""
    if "last_error_date" in info:
        info["last_error_date"] = moment(info["last_error_date"])
    click.echo(json.dumps(info, indent=2))


@webhook.command("set")
@click.argument("url", required=False)
@OF_BOT
def webhook_set(url: str | None, number: int | None) -> None:
    """Register URL, or PUBLIC_URL with WEBHOOK_PATH."""
    url = url or _anzol().settings.webhook_url
    if not url:
        raise click.ClickException("Give the URL, or set PUBLIC_URL.")
    for tenant in each_of(number):
        with exit_on_error():
            registration.announce(tenant.bot, url, tenant.settings, tenant.router, force=True)
        click.echo(f"Telegram sends updates to {url}")


@webhook.command("delete")
@OF_BOT
def webhook_delete(number: int | None) -> None:
    """Stop deliveries; pending updates stay with Telegram."""
    for tenant in each_of(number):
        with exit_on_error():
            tenant.bot.delete_webhook()
        click.echo("Telegram no longer sends updates.")


@webhook.command("kick")
@OF_BOT
def webhook_kick(number: int | None) -> None:
    """Have Telegram send everything now that waits for a retry, and forget its last error."""
    for tenant in each_of(number):
        with exit_on_error():
            url = registration.kick(tenant.bot, tenant.settings)
        if not url:
            raise click.ClickException("No webhook is set; flask webhook set")
        click.echo(f"Telegram sends what waits to {url} now.")


@inbox.command("list")
@click.option("--state", type=click.Choice(list(COLOURS)), help="Only updates in this state.")
@click.option("--limit", type=COUNT, default=20, show_default=True, help="How many, newest first.")
@OF_BOT
def inbox_list(state: str | None, limit: int, number: int | None) -> None:
    """Count the updates by state and list the newest."""
    queue = _inbox(number)
    with exit_on_error():
        counts, entries, paused = queue.counts(), queue.list(state, limit), queue.paused()
    click.echo("  ".join(f"{name} {count}" for name, count in counts.items()))
    for pause in paused:
        what = "Nothing" if len(_anzol().tenants) == 1 else f"Nothing of bot {pause.bot}"
        text = f"{what} has run since {moment(pause.since)}: {printable(pause.reason)}"
        click.echo(click.style(text, fg="yellow"))
    for entry in entries:
        click.echo(_row(entry))


@inbox.command("show")
@click.argument("number", type=NUMBER)
def inbox_show(number: int) -> None:
    """Show one update whole: what happened to it, its traceback, its JSON."""
    with exit_on_error():
        entry = _inbox().show(number)
    if entry is None:
        raise click.ClickException(
            f"There is no update {number}; flask inbox list has the numbers."
        )
    click.echo(_row(entry))
    if entry.due:
        click.echo(f"runs again at {moment(entry.due)}")
    if entry.error:
        click.echo(f"\n{printable(entry.error.rstrip(), lines=True)}")
    if entry.body:
        body = json.dumps(json.loads(entry.body), indent=2, ensure_ascii=False)
        click.echo("\n" + printable(body, lines=True))


@inbox.command("running")
@OF_BOT
def inbox_running(number: int | None) -> None:
    """Show what handlers run now, the longest first."""
    with exit_on_error():
        entries = _inbox(number).running()
    for entry in entries:
        since = time.time() - (entry.started or entry.received)
        process = (entry.owner or "").partition("-")[0]
        click.echo(f"{_row(entry)}  for {max(0, since):.0f} s in process {process}")
    if not entries:
        click.echo("Nothing runs.")


@inbox.command("cancel")
@click.argument("number", type=NUMBER)
def inbox_cancel(number: int) -> None:
    """End the run of an update at its next Bot API call; the update is then dead."""
    with exit_on_error():
        found = _inbox().cancel(number)
    if not found:
        raise click.ClickException(f"Update {number} is not being run; flask inbox running")
    click.echo("It ends at its next call; flask inbox skip does not wait for that.")


@inbox.command("skip")
@click.argument("number", type=NUMBER)
def inbox_skip(number: int) -> None:
    """Bury an update that is still open and let its chat go on; whatever its run still does is not recorded."""
    with exit_on_error():
        found = _inbox().skip(number)
    if not found:
        raise click.ClickException(f"Update {number} is not open; flask inbox list --state open")
    click.echo("Skipped; its chat goes on. flask inbox retry runs it again.")


@inbox.command("backup")
@click.argument("file", type=click.Path(dir_okay=False))
def inbox_backup(file: str) -> None:
    """Write a complete copy of the database to FILE, also while a server is running."""
    with exit_on_error():
        _inbox().backup(file)
    click.echo(f"{file} is a copy as of now.")


@inbox.command("move")
@click.argument("url")
def inbox_move(url: str) -> None:
    """Copy everything into an empty PostgreSQL database, while no server runs; PGPASSWORD or ~/.pgpass spares the password."""
    with exit_on_error():
        counts = _inbox().move(url)
    for table, count in counts.items():
        click.echo(f"{count:>10,}  {table}")
    click.echo("Moved. Set DATABASE_URL to that address and start the server.")


@inbox.command("retry")
@click.argument("numbers", type=NUMBER, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead update.")
@OF_BOT
def inbox_retry(numbers: tuple[int, ...], everything: bool, number: int | None) -> None:
    """Run dead updates again, by their numbers or all."""
    if bool(numbers) == everything:
        raise click.ClickException("Give the numbers (flask inbox list --state dead), or --all.")
    with exit_on_error():
        count = _inbox(number).retry(None if everything else numbers)
    click.echo(f"{count} opened again; the running server takes them up.")


@inbox.command("purge")
@click.argument("state", type=FINISHED)
@click.option("--hours", default=0.0, help="Only those older than this many hours.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@OF_BOT
def inbox_purge(state: str, hours: float, yes: bool, number: int | None) -> None:
    """Delete finished updates. Once done ones are gone, a repeated delivery counts as new."""
    if not yes:
        click.confirm(f"Delete the {state} updates?", abort=True)
    with exit_on_error():
        click.echo(f"{_inbox(number).purge(state, hours * 3600)} deleted.")


@updates.command("send")
@click.argument("file", type=click.File("rb"))
@OF_BOT
def updates_send(file: IO[bytes], number: int | None) -> None:
    """Send an update from a JSON FILE (- reads standard input) to the running server, with a fresh update_id."""
    try:
        update = {**json.load(file)}
    except (ValueError, TypeError):
        raise click.ClickException("The file does not hold one JSON object.") from None
    update.pop("update_id", None)
    settings = chosen(number)[0].settings
    if settings.telegram_bot_token:
        update = {"update_id": time.time_ns() // 1_000_000, **update}
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"http://{host}:{settings.port}{settings.webhook_path}"
        response = _post(url, update, {SECRET_HEADER: settings.secret})
    else:
        # Without a token the secret is the simulator's to know, so the update travels through it.
        url = f"http://127.0.0.1:{settings.simulator_port}/user/update"
        response = _post(url, {"bot": number or SIMULATED_BOT, "update": update}, {})
    click.echo(f"{response.status_code} {response.text}".strip())
    if not response.ok:
        raise SystemExit(1)


@updates.command("tail")
@click.option("--limit", type=COUNT, default=10, show_default=True, help="How many to start with.")
@OF_BOT
def updates_tail(limit: int, number: int | None) -> None:
    """Show updates as they arrive and again when their state changes, until Ctrl-C."""
    seen: dict[int, str] = {}
    while True:
        with exit_on_error():
            entries = _inbox(number).list(None, max(limit, 100) if seen else limit)
        for entry in reversed(entries):
            if seen.get(entry.seq) != entry.state:
                seen[entry.seq] = entry.state
                click.echo(_row(entry))
        seen = {entry.seq: entry.state for entry in entries}
        time.sleep(0.5)


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> requests.Response:
    import requests  # 5 MB that a server in production has no use for

    try:
        with requests.Session() as session:
            session.trust_env = not is_loopback(url)  # no proxy leads back to this machine
            return session.post(url, json=body, headers=headers, timeout=65)
    except requests.RequestException:
        raise click.ClickException(f"Nothing answers at {url}. Is the server running?") from None


def _row(entry: Entry) -> str:
    state = click.style(f"{entry.state:<8}", fg=COLOURS[entry.state])
    last = (entry.error or "").rstrip().rpartition("\n")[2]
    # Users' text may be in a lane, an unknown kind or an error: it must reach a terminal as text, not as control codes.
    kind, lane, last = map(printable, (entry.kind or "", entry.lane, last))
    bot = f"  bot {entry.bot}" if len(_anzol().tenants) > 1 else ""
    return (
        f"{entry.seq:>6}  {state} {moment(entry.received)}{bot}  update {entry.key}  {kind}"
        f"  {lane}  attempts {entry.attempts}  {last}"
    ).rstrip()


def each_of(number: int | None) -> Iterator[Tenant]:
    """Yield the chosen bots, which have tokens; name each when there are several."""
    if not _has_token():
        raise click.ClickException(NO_TOKEN)
    found = chosen(number)
    for tenant in found:
        if len(found) > 1:
            click.echo(click.style(f"bot {tenant.bot.id}", bold=True))
        yield tenant


class Extension(Protocol):
    """The part of the extension that these commands use."""

    settings: Settings
    queue: Queue

    @property
    def tenants(self) -> Mapping[int, Tenant]: ...


def _anzol() -> Extension:
    record: Extension = current_app.extensions["anzol"]
    return record


def _has_token() -> bool:
    return bool(_anzol().settings.telegram_bot_token)


def _simulated_info(number: int | None) -> dict[str, Any]:
    """Return what the simulator of `python app.py` knows of a bot's webhook."""
    import requests

    url = f"http://127.0.0.1:{_anzol().settings.simulator_port}/user/state"
    wanted = number or SIMULATED_BOT
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy leads back to this machine
            known = session.get(url, timeout=5).json()["result"]["bots"]
        found: dict[str, Any] = next(bot["webhook"] for bot in known if bot["id"] == wanted)
    except (requests.RequestException, ValueError, LookupError, TypeError, StopIteration):
        raise click.ClickException(NO_TOKEN) from None
    return found or {"url": ""}


def _inbox(number: int | None = None) -> Queue:
    queue = _anzol().queue
    return queue if number is None else queue.of(number)
