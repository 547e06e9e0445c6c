"""`POST /push` and `POST /events/<topic>`: what other programs send, stored before it is acknowledged."""

from __future__ import annotations

import functools
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from anzol.api.client import Bot
from anzol.api.errors import TelegramError
from anzol.api.jsontext import encode_json
from anzol.bot.router import Router
from anzol.push.audience import Audience
from anzol.push.body import BadBody, Order, read_json, read_order
from anzol.push.mailing import mail
from anzol.push.outbox import Outbox
from anzol.push.rules import Rules
from anzol.push.signatures import HEADERS, BadSignature, verify
from anzol.queue import OpenError, Queue, Task, Unavailable

from .addresses import Guesses
from .keys import Key
from .openapi import description
from .problems import Problem, answer
from .webhook import MAX_BODY, RETRY_SECONDS

SIGNED = frozenset(name.upper().replace("-", "_") for name in HEADERS)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# What a sender calls an event, in the header that its service has for that.
TYPES = ("X-GitHub-Event", "X-Gitlab-Event", "X-Gitea-Event", "X-Event-Key", "Ce-Type")
TYPED = ("type", "event")  # and in which fields others say it
KEY = re.compile(r"[!-~]{1,200}")
LONGEST = 100  # characters of an event's number that is a key as it stands

View = Callable[..., Response]


class Hosted(Protocol):
    """The parts of a bot that requests are answered from."""

    bot: Bot
    router: Router
    queue: Queue
    outbox: Outbox
    audience: Audience
    rules: Rules


class Intake:
    """The views of both addresses."""

    def __init__(
        self,
        bots: Callable[[], Iterable[Hosted]],
        key: Key,
        event_secrets: Mapping[str, list[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Answer for these bots, the first of them where none is named; `event_secrets` sign events, by topic."""
        self._bots, self._key, self._secrets = bots, key, event_secrets
        self._clock, self._guesses = clock, Guesses()

    def add_routes(self, routes: Blueprint) -> None:
        """Add both addresses and their description."""
        for rule, name, views in (
            ("/push", "push", {"POST": self.push}),
            ("/push/<name>", "pushed", {"GET": self.status, "DELETE": self.cancel}),
            ("/events/<topic>", "event", {"POST": self.event}),
            ("/openapi.json", "openapi", {"GET": self.describe}),
        ):
            routes.add_url_rule(
                rule,
                name,
                self._answering(views),
                methods=METHODS,
                provide_automatic_options=False,
            )

    def is_signed(self, path: str, headers: Mapping[str, str]) -> bool:
        """Return whether a request says that it is a signed event; headers are named as in WSGI."""
        topic = path.removeprefix("/events/")
        return topic != path and topic in self._secrets and not SIGNED.isdisjoint(headers)

    def explains(self, path: str) -> bool:
        """Return whether a request for this path is answered with a problem when its body is too long."""
        return path == "/push" or path.startswith("/events/")

    def push(self) -> Response:
        """Store a push; answer with its number."""
        holder = self._holder("push")
        given = request.headers.get("Idempotency-Key")
        if given is not None and not KEY.fullmatch(given):
            raise Problem(400, "Idempotency-Key has 1 to 200 visible ASCII characters.")
        order = _order(self._clock())
        bots = self._named(order.bot)
        hosted = bots[0]
        if order.topic:
            found = [each for each in bots if order.topic in topics_of(each)]
            if not found:
                raise Problem(400, f"There is no topic {order.topic!r}.")
            hosted = found[0]
        batch = secrets.token_hex(12) if given is None else _digest(holder, given)[:24]
        count, is_new = mail(hosted.outbox, hosted.audience, order, batch)
        stored = {"id": batch, "recipients": count, "repeated": not is_new}
        return answer(stored, 202, Location=f"/push/{batch}")

    def status(self, name: str) -> Response:
        """Answer with the number of messages of a push in each state."""
        self._holder("push")
        _, counts = self._pushed(name)
        return answer(counts)

    def cancel(self, name: str) -> Response:
        """Cancel the messages of a push that wait."""
        self._holder("push")
        hosted, _ = self._pushed(name)
        cancelled = hosted.outbox.cancel(name)
        return answer({**_counts(hosted, name), "cancelled_now": cancelled})

    def event(self, topic: str) -> Response:
        """Store an event for its handler and for each rule of its topic."""
        body, identity = self._event_body(topic)
        taking = [each for each in self._named() if topic in event_topics_of(each)]
        if not taking:
            raise Problem(404, f"No handler and no rule takes events of a topic {topic!r}.")
        hosted = taking[0]
        try:
            payload = read_json(body)
        except BadBody as error:
            raise Problem(400, str(error)) from None
        event = {"id": identity, "topic": topic, "type": _type_of(payload), "payload": payload}
        new = hosted.queue.put_all(tasks_of(hosted, event))
        return answer({"id": identity, "repeated": not any(new)}, 202)

    def describe(self) -> Response:
        """Answer with the description of these addresses."""
        self._refuse_without_keys(self._has_keys())
        return answer(description())

    def _event_body(self, topic: str) -> tuple[bytes, str]:
        """Return an event's body, and the identity that its repetitions share; raise Problem unless its sender may send it."""
        known = self._secrets.get(topic, [])
        self._refuse_without_keys(self._has_keys())
        if "Authorization" in request.headers:
            self._holder("events", f"events/{topic}")
            given = request.headers.get("Idempotency-Key", "")
            if given and not KEY.fullmatch(given):
                raise Problem(400, "Idempotency-Key has 1 to 200 visible ASCII characters.")
            return _read(), given or secrets.token_hex(12)
        body = _read()
        try:
            named = {name.lower(): value for name, value in request.headers}
            return body, verify(named, body, known, self._clock())
        except BadSignature as error:
            wait = self._guesses.wrong(request.remote_addr)
            if wait:
                raise Problem(429, "Too many wrong signatures.", Retry_After=str(wait)) from None
            raise Problem(401, str(error), WWW_Authenticate="Bearer") from None

    def _holder(self, *scopes: str) -> str:
        """Return whose key this request carries; raise Problem without the right one."""
        self._refuse_without_keys(self._has_keys())
        holder = self._key.holder(*scopes)
        if holder is None:
            raise Problem(
                401,
                f"Send the header Authorization: Bearer and a key that opens {scopes[-1]}.",
                WWW_Authenticate="Bearer",
            )
        return holder

    def _has_keys(self) -> bool:
        return self._key.is_any or bool(self._secrets)

    def _refuse_without_keys(self, has_keys: bool) -> None:
        if not has_keys:
            raise Problem(404, "There is nothing here without an API_KEY.")

    def _named(self, bot: str = "") -> list[Hosted]:
        """Return the bot that a request names, by its number or @name, or else all."""
        bot = bot or request.args.get("bot", "")
        if not bot:
            return list(self._bots())
        try:
            for hosted in self._bots():
                # Only where a name is given: asking for it may be a call.
                if bot == (f"@{hosted.bot.me.username}" if bot[0] == "@" else str(hosted.bot.id)):
                    return [hosted]
        except TelegramError:
            told = f"Telegram cannot be asked which bot is {bot[:60]}. Give its number."
            raise Problem(503, told, Retry_After=str(RETRY_SECONDS)) from None
        raise Problem(400, f"This server does not run the bot {bot[:60]}.")

    def _pushed(self, name: str) -> tuple[Hosted, dict[str, Any]]:
        """Return the bot whose push that is, and its counts; raise Problem when there is none."""
        for hosted in self._named():
            counts = _counts(hosted, name)
            if any(counts["counts"].values()):
                return hosted, counts
        raise Problem(404, f"There is no push {name[:60]}.")

    def _answering(self, views: Mapping[str, View]) -> View:
        """Return a view that answers by the request's method, every refusal with a problem."""

        @functools.wraps(next(iter(views.values())))
        def view(**arguments: str) -> Response:
            request.max_content_length = MAX_BODY
            try:
                chosen = views.get("GET" if request.method == "HEAD" else request.method)
                if chosen is None:
                    allowed = ", ".join(sorted(views))
                    raise Problem(405, f"This address takes {allowed}.", Allow=allowed)
                return chosen(**arguments)
            except Problem as problem:
                return problem.response()
            except (Unavailable, OpenError):
                after = str(RETRY_SECONDS)
                return Problem(
                    503, "It could not be stored. Send it again.", Retry_After=after
                ).response()
            except HTTPException as error:  # a key that was guessed too often
                if error.response is None:
                    raise
                wait = error.response.headers.get("Retry-After", "60")
                return Problem(429, "Too many wrong keys.", Retry_After=wait).response()

        return view


def tasks_of(hosted: Hosted, event: dict[str, Any]) -> list[Task]:
    """Return what is stored for an event: a run of its handler, and of each rule apart from the others."""
    # A colon in the number would make the keys of two rules alike.
    topic, number = str(event["topic"]), quote(str(event["id"]), safe="")
    number = number if len(number) <= LONGEST else _digest(number)
    names: list[tuple[str, str, dict[str, str]]]
    names = [("event", topic, {})] if topic in hosted.router.selection.topics else []
    names += [("rule", f"{topic}:{one.name}", {"rule": one.name}) for one in hosted.rules.of(topic)]
    return [
        Task(
            hosted.bot.id,
            f"{kind}:{name}:{number}",
            f"{kind}:{name}",
            encode_json({kind: event | more}),
            kind=kind,
        )
        for kind, name, more in names
    ]


def topics_of(hosted: Hosted) -> set[str]:
    """Return all topics that a push may be for."""
    return {*hosted.audience.titles, *event_topics_of(hosted)}


def event_topics_of(hosted: Hosted) -> set[str]:
    """Return the topics whose events somebody takes."""
    return {*hosted.router.selection.topics, *(rule.topic for rule in hosted.rules.rules)}


def secrets_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the secrets by topic that EVENT_SECRETS holds, each `topic:secret`."""
    found: dict[str, list[str]] = {}
    for text in texts:
        topic, _, secret = text.partition(":")
        found.setdefault(topic, []).append(secret)
    return found


def _counts(hosted: Hosted, name: str) -> dict[str, Any]:
    counts = hosted.outbox.counts(name)
    return {"id": name, "counts": counts, "done": not counts["waiting"]}


def _order(now: float) -> Order:
    try:
        return read_order(read_json(_read()), now)
    except BadBody as error:
        raise Problem(400, str(error)) from None


def _read() -> bytes:
    """Return the request's body; raise Problem for one that is too long."""
    length = request.content_length
    try:
        if length is None or length <= MAX_BODY:
            return request.get_data(cache=False)
    except RequestEntityTooLarge:
        pass
    raise Problem(413, "A body is at most 1 MiB here.")


def _type_of(payload: Mapping[str, Any]) -> str:
    """Return what its sender calls an event."""
    for name in TYPES:
        if name in request.headers:
            return request.headers[name][:100]
    found = (payload.get(name) for name in TYPED)
    return next((value[:100] for value in found if isinstance(value, str)), "")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
