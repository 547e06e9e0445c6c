"""`flask push …`: rules tried on events, topics and their subscribers, broadcasts with their progress, people's data."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup

from anzol.api.text import CAPTION_LIMIT, Html, plain, utf16_length
from anzol.push.audience import Audience
from anzol.push.body import REMOTE, BadBody, Order, read_json, read_order
from anzol.push.engine import Event, run
from anzol.push.mailing import mail
from anzol.push.outbox import MOST, Outbox, new_batch, number_or_name
from anzol.push.recall import recalls
from anzol.push.rules import RulesError, load
from anzol.push.templates import TemplateFailed
from anzol.queue import OpenError

from .commands import CHAT, OF_BOT, TAKES_GROUPS, chosen, counted, exit_on_error, moment
from .logs import printable
from .progress import follow, say
from .rules import check_file

push = AppGroup("push", help="What the server sends by itself: broadcasts, topics, rules.")

TOO_LONG = f"A caption has at most {CAPTION_LIMIT:,} characters."
CHAT_HELP = "a chat's number, or me for ADMIN_CHAT"


def outbox_of(number: int | None, batch: str = "") -> Outbox:
    """Return a bot's outbox; what a command stores there, a server sends. Exit when it has no push of that name."""
    here = chosen(number)[0]
    outbox = Outbox(here.queue, here.id, runs=False)
    if batch and not any(outbox.counts(batch).values()):
        raise click.ClickException(f"There is no push {batch}.")
    return outbox


# Rules


@push.command("check")
@click.argument("file", type=click.Path(path_type=Path), default="rules.toml")
def check(file: Path) -> None:
    """Check the rules in FILE; print each mistake with its line, and exit 1 for any."""
    try:
        found = load(file)
    except RulesError as error:
        for line in error.lines:
            click.echo(printable(line))
        raise SystemExit(1) from None
    click.echo(f"{counted(len(found.rules), 'rule')}, {counted(len(found.topics), 'topic')}.")


@push.command("test")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("event", type=click.File("rb"))
@click.option("--topic", help="The event's topic; the only one of the file when it has one.")
@click.option("--type", "kind", default="", help="What its sender calls it, such as push.")
@OF_BOT
def test(file: Path, event: IO[bytes], topic: str | None, kind: str, number: int | None) -> None:
    """Show who would get which messages about EVENT, a JSON file, by the rules in FILE; nothing is sent."""
    here = chosen(number)[0]
    first = current_app.extensions["anzol"].first
    try:
        check_file(file, here.settings, here.id, is_first=here is first)
        found = load(file)
        payload = read_json(event.read())
    except (RulesError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    topics = sorted({rule.topic for rule in found.rules})
    if topic is None and len(topics) != 1:
        raise click.ClickException(f"Give --topic, one of {', '.join(topics) or 'none'}.")
    topic = topic or topics[0]
    happened = Event("test", topic, payload, kind or str(payload.get("type", "")))
    audience = here.audience
    if not found.of(topic):
        raise click.ClickException(f"No rule of {file} is for {topic!r}, only {', '.join(topics)}.")
    for rule in found.of(topic):
        states: dict[str, dict[str, Any]] = defaultdict(dict)
        try:
            outcome = run(rule, happened, states.__getitem__, time.time())
        except TemplateFailed as error:
            click.echo(
                f"{click.style(rule.name, fg='red')} ({rule.place}) fails: {printable(str(error))}"
            )
            continue
        click.echo(f"{click.style(rule.name, bold=True)} ({rule.place}): {outcome.why}")
        for notice in outcome.notices:
            click.echo(f"  to {', '.join(who(one, audience) for one in notice.to)}")
            if notice.at is not None:
                click.echo(f"  at {moment(notice.at)}")
            for language, text in notice.texts.items():
                shown = printable(plain(text), lines=True)
                label = f"[{language}] " if language else ""
                click.echo("\n".join(f"  | {label}{line}" for line in shown.splitlines()))
            for label, target in notice.buttons:
                click.echo(f"  [{printable(label)}] {printable(target)}")
        for later in outcome.later:
            click.echo(f"  after {later.after:.0f} s: {later.body['then']}")


def who(entry: str, audience: Audience) -> str:
    """Return an entry of an audience with the number of its chats."""
    if not entry.startswith("topic:"):
        return entry
    try:
        return f"{entry} ({sum(1 for _ in audience.subscribers(entry.removeprefix('topic:')))})"
    except OpenError:  # no server has run here yet
        return f"{entry} (0)"


# Topics


@push.command("topics")
@OF_BOT
def topics(number: int | None) -> None:
    """Show the topics, with the number of subscribers of each."""
    audience = chosen(number)[0].audience
    with exit_on_error():
        counts = audience.counts()
    for name, count in counts.items():
        topic = audience.titles.get(name)
        title = topic.title if topic else "(no longer offered)"
        admins = "  for administrators" if topic and topic.admin_only else ""
        click.echo(f"{count:>8}  {name:<24} {printable(title)}{admins}")
    if not counts:
        click.echo("There are none: [topics.news] in rules.toml, or Topic(…) in subscriptions().")


@push.command("subscribers")
@click.argument("topic")
@OF_BOT
def subscribers(topic: str, number: int | None) -> None:
    """Show the subscribers of TOPIC: chat, forum topic, language, since when."""
    audience = chosen(number)[0].audience
    with exit_on_error():
        if topic not in audience.counts():  # which has those that are no longer offered, too
            raise click.ClickException(f"There is no topic {topic!r}; flask push topics")
        for one in audience.subscribers(topic):
            thread = f"/{one.thread}" if one.thread else ""
            click.echo(f"{one.chat}{thread}  {one.language or '-'}  {moment(one.since)}")


@push.command("subscribe", context_settings=TAKES_GROUPS)
@click.argument("topic")
@click.argument("chat", type=CHAT)
@click.option("--language", default="", help="Such as pt.")
@OF_BOT
def subscribe(topic: str, chat: int, language: str, number: int | None) -> None:
    """Subscribe CHAT to TOPIC."""
    audience = chosen(number)[0].audience
    if topic not in audience.titles:
        raise click.ClickException(f"There is no topic {topic!r}; flask push topics")
    with exit_on_error():
        audience.subscribe(topic, chat, 0, language)
    click.echo(f"{chat} is subscribed to {topic}.")


@push.command("unsubscribe", context_settings=TAKES_GROUPS)
@click.argument("topic")
@click.argument("chat", type=CHAT)
@OF_BOT
def unsubscribe(topic: str, chat: int, number: int | None) -> None:
    """End the subscription of CHAT to TOPIC."""
    with exit_on_error():
        ended = chosen(number)[0].audience.unsubscribe(topic, chat)
    if not ended:
        raise click.ClickException(f"{chat} was not subscribed to {topic}.")
    click.echo(f"{chat} is no longer subscribed to {topic}.")


# People's data


@push.command("export", context_settings=TAKES_GROUPS)
@click.argument("chat", type=CHAT)
@OF_BOT
def export(chat: int, number: int | None) -> None:
    """Print everything that is stored under a person's or chat's number, as JSON."""
    here = chosen(number)[0]
    with exit_on_error():
        found = here.queue.personal(here.id).export(chat)
    click.echo(json.dumps(found, indent=2, ensure_ascii=True))


@push.command("forget", context_settings=TAKES_GROUPS)
@click.argument("chat", type=CHAT)
@click.option("--yes", is_flag=True, help="Do not ask.")
@OF_BOT
def forget(chat: int, yes: bool, number: int | None) -> None:
    """Delete everything that is stored under a person's or chat's number."""
    if not yes:
        click.confirm(f"Delete sessions, subscriptions and updates of {chat}?", abort=True)
    here = chosen(number)[0]
    with exit_on_error():
        left = here.queue.personal(here.id).forget(chat)
    click.echo("Deleted.")
    if left:
        click.echo(
            f"Still to be run: {counted(left, 'update')}. Their content is deleted when they are done."
        )


# Broadcasts


@push.command("broadcast")
@click.option("--topic", help="To everybody who has subscribed to it.")
@click.option("--chats", type=click.File("r"), help="To the chats in this file, one a line.")
@click.option("--text", help="Plain text.")
@click.option("--html-file", type=click.File("r", encoding="utf-8"), help="Telegram's HTML.")
@click.option("--markdown-file", type=click.File("r", encoding="utf-8"))
@click.option("--photo", help="A file, a URL or a file_id; the text is its caption.")
@click.option("--at", help="When, such as 2026-12-24T18:00:00+01:00.")
@click.option("--silent", is_flag=True, help="Without a sound.")
@click.option("--test-to", help=f"To {CHAT_HELP}, and to nobody else.")
@click.option("--dry-run", is_flag=True, help="Show to how many it would go, and send nothing.")
@OF_BOT
def broadcast(
    topic: str | None,
    chats: IO[str] | None,
    text: str | None,
    html_file: IO[str] | None,
    markdown_file: IO[str] | None,
    photo: str | None,
    at: str | None,
    silent: bool,
    test_to: str | None,
    dry_run: bool,
    number: int | None,
) -> None:
    """Send a message to many, and show its progress. Ctrl-C ends the display, not the broadcast."""
    here, outbox = chosen(number)[0], outbox_of(number)
    body: dict[str, Any] = {"silent": silent}
    for name, value in (("text", text), ("html", html_file), ("markdown", markdown_file)):
        if value is not None:
            body[name] = value if isinstance(value, str) else value.read()
    if len(body) != 2:
        raise click.ClickException("Give one of --text, --html-file and --markdown-file.")
    if test_to is None and bool(topic) == (chats is not None):
        raise click.ClickException("Give one of --topic and --chats, or --test-to.")
    body |= {"topic": topic} if topic else {}
    if chats is not None:
        body["chat_ids"] = [number_or_name(line) for line in chats.read().split()]
    if test_to is not None:
        body = {key: value for key, value in body.items() if key not in ("topic", "chat_ids")}
        if test_to == "me" and not here.settings.admin_chat:
            raise click.ClickException("Set ADMIN_CHAT to your number first: it says who me is.")
        body["chat_id"] = here.settings.admin_chat if test_to == "me" else number_or_name(test_to)
    if at is not None:
        body["at"] = at
    try:
        order = read_order(body, time.time())
    except BadBody as error:
        raise click.ClickException(str(error)) from None
    if order.topic and order.topic not in here.audience.titles:
        raise click.ClickException(f"There is no topic {order.topic!r}; flask push topics")
    order = with_photo(order, photo)
    with exit_on_error():
        total = count_of(order, here.audience)
        if dry_run:
            click.echo(f"It would go to {total}: {printable(shown(order), lines=True)}")
            return
        batch = new_batch()
        mail(outbox, here.audience, order, batch)
    click.echo(f"{batch} goes to {total}; flask push stop {batch} holds it back.")
    if order.due is None:
        follow(outbox, batch, total)


def with_photo(order: Order, photo: str | None) -> Order:
    """Return an order whose text is a picture's caption."""
    if photo is None:
        return order
    file: str | Path = Path(photo) if Path(photo).is_file() else photo
    if isinstance(file, str) and not REMOTE.fullmatch(file):
        raise click.ClickException(f"There is no file {photo}.")
    params = {
        name: value for name, value in order.params.items() if name not in ("text", "entities")
    }
    params |= {"photo": file, "caption": order.params["text"]}
    if "entities" in order.params:
        params["caption_entities"] = order.params["entities"]
    if utf16_length(plain(order.params["text"])) > CAPTION_LIMIT:
        raise click.ClickException(TOO_LONG)
    return replace(order, method="sendPhoto", params=params)


def count_of(order: Order, audience: Audience) -> int:
    """Return the number of chats that an order goes to."""
    if order.topic:
        return sum(1 for _ in audience.subscribers(order.topic))
    return len(order.chats)


def shown(order: Order) -> str:
    """Return what an order says."""
    return str(order.params.get("text") or order.params.get("caption") or order.method)


@push.command("status")
@click.argument("batch")
@click.option("--follow", "keep_on", is_flag=True, help="Until it has ended.")
@OF_BOT
def status(batch: str, keep_on: bool, number: int | None) -> None:
    """Count the messages of a push by state, and say why some have failed."""
    with exit_on_error():
        outbox = outbox_of(number, batch)
        counts = outbox.counts(batch)
        if keep_on:
            follow(outbox, batch, sum(counts.values()))
        else:
            say(batch, counts)
        reasons: dict[str, int] = defaultdict(int)
        for failure in outbox.failures(batch):
            reasons[failure.reason.strip().partition("\n")[0]] += 1
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1])[:20]:
        click.echo(f"{count:>8}  {printable(reason)}")


@push.command("stop")
@click.argument("batch")
@OF_BOT
def stop(batch: str, number: int | None) -> None:
    """Hold back the messages of a push that wait; `flask push resume` lets them go on."""
    with exit_on_error():
        held = outbox_of(number, batch).hold(batch)
    click.echo(f"{counted(held, 'message')} held back; flask push resume {batch}")


@push.command("resume")
@click.argument("batch")
@OF_BOT
def resume(batch: str, number: int | None) -> None:
    """Go on with a push that was stopped."""
    with exit_on_error():
        resumed = outbox_of(number, batch).resume(batch)
    click.echo(f"Going on with {counted(resumed, 'message')}.")


@push.command("cancel")
@click.argument("batch")
@OF_BOT
def cancel(batch: str, number: int | None) -> None:
    """Cancel the messages of a push that wait, for good."""
    with exit_on_error():
        cancelled = outbox_of(number, batch).cancel(batch)
    click.echo(f"{counted(cancelled, 'message')} cancelled.")


@push.command("recall")
@click.argument("batch")
@click.option("--html-file", type=click.File("r", encoding="utf-8"), help="Say this instead.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@OF_BOT
def recall(batch: str, html_file: IO[str] | None, yes: bool, number: int | None) -> None:
    """Delete the messages of a push that were sent in the last 48 hours, or change their texts and captions."""
    text = None if html_file is None else html_file.read()
    with exit_on_error():
        outbox = outbox_of(number, batch)
        outbox.cancel(batch)
        methods = set()
        count = 0
        for one in recalls(outbox, batch, text):
            methods.add(one.method)
            count += 1
        if (
            text
            and "editMessageCaption" in methods
            and utf16_length(plain(Html(text))) > CAPTION_LIMIT
        ):
            raise click.ClickException(TOO_LONG)
        if not yes:
            what = "Delete" if text is None else "Change"
            click.confirm(f"{what} {counted(count, 'message')}?", abort=True)
        # Under a new name, since what was changed may be deleted later.
        name = new_batch()
        pushes = recalls(outbox, batch, text)
        first = 0
        while some := list(islice(pushes, MOST)):
            outbox.store(outbox.tasks(some, name, first))
            first += len(some)
    click.echo(f"{counted(first, 'call')} stored: flask push status {name}")
