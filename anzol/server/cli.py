"""The operator's commands: `flask doctor`, `flask webhook …`, `flask inbox …`, `flask updates …`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any, Protocol

import click
import requests
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from anzol.api.client import Bot
from anzol.api.errors import ApiError, NetworkError
from anzol.api.transport import is_loopback
from anzol.bot.router import Router
from anzol.queue import Entry, OpenError, Queue
from anzol.settings import SIMULATED_BOT, Settings

from . import registration
from .failures import NO_TOKEN, TOKEN_REJECTED
from .logs import printable
from .webhook import SECRET_HEADER

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
}
COUNT = click.IntRange(1)
NUMBER = click.IntRange(0, 2**63 - 1)  # what a database can hold
FINISHED = click.Choice(["done", "dead", "expired"])


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (webhook, inbox, updates, examine):
        if command.name not in app.cli.commands:  # the app's own stay
            app.cli.add_command(command)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def examine(as_json: bool) -> None:
    """Look at everything between Telegram and a handler; exit 1 when something fails."""
    from . import doctor, probe

    anzol = _anzol()
    findings = []
    for finding in doctor.examine(anzol.settings, anzol.bot, anzol.router, anzol.queue):
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
def webhook_info() -> None:
    """Show what Telegram knows of the webhook; without a token, what the running simulator knows."""
    with exit_on_error():
        info = dict(_bot().get_webhook_info()) if _has_token() else _simulated_info()
    if "last_error_date" in info:
        info["last_error_date"] = _moment(info["last_error_date"])
    click.echo(json.dumps(info, indent=2))


@webhook.command("set")
@click.argument("url", required=False)
def webhook_set(url: str | None) -> None:
    """Register URL, or PUBLIC_URL with WEBHOOK_PATH."""
    settings = _settings()
    url = url or settings.webhook_url
    if not url:
        raise click.ClickException("Give the URL, or set PUBLIC_URL.")
    with exit_on_error():
        registration.announce(_bot(), url, settings, _anzol().router, force=True)
    click.echo(f"Telegram sends updates to {url}")


@webhook.command("delete")
def webhook_delete() -> None:
    """Stop deliveries; pending updates stay with Telegram."""
    with exit_on_error():
        _bot().delete_webhook()
    click.echo("Telegram no longer sends updates.")


@webhook.command("kick")
def webhook_kick() -> None:
    """Have Telegram send everything now that waits for a retry, and forget its last error."""
    with exit_on_error():
        url = registration.kick(_bot(), _settings())
    if not url:
        raise click.ClickException("No webhook is set; flask webhook set")
    click.echo(f"Telegram sends what waits to {url} now.")


@inbox.command("list")
@click.option("--state", type=click.Choice(list(COLOURS)), help="Only updates in this state.")
@click.option("--limit", type=COUNT, default=20, show_default=True, help="How many, newest first.")
def inbox_list(state: str | None, limit: int) -> None:
    """Count the updates by state and list the newest."""
    with exit_on_error():
        counts, entries, paused = _inbox().counts(), _inbox().list(state, limit), _inbox().paused()
    click.echo("  ".join(f"{name} {count}" for name, count in counts.items()))
    for pause in paused:
        text = f"Nothing has run since {_moment(pause.since)}: {printable(pause.reason)}"
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
        click.echo(f"runs again at {_moment(entry.due)}")
    if entry.error:
        click.echo(f"\n{printable(entry.error.rstrip(), lines=True)}")
    if entry.body:
        body = json.dumps(json.loads(entry.body), indent=2, ensure_ascii=False)
        click.echo("\n" + printable(body, lines=True))


@inbox.command("running")
def inbox_running() -> None:
    """Show what handlers run now, the longest first."""
    with exit_on_error():
        entries = _inbox().running()
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


@inbox.command("retry")
@click.argument("numbers", type=NUMBER, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every dead update.")
def inbox_retry(numbers: tuple[int, ...], everything: bool) -> None:
    """Run dead updates again, by their numbers or all."""
    if bool(numbers) == everything:
        raise click.ClickException("Give the numbers (flask inbox list --state dead), or --all.")
    with exit_on_error():
        count = _inbox().retry(None if everything else numbers)
    click.echo(f"{count} opened again; the running server takes them up.")


@inbox.command("purge")
@click.argument("state", type=FINISHED)
@click.option("--hours", default=0.0, help="Only those older than this many hours.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def inbox_purge(state: str, hours: float, yes: bool) -> None:
    """Delete finished updates. Once done ones are gone, a repeated delivery counts as new."""
    if not yes:
        click.confirm(f"Delete the {state} updates?", abort=True)
    with exit_on_error():
        click.echo(f"{_inbox().purge(state, hours * 3600)} deleted.")


@updates.command("send")
@click.argument("file", type=click.File("rb"))
def updates_send(file: IO[bytes]) -> None:
    """Send an update from a JSON FILE (- reads standard input) to the running server, with a fresh update_id."""
    try:
        update = {**json.load(file)}
    except (ValueError, TypeError):
        raise click.ClickException("The file does not hold one JSON object.") from None
    update.pop("update_id", None)
    settings = _settings()
    if settings.telegram_bot_token:
        update = {"update_id": time.time_ns() // 1_000_000, **update}
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        url = f"http://{host}:{settings.port}{settings.webhook_path}"
        response = _post(url, update, {SECRET_HEADER: settings.secret})
    else:
        # Without a token the secret is the simulator's to know, so the update travels through it.
        url = f"http://127.0.0.1:{settings.simulator_port}/user/update"
        response = _post(url, {"bot": SIMULATED_BOT, "update": update}, {})
    click.echo(f"{response.status_code} {response.text}".strip())
    if not response.ok:
        raise SystemExit(1)


@updates.command("tail")
@click.option("--limit", type=COUNT, default=10, show_default=True, help="How many to start with.")
def updates_tail(limit: int) -> None:
    """Show updates as they arrive and again when their state changes, until Ctrl-C."""
    seen: dict[int, str] = {}
    while True:
        with exit_on_error():
            entries = _inbox().list(None, max(limit, 100) if seen else limit)
        for entry in reversed(entries):
            if seen.get(entry.seq) != entry.state:
                seen[entry.seq] = entry.state
                click.echo(_row(entry))
        seen = {entry.seq: entry.state for entry in entries}
        time.sleep(0.5)


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> requests.Response:
    try:
        with requests.Session() as session:
            session.trust_env = not is_loopback(url)  # no proxy leads back to this machine
            return session.post(url, json=body, headers=headers, timeout=65)
    except requests.RequestException:
        raise click.ClickException(f"Nothing answers at {url}. Is the server running?") from None


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print what is wrong in one line and exit 1."""
    try:
        yield
    except ApiError as error:
        rejected = error.code in (401, 404)
        raise click.ClickException(TOKEN_REJECTED if rejected else str(error)) from None
    except (OpenError, NetworkError) as error:
        raise click.ClickException(str(error)) from None


def _row(entry: Entry) -> str:
    state = click.style(f"{entry.state:<8}", fg=COLOURS[entry.state])
    last = (entry.error or "").rstrip().rpartition("\n")[2]
    # Users' text may be in a lane, an unknown kind or an error: it must reach a terminal as text, not as control codes.
    kind, lane, last = map(printable, (entry.kind or "", entry.lane, last))
    return (
        f"{entry.seq:>6}  {state} {_moment(entry.received)}  update {entry.key}  {kind}"
        f"  {lane}  attempts {entry.attempts}  {last}"
    ).rstrip()


def _moment(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(" ", "seconds")


class Extension(Protocol):
    """The part of the extension that these commands use."""

    settings: Settings
    bot: Bot
    router: Router
    queue: Queue


def _anzol() -> Extension:
    record: Extension = current_app.extensions["anzol"]
    return record


def _settings() -> Settings:
    return _anzol().settings


def _has_token() -> bool:
    return bool(_settings().telegram_bot_token)


def _simulated_info() -> dict[str, Any]:
    """Return what the simulator of `python app.py` knows of its bot's webhook."""
    url = f"http://127.0.0.1:{_settings().simulator_port}/user/state"
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy leads back to this machine
            bots = session.get(url, timeout=5).json()["result"]["bots"]
        found: dict[str, Any] = next(bot["webhook"] for bot in bots if bot["id"] == SIMULATED_BOT)
    except (requests.RequestException, ValueError, LookupError, TypeError, StopIteration):
        raise click.ClickException(NO_TOKEN) from None
    return found or {"url": ""}


def _bot() -> Bot:
    if not _has_token():
        raise click.ClickException(NO_TOKEN)
    return _anzol().bot


def _inbox() -> Queue:
    return _anzol().queue
